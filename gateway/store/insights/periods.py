"""The range of days that an insight is asked for, cut into months, quarters or years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gateway.errors import InvalidInput

#: MONTH, QUARTER or YEAR.
Every = str
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

    def periods(self) -> list[Period]:
        """Every period of the range, those without documents too."""
        found, day = [], self.start
        while day <= self.end:
            end = min(_last_day(day, self.every), self.end)
            found.append(Period(_key(day, self.every), day, end))
            day = end + timedelta(days=1)
        return found


def checked(start: str, end: str, every: Every = "MONTH") -> Range:
    """The range between two ISO dates. Raises InvalidInput(INVALID_RANGE)."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise InvalidInput("INVALID_RANGE", f"days must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    if last < first:
        raise InvalidInput("INVALID_RANGE", "`to` is before `from`")
    if (last.year - MOST_YEARS, last.month, last.day) >= (first.year, first.month, first.day):
        raise InvalidInput("INVALID_RANGE", f"a range may span {MOST_YEARS} years at most")
    return Range(first, last, every)


def after(day: date) -> str:
    """The text that every local time of the day, and of no later one, stands below."""
    return (day + timedelta(days=1)).isoformat()


def within(start: date, end: date) -> dict[str, str]:
    """The bounds of a key that begins with a local date or time."""
    return {"$gte": start.isoformat(), "$lt": after(end)}


def issued(start: date, end: date) -> dict[str, dict[str, str]]:
    """The documents of these days by their own date: a query that an index answers.

    `order` begins with that date. It begins with another one in documents that do not tell theirs: those are of no day.
    """
    return {"order": within(start, end), "issued_at": {"$gt": ""}}


def issued_in_months(first: str, last: str) -> dict[str, dict[str, str]]:
    """The same for whole months (AAAA-MM), both in it."""
    return {"order": {"$gte": first, "$lt": f"{last}-99"}, "issued_at": {"$gt": ""}}


def key_of(path: str, every: Every) -> Any:
    """The expression that gives the period's key of the local time at `path`."""
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
