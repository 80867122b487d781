"""The parts of every insight's answer: the sums, the coverage behind them, and the way to the very documents."""

from __future__ import annotations

from typing import Any

import strawberry

from gateway.store.mongo import Row
from resolvers.documents.counterparty_links import LazyCounterparty, counterparty_field
from resolvers.filters.narrowed import invoices_field, withholdings_field
from resolvers.lists.paginated import nothing
from resolvers.scalars import Date, Decimal


@strawberry.type(description="How many of the documents that belong to a figure are included in it.")
class Coverage:
    used: int = strawberry.field(
        description="Documents included: all their amounts are known (the XML is held, and one in a foreign currency "
        "has a TipoCambio)."
    )
    total: int = strawberry.field(description="Documents that belong to the figure.")


@strawberry.type(description="A month, quarter or year, cut to the requested range.")
class Period:
    key: str = strawberry.field(description="Name of the period, such as 2024-01, 2024-Q1 or 2024.")
    from_: Date = strawberry.field(name="from", description="Its first day.")
    to: Date = strawberry.field(description="Its last day, included.")


@strawberry.type(
    description="Sums over documents, in pesos (each amount times its document's TipoCambio) or in the requested "
    "currency. Amounts are added exactly and rounded once, half up, to two decimals."
)
class Amounts:
    documents: int = strawberry.field(description="Number of documents, including those whose amounts are unknown.")
    net: Decimal = strawberry.field(description="SubTotal less Descuento.")
    iva: Decimal = strawberry.field(description="IVA trasladado.")
    ieps: Decimal = strawberry.field(description="IEPS trasladado.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido.")
    ieps_withheld: Decimal = strawberry.field(description="IEPS retenido.")
    local_transferred: Decimal = strawberry.field(description="Impuestos locales trasladados.")
    local_withheld: Decimal = strawberry.field(description="Impuestos locales retenidos.")
    total: Decimal = strawberry.field(description="Total.")


@strawberry.type(description="Cancelled documents. No other figure includes them.")
class CancelledAmounts:
    documents: int = strawberry.field(description="Number of documents.")
    total: Decimal = strawberry.field(
        description="Sum of their known totals. SAT supplies only the metadata of a cancelled CFDI."
    )


@strawberry.type(description="Who a counterparty (contraparte) is, as CFDI identify it.")
class CounterpartyIdentity:
    key: str | None = strawberry.field(
        description="Its identity: the RFC, with the name for the generic RFCs; null when the CFDI name nobody."
    )
    rfc: str | None = strawberry.field(description="RFC, as the CFDI state it.")
    name: str | None = strawberry.field(description="One of its names in the CFDI.")
    counterparty: LazyCounterparty | None = counterparty_field()


def _behind(root: Row) -> Row:
    where: Row = root["where"]
    return where


def drill_down(description: str = "The documents that the figures are computed from, newest first.") -> Any:
    """Make the list of the invoices that the row's `where` selects among its `taxpayer`'s."""
    return invoices_field(nothing, description, where=_behind)


def withholdings_behind(description: str) -> Any:
    """Make the list of the retenciones that the row's `where` selects among its `taxpayer`'s."""
    return withholdings_field(nothing, description, where=_behind)
