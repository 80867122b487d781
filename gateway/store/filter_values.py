"""The values that a filter may hold, read and checked. What is none raises InvalidInput with its path."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.errors import InvalidInput
from gateway.sat.camel import camel_case
from gateway.sat.dates import plain
from gateway.store.decimals import twin
from gateway.store.query_language import ClientFilter, Filter

MOST_VALUES, LONGEST_TEXT = 1000, 200


@dataclass(frozen=True, slots=True)
class At:
    """The place in a filter where a reader stands, and the taxpayer whose rows are asked for."""

    scope: str
    path: tuple[str, ...]

    def below(self, *keys: str) -> At:
        """Return the place further down."""
        return At(self.scope, (*self.path, *keys))

    def refused(self, why: str) -> InvalidInput:
        """Return the refusal of what stands here; `why` says what may stand instead."""
        names = [camel_case(key) for key in self.path]
        return InvalidInput("INVALID_FILTER", f"{'.'.join(names)}: {why}", names)


def texts(value: Any, at: At) -> list[str]:
    """Return a list of texts that is not empty; one text alone is a list of one."""
    found = listed(value, at)
    for text in found:
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT or not _is_plain(text):
            raise at.refused(f"texts of 1 to {LONGEST_TEXT} characters")
    return found


def mapping(value: Any, at: At, known: Collection[str]) -> ClientFilter:
    """Check a filter, or a part of one: keys that are all known, and no null."""
    if not isinstance(value, Mapping):
        raise at.refused("not a filter")
    for key, inner in value.items():
        if key not in known:
            raise at.below(str(key)).refused("unknown")
        if inner is None:
            raise at.below(key).refused("null")
    if not value:
        raise at.refused("empty: leave it out")
    return value


def listed(value: Any, at: At) -> list[Any]:
    """Return a list of at least one value and MOST_VALUES at most; one value alone is a list of one."""
    found = list(value) if isinstance(value, list | tuple) else [value]
    if not found or len(found) > MOST_VALUES:
        raise at.refused(f"from 1 to {MOST_VALUES} values: leave it out when there is none")
    return found


def bounds(value: Any, at: At, read: Callable[[Any, At], Any], upper: str, until: Callable[[Any], Any]) -> Filter:
    """Read {from, to} as bounds of a key; `upper` is the operator for `until` of the last value."""
    given = {key: read(inner, at.below(key)) for key, inner in mapping(value, at, ("from", "to")).items()}
    if len(given) == 2 and _comparable(given["from"]) > _comparable(given["to"]):
        raise at.refused("`from` is after `to`")
    found = {}
    if "from" in given:
        found["$gte"] = given["from"]
    if "to" in given:
        found[upper] = until(given["to"])
    return found


def _comparable(value: Any) -> Any:
    return value.to_decimal() if hasattr(value, "to_decimal") else value


def day(value: Any, at: At) -> str:
    """Read a day as ISO text."""
    try:
        iso = date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        iso = None
    if iso is None or iso != value:
        raise at.refused("a day such as 2024-01-31")
    return iso


def next_day(day: str) -> str:
    """Return the day after, as ISO text."""
    # Before year 9999 is over: what comes after is greater than every date.
    return "9999-99" if day == "9999-12-31" else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def instant(value: Any, at: At) -> datetime:
    """Read an instant, which has its offset."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        utc = moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        utc = None
    if utc is None:
        raise at.refused("an instant with its offset, such as 2024-01-31T23:59:00-06:00")
    return utc


def amount(value: Any, at: At) -> Any:
    """Read an amount as the Decimal128 that rows have."""
    amount = twin(value)
    if amount is None or sum(map(str.isdigit, value)) > 34:
        raise at.refused('a decimal as text of 34 digits at most, such as "1234.50"')
    return amount


def searched(value: Any, at: At) -> str:
    """Read a text to look for, without accents and in lower case."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not _is_plain(value):
        raise at.refused(f"a text of 1 to {LONGEST_TEXT} characters")
    text = plain(value)
    if not text:
        raise at.refused(f"a text of 1 to {LONGEST_TEXT} characters")
    return text


def _is_plain(text: str) -> bool:
    """MongoDB takes no lone surrogate, and a pattern no NUL."""
    return text.isprintable() or all(c.isprintable() or c.isspace() for c in text)
