"""Payroll cost and headcount."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.insights import payroll
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import Every, EveryArgument, From, To, range_of
from resolvers.records import Direction
from resolvers.scalars import Date, Decimal
from resolvers.totals import InvoiceConnection


@strawberry.type(description="CFDI de nómina in force, in pesos. Those of CFDI 3.2 count too (egreso with a Nómina).")
class PayrollSums:
    documents: int = strawberry.field(description="How many CFDI.")
    headcount: int = strawberry.field(description="How many different employees, by RFC (or CURP, or their number).")
    perceptions: Decimal = strawberry.field(description="TotalPercepciones.")
    other_payments: Decimal = strawberry.field(description="TotalOtrosPagos.")
    deductions: Decimal = strawberry.field(description="TotalDeducciones, `isrWithheld` included.")
    isr_withheld: Decimal = strawberry.field(description="ISR retenido: TotalImpuestosRetenidos.")
    total: Decimal = strawberry.field(description="Total of the CFDI: what the employees got.")
    cancelled: int = strawberry.field(description="Cancelled CFDI de nómina, in none of the sums.")
    coverage: Coverage = strawberry.field(description="Of `documents`.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="Payroll of a month, quarter or year.")
class PayrollPeriod(PayrollSums):
    period: Period = strawberry.field(description="Which one. One without payroll has zeros.")


@strawberry.type(description="Payroll (nómina) by the Fecha of its CFDI.")
class PayrollCost:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    total: PayrollSums = strawberry.field(description="The whole range; an employee counts once.")
    periods: list[PayrollPeriod] = strawberry.field(description="Its months, quarters or years, oldest first.")


_Side = Annotated[
    Direction,
    strawberry.argument(description="What the taxpayer pays (ISSUED), or is paid as an employee (RECEIVED)."),
]


async def _payroll(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: EveryArgument = Every.MONTH,
    direction: _Side = Direction.ISSUED,
) -> Row:
    return await payroll.payroll(info.context.store, root["taxpayer"], direction.name, range_of(from_, to, every))


def payroll_field() -> Any:
    return resolved(_payroll, PayrollCost | None, "Nómina: its cost, and how many it pays.", ())
