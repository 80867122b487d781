"""Sales and expenditures."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import trade
from gateway.store.mongo import Row
from resolvers.codes import Code, coded
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Amounts, CancelledAmounts, Coverage, Period, drill_down
from resolvers.insights.inputs import Currency, Every, EveryArgument, From, To, currency_of, range_of
from resolvers.scalars import Date
from resolvers.totals import InvoiceConnection

_RESULT = "`invoiced` less `creditNotes`."


@strawberry.type(description="Sales or expenditures: CFDI in force of types I and E, by their own Fecha.")
class TradeSums:
    invoiced: Amounts = strawberry.field(description="CFDI de ingreso (type I).")
    credit_notes: Amounts = strawberry.field(description="CFDI de egreso (type E): credit notes, returns, discounts.")
    result: Amounts = strawberry.field(description=f"{_RESULT} `documents` are those of `invoiced`.")
    cancelled: CancelledAmounts = strawberry.field(description="Cancelled CFDI, in none of the sums above.")
    coverage: Coverage = strawberry.field(description="Of `invoiced` and `creditNotes`.")
    invoices: InvoiceConnection = drill_down(
        "The CFDI of `invoiced` and `creditNotes`, newest first; those outside the coverage too."
    )


@strawberry.type(description="Sales or expenditures of a month, quarter or year.")
class TradePeriod(TradeSums):
    period: Period = strawberry.field(description="Which one. One without documents has zeros.")


@strawberry.type(description="Sales or expenditures in a currency.")
class TradeByCurrency(TradeSums):
    currency: Code | None = coded("key", "currency", "Moneda (c_Moneda); null where unknown.", context=())


@strawberry.type(description="Sales or expenditures by a payment method.")
class TradeByPaymentMethod(TradeSums):
    payment_method: Code | None = coded(
        "key", "payment_method", "MetodoPago: PUE or PPD; null where the CFDI does not say.", context=()
    )


@strawberry.type(description="Sales or expenditures by a payment form.")
class TradeByPaymentForm(TradeSums):
    payment_form: Code | None = coded(
        "key", "payment_form", "FormaPago (c_FormaPago); null where the CFDI does not say.", context=()
    )


@strawberry.type(description="Sales (ventas, by CFDI issued) or expenditures (gastos, by CFDI received) of a range.")
class Trade:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    currency: str = strawberry.field(description="The currency of all its amounts; MXN unless one was asked for.")
    total: TradeSums = strawberry.field(description="The whole range.")
    periods: list[TradePeriod] = strawberry.field(description="Its months, quarters or years, oldest first.")
    by_currency: list[TradeByCurrency] = strawberry.field(description="By currency of the document.")
    by_payment_method: list[TradeByPaymentMethod] = strawberry.field(description="By MetodoPago.")
    by_payment_form: list[TradeByPaymentForm] = strawberry.field(description="By FormaPago.")


def trade_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row],
        info: Info,
        from_: From,
        to: To,
        every: EveryArgument = Every.MONTH,
        currency: Currency = None,
    ) -> Row:
        asked = range_of(from_, to, every)
        return await trade.trade(info.context.store, root["taxpayer"], direction, asked, currency_of(currency))

    return resolved(resolve, Trade | None, description, ())
