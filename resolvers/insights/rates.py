"""Cancellations and credit notes; documents by type; a year beside the one before it."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.store.insights import periods, rates, years
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import Code, coded
from resolvers.documents.records import Direction
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Period, drill_down
from resolvers.insights.inputs import (
    COST,
    RATIO,
    By,
    Currency,
    Every,
    From,
    InsightDate,
    Interval,
    To,
    currency_of,
    range_of,
)
from resolvers.scalars import Date, Decimal


@strawberry.type(description="Rates of cancellation and credit notes over the whole range. Amounts are in pesos.")
class RateSums:
    invoice_count: int = strawberry.field(description="Number of CFDI de ingreso (type I), including cancelled ones.")
    cancelled_count: int = strawberry.field(description="Number of these that are cancelled.")
    cancellation_rate: Decimal | None = strawberry.field(
        description=f"`cancelledCount` divided by `invoiceCount`: {RATIO}."
    )
    cancelled_total: Decimal = strawberry.field(description="Sum of the known totals of the cancelled ones.")
    cancelled_share: Decimal | None = strawberry.field(
        description=f"`cancelledTotal` divided by the sum of all known totals: {RATIO}."
    )
    credit_note_count: int = strawberry.field(description="Number of CFDI de egreso (type E) in force.")
    credit_note_rate: Decimal | None = strawberry.field(
        description=f"`creditNoteCount` divided by the invoices in force: {RATIO}."
    )
    credited_net: Decimal = strawberry.field(description="Sum of the credit notes, without taxes.")
    credited_share: Decimal | None = strawberry.field(
        description=f"`creditedNet` divided by the net of the invoices in force: {RATIO}."
    )
    coverage: Coverage = strawberry.field(description="How many of the CFDI of types I and E in force are included.")
    invoices: InvoiceConnection = drill_down("All CFDI of types I and E, including cancelled ones, newest first.")


@strawberry.type(description="Rates of cancellation and credit notes in a month, quarter or year.")
class RatePeriod(RateSums):
    period: Period = strawberry.field(description="The period.")


@strawberry.type(description="Rates of cancellation and credit notes.")
class Rates:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    total: RateSums = strawberry.field(description="The whole range.")
    periods: list[RatePeriod] = strawberry.field(description="Months, quarters or years of the range, oldest first.")


@strawberry.type(description="CFDI of one type and direction.")
class InvoiceTypeSums:
    type: Code | None = coded("key", "document_type", "TipoDeComprobante: I, E, T, P or N.", context=())
    direction: Direction = strawberry.field(description="Issued or received.")
    documents: int = strawberry.field(description="Number of CFDI in force.")
    cancelled: int = strawberry.field(description="Number of cancelled CFDI.")
    total: Decimal = strawberry.field(
        description="Sum of the totals of those in force, in pesos; 0 for payments (type P)."
    )
    coverage: Coverage = strawberry.field(description="How many of the CFDI in force are included.")
    invoices: InvoiceConnection = drill_down("The CFDI in force, newest first.")


@strawberry.type(description="Number and total of CFDI by type.")
class InvoiceTypes:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    types: list[InvoiceTypeSums] = strawberry.field(
        description="One entry for each type and direction, issued ones first. Types without documents are left out."
    )


@strawberry.type(description="Sums of CFDI of types I and E in force, credit notes subtracted.")
class YearSums:
    key: str = strawberry.field(description="Name of the period, such as 2024-01 or 2024.")
    documents: int = strawberry.field(description="Number of CFDI.")
    net: Decimal = strawberry.field(description="Sum without taxes.")
    total: Decimal = strawberry.field(description="Sum with taxes.")
    coverage: Coverage = strawberry.field(description="How many of `documents` are included.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="A year compared with the year before.")
class YearComparison:
    current: YearSums = strawberry.field(description="Sums of the year.")
    previous: YearSums = strawberry.field(description="Sums of the year before.")
    difference: Decimal = strawberry.field(description="`current.net` less `previous.net`.")
    growth: Decimal | None = strawberry.field(
        description="`difference` divided by `previous.net`: a ratio (0.250000 is 25 % more), six decimals, rounded "
        "half up. Null when `previous.net` is 0 or less."
    )


@strawberry.type(description="A month of a year compared with the same month of the year before.")
class MonthComparison(YearComparison):
    month: int = strawberry.field(description="1 to 12.")


@strawberry.type(description="Year on year (comparativo anual).")
class YearOnYear:
    year: int = strawberry.field(description="Ejercicio.")
    currency: str = strawberry.field(description="Currency of all amounts; MXN unless another was requested.")
    total: YearComparison = strawberry.field(description="The whole year.")
    months: list[MonthComparison] = strawberry.field(description="All twelve months.")


Side = Annotated[
    Direction, strawberry.argument(description="CFDI that the taxpayer issued (sales) or received (expenditures).")
]
_Year = Annotated[int, strawberry.argument(description="Ejercicio to compare with the one before it.")]


async def _rates(
    root: Parent[Row],
    info: Info,
    from_: From,
    to: To,
    every: Every = Interval.MONTH,
    direction: Side = Direction.ISSUED,
    by: By = InsightDate.PERIOD,
) -> rates.Rates:
    return await rates.rates(info.context.store, root["taxpayer"], direction.name, range_of(from_, to, every, by))


async def _types(root: Parent[Row], info: Info, from_: From, to: To, by: By = InsightDate.PERIOD) -> rates.InvoiceTypes:
    return await rates.types(info.context.store, root["taxpayer"], range_of(from_, to, by=by))


async def _year_on_year(
    root: Parent[Row],
    info: Info,
    year: _Year,
    direction: Side = Direction.ISSUED,
    currency: Currency = None,
    by: By = InsightDate.PERIOD,
) -> years.YearOnYear:
    if not periods.FIRST_YEAR < year <= periods.LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"`year` must be from {periods.FIRST_YEAR + 1} to {periods.LAST_YEAR}")
    spend_rows(COST)
    asked = currency_of(currency)
    return await years.year_on_year(info.context.store, root["taxpayer"], direction.name, year, asked, by.name)


def rates_field() -> Any:
    return resolved(_rates, Rates | None, "Rates of cancellation and of credit notes.", ())


def types_field() -> Any:
    return resolved(_types, InvoiceTypes | None, "Number and total of CFDI by type.", ())


def year_on_year_field() -> Any:
    return resolved(
        _year_on_year, YearOnYear | None, "Comparativo anual: each month of a year compared with the year before.", ()
    )
