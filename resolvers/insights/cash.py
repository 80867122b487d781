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
from resolvers.insights.inputs import By, Currency, Every, From, InsightDate, Interval, To, currency_of, range_of
from resolvers.scalars import Date, Decimal


@strawberry.type(description="A component of a cash flow.")
class CashAmount:
    documents: int = strawberry.field(description="Number of documents.")
    total: Decimal = strawberry.field(description="Their sum, with taxes.")


@strawberry.type(description="Money received or money spent.")
class CashSide:
    at_once: CashAmount = strawberry.field(
        description="CFDI de ingreso paid at once (PUE), and instalments of 3.2, on their Fecha; global invoices in "
        "the period that they name."
    )
    payments: CashAmount = strawberry.field(description="Monto of the complementos de pago, on their FechaPago.")
    payroll: CashAmount = strawberry.field(description="Nómina, on its FechaPago: money out for the employer.")
    refunds: CashAmount = strawberry.field(
        description="CFDI de egreso, which are subtracted. Those that correct a PPD invoice are left out: they move no "
        "money."
    )
    without_money: CashAmount = strawberry.field(
        description="Settled without money, and in no other figure of the cash flow: CFDI paid at once and "
        "complementos de pago whose FormaPago is 12 (dación en pago), 13, 14, 15 (condonación), 17 (compensación), 23 "
        "to 27 or 30 (aplicación de anticipos), less CFDI de egreso with such a form. An invoice settled so is PAID."
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
    description="Cash flow (flujo de efectivo) as CFDI show it: PUE invoices by their Fecha, PPD invoices and "
    "payrolls by FechaPago. What was settled without money is apart."
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
    by: By = InsightDate.PERIOD,
) -> cash.CashFlow:
    asked = range_of(from_, to, every, by)
    return await cash.cash_flow(info.context.store, root["taxpayer"], asked, currency_of(currency))


def cash_flow_field() -> Any:
    return resolved(_cash_flow, CashFlow | None, "Flujo de efectivo: money received and spent, by day of payment.", ())
