"""Exposure to SAT's 69-B list: what was invoiced to and by the counterparties that are on it.

The list is small and the taxpayer's counterparties are few, so the two are met first; only then are documents summed,
those of the listed counterparties alone.
"""

from __future__ import annotations

from typing import Any

from gateway.store import blacklist
from gateway.store.insights import sums
from gateway.store.insights.periods import Range, within
from gateway.store.mongo import Row, Store, aggregate

#: In the order of what they mean for who holds their CFDI.
SITUATIONS = ("DEFINITIVE", "PRESUMED", "FAVORABLE_RULING", "DISPROVED", "UNKNOWN")
MOST_COUNTERPARTIES = 1000
_DIRECTIONS = {"issued": "ISSUED", "received": "RECEIVED"}
_NATURES = ("INCOME", "CREDIT_NOTE")


async def exposure(store: Store, taxpayer: str, range: Range | None) -> Row:
    """`situations` is None when no list was ever imported."""
    held = await blacklist.current(store)
    days = {"issued_at": within(range.start, range.end)} if range else {}
    found: Row = {
        "imported_at": held["imported_at"] if held else None,
        "as_of": held["as_of"] if held else None,
        "entries": held["entries"] if held else None,
        "counterparties_checked": None,
        "situations": None,
    }
    if held is None:
        return found
    order = {"order": within(range.start, range.end)} if range else {}
    keys = await _counterparties(store, {"taxpayer": taxpayer, **order})
    listed = await blacklist.find(store, keys)
    groups = await _groups(store, taxpayer, order, days, sorted(listed))
    found["counterparties_checked"] = len(keys)
    found["situations"] = [_situation(taxpayer, name, listed, groups, days) for name in SITUATIONS]
    return found


async def _counterparties(store: Store, where: Row) -> list[str]:
    rows = await aggregate(store["invoices"], [{"$match": where}, {"$group": {"_id": "$counterparty.key"}}])
    return [row["_id"] for row in rows if row["_id"]]


async def _groups(
    store: Store, taxpayer: str, order: Row, days: Row, keys: list[str]
) -> dict[tuple[str, str, str], Row]:
    """Sums of CFDI in force by (counterparty, direction, nature)."""
    if not keys:
        return {}
    where: Row = {"taxpayer": taxpayer, "counterparty.key": {"$in": keys}, **order, **days}
    where |= {"figures.nature": {"$in": list(_NATURES)}, "status": "ACTIVE"}
    by = {"counterparty": "$counterparty.key", "direction": "$direction", "nature": "$figures.nature"}
    rows = await aggregate(store["invoices"], [{"$match": where}, {"$group": {"_id": by, **sums.summing(None)}}])
    return {(row["_id"]["counterparty"], row["_id"]["direction"], row["_id"]["nature"]): row for row in rows}


def _situation(taxpayer: str, name: str, listed: dict[str, Row], groups: Any, days: Row) -> Row:
    rfcs = sorted(rfc for rfc, entry in listed.items() if entry["situation"] == name)
    counterparties = [
        {
            "rfc": rfc,
            "entry": listed[rfc],
            "taxpayer": taxpayer,
            "counterparty": {"key": rfc},
            **_sides(taxpayer, [rfc], groups, days),
        }
        for rfc in rfcs
    ]
    counterparties.sort(key=lambda row: (-row["documents"], row["rfc"]))
    return {
        "situation": name,
        "counterparty_count": len(rfcs),
        "counterparties": counterparties[:MOST_COUNTERPARTIES],
        **_sides(taxpayer, rfcs, groups, days),
    }


def _sides(taxpayer: str, rfcs: list[str], groups: Any, days: Row) -> Row:
    """Add up what was issued to these counterparties, and what was received from them."""
    sides: Row = {"documents": 0}
    for side, direction in _DIRECTIONS.items():
        invoiced, credited = (
            sums.together(groups.get((rfc, direction, nature)) for rfc in rfcs) for nature in _NATURES
        )
        covered = sums.coverage([invoiced, credited])
        sides["documents"] += covered["total"]
        sides[side] = {
            "invoiced": sums.amounts(invoiced),
            "credit_notes": sums.amounts(credited),
            "result": sums.less(invoiced, credited),
            "coverage": covered,
            "taxpayer": taxpayer,
            "where": {
                "counterparty.key": {"$in": rfcs},
                "direction": direction,
                "figures.nature": {"$in": list(_NATURES)},
                "status": "ACTIVE",
                **days,
            },
        }
    return sides
