"""Cash flow."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import cash
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import Currency, Every, EveryArgument, From, To, currency_of, range_of
from resolvers.scalars import Date, Decimal
from resolvers.totals import InvoiceConnection


@strawberry.type(description="A part of a flow of cash.")
class CashAmount:
    documents: int = strawberry.field(description="How many documents or payments.")
    total: Decimal = strawberry.field(description="What they come to, with taxes.")


@strawberry.type(description="Money that came in, or went out.")
class CashSide:
    at_once: CashAmount = strawberry.field(
        description="CFDI de ingreso that are paid at once (PUE), and instalments of 3.2, on the day of their issue."
    )
    payments: CashAmount = strawberry.field(description="Monto of payment complements, on their FechaPago.")
    payroll: CashAmount = strawberry.field(description="Nómina, by the day of issue: out for who pays it.")
    refunds: CashAmount = strawberry.field(
        description="CFDI de egreso, subtracted, but for those that correct an invoice that is paid later (PPD): they "
        "move no money."
    )
    total: Decimal = strawberry.field(description="`atOnce`, `payments` and `payroll`, less `refunds`.")


@strawberry.type(description="What came in and went out.")
class CashSums:
    money_in: CashSide = strawberry.field(description="Ingresos cobrados.")
    money_out: CashSide = strawberry.field(description="Egresos pagados.")
    net: Decimal = strawberry.field(description="`moneyIn` less `moneyOut`.")
    coverage: Coverage = strawberry.field(
        description="Outside it are documents without a known amount, and CFDI that do not say how they are paid."
    )
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="What came in and went out in a month, quarter or year.")
class CashPeriod(CashSums):
    period: Period = strawberry.field(description="Which one. One without documents has zeros.")


@strawberry.type(
    description="Cash flow (flujo de efectivo) as far as CFDI tell: what is paid at once by its Fecha, what is paid "
    "later by the FechaPago of its payments."
)
class CashFlow:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    currency: str = strawberry.field(description="The currency of all its amounts; MXN unless one was asked for.")
    total: CashSums = strawberry.field(description="The whole range.")
    periods: list[CashPeriod] = strawberry.field(description="Its months, quarters or years, oldest first.")


async def _cash_flow(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: EveryArgument = Every.MONTH,
    currency: Currency = None,
) -> Row:
    asked = range_of(from_, to, every)
    return await cash.cash_flow(info.context.store, root["taxpayer"], asked, currency_of(currency))


def cash_flow_field() -> Any:
    return resolved(_cash_flow, CashFlow | None, "Flujo de efectivo: money in and out, by when it was paid.", ())
