"""The arguments that insights share."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.store.insights import periods
from gateway.store.insights.periods import Range
from resolvers.scalars import Date


@strawberry.enum(description="Length of the periods that an insight is divided into.")
class Interval(Enum):
    MONTH = strawberry.enum_value("MONTH", description="A calendar month, such as 2024-01.")
    QUARTER = strawberry.enum_value("QUARTER", description="A calendar quarter, such as 2024-Q1.")
    YEAR = strawberry.enum_value("YEAR", description="A calendar year (ejercicio), such as 2024.")


@strawberry.enum(
    description="The date by which documents count in a range and its periods. Payments (type P) always count on their "
    "FechaPago."
)
class InsightDate(Enum):
    PERIOD = strawberry.enum_value(
        "PERIOD",
        description="The date that they are about: payrolls on their FechaPago, global invoices in the period that "
        "their InformacionGlobal names (on its last day when they were issued after it; of a bimonthly one in its "
        "second month, unless it was issued in the first), all others on their Fecha.",
    )
    ISSUE = strawberry.enum_value(
        "ISSUE", description="The date of issue (Fecha), of payrolls and global invoices too."
    )


From = Annotated[
    Date,
    strawberry.argument(name="from", description="The first day, by the date that `by` chooses."),
]
To = Annotated[Date, strawberry.argument(description="The last day, included; 10 years after `from` at most.")]
Every = Annotated[Interval, strawberry.argument(description="Length of each period.")]
Currency = Annotated[
    str | None,
    strawberry.argument(
        description="Includes only documents in this currency (c_Moneda), with amounts in it. By default all documents "
        "are included, in pesos."
    ),
]
By = Annotated[InsightDate, strawberry.argument(description="The date by which documents count.")]
#: Ends the description of a share or a rate.
RATIO = "a ratio (0.250000 is 25 %), six decimals, rounded half up; null when the divisor is 0"
MOST_LISTED = 100
#: What an insight counts as among the rows that one operation may ask for.
COST = 500
Top = Annotated[int, strawberry.argument(description=f"Number of entries to list, largest first; 1 to {MOST_LISTED}.")]


def top_of(top: int) -> int:
    """Raise InvalidInput(INVALID_TOP)."""
    if not 1 <= top <= MOST_LISTED:
        raise InvalidInput("INVALID_TOP", f"`top` must be from 1 to {MOST_LISTED}")
    return top


def range_of(start: str, end: str, every: Interval = Interval.MONTH, by: InsightDate = InsightDate.PERIOD) -> Range:
    """Return the range, as the store knows it. An insight takes as much of an operation's allowance as so many rows."""
    spend_rows(COST)
    return periods.checked(start, end, every.name, by.name)


def currency_of(text: str | None) -> str | None:
    """Raise InvalidInput(INVALID_CURRENCY) for what no document can have."""
    if text is None:
        return None
    code = text.strip().upper()
    if not (code.isascii() and code.isalpha() and len(code) == 3):
        raise InvalidInput("INVALID_CURRENCY", "a currency is a code of three letters, such as USD")
    return code
