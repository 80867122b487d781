"""Filters: a plain dict, as JSON keeps it, to the query of a taxpayer's rows. One for lists, sums and exports.

    {"issued_at": {"from": "2024-01-01"}, "or": [{"status": ["CANCELLED"]}, {"total": {"from": "1000"}}]}

Its keys are and-ed; `and`, `or` and `not` hold filters of their own. What it does not know is an InvalidInput with
code INVALID_FILTER and a path, never ignored.
"""

from __future__ import annotations

from typing import Any

from gateway.sat.kinds import Kind
from gateway.store.filter_fields import DATED, FIELDS
from gateway.store.filter_values import At, listed, mapping, next_day
from gateway.store.query_language import ClientFilter, Filter

DEEPEST, MOST_CONDITIONS = 6, 100
_TOGETHER = ("and", "or", "not")


def scope_of(collection: str) -> str:
    """Return the key that says whose a row is."""
    return "owner" if collection == "taxpayers" else "taxpayer"


def query(collection: Kind | str, taxpayer: str, filter: ClientFilter | None) -> Filter:
    """Return MongoDB's filter for a client's filter over a taxpayer's rows (over an owner's, for `taxpayers`)."""
    name = collection.collection if isinstance(collection, Kind) else collection
    found: Filter = {scope_of(name): taxpayer}
    if not filter:
        return found
    reading = _Reading(name)
    conditions = reading.all_of(filter, At(taxpayer, ("filter",)), 1)
    return {**found, **_narrowed(name, filter), "$and": conditions}


class _Reading:
    """One filter as it is read: how many conditions it has come to."""

    def __init__(self, collection: str) -> None:
        self._fields = FIELDS[collection]
        self._count = 0

    def all_of(self, filter: Any, at: At, depth: int) -> list[Filter]:
        if depth > DEEPEST:
            raise at.refused(f"nested more than {DEEPEST} deep")
        found: list[Filter] = []
        for key, value in mapping(filter, at, (*self._fields, *_TOGETHER)).items():
            below = at.below(key)
            if key in _TOGETHER:
                found.append(self._together(key, value, below, depth + 1))
            else:
                self._spend(below)
                found.append(self._fields[key](value, below))
        return found

    def _together(self, key: str, value: Any, at: At, depth: int) -> Filter:
        if key == "not":
            return {"$nor": [{"$and": self.all_of(value, at, depth)}]}
        parts = [
            {"$and": self.all_of(part, at.below(str(index)), depth)} for index, part in enumerate(listed(value, at))
        ]
        return {f"${key}": parts}

    def _spend(self, at: At) -> None:
        self._count += 1
        if self._count > MOST_CONDITIONS:
            raise at.refused(f"more than {MOST_CONDITIONS} conditions")


def _narrowed(collection: str, filter: ClientFilter) -> Filter:
    """Derive from a filter's dates the range of `order`: it begins with the document's own date if there is one."""
    lows, highs = [], []
    for part in _anded(filter):
        days = part.get(DATED.get(collection, "")) or {}
        months = listed(part["month"], At("", ())) if "month" in part else []
        lows += [*([days["from"]] if "from" in days else []), *([min(months)] if months else [])]
        highs += [*([next_day(days["to"])] if "to" in days else []), *([f"{max(months)}-99"] if months else [])]
    if not lows and not highs:
        return {}
    return {"order": {**({"$gte": max(lows)} if lows else {}), **({"$lt": min(highs)} if highs else {})}}


def _anded(filter: ClientFilter) -> list[ClientFilter]:
    """Return the filter and those that it and-s, which have been read before."""
    found = [filter]
    for part in listed(filter["and"], At("", ())) if "and" in filter else []:
        found += _anded(part)
    return found
