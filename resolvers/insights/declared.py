"""Income, ISR and IVA as declared, beside what the documents make of them, with the difference and its causes."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.records import ReadFrom
from resolvers.documents.return_figures import ReturnPaymentState
from resolvers.documents.totals import InvoiceConnection
from resolvers.insights.buckets import Coverage, drill_down
from resolvers.scalars import Decimal


@strawberry.enum(description="When income counts.")
class IncomeBasis(Enum):
    ACCRUED = strawberry.enum_value(
        "ACCRUED", description="When it is invoiced: companies in the régimen general declare so."
    )
    COLLECTED = strawberry.enum_value(
        "COLLECTED",
        description="When it is collected: persons, and companies in the régimen simplificado de confianza.",
    )


@strawberry.enum(description="What a difference between invoiced and declared income may come from.")
class IncomeCause(Enum):
    OTHER_BASIS = strawberry.enum_value(
        "OTHER_BASIS", description="Income invoiced in one period and collected in another: `basis` less the other one."
    )
    CREDIT_NOTES = strawberry.enum_value(
        "CREDIT_NOTES", description="Credit notes: a return may declare income before them, and deduct them."
    )
    CANCELLED = strawberry.enum_value(
        "CANCELLED", description="CFDI issued in the period and cancelled since: they may have been declared."
    )
    ONE_INVOICE = strawberry.enum_value(
        "ONE_INVOICE", description="One CFDI whose net amount is the difference: it may not have been declared."
    )
    UNKNOWN_AMOUNTS = strawberry.enum_value(
        "UNKNOWN_AMOUNTS",
        description="Documents that are not in the figure: without XML, without a TipoCambio, or without a MetodoPago.",
    )
    RETURN_MISSING = strawberry.enum_value("RETURN_MISSING", description="Periods with income and without a return.")
    INCOME_NOT_STATED = strawberry.enum_value(
        "INCOME_NOT_STATED", description="Periods whose return states no income, as an acuse does."
    )
    UNEXPLAINED = strawberry.enum_value("UNEXPLAINED", description="No other cause explains the difference.")


@strawberry.type(description="A cause that the difference between invoiced and declared income may have.")
class IncomeDifferenceCause:
    cause: IncomeCause = strawberry.field(description="The cause.")
    amount: Decimal | None = strawberry.field(
        description="The difference that it would make by itself; null when it is unknown. Causes are not parts of the "
        "difference, and are not to be added."
    )
    explains: bool = strawberry.field(
        description="Whether `amount` is the difference, to one peso for each month: returns are in whole pesos."
    )
    documents: int = strawberry.field(description="Number of CFDI behind it.")
    months: list[str] = strawberry.field(description="The periods that it concerns, as YYYY-MM or YYYY; may be empty.")
    invoices: InvoiceConnection = drill_down(
        "These CFDI, newest first, of CREDIT_NOTES, CANCELLED and ONE_INVOICE; empty for the other causes."
    )


@strawberry.type(
    description="Income (ingresos) without taxes: invoiced, collected and declared, with the difference and its causes."
)
class IncomeComparison:
    basis: IncomeBasis = strawberry.field(description="The basis by which the taxpayer declares.")
    invoiced: Decimal = strawberry.field(
        description="CFDI issued less credit notes, by their Fecha, global invoices by the period that they name "
        "(accrual basis)."
    )
    collected: Decimal = strawberry.field(description="Income collected (cash basis), as persons declare it.")
    declared: Decimal | None = strawberry.field(
        description="Income as the return's own figures state it; null for an acuse, which has none. Over several "
        "months the sum of those that state it."
    )
    label: str | None = strawberry.field(description="The return's own label of it; null over several months.")
    read_from: ReadFrom | None = strawberry.field(description="JSON or PDF; null over several months.")
    difference: Decimal | None = strawberry.field(
        description="Income by `basis` less `declared`: positive when documents show more than was declared. Over "
        "several months, only the months with both count."
    )
    agrees_with: list[IncomeBasis] = strawberry.field(
        description="The bases by which income is what was declared, to one peso for each month."
    )
    causes: list[IncomeDifferenceCause] = strawberry.field(
        description="What the difference may come from, and what is not in the figures."
    )
    invoiced_difference: Decimal | None = strawberry.field(description="`invoiced` less `declared`.")
    collected_difference: Decimal | None = strawberry.field(description="`collected` less `declared`.")
    invoiced_coverage: Coverage = strawberry.field(description="How many of the documents `invoiced` includes.")
    collected_coverage: Coverage = strawberry.field(description="How many of the documents `collected` includes.")


@strawberry.enum(description="How the ISR of a period is computed from its documents.")
class IncomeTaxMethod(Enum):
    RATE_OF_INCOME = strawberry.enum_value(
        "RATE_OF_INCOME",
        description="The rate of LISR 113-E (a month) or 113-F (a year) of the income collected: persons in the "
        "régimen simplificado de confianza.",
    )
    DECLARED_AND_DIFFERENCE = strawberry.enum_value(
        "DECLARED_AND_DIFFERENCE",
        description="The ISR declared and 30 % of the income that was not declared; of a month, 30 % of the share of "
        "it that the return takes for profit. An estimate: companies.",
    )


@strawberry.type(description="An amount of tax as documents make it and as the return states it, in pesos.")
class TaxAmountComparison:
    computed: Decimal | None = strawberry.field(description="As documents make it; null when they do not tell.")
    declared: Decimal | None = strawberry.field(description="As the return states it; null when it does not.")
    difference: Decimal | None = strawberry.field(description="`computed` less `declared`; null unless both are known.")
    coverage: Coverage = strawberry.field(description="How many of the documents `computed` includes.")


@strawberry.type(description="IVA on a cash basis as documents make it and as the return works it out.")
class IvaComparison:
    caused: TaxAmountComparison = strawberry.field(description="IVA causado: charged and collected.")
    creditable: TaxAmountComparison = strawberry.field(
        description="IVA acreditable: paid to suppliers. Whether it is creditable is not judged."
    )
    withheld: TaxAmountComparison = strawberry.field(description="IVA retenido by customers.")


@strawberry.type(description="ISR causado as income makes it and as the return states it, in pesos.")
class IncomeTaxComparison(TaxAmountComparison):
    method: IncomeTaxMethod | None = strawberry.field(description="How it is computed; null when it is not.")
    provisional_payments: Decimal | None = strawberry.field(description="Pagos provisionales that the return credits.")
    withholdings: Decimal | None = strawberry.field(description="ISR retenido that the return credits.")
    withheld_in_documents: Decimal = strawberry.field(
        description="ISR withheld from the taxpayer in CFDI collected and in retenciones received."
    )
    balance_due: Decimal | None = strawberry.field(description="ISR a cargo that the return states.")
    balance_in_favour: Decimal | None = strawberry.field(description="ISR a favor that the return states.")


@strawberry.type(description="Payments of the returns of a period, in pesos.")
class PaymentsOfReturns:
    state: ReturnPaymentState | None = strawberry.field(
        description="The least settled of its returns; null without a return. A complementaria that states a Monto "
        "pagado con anterioridad shows the returns before it as paid."
    )
    amount_due: Decimal | None = strawberry.field(
        description="Sum of Importe total a pagar; null when a return does not state it."
    )
    amount: Decimal | None = strawberry.field(description="Sum of what returns show as paid; null without a return.")
