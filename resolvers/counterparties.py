"""Counterparty and Employee: whom the taxpayer exchanges documents with, and everything exchanged."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.counterparties import id_of
from gateway.store.derived import counterparty_key
from gateway.store.mongo import Row
from resolvers.blacklist import BlacklistEntry, blacklist_field
from resolvers.context import Info
from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.fields import resolved
from resolvers.filters.counterparties import CounterpartyKind, CounterpartyRole
from resolvers.filters.narrowed import invoices_field, withholdings_field
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import Date, LocalDateTime, Rfc


def _exchanged(root: Row) -> Row:
    return {"counterparty_key": [root["key"]]}


def _payments(root: Row) -> Row:
    return {"counterparty_key": [root["key"]], "type": ["P"]}


def _employed(root: Row) -> Row:
    return {"counterparty_key": [root["key"]], "direction": ["ISSUED"]}


def _payrolls(_: Row) -> Row:
    return {"figures.nature": "PAYROLL"}


@strawberry.type(description="Number of documents exchanged, including cancelled ones, by kind and direction.")
class CounterpartyCounts:
    invoices_issued: int = strawberry.field(description="CFDI of types I, E and T that the taxpayer issued to it.")
    invoices_received: int = strawberry.field(description="CFDI of types I, E and T that it issued to the taxpayer.")
    payments_issued: int = strawberry.field(
        description="Complementos de pago (type P) that the taxpayer issued for its payments."
    )
    payments_received: int = strawberry.field(
        description="Complementos de pago (type P) that it issued for the taxpayer's payments."
    )
    payrolls_issued: int = strawberry.field(description="Nóminas that the taxpayer issued to it.")
    payrolls_received: int = strawberry.field(description="Nóminas that it issued to the taxpayer.")
    withholdings_issued: int = strawberry.field(description="Retenciones that the taxpayer issued to it.")
    withholdings_received: int = strawberry.field(description="Retenciones that it issued to the taxpayer.")


@strawberry.type(
    description="Contraparte: the other party of CFDI and retenciones. There is one for each RFC, and for the generic "
    "RFCs, which identify nobody, one for each name."
)
class Counterparty(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Counterparty")
    key: str = strawberry.field(description="Its identity: the RFC, or `RFC|name` for the generic RFCs.")
    rfc: Rfc | None = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="Name in the newest document that states one.")
    names: list[str] = strawberry.field(description="Every name found in documents, in alphabetical order; 20 at most.")
    blacklist: BlacklistEntry | None = blacklist_field()
    kind: CounterpartyKind = strawberry.field(description="Kind of counterparty.")
    roles: list[CounterpartyRole] = strawberry.field(description="Its roles towards the taxpayer.")
    first_issued_at: LocalDateTime | None = strawberry.field(description="Date of issue of the oldest document.")
    last_issued_at: LocalDateTime | None = strawberry.field(description="Date of issue of the newest document.")
    documents: int = strawberry.field(description="Number of documents exchanged, including cancelled ones.")
    counts: CounterpartyCounts = strawberry.field(description="Number of documents by kind and direction.")
    invoices: InvoiceConnection = invoices_field(
        _exchanged, "All CFDI exchanged, newest first by `issuedAt`.", "key", "taxpayer"
    )
    payments: InvoiceConnection = invoices_field(
        _payments, "All payments (type P) exchanged, newest first by `issuedAt`.", "key", "taxpayer"
    )
    withholdings: WithholdingConnection = withholdings_field(
        _exchanged, "All retenciones exchanged, newest first by `issuedAt`.", "key", "taxpayer"
    )


def _of_employment(*path: str) -> Any:
    def resolve(root: Parent[Row]) -> Any:
        found: Any = root.get("employment")
        for key in path:
            found = (found or {}).get(key)
        return found

    return resolve


def _payroll_count(root: Parent[Row]) -> int:
    count: int = root["counts"]["payrolls_issued"]
    return count


_SAID = ("employment",)


@strawberry.type(
    description="Trabajador: a person to whom the taxpayer issued payrolls. Facts that change with time are those of "
    "the newest payroll."
)
class Employee(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Employee")
    rfc: Rfc | None = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="Name.")
    curp: str | None = resolved(_of_employment("employee", "curp"), str | None, "CURP.", _SAID)
    number: str | None = resolved(_of_employment("employee", "number"), str | None, "NumEmpleado.", _SAID)
    department: str | None = resolved(_of_employment("employee", "department"), str | None, "Departamento.", _SAID)
    position: str | None = resolved(_of_employment("employee", "position"), str | None, "Puesto.", _SAID)
    started_on: Date | None = resolved(
        _of_employment("employee", "started_on"), Date | None, "FechaInicioRelLaboral.", _SAID
    )
    first_paid_on: Date | None = resolved(
        _of_employment("first_paid_on"), Date | None, "FechaPago of the oldest payroll.", _SAID
    )
    last_paid_on: Date | None = resolved(
        _of_employment("last_paid_on"), Date | None, "FechaPago of the newest payroll.", _SAID
    )
    payroll_count: int = resolved(_payroll_count, int, "Number of payrolls, including cancelled ones.", ("counts",))
    payrolls: InvoiceConnection = invoices_field(
        _employed,
        "Payrolls (type N, and of 3.2 an egreso with a Nómina) of the employee, newest first by `issuedAt`.",
        *("key", "taxpayer"),
        where=_payrolls,
    )


async def _counterparty(
    root: Parent[Row],
    info: Info,
    rfc: Annotated[Rfc, strawberry.argument(description="RFC of the counterparty.")],
    name: Annotated[
        str | None,
        strawberry.argument(description="Name of the counterparty: required for the generic RFCs, ignored for others."),
    ] = None,
) -> Row | None:
    key = counterparty_key(rfc, name)
    return await info.context.loaders.counterparties.load(id_of(root["_id"], key)) if key else None


def counterparty_field() -> Any:
    return resolved(_counterparty, Counterparty | None, "The counterparty with an RFC; null when there is none.")
