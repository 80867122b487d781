"""The range of days that an insight is asked for, cut into months, quarters or years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from gateway.errors import InvalidInput
from gateway.store.query_language import Expression, Filter

#: MONTH, QUARTER or YEAR.
Every = str
#: PERIOD: documents count on the day that they are about (gateway/sat/figure_days.py). ISSUE: all on their own date.
By = str
#: Each begins with the date. `order` begins with that of the transaction in documents that do not tell their own.
_PATHS = {"PERIOD": "figures.day", "ISSUE": "order"}
#: An insight looks at so many years at most.
MOST_YEARS = 10
FIRST_YEAR, LAST_YEAR = 2000, 2199
_QUARTER_OF = [str((month + 2) // 3) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year, as far as it lies in the range. Both days are in it."""

    key: str  # 2024-01, 2024-Q1 or 2024
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Range:
    """Days, both in it."""

    start: date
    end: date
    every: Every = "MONTH"
    by: By = "PERIOD"

    @property
    def key(self) -> Expression:
        """Return the expression that gives the key of the period in which a document counts."""
        return key_of(f"${_PATHS[self.by]}", self.every)

    def documents(self, start: date | None = None, end: date | None = None) -> Filter:
        """Select the documents that count on these days, by default on all of the range."""
        return {_PATHS[self.by]: within(start or self.start, end or self.end)}

    def of(self, period: Period) -> Filter:
        """Select the documents that count in one of its periods."""
        return self.documents(period.start, period.end)

    def periods(self) -> list[Period]:
        """Return every period of the range, those without documents too."""
        found, day = [], self.start
        while day <= self.end:
            end = min(_last_day(day, self.every), self.end)
            found.append(Period(_key(day, self.every), day, end))
            day = end + timedelta(days=1)
        return found


def checked(start: str, end: str, every: Every = "MONTH", by: By = "PERIOD") -> Range:
    """Return the range between two ISO dates. Raises InvalidInput(INVALID_RANGE)."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"days must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    if last < first:
        raise InvalidInput("INVALID_RANGE", "`to` is before `from`")
    if (last.year - MOST_YEARS, last.month, last.day) >= (first.year, first.month, first.day):
        raise InvalidInput("INVALID_RANGE", f"a range may span {MOST_YEARS} years at most")
    return Range(first, last, every, by)


def after(day: date) -> str:
    """Return the text that every local time of the day, and of no later one, stands below."""
    return (day + timedelta(days=1)).isoformat()


class PeriodRow(TypedDict):
    """A period as an answer tells it."""

    key: str
    from_: str
    to: str


def row_of(period: Period) -> PeriodRow:
    return {"key": period.key, "from_": period.start.isoformat(), "to": period.end.isoformat()}


def within(start: date, end: date) -> Filter:
    """Return the bounds of a key that begins with a local date or time."""
    return {"$gte": start.isoformat(), "$lt": after(end)}


def issued_in_months(first: str, last: str) -> Filter:
    """Select the documents of whole months (AAAA-MM), both in it, by their own date: a query that an index answers.

    `order` begins with that date. It begins with another one in documents that do not tell theirs: those are of no day.
    """
    return {"order": {"$gte": first, "$lt": f"{last}-99"}, "issued_at": {"$gt": ""}}


def in_months(first: str, last: str, by: By) -> Filter:
    """Select the documents that count in these whole months (AAAA-MM), both in it."""
    return {_PATHS[by]: {"$gte": first, "$lt": f"{last}-99"}}


def key_of(path: str, every: Every) -> Expression:
    """Return the expression that gives the period's key of the local time at `path`."""
    year = {"$substrBytes": [path, 0, 4]}
    if every == "YEAR":
        return year
    if every == "MONTH":
        return {"$substrBytes": [path, 0, 7]}
    month = {"$subtract": [{"$toInt": {"$substrBytes": [path, 5, 2]}}, 1]}
    return {"$concat": [year, "-Q", {"$arrayElemAt": [_QUARTER_OF, month]}]}


def _key(day: date, every: Every) -> str:
    if every == "YEAR":
        return f"{day.year:04}"
    return f"{day.year:04}-Q{_QUARTER_OF[day.month - 1]}" if every == "QUARTER" else f"{day.year:04}-{day.month:02}"


def _last_day(day: date, every: Every) -> date:
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[every]
    # The number of the month after the period, counted from year 0.
    following = ((day.year * 12 + day.month - 1) // months + 1) * months
    year, month = divmod(following, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, 1) - timedelta(days=1)
