"""The filter and the orders of counterparties and employees."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.filters.inputs import DateRange, filter_input, optional
from resolvers.lists.paginated import listing
from resolvers.scalars import Rfc


@strawberry.enum(description="Kind of counterparty.")
class CounterpartyKind(Enum):
    COMPANY = strawberry.enum_value("COMPANY", description="Persona moral: an RFC of 12 characters.")
    PERSON = strawberry.enum_value("PERSON", description="Persona física: an RFC of 13 characters.")
    PUBLIC = strawberry.enum_value(
        "PUBLIC", description="Público en general, RFC genérico XAXX010101000: identified by name."
    )
    FOREIGN = strawberry.enum_value(
        "FOREIGN", description="Residente en el extranjero, RFC genérico XEXX010101000: identified by name."
    )
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="Without an RFC: identified by name.")


@strawberry.enum(description="Role of a counterparty towards the taxpayer, by the documents exchanged.")
class CounterpartyRole(Enum):
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="Cliente: the taxpayer issued CFDI to it.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="Proveedor: the taxpayer received CFDI from it.")
    EMPLOYEE = strawberry.enum_value("EMPLOYEE", description="Trabajador: the taxpayer issued payrolls to it.")
    EMPLOYER = strawberry.enum_value("EMPLOYER", description="Patrón: the taxpayer received payrolls from it.")
    WITHHELD = strawberry.enum_value("WITHHELD", description="Retenido: the taxpayer withheld from it.")
    WITHHOLDER = strawberry.enum_value("WITHHOLDER", description="Retenedor: it withheld from the taxpayer.")


@filter_input("counterparties")
class CounterpartyFilter:
    rfc: list[Rfc] | None = optional("RFC.")
    name: str | None = optional("Part of its name; accents, case and blanks are ignored.")
    kind: list[CounterpartyKind] | None = optional("Kind of counterparty.")
    role: list[CounterpartyRole] | None = optional("Its role towards the taxpayer.")
    last_issued_at: DateRange | None = optional("Date of issue of the newest document.")


@strawberry.enum(description="Order of a list of counterparties.")
class CounterpartyOrder(Enum):
    LAST_ISSUED_AT_DESC = strawberry.enum_value(
        "LAST_ISSUED_AT_DESC", description="By date of the newest document, latest first."
    )
    LAST_ISSUED_AT_ASC = strawberry.enum_value(
        "LAST_ISSUED_AT_ASC", description="By date of the newest document, earliest first."
    )
    NAME_ASC = strawberry.enum_value("NAME_ASC", description="By name, A to Z; case is ignored.")
    NAME_DESC = strawberry.enum_value("NAME_DESC", description="By name, Z to A; case is ignored.")
    DOCUMENTS_DESC = strawberry.enum_value("DOCUMENTS_DESC", description="Most documents first.")
    DOCUMENTS_ASC = strawberry.enum_value("DOCUMENTS_ASC", description="Fewest documents first.")


counterparties_of = listing("counterparties", CounterpartyFilter, CounterpartyOrder, "counterparties")
employees_of = listing(
    "counterparties", CounterpartyFilter, CounterpartyOrder, "employees", narrow=lambda _: {"role": ["EMPLOYEE"]}
)
