"""Sales and expenditures."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import trade
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import Code, coded
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Amounts, CancelledAmounts, Coverage, Period, drill_down
from resolvers.insights.inputs import By, Currency, Every, From, InsightDate, Interval, To, currency_of, range_of
from resolvers.scalars import Date

_RESULT = "`invoiced` less `creditNotes`."


@strawberry.type(
    description="Sales or expenditures: CFDI of types I and E in force, by their Fecha; global invoices by the period "
    "that they name."
)
class TradeSums:
    invoiced: Amounts = strawberry.field(description="CFDI de ingreso (type I).")
    credit_notes: Amounts = strawberry.field(description="CFDI de egreso (type E): credit notes, refunds, discounts.")
    result: Amounts = strawberry.field(description=f"{_RESULT} `documents` counts those of both.")
    cancelled: CancelledAmounts = strawberry.field(description="Cancelled CFDI, which no other sum includes.")
    coverage: Coverage = strawberry.field(
        description="How many of the documents of `invoiced` and `creditNotes` are included."
    )
    invoices: InvoiceConnection = drill_down(
        "The CFDI of `invoiced` and `creditNotes`, newest first, including those outside the coverage."
    )


@strawberry.type(description="Sales or expenditures of a month, quarter or year.")
class TradePeriod(TradeSums):
    period: Period = strawberry.field(description="The period. A period without documents has zeros.")


@strawberry.type(description="Sales or expenditures in one currency.")
class TradeByCurrency(TradeSums):
    currency: Code | None = coded("key", "currency", "Moneda (c_Moneda); null when unknown.", context=())


@strawberry.type(description="Sales or expenditures with one payment method.")
class TradeByPaymentMethod(TradeSums):
    payment_method: Code | None = coded(
        "key", "payment_method", "MetodoPago: PUE or PPD; null when the CFDI does not state one.", context=()
    )


@strawberry.type(description="Sales or expenditures with one payment form.")
class TradeByPaymentForm(TradeSums):
    payment_form: Code | None = coded(
        "key", "payment_form", "FormaPago (c_FormaPago); null when the CFDI does not state one.", context=()
    )


@strawberry.type(description="Sales (ventas, by CFDI issued) or expenditures (gastos, by CFDI received) of a range.")
class Trade:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    currency: str = strawberry.field(description="Currency of all amounts; MXN unless another was requested.")
    total: TradeSums = strawberry.field(description="The whole range.")
    periods: list[TradePeriod] = strawberry.field(description="Months, quarters or years of the range, oldest first.")
    by_currency: list[TradeByCurrency] = strawberry.field(description="The same by currency of the document.")
    by_payment_method: list[TradeByPaymentMethod] = strawberry.field(description="The same by MetodoPago.")
    by_payment_form: list[TradeByPaymentForm] = strawberry.field(description="The same by FormaPago.")


def trade_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row],
        info: Info,
        from_: From,
        to: To,
        every: Every = Interval.MONTH,
        currency: Currency = None,
        by: By = InsightDate.PERIOD,
    ) -> trade.Trade:
        asked = range_of(from_, to, every, by)
        return await trade.trade(info.context.store, root["taxpayer"], direction, asked, currency_of(currency))

    return resolved(resolve, Trade | None, description, ())
