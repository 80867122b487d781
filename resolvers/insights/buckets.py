"""The parts of every insight's answer: the sums, the coverage behind them, and the way to the very documents."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from gateway.store.mongo import Row
from resolvers.documents.counterparty_links import LazyCounterparty, counterparty_field
from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.filters.narrowed import invoices_field, withholdings_field
from resolvers.lists.paginated import nothing
from resolvers.scalars import Date, Decimal


@strawberry.enum(description="Why documents are not in a figure, or not surely.")
class CoverageGap(Enum):
    METADATA_ONLY = strawberry.enum_value("METADATA_ONLY", description="Only their metadata is held, and not the XML.")
    UNREADABLE_PART = strawberry.enum_value(
        "UNREADABLE_PART",
        description="A complement that the figure needs (ImpuestosLocales, Nomina) could not be read: it is among "
        "`otherComplements`.",
    )
    MISSING_VALUE = strawberry.enum_value(
        "MISSING_VALUE", description="They lack a value that the figure needs: an amount, a date, a tax or their type."
    )
    INCONSISTENT = strawberry.enum_value(
        "INCONSISTENT",
        description="Their own amounts contradict each other: net and taxes do not come to Total, line items not to "
        "SubTotal, shares not to Monto, or a CFDI to the public names no period. They are in the figure as they state "
        "it.",
    )
    UNKNOWN_CURRENCY = strawberry.enum_value(
        "UNKNOWN_CURRENCY",
        description="They are in a foreign currency without TipoCambio, or do not state the requested currency.",
    )
    UNKNOWN_PAYMENT = strawberry.enum_value(
        "UNKNOWN_PAYMENT",
        description="They do not state whether, when or how they are paid: a CFDI de ingreso that is neither PUE nor "
        "PPD, a FormaPago that is none, a CFDI de egreso that names no invoice.",
    )
    INVOICE_NOT_HERE = strawberry.enum_value(
        "INVOICE_NOT_HERE",
        description="An invoice that decides it is not held: of a share of Pagos 1.0 the one whose taxes it has, of a "
        "CFDI de egreso the one that it corrects.",
    )


def _withholdings(root: Row) -> Row:
    where: Row = root["withholdings"]
    return where


def _invoices(root: Row) -> Row:
    where: Row = root["where"]
    return where


@strawberry.type(description="Documents that belong to a figure and are not in it, or not surely, for one reason.")
class MissingDocuments:
    reason: CoverageGap = strawberry.field(description="The reason. A document with several has one of them.")
    documents: int = strawberry.field(description="Number of documents.")
    invoices: InvoiceConnection = invoices_field(nothing, "The CFDI among them, newest first.", where=_invoices)
    withholdings: WithholdingConnection = withholdings_field(
        nothing, "The retenciones among them, newest first.", where=_withholdings
    )


@strawberry.type(
    description="How many of the documents that belong to a figure are included in it, and why the others are not. "
    "`used` and the `documents` of all `missing` add up to `total`."
)
class Coverage:
    used: int = strawberry.field(
        description="Documents included: all their amounts are known (the XML is held, and one in a foreign currency "
        "has a TipoCambio) and agree with each other."
    )
    total: int = strawberry.field(description="Documents that belong to the figure.")
    complete: bool = strawberry.field(description="Whether all documents that belong to the figure are included.")
    missing: list[MissingDocuments] = strawberry.field(description="The other documents, by reason.")


@strawberry.type(description="A month, quarter or year, cut to the requested range.")
class Period:
    key: str = strawberry.field(description="Name of the period, such as 2024-01, 2024-Q1 or 2024.")
    from_: Date = strawberry.field(name="from", description="Its first day.")
    to: Date = strawberry.field(description="Its last day, included.")


@strawberry.type(
    description="Sums over documents, in pesos (each amount times its document's TipoCambio) or in the requested "
    "currency. Amounts are added exactly and rounded once, half up, to two decimals. Parts beside a total (periods, "
    "currencies, counterparties …) are rounded so that they come to it, to the cent."
)
class Amounts:
    documents: int = strawberry.field(
        description="Number of documents in force, including those whose amounts are unknown."
    )
    net: Decimal = strawberry.field(description="SubTotal less Descuento.")
    iva: Decimal = strawberry.field(description="IVA trasladado.")
    ieps: Decimal = strawberry.field(description="IEPS trasladado.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido.")
    ieps_withheld: Decimal = strawberry.field(description="IEPS retenido.")
    local_transferred: Decimal = strawberry.field(description="Impuestos locales trasladados.")
    local_withheld: Decimal = strawberry.field(description="Impuestos locales retenidos.")
    total: Decimal = strawberry.field(description="Total.")
    rounding: Decimal = strawberry.field(
        description="`total` less its parts (`net` and taxes transferred less taxes withheld): what rounding leaves, "
        "in the documents themselves and here."
    )


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


def drill_down(description: str = "The documents that the figures are computed from, newest first.") -> Any:
    """Make the list of the invoices that the row's `where` selects among its `taxpayer`'s."""
    return invoices_field(nothing, description, where=_invoices)


def withholdings_behind(description: str) -> Any:
    """Make the list of the retenciones that the row's `where` selects among its `taxpayer`'s."""
    return withholdings_field(nothing, description, where=_invoices)
