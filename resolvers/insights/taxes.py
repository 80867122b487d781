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
from resolvers.documents.returns import AnnualReturn, MonthlyReturn
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage
from resolvers.insights.declared import IncomeComparison, IncomeTaxComparison, IvaComparison, PaymentsOfReturns
from resolvers.insights.inputs import By, From, InsightDate, To, range_of
from resolvers.insights.tax_flows import AccruedTaxes, PayrollTax, RetentionSums, TaxFlow
from resolvers.scalars import Date, Decimal


@strawberry.enum(description="The tax that a concepto de pago declares, derived from its name.")
class DeclaredTax(Enum):
    IVA = strawberry.enum_value("IVA", description="Impuesto al Valor Agregado (IVA) owed by the taxpayer itself.")
    IVA_WITHHELD = strawberry.enum_value("IVA_WITHHELD", description="IVA retenciones: IVA withheld from others.")
    ISR = strawberry.enum_value(
        "ISR", description="Impuesto sobre la Renta (ISR) owed by the taxpayer itself, provisional or annual."
    )
    ISR_WITHHELD_SALARIES = strawberry.enum_value(
        "ISR_WITHHELD_SALARIES", description="ISR retenciones por salarios (and asimilados a salarios)."
    )
    ISR_WITHHELD_OTHER = strawberry.enum_value(
        "ISR_WITHHELD_OTHER", description="Other ISR withheld from others: on fees, leases, interest, dividends …"
    )
    IEPS = strawberry.enum_value("IEPS", description="Impuesto Especial sobre Producción y Servicios.")
    OTHER = strawberry.enum_value("OTHER", description="Any other concept.")


def _return(root: Parent[Row]) -> Row:
    record: Row = root["tax_return"]
    return record


@strawberry.type(description="A concept of the returns of a period, as the return has it that counts for it.")
class DeclaredAmounts:
    tax: DeclaredTax = strawberry.field(description="Which tax it declares.")
    name: str | None = strawberry.field(description="Name of the concepto de pago.")
    balance: Decimal | None = strawberry.field(description="`charge` less `favour`; null when the concept has neither.")
    charge: Decimal | None = strawberry.field(description="A cargo.")
    favour: Decimal | None = strawberry.field(description="A favor.")
    to_pay: Decimal | None = strawberry.field(
        description="Cantidad a pagar, summed over all returns of the period. A return does not say whether it was "
        "paid."
    )
    paid_before: Decimal | None = strawberry.field(
        description="Monto pagado con anterioridad: what a complementaria states as paid with the return before it."
    )


@strawberry.type(description="A concepto de pago declared in the monthly returns of a month.")
class MonthlyConcept(DeclaredAmounts):
    tax_return: MonthlyReturn = resolved(_return, MonthlyReturn, "The return from which this concept is taken.")


@strawberry.type(description="A concepto de pago declared in the annual returns of a year.")
class AnnualConcept(DeclaredAmounts):
    tax_return: AnnualReturn = resolved(_return, AnnualReturn, "The return from which this concept is taken.")


@strawberry.type(
    description="A tax as documents show it compared with the tax declared. IVA: collected, less creditable (paid), "
    "less withheld by customers. IVA_WITHHELD and ISR_WITHHELD_OTHER: withheld in CFDI received, when paid, and in "
    "retenciones issued. ISR_WITHHELD_SALARIES: withheld in payrolls. IEPS: collected less paid. ISR and OTHER cannot "
    "be computed from documents."
)
class TaxComparison:
    tax: DeclaredTax = strawberry.field(description="The tax.")
    invoiced: Decimal | None = strawberry.field(description="The tax by documents; null when documents do not show it.")
    declared: Decimal | None = strawberry.field(
        description="Sum of `balance` over its concepts; null when no return has one, because the tax is unknown or no "
        "obligation."
    )
    difference: Decimal | None = strawberry.field(
        description="`invoiced` less `declared`: positive when documents show more than was declared. Null unless both "
        "are known; over several months, only the months with both count."
    )
    to_pay: Decimal | None = strawberry.field(
        description="Sum of Cantidad a pagar over its concepts; null without a return."
    )
    coverage: Coverage = strawberry.field(description="How many of the documents `invoiced` includes.")
    concepts: list[MonthlyConcept] = strawberry.field(description="The conceptos de pago included.")


@strawberry.type(description="The taxes in the documents of a month, or of several.")
class TaxTotals:
    collected: TaxFlow = strawberry.field(description="IVA causado and other taxes charged, by day of collection.")
    paid: TaxFlow = strawberry.field(
        description="IVA acreditable and other taxes charged by others, by day of payment. Whether they are creditable "
        "is not judged."
    )
    invoiced: AccruedTaxes = strawberry.field(description="CFDI issued, by their Fecha, paid or not.")
    expenses: AccruedTaxes = strawberry.field(description="CFDI received, by their Fecha, paid or not.")
    payroll: PayrollTax = strawberry.field(description="ISR withheld in the payrolls that the taxpayer issued.")
    withheld_by_taxpayer: RetentionSums = strawberry.field(description="Retenciones that the taxpayer issued.")
    withheld_from_taxpayer: RetentionSums = strawberry.field(description="Retenciones that the taxpayer received.")
    comparisons: list[TaxComparison] = strawberry.field(description="Each tax compared with the tax declared.")


@strawberry.type(description="Taxes of a month, by documents and as declared.")
class TaxMonth(TaxTotals):
    month: str = strawberry.field(description="The month as YYYY-MM.")
    income: IncomeComparison = strawberry.field(description="Income compared with the income declared.")
    income_tax: IncomeTaxComparison = strawberry.field(description="ISR compared with the ISR declared.")
    iva: IvaComparison = strawberry.field(description="IVA compared with the IVA that the return works out.")
    payment: PaymentsOfReturns = strawberry.field(description="Payments of the month's returns.")
    returns: list[MonthlyReturn] = strawberry.field(
        description="Returns of the month in order of presentation; the last one is in effect. Each concept is taken "
        "from the last return that has it, because a complementaria may contain only what changes."
    )


@strawberry.type(description="Taxes of several months together.")
class TaxPeriodTotals(TaxTotals):
    income: IncomeComparison = strawberry.field(
        description="Income compared with the sum of the income that the monthly returns declare."
    )
    months_filed: int = strawberry.field(description="Number of months with a return.")


@strawberry.type(
    description="Invoiced and declared amounts compared by whole months, in pesos. IVA is on a cash basis, as the law "
    "requires: PUE invoices by Fecha (global invoices by the period that they name), PPD invoices by the FechaPago of "
    "their payments, less credit notes by their Fecha (except those of PPD invoices). Payrolls are by their "
    "FechaPago. Not included: IVA of imports (pedimentos) and of purchases without CFDI, proportions of creditable "
    "IVA, balances of other months, and cancelled documents."
)
class InvoicedVersusDeclared:
    from_: Date = strawberry.field(name="from", description="The first day of the first month.")
    to: Date = strawberry.field(description="The last day of the last month.")
    months: list[TaxMonth] = strawberry.field(description="Each month, oldest first.")
    total: TaxPeriodTotals = strawberry.field(description="All months together.")


@strawberry.type(description="Taxes of a year (ejercicio), by month and in total, with the annual return.")
class TaxSummary:
    year: int = strawberry.field(description="Ejercicio.")
    months: list[TaxMonth] = strawberry.field(description="Its twelve months.")
    total: TaxPeriodTotals = strawberry.field(description="The whole year.")
    income: IncomeComparison = strawberry.field(
        description="Income of the year compared with the income that the annual return declares."
    )
    income_tax: IncomeTaxComparison = strawberry.field(
        description="ISR of the year compared with the ISR that the annual return declares."
    )
    iva: IvaComparison = strawberry.field(
        description="IVA of the year compared with the IVA of the annual return, which states it seldom: see `months`."
    )
    payment: PaymentsOfReturns = strawberry.field(description="Payments of the year's annual returns.")
    annual_return: AnnualReturn | None = strawberry.field(
        description="The annual return in effect: the one presented last; of two presented at the same moment, the "
        "complementaria."
    )
    annual_returns: list[AnnualReturn] = strawberry.field(
        description="All returns of the period, in order of presentation."
    )
    annual_concepts: list[AnnualConcept] = strawberry.field(description="Conceptos de pago declared for the year.")


async def _versus(root: Parent[Row], info: Info, from_: From, to: To, by: By = InsightDate.PERIOD) -> Row:
    return await taxes.invoiced_versus_declared(info.context.store, root["taxpayer"], range_of(from_, to, by=by))


_Year = Annotated[int, strawberry.argument(description="Ejercicio, such as 2024.")]


async def _summary(root: Parent[Row], info: Info, year: _Year, by: By = InsightDate.PERIOD) -> Row:
    if not periods.FIRST_YEAR <= year <= periods.LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"`year` must be from {periods.FIRST_YEAR} to {periods.LAST_YEAR}")
    return await taxes.year(info.context.store, root["taxpayer"], year, by.name)


def versus_field() -> Any:
    description = "Each tax as documents show it and as it was declared, with the difference, by month."
    return resolved(_versus, InvoicedVersusDeclared | None, description, ())


def summary_field() -> Any:
    return resolved(_summary, TaxSummary | None, "Taxes of a year: charged, creditable, withheld and declared.", ())
