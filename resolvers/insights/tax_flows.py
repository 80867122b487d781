"""The taxes in documents: collected or paid (cash basis), accrued, in payrolls and in retenciones."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.connection import connect
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, drill_down
from resolvers.paginated import After, Before, First, Last
from resolvers.scalars import Decimal
from resolvers.totals import InvoiceConnection, WithholdingConnection


@strawberry.type(description="Sums of taxes in pesos, added exactly and rounded once, half up, to two decimals.")
class TaxSums:
    net: Decimal = strawberry.field(description="Without taxes: SubTotal less Descuento, or a payment's part of it.")
    iva: Decimal = strawberry.field(description="IVA trasladado.")
    ieps: Decimal = strawberry.field(description="IEPS trasladado.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido by who received the CFDI.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido by who received the CFDI.")
    ieps_withheld: Decimal = strawberry.field(description="IEPS retenido by who received the CFDI.")


@strawberry.type(description="A part of what was collected or paid.")
class TaxFlowPart(TaxSums):
    documents: int = strawberry.field(description="How many CFDI.")
    coverage: Coverage = strawberry.field(
        description="Those whose taxes are known. A payment of Pagos 1.0 tells none: its part of the invoice's is "
        "taken, and where that invoice is not here the payment is outside the coverage."
    )
    invoices: InvoiceConnection = drill_down("These CFDI, newest first.")


@strawberry.type(description="What was collected (CFDI issued) or paid (CFDI received), on a cash basis.")
class TaxFlow:
    at_once: TaxFlowPart = strawberry.field(
        description="CFDI de ingreso paid at once (PUE), and instalments of 3.2, by their Fecha."
    )
    payments: TaxFlowPart = strawberry.field(
        description="The shares of payment complements (type P), by FechaPago: the taxes that Pagos 2.0 tells "
        "(ImpuestosDR), or of 1.0 the share's part of its invoice's."
    )
    refunds: TaxFlowPart = strawberry.field(
        description="Credit notes (type E), by their Fecha, to be taken off. Those of invoices that are paid later "
        "(PPD) are not in the sums, and are in `invoices`: of such an invoice only what is paid counts."
    )
    total: TaxSums = strawberry.field(description="`atOnce` and `payments` less `refunds`.")
    coverage: Coverage = strawberry.field(
        description="All of these, and the CFDI that do not say whether they are paid at once: those are never in it."
    )


@strawberry.type(description="What was invoiced in a period, paid or not: CFDI of type I less those of type E.")
class AccruedTaxes(TaxSums):
    coverage: Coverage = strawberry.field(description="The documents behind it.")


@strawberry.type(description="ISR withheld in payrolls (type N), by their Fecha.")
class PayrollTax:
    isr_withheld: Decimal = strawberry.field(description="ISR retenido to employees, in pesos.")
    coverage: Coverage = strawberry.field(description="The payrolls behind it.")
    invoices: InvoiceConnection = drill_down("These payrolls, newest first.")


async def _withholdings(
    root: Parent[Row], info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> Row:
    return await connect(
        info, "withholdings", root["taxpayer"], first=first, after=after, last=last, before=before, where=root["where"]
    )


def _connection(description: str) -> Any:
    return resolved(_withholdings, WithholdingConnection, description)


@strawberry.type(description="Retenciones in force, by the last month of their period.")
class RetentionSums:
    isr_withheld: Decimal = strawberry.field(description="ISR retenido, in pesos.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido, in pesos.")
    coverage: Coverage = strawberry.field(description="Those that tell their taxes apart.")
    withholdings: WithholdingConnection = _connection("These retenciones, newest first.")
