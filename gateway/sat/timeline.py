"""Changes from one constancia to the next: what came, what went, and what got new dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypedDict

from gateway.sat.dates import plain
from gateway.sat.documents import EconomicActivity, Obligation, Regime, TaxStatus


class FiscalChange(TypedDict):
    """A difference between a constancia and the one before; `tax_status` is the later one."""

    subject: str
    change: str
    name: str
    before: str | None
    after: str | None
    tax_status: TaxStatus


class _Item(NamedTuple):
    """An item of a list; `dates` as `2019-01-01/` or `2019-01-01/2023-05-01`."""

    name: str
    dates: str


def of(constancias: Sequence[TaxStatus]) -> list[FiscalChange]:
    """Return the changes of successive constancias, oldest first. What the first one says is no change."""
    return [change for earlier, later in pairwise(constancias) for change in _between(earlier, later)]


def _between(earlier: TaxStatus, later: TaxStatus) -> Iterator[FiscalChange]:
    for (subject, name, before), (_, _, after) in zip(_facts(earlier), _facts(later), strict=True):
        if before != after and before is not None and after is not None:
            yield _change(subject, "CHANGED", name, before, after, later)
    for (subject, old), new in zip(_lists(earlier).items(), _lists(later).values(), strict=True):
        # A list that the layout lacks says nothing of what was in it.
        if not old or not new:
            continue
        for folded in sorted(old.keys() | new.keys()):
            was, now = old.get(folded), new.get(folded)
            if was is None and now is not None:
                yield _change(subject, "ADDED", now.name, None, now.dates, later)
            elif was is not None and now is None:
                yield _change(subject, "REMOVED", was.name, was.dates, None, later)
            elif was is not None and now is not None and was.dates != now.dates:
                yield _change(subject, "CHANGED", now.name, was.dates, now.dates, later)


def _change(subject: str, change: str, name: str, before: str | None, after: str | None, at: TaxStatus) -> FiscalChange:
    return {"subject": subject, "change": change, "name": name, "before": before, "after": after, "tax_status": at}


def _facts(constancia: TaxStatus) -> list[tuple[str, str, str | None]]:
    """Return the single facts that are followed: subject, name and value."""
    return [
        ("STATUS", "status", constancia["status"]),
        ("NAME", "name", constancia["name"]),
        ("POSTAL_CODE", "address.postal_code", constancia["address"]["postal_code"]),
    ]


def _lists(constancia: TaxStatus) -> dict[str, dict[str, _Item]]:
    """Return by subject the lists that are followed: their items by folded name."""
    return {
        "REGIME": _named((one["name"], one) for one in constancia["regimes"]),
        "OBLIGATION": _named((one["description"], one) for one in constancia["obligations"]),
        "ECONOMIC_ACTIVITY": _named((one["name"], one) for one in constancia["economic_activities"]),
    }


def _named(items: Iterable[tuple[str | None, Regime | Obligation | EconomicActivity]]) -> dict[str, _Item]:
    return {plain(name): _Item(name, f"{one['from_date'] or ''}/{one['to_date'] or ''}") for name, one in items if name}
