"""The filter and the orders of counterparties and employees."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.filters.inputs import DateRange, anded, negated, optional, ored, plain
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
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


@strawberry.input(
    description="Selects counterparties. All given conditions must hold; a list of values matches any of them."
)
class CounterpartyFilter:
    rfc: list[Rfc] | None = optional("RFC.")
    name: str | None = optional("Part of its name; accents, case and blanks are ignored.")
    kind: list[CounterpartyKind] | None = optional("Kind of counterparty.")
    role: list[CounterpartyRole] | None = optional("Its role towards the taxpayer.")
    last_issued_at: DateRange | None = optional("Date of issue of the newest document.")
    and_: list[CounterpartyFilter] | None = anded()
    or_: list[CounterpartyFilter] | None = ored()
    not_: CounterpartyFilter | None = negated()


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


async def counterparties_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[CounterpartyFilter | None, only("counterparties")] = None,
    order_by: Annotated[CounterpartyOrder | None, by_default("LAST_ISSUED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "counterparties", root["_id"], asked, (first, after, last, before))


async def employees_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[CounterpartyFilter | None, only("employees")] = None,
    order_by: Annotated[CounterpartyOrder | None, by_default("LAST_ISSUED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    narrowed = {"role": ["EMPLOYEE"], **({"and": [plain(filter)]} if filter else {})}
    return await page_of(info, "counterparties", root["_id"], (narrowed, plain(order_by)), (first, after, last, before))
