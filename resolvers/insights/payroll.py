"""Payroll cost and headcount."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.insights import payroll
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.records import Direction
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import By, Every, From, InsightDate, Interval, To, range_of
from resolvers.scalars import Date, Decimal


@strawberry.type(
    description="Sums of CFDI de nómina in force, in pesos. CFDI 3.2 de egreso with a Nómina are included."
)
class PayrollSums:
    documents: int = strawberry.field(description="Number of CFDI.")
    headcount: int = strawberry.field(
        description="Number of different employees, by RFC (without one by CURP, then by NumEmpleado)."
    )
    perceptions: Decimal = strawberry.field(description="TotalPercepciones.")
    other_payments: Decimal = strawberry.field(description="TotalOtrosPagos.")
    deductions: Decimal = strawberry.field(description="TotalDeducciones, including `isrWithheld`.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido: TotalImpuestosRetenidos.")
    total: Decimal = strawberry.field(description="Total of the CFDI: the amount paid to employees.")
    cancelled: int = strawberry.field(description="Number of cancelled CFDI de nómina. No sum includes them.")
    coverage: Coverage = strawberry.field(description="How many of `documents` are included.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="Payroll of a month, quarter or year.")
class PayrollPeriod(PayrollSums):
    period: Period = strawberry.field(description="The period. A period without payrolls has zeros.")


@strawberry.type(
    description="Payroll (nómina) by its FechaPago, which may lie in another month than the Fecha of its CFDI."
)
class PayrollCost:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    total: PayrollSums = strawberry.field(description="The whole range. An employee counts once.")
    periods: list[PayrollPeriod] = strawberry.field(description="Months, quarters or years of the range, oldest first.")


_Side = Annotated[
    Direction,
    strawberry.argument(description="Payrolls that the taxpayer pays (ISSUED), or is paid as an employee (RECEIVED)."),
]


async def _payroll(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: Every = Interval.MONTH,
    direction: _Side = Direction.ISSUED,
    by: By = InsightDate.PERIOD,
) -> payroll.PayrollCost:
    asked = range_of(from_, to, every, by)
    return await payroll.payroll(info.context.store, root["taxpayer"], direction.name, asked)


def payroll_field() -> Any:
    return resolved(_payroll, PayrollCost | None, "Nómina: its cost and headcount.", ())
