"""Invoiced beside declared by month, and the tax summary of a year."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.store.insights import periods, taxes
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage
from resolvers.insights.inputs import From, To, range_of
from resolvers.insights.tax_flows import AccruedTaxes, PayrollTax, RetentionSums, TaxFlow
from resolvers.returns import AnnualReturn, MonthlyReturn
from resolvers.scalars import Date, Decimal


@strawberry.enum(description="What a concept of a return is about, told by its name.")
class DeclaredTax(Enum):
    IVA = strawberry.enum_value("IVA", description="Impuesto al Valor Agregado of the taxpayer itself.")
    IVA_WITHHELD = strawberry.enum_value("IVA_WITHHELD", description="IVA retenciones: withheld from others.")
    ISR = strawberry.enum_value("ISR", description="ISR of the taxpayer itself, provisional or of the year.")
    ISR_WITHHELD_SALARIES = strawberry.enum_value(
        "ISR_WITHHELD_SALARIES", description="ISR retenciones por salarios (and asimilados a salarios)."
    )
    ISR_WITHHELD_OTHER = strawberry.enum_value(
        "ISR_WITHHELD_OTHER", description="Other ISR withheld from others: fees, leases, interest, dividends …"
    )
    IEPS = strawberry.enum_value("IEPS", description="Impuesto Especial sobre Producción y Servicios.")
    OTHER = strawberry.enum_value("OTHER", description="Any other concept.")


def _return(root: Parent[Row]) -> Row:
    record: Row = root["tax_return"]
    return record


@strawberry.type(description="A concept of the returns of a period, as the return has it that counts for it.")
class DeclaredAmounts:
    tax: DeclaredTax = strawberry.field(description="What it is about.")
    name: str | None = strawberry.field(description="The concept's own name (concepto de pago).")
    balance: Decimal | None = strawberry.field(description="`charge` less `favour`; null when it has neither.")
    charge: Decimal | None = strawberry.field(description="A cargo.")
    favour: Decimal | None = strawberry.field(description="A favor.")
    to_pay: Decimal | None = strawberry.field(
        description="Cantidad a pagar of all returns of the period together. Whether it was paid, no return says."
    )
    paid_before: Decimal | None = strawberry.field(
        description="Monto pagado con anterioridad, as a complementaria tells of the return before it."
    )


@strawberry.type(description="A concept of the monthly returns of a month.")
class MonthlyConcept(DeclaredAmounts):
    tax_return: MonthlyReturn = resolved(_return, MonthlyReturn, "The return that counts for it.")


@strawberry.type(description="A concept of the annual returns of a year.")
class AnnualConcept(DeclaredAmounts):
    tax_return: AnnualReturn = resolved(_return, AnnualReturn, "The return that counts for it.")


@strawberry.type(
    description="A tax as documents tell it, beside what was declared. "
    "IVA: collected, less creditable (paid), less what customers withheld. "
    "IVA_WITHHELD and ISR_WITHHELD_OTHER: withheld in CFDI received, when paid, and in retenciones issued. "
    "ISR_WITHHELD_SALARIES: the payroll's. IEPS: collected less paid. ISR and OTHER: documents alone do not tell."
)
class TaxComparison:
    tax: DeclaredTax = strawberry.field(description="Which tax.")
    invoiced: Decimal | None = strawberry.field(description="What the documents come to; null where they do not tell.")
    declared: Decimal | None = strawberry.field(
        description="`balance` of its concepts; null when no return has one: then nobody knows, or it is no obligation."
    )
    difference: Decimal | None = strawberry.field(
        description="`invoiced` less `declared`: above zero, documents tell of more than was declared. Null unless "
        "both are known; of several months, of those alone where both are."
    )
    to_pay: Decimal | None = strawberry.field(description="Cantidad a pagar of its concepts; null without a return.")
    coverage: Coverage = strawberry.field(description="The documents behind `invoiced`.")
    concepts: list[MonthlyConcept] = strawberry.field(description="The concepts that were added up.")


@strawberry.type(description="Income (ingresos), net of taxes, beside what the returns tell of it.")
class IncomeComparison:
    invoiced: Decimal = strawberry.field(description="Net of CFDI issued less credit notes, by their Fecha (accrual).")
    collected: Decimal = strawberry.field(description="Net of what was collected (cash flow), as persons declare it.")
    declared: Decimal | None = strawberry.field(
        description="As a block of the return tells it; an acuse has none, and then it is null."
    )
    invoiced_difference: Decimal | None = strawberry.field(description="`invoiced` less `declared`.")
    collected_difference: Decimal | None = strawberry.field(description="`collected` less `declared`.")
    invoiced_coverage: Coverage = strawberry.field(description="The documents behind `invoiced`.")
    collected_coverage: Coverage = strawberry.field(description="The documents behind `collected`.")


@strawberry.type(description="The taxes in the documents of a month, or of several.")
class TaxTotals:
    collected: TaxFlow = strawberry.field(description="IVA causado: what was charged, when it was collected.")
    paid: TaxFlow = strawberry.field(
        description="IVA acreditable: what others charged, when it was paid. Whether it may be credited is not judged."
    )
    invoiced: AccruedTaxes = strawberry.field(description="CFDI issued, by their Fecha, paid or not.")
    expenses: AccruedTaxes = strawberry.field(description="CFDI received, by their Fecha, paid or not.")
    payroll: PayrollTax = strawberry.field(description="ISR withheld in the payroll that the taxpayer issued.")
    withheld_by_us: RetentionSums = strawberry.field(description="Retenciones that the taxpayer issued.")
    withheld_from_us: RetentionSums = strawberry.field(description="Retenciones that the taxpayer received.")
    comparisons: list[TaxComparison] = strawberry.field(description="Each tax beside what was declared.")


@strawberry.type(description="The taxes of a month: in the documents, and declared.")
class TaxMonth(TaxTotals):
    month: str = strawberry.field(description="AAAA-MM.")
    income: IncomeComparison = strawberry.field(description="Income beside what the returns tell of it.")
    returns: list[MonthlyReturn] = strawberry.field(
        description="The returns of the month, as they were presented, the one that counts last. Of several, each "
        "concept is taken from the last that has it: a complementaria may hold only what changes."
    )


@strawberry.type(description="The taxes of several months together.")
class TaxPeriodTotals(TaxTotals):
    months_filed: int = strawberry.field(description="How many of the months have a return.")


@strawberry.type(
    description="Invoiced beside declared, by whole months, in pesos. IVA is on a cash basis, as the law has it: PUE "
    "by Fecha, PPD by FechaPago of its payments, credit notes taken off by their Fecha (not those of PPD). Not in "
    "it: IVA of imports (pedimentos), of purchases without CFDI, proportions of what is creditable, and balances of "
    "other months. Cancelled documents count nowhere."
)
class InvoicedVersusDeclared:
    from_: Date = strawberry.field(name="from", description="The first day of the first month.")
    to: Date = strawberry.field(description="The last day of the last month.")
    months: list[TaxMonth] = strawberry.field(description="Each month, oldest first.")
    total: TaxPeriodTotals = strawberry.field(description="All months together.")


@strawberry.type(
    description="The taxes of a year (ejercicio), by month and in all, with the annual return beside them."
)
class TaxSummary:
    year: int = strawberry.field(description="Ejercicio.")
    months: list[TaxMonth] = strawberry.field(description="Its twelve months.")
    total: TaxPeriodTotals = strawberry.field(description="The whole year.")
    annual_return: AnnualReturn | None = strawberry.field(
        description="The annual return that counts: presented last, a complementaria at the same moment."
    )
    annual_returns: list[AnnualReturn] = strawberry.field(description="All of them, as they were presented.")
    annual_concepts: list[AnnualConcept] = strawberry.field(description="What was declared for the year.")


async def _versus(root: Parent[Row], info: Info, from_: From, to: To) -> Row:
    return await taxes.invoiced_versus_declared(info.context.store, root["taxpayer"], range_of(from_, to))


_Year = Annotated[int, strawberry.argument(description="Ejercicio, such as 2024.")]


async def _summary(root: Parent[Row], info: Info, year: _Year) -> Row:
    if not periods.FIRST_YEAR <= year <= periods.LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"years from {periods.FIRST_YEAR} to {periods.LAST_YEAR}")
    return await taxes.year(info.context.store, root["taxpayer"], year)


def versus_field() -> Any:
    description = "What documents tell of each tax beside what was declared, by month, with the difference."
    return resolved(_versus, InvoicedVersusDeclared | None, description, ())


def summary_field() -> Any:
    return resolved(_summary, TaxSummary | None, "A year's taxes: charged, creditable, withheld, declared.", ())
