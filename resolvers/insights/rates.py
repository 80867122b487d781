"""Cancellations and credit notes; documents by type; a year beside the one before it."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.store.insights import periods, rates, years
from gateway.store.mongo import Row
from resolvers.codes import Code, coded
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import COST, Currency, Every, EveryArgument, From, To, currency_of, range_of
from resolvers.records import Direction
from resolvers.scalars import Date, Decimal
from resolvers.totals import InvoiceConnection

_RATIO = "a ratio (0.250000 is 25 %), six decimals, rounded half up; null of nothing"


@strawberry.type(description="How much is cancelled, and taken back by credit notes. Amounts are in pesos.")
class RateSums:
    invoices_count: int = strawberry.field(description="CFDI de ingreso (type I), cancelled ones too.")
    cancelled_count: int = strawberry.field(description="How many of them are cancelled.")
    cancellation_rate: Decimal | None = strawberry.field(description=f"`cancelledCount` of `invoicesCount`: {_RATIO}.")
    cancelled_total: Decimal = strawberry.field(description="The cancelled ones' totals, as far as they are known.")
    cancelled_share: Decimal | None = strawberry.field(
        description=f"`cancelledTotal` of the totals of all that are known: {_RATIO}."
    )
    credit_notes_count: int = strawberry.field(description="CFDI de egreso (type E) in force.")
    credit_note_rate: Decimal | None = strawberry.field(
        description=f"`creditNotesCount` of the invoices in force: {_RATIO}."
    )
    credited_net: Decimal = strawberry.field(description="What they take back, net of taxes.")
    credited_share: Decimal | None = strawberry.field(
        description=f"`creditedNet` of the net of the invoices in force: {_RATIO}."
    )
    coverage: Coverage = strawberry.field(description="Of the CFDI in force of types I and E.")
    invoices: InvoiceConnection = drill_down("All CFDI of types I and E, cancelled ones too, newest first.")


@strawberry.type(description="Cancellations and credit notes of a month, quarter or year.")
class RatePeriod(RateSums):
    period: Period = strawberry.field(description="Which one, by the Fecha of the CFDI.")


@strawberry.type(description="Cancellations and credit notes.")
class Rates:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    total: RateSums = strawberry.field(description="The whole range.")
    periods: list[RatePeriod] = strawberry.field(description="Its months, quarters or years, oldest first.")


@strawberry.type(description="CFDI of one type and direction.")
class TypeSums:
    type: Code | None = coded("key", "document_type", "TipoDeComprobante: I, E, T, P or N.", context=())
    direction: Direction = strawberry.field(description="Issued or received.")
    documents: int = strawberry.field(description="How many are in force.")
    cancelled: int = strawberry.field(description="How many are cancelled.")
    total: Decimal = strawberry.field(description="Totals of those in force, in pesos; 0 of payments (type P).")
    coverage: Coverage = strawberry.field(description="Of those in force.")
    invoices: InvoiceConnection = drill_down("Those in force, newest first.")


@strawberry.type(description="How many CFDI there are of each type.")
class Types:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    types: list[TypeSums] = strawberry.field(description="Issued ones first; types without documents are left out.")


@strawberry.type(description="CFDI of types I and E in force, credit notes subtracted.")
class YearSide:
    key: str = strawberry.field(description="2024-01, or 2024.")
    documents: int = strawberry.field(description="How many CFDI.")
    net: Decimal = strawberry.field(description="Net of taxes.")
    total: Decimal = strawberry.field(description="With taxes.")
    coverage: Coverage = strawberry.field(description="Of `documents`.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="A year beside the one before it.")
class YearCompared:
    current: YearSide = strawberry.field(description="In the year.")
    previous: YearSide = strawberry.field(description="In the year before.")
    difference: Decimal = strawberry.field(description="`current.net` less `previous.net`.")
    growth: Decimal | None = strawberry.field(
        description="`difference` of `previous.net`, as a ratio (0.250000 is 25 % more), six decimals, rounded half "
        "up; null where `previous.net` is nothing or less."
    )


@strawberry.type(description="A month of a year beside the same month of the year before.")
class MonthCompared(YearCompared):
    month: int = strawberry.field(description="1 to 12.")


@strawberry.type(description="Year on year (comparativo anual).")
class YearOnYear:
    year: int = strawberry.field(description="Ejercicio.")
    currency: str = strawberry.field(description="The currency of all its amounts; MXN unless one was asked for.")
    total: YearCompared = strawberry.field(description="The whole years.")
    months: list[MonthCompared] = strawberry.field(description="All twelve months.")


Side = Annotated[
    Direction, strawberry.argument(description="Of what the taxpayer issued (sales), or received (expenditures).")
]
_Year = Annotated[int, strawberry.argument(description="Ejercicio, which is set beside the one before it.")]


async def _rates(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: EveryArgument = Every.MONTH,
    direction: Side = Direction.ISSUED,
) -> Row:
    return await rates.rates(info.context.store, root["taxpayer"], direction.name, range_of(from_, to, every))


async def _types(root: Parent[Row], info: Info, from_: From, to: To) -> Row:
    return await rates.types(info.context.store, root["taxpayer"], range_of(from_, to))


async def _year_on_year(
    root: Parent[Row], info: Info, year: _Year, direction: Side = Direction.ISSUED, currency: Currency = None
) -> Row:
    if not periods.FIRST_YEAR < year <= periods.LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"a year from {periods.FIRST_YEAR + 1} to {periods.LAST_YEAR}")
    spend_rows(COST)
    return await years.year_on_year(info.context.store, root["taxpayer"], direction.name, year, currency_of(currency))


def rates_field() -> Any:
    return resolved(_rates, Rates | None, "How many CFDI are cancelled, and how much credit notes take back.", ())


def types_field() -> Any:
    return resolved(_types, Types | None, "How many CFDI there are of each type.", ())


def year_on_year_field() -> Any:
    return resolved(_year_on_year, YearOnYear | None, "Months of a year beside those of the year before.", ())
