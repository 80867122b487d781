"""Cash flow."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import cash
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import Currency, Every, From, Interval, To, currency_of, range_of
from resolvers.scalars import Date, Decimal


@strawberry.type(description="A component of a cash flow.")
class CashAmount:
    documents: int = strawberry.field(description="Number of documents or payments.")
    total: Decimal = strawberry.field(description="Their sum, with taxes.")


@strawberry.type(description="Money received or money spent.")
class CashSide:
    at_once: CashAmount = strawberry.field(
        description="CFDI de ingreso paid at once (PUE), and instalments of 3.2, on their day of issue."
    )
    payments: CashAmount = strawberry.field(description="Monto of the complementos de pago, on their FechaPago.")
    payroll: CashAmount = strawberry.field(description="Nómina, on its day of issue: money out for the employer.")
    refunds: CashAmount = strawberry.field(
        description="CFDI de egreso, which are subtracted. Those that correct a PPD invoice are left out: they move no "
        "money."
    )
    total: Decimal = strawberry.field(description="`atOnce`, `payments` and `payroll`, less `refunds`.")


@strawberry.type(description="Cash flow of the whole range.")
class CashSums:
    money_in: CashSide = strawberry.field(description="Ingresos cobrados.")
    money_out: CashSide = strawberry.field(description="Egresos pagados.")
    net: Decimal = strawberry.field(description="`moneyIn` less `moneyOut`.")
    coverage: Coverage = strawberry.field(
        description="How many of the documents are included. Documents without a known amount, and CFDI without a "
        "MetodoPago, are not."
    )
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="Cash flow of a month, quarter or year.")
class CashPeriod(CashSums):
    period: Period = strawberry.field(description="The period. A period without documents has zeros.")


@strawberry.type(
    description="Cash flow (flujo de efectivo) as CFDI show it: PUE invoices by their Fecha, PPD invoices by the "
    "FechaPago of their payments."
)
class CashFlow:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    currency: str = strawberry.field(description="Currency of all amounts; MXN unless another was requested.")
    total: CashSums = strawberry.field(description="The whole range.")
    periods: list[CashPeriod] = strawberry.field(description="Months, quarters or years of the range, oldest first.")


async def _cash_flow(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: Every = Interval.MONTH,
    currency: Currency = None,
) -> Row:
    asked = range_of(from_, to, every)
    return await cash.cash_flow(info.context.store, root["taxpayer"], asked, currency_of(currency))


def cash_flow_field() -> Any:
    return resolved(_cash_flow, CashFlow | None, "Flujo de efectivo: money received and spent, by day of payment.", ())
