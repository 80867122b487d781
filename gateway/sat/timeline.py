"""Changes from one constancia to the next: what came, what went, and what got new dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gateway.sat.dates import plain

Record = Mapping[str, Any]
#: What is followed: its list in a constancia, and the key that names an item of it.
_LISTS = (
    ("REGIME", "regimes", "name"),
    ("OBLIGATION", "obligations", "description"),
    ("ECONOMIC_ACTIVITY", "economic_activities", "name"),
)
#: Single facts of the taxpayer in a constancia.
_FACTS = (("STATUS", "status"), ("NAME", "name"), ("POSTAL_CODE", "address.postal_code"))


def of(constancias: Sequence[Record]) -> list[dict[str, Any]]:
    """The changes of successive constancias, oldest first. What the first one says is no change."""
    return [change for earlier, later in pairwise(constancias) for change in _between(earlier, later)]


def _between(earlier: Record, later: Record) -> Iterator[dict[str, Any]]:
    for subject, path in _FACTS:
        before, after = _fact(earlier, path), _fact(later, path)
        if before != after and before is not None and after is not None:
            yield _change(subject, "CHANGED", path, before, after, later)
    for subject, key, name in _LISTS:
        old, new = _named(earlier.get(key), name), _named(later.get(key), name)
        # A list that the layout lacks says nothing of what was in it.
        if not old or not new:
            continue
        for folded in sorted(old.keys() | new.keys()):
            was, now = old.get(folded), new.get(folded)
            if was is None and now is not None:
                yield _change(subject, "ADDED", now[name], None, _dates(now), later)
            elif was is not None and now is None:
                yield _change(subject, "REMOVED", was[name], _dates(was), None, later)
            elif was is not None and now is not None and _dates(was) != _dates(now):
                yield _change(subject, "CHANGED", now[name], _dates(was), _dates(now), later)


def _change(subject: str, change: str, name: str, before: str | None, after: str | None, at: Record) -> dict[str, Any]:
    return {"subject": subject, "change": change, "name": name, "before": before, "after": after, "tax_status": at}


def _named(items: Sequence[Record] | None, name: str) -> dict[str, Record]:
    return {plain(item[name]): item for item in items or [] if item.get(name)}


def _dates(item: Record) -> str:
    """Since when and until when, as `2019-01-01/` or `2019-01-01/2023-05-01`."""
    return f"{item.get('from_date') or ''}/{item.get('to_date') or ''}"


def _fact(record: Record, path: str) -> str | None:
    found: Any = record
    for key in path.split("."):
        found = (found or {}).get(key)
    return None if found is None else str(found)
