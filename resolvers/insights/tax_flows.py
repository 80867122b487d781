"""The taxes in documents: collected or paid (cash basis), accrued, in payrolls and in retenciones."""

from __future__ import annotations

import strawberry

from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.insights.buckets import Coverage, drill_down, withholdings_behind
from resolvers.scalars import Decimal


@strawberry.type(description="Sums of taxes in pesos, added exactly and rounded once, half up, to two decimals.")
class TaxSums:
    net: Decimal = strawberry.field(
        description="Amount without taxes: SubTotal less Descuento, or a payment's share of it."
    )
    iva: Decimal = strawberry.field(description="IVA trasladado.")
    ieps: Decimal = strawberry.field(description="IEPS trasladado.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido by the receiver of the CFDI.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido by the receiver of the CFDI.")
    ieps_withheld: Decimal = strawberry.field(description="IEPS retenido by the receiver of the CFDI.")


@strawberry.type(description="A component of the taxes collected or paid.")
class TaxFlowPart(TaxSums):
    documents: int = strawberry.field(description="Number of CFDI.")
    coverage: Coverage = strawberry.field(
        description="How many of the documents are included: those whose taxes are known. A payment of Pagos 1.0 "
        "states no taxes; it takes a part of its invoice's, and is not included when that invoice is not held."
    )
    invoices: InvoiceConnection = drill_down("These CFDI, newest first.")


@strawberry.type(description="Taxes collected (CFDI issued) or paid (CFDI received), on a cash basis.")
class TaxFlow:
    at_once: TaxFlowPart = strawberry.field(
        description="CFDI de ingreso paid at once (PUE), and instalments of 3.2, by their Fecha; global invoices by "
        "the period that they name."
    )
    payments: TaxFlowPart = strawberry.field(
        description="Shares of complementos de pago (type P), by FechaPago: the taxes that Pagos 2.0 states "
        "(ImpuestosDR), and for Pagos 1.0 a proportional part of the invoice's taxes."
    )
    refunds: TaxFlowPart = strawberry.field(
        description="Credit notes (type E) to subtract, by their Fecha. Those of PPD invoices are left out: of a PPD "
        "invoice only the amount paid counts."
    )
    total: TaxSums = strawberry.field(description="`atOnce` and `payments` less `refunds`.")
    coverage: Coverage = strawberry.field(
        description="How many of the documents are included. CFDI without a MetodoPago are never included."
    )


@strawberry.type(description="Taxes invoiced in a period, paid or not: CFDI of type I less CFDI of type E.")
class AccruedTaxes(TaxSums):
    coverage: Coverage = strawberry.field(description="How many of the documents are included.")


@strawberry.type(description="ISR withheld in payrolls, by their FechaPago.")
class PayrollTax:
    isr_withheld: Decimal = strawberry.field(description="ISR retenido to employees, in pesos.")
    coverage: Coverage = strawberry.field(description="How many of the payrolls are included.")
    invoices: InvoiceConnection = drill_down("These payrolls, newest first.")


@strawberry.type(description="Sums of retenciones in force, by the last month of their period.")
class RetentionSums:
    isr_withheld: Decimal = strawberry.field(description="ISR retenido, in pesos.")
    iva_withheld: Decimal = strawberry.field(description="IVA retenido, in pesos.")
    coverage: Coverage = strawberry.field(
        description="How many of the retenciones are included: those that state each tax."
    )
    withholdings: WithholdingConnection = withholdings_behind("These retenciones, newest first.")
