"""Totals of a list's documents, beside its pages."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import WHOLE, spend_rows, turn
from gateway.store import totals
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import Code, coded
from resolvers.documents.invoices import Invoice
from resolvers.documents.withholdings import Withholding
from resolvers.fields import resolved
from resolvers.lists.connection import Connection
from resolvers.scalars import Decimal


@strawberry.type(
    description="Exact sums of the invoices of a list in one currency. Every type is added with its amounts as stated, "
    "credit notes (type E) included: filter by `type` and `status` for a meaningful sum."
)
class InvoiceTotals:
    currency: Code | None = coded("key", "currency", "Moneda (c_Moneda); null when none is stated.", context=())
    count: int = strawberry.field(description="Number of invoices.")
    subtotal: Decimal = strawberry.field(description="Sum of SubTotal; a document without XML adds nothing.")
    discount: Decimal = strawberry.field(description="Sum of Descuento.")
    taxes_transferred: Decimal = strawberry.field(description="Sum of TotalImpuestosTrasladados.")
    taxes_withheld: Decimal = strawberry.field(description="Sum of TotalImpuestosRetenidos.")
    total: Decimal = strawberry.field(description="Sum of Total.")


@strawberry.type(description="Exact sums of the withholdings of a list, in pesos.")
class WithholdingTotals:
    count: int = strawberry.field(description="Number of withholdings.")
    total_operation: Decimal = strawberry.field(description="Sum of MontoTotOperacion.")
    total_taxable: Decimal = strawberry.field(description="Sum of MontoTotGrav.")
    total_exempt: Decimal = strawberry.field(description="Sum of MontoTotExent.")
    total_withheld: Decimal = strawberry.field(description="Sum of MontoTotRet.")


async def _of_invoices(root: Parent[Any], info: Info) -> list[Row]:
    store, _, taxpayer, query = root["count"]
    spend_rows(WHOLE)
    async with turn():
        return await totals.of_invoices(store, taxpayer, query)


async def _of_withholdings(root: Parent[Any], info: Info) -> Row:
    store, _, taxpayer, query = root["count"]
    spend_rows(WHOLE)
    async with turn():
        return await totals.of_withholdings(store, taxpayer, query)


_COST = (
    "of the whole list under its filter, not only of the page. Documents of others (`direction: OTHER`) are left out "
    "unless the filter names a direction. It costs a sum of its own."
)


@strawberry.type(description="A page of invoices.")
class InvoiceConnection(Connection[Invoice]):
    totals: list[InvoiceTotals] = resolved(_of_invoices, list[InvoiceTotals], f"Sums by currency {_COST}")


@strawberry.type(description="A page of withholdings.")
class WithholdingConnection(Connection[Withholding]):
    totals: WithholdingTotals = resolved(_of_withholdings, WithholdingTotals, f"Sums {_COST}")
