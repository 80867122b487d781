"""Exposure to SAT's 69-B list: what was invoiced to and by the counterparties that are on it.

The list is small and the taxpayer's counterparties are few, so the two are met first; only then are documents summed,
those of the listed counterparties alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from gateway.store import blacklist
from gateway.store.insights import sums, trade
from gateway.store.insights.periods import Range
from gateway.store.insights.trade import Parts, Traded
from gateway.store.mongo import Row, Store, aggregate
from gateway.store.query_language import Filter

#: In the order of what they mean for who holds their CFDI.
SITUATIONS = ("DEFINITIVE", "PRESUMED", "FAVORABLE_RULING", "DISPROVED", "UNKNOWN")
MOST_COUNTERPARTIES = 1000
_SIDES = {"ISSUED": "issued", "RECEIVED": "received"}
_PARTS = {"INCOME": "invoiced", "CREDIT_NOTE": "credited"}


class _BothSides(TypedDict):
    issued: Traded
    received: Traded


class ListedCounterparty(_BothSides):
    rfc: str
    entry: Row
    taxpayer: str
    counterparty: dict[str, str]


class SituationExposure(_BothSides):
    situation: str
    counterparty_count: int
    counterparties: list[ListedCounterparty]


class BlacklistExposure(TypedDict):
    imported_at: datetime | None
    as_of: str | None
    entries: int | None
    counterparties_checked: int | None
    situations: list[SituationExposure] | None


#: Sums of CFDI in force by counterparty and side.
_Groups = Mapping[tuple[str, str], Parts]


async def exposure(store: Store, taxpayer: str, range: Range | None) -> BlacklistExposure:
    """`situations` is None when no list was ever imported."""
    held = await blacklist.current(store)
    found: BlacklistExposure = {
        "imported_at": held["imported_at"] if held else None,
        "as_of": held["as_of"] if held else None,
        "entries": held["entries"] if held else None,
        "counterparties_checked": None,
        "situations": None,
    }
    if held is None:
        return found
    days = range.documents() if range else {}
    keys = await _counterparties(store, {"taxpayer": taxpayer, **days})
    listed = await blacklist.find(store, keys)
    groups = await _groups(store, taxpayer, days, sorted(listed))
    situations = [_situation(taxpayer, name, listed, groups, days) for name in SITUATIONS]
    return {**found, "counterparties_checked": len(keys), "situations": situations}


async def _counterparties(store: Store, where: Filter) -> list[str]:
    rows = await aggregate(store["invoices"], [{"$match": where}, {"$group": {"_id": "$counterparty.key"}}])
    return [row["_id"] for row in rows if row["_id"]]


async def _groups(store: Store, taxpayer: str, days: Filter, keys: list[str]) -> _Groups:
    found: dict[tuple[str, str], Parts] = defaultdict(Parts)
    if not keys:
        return found
    where = {"taxpayer": taxpayer, "counterparty.key": {"$in": keys}, **_in_force(days)}
    by = {"counterparty": "$counterparty.key", "direction": "$direction", "nature": "$figures.nature"}
    rows = await aggregate(store["invoices"], [{"$match": where}, {"$group": {"_id": by, **sums.summing(None)}}])
    for row in rows:
        group = row["_id"]
        key = group["counterparty"], group["direction"]
        part = _PARTS.get(group.get("nature"), "unknown")
        found[key] = replace(found[key], **{part: sums.read(row)})
    return found


def _in_force(days: Filter) -> Filter:
    return {"direction": sums.DIRECTIONS, "figures.nature": sums.TRADED, "status": "ACTIVE", **days}


def _situation(taxpayer: str, name: str, listed: Mapping[str, Row], groups: _Groups, days: Filter) -> SituationExposure:
    rfcs = sorted(rfc for rfc, entry in listed.items() if entry["situation"] == name)
    each: dict[str, list[Parts]] = {}
    whole: dict[str, Parts] = {}
    for direction in _SIDES:
        exact = [groups.get((rfc, direction), Parts()) for rfc in rfcs]
        total = sum(exact, Parts())
        whole[direction], each[direction] = total.rounded(), trade.spread(total, exact)

    def both(of: list[str], parts: Mapping[str, Parts]) -> _BothSides:
        told = {side: _side(taxpayer, of, direction, parts[direction], days) for direction, side in _SIDES.items()}
        return {"issued": told["issued"], "received": told["received"]}

    counterparties: list[ListedCounterparty] = [
        {
            "rfc": rfc,
            "entry": listed[rfc],
            "taxpayer": taxpayer,
            "counterparty": {"key": rfc},
            **both([rfc], {direction: each[direction][place] for direction in _SIDES}),
        }
        for place, rfc in enumerate(rfcs)
    ]
    counterparties.sort(key=lambda row: (-_documents(row), row["rfc"]))
    return {
        "situation": name,
        "counterparty_count": len(rfcs),
        "counterparties": counterparties[:MOST_COUNTERPARTIES],
        **both(rfcs, whole),
    }


def _documents(row: _BothSides) -> int:
    return row["issued"]["coverage"]["total"] + row["received"]["coverage"]["total"]


def _side(taxpayer: str, rfcs: list[str], direction: str, parts: Parts, days: Filter) -> Traded:
    """Tell what was issued to these counterparties, or received from them."""
    where: Filter = {**_in_force(days), "counterparty.key": {"$in": rfcs}, "direction": direction}
    return trade.traded(parts, {"taxpayer": taxpayer, "where": where}, None)
