"""Customers and suppliers: how much hangs on how few of them, and what is exchanged with each in both directions."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import Range
from gateway.store.insights.sums import Identity
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Fields, Filter, Pipeline

_PARTY: Fields = {"rfc": {"$max": "$counterparty.rfc"}, "name": {"$max": "$counterparty.name"}}
_SUMMED = ("net", "total")


class CounterpartyShare(Behind):
    identity: Identity
    documents: int
    net: str
    total: str
    share: str | None
    cumulative_share: str | None
    coverage: Coverage


class OtherCounterparties(TypedDict):
    counterparty_count: int
    net: str
    share: str | None


class Concentration(TypedDict):
    from_: str
    to: str
    currency: str
    total: str
    counterparty_count: int
    herfindahl: str | None
    counterparties: list[CounterpartyShare]
    others: OtherCounterparties
    coverage: Coverage


async def concentration(
    store: Store, taxpayer: str, direction: str, range: Range, *, currency: str | None, top: int
) -> Concentration:
    """Return the largest parties by net amount, credit notes subtracted, with their shares of the whole."""
    where: Filter = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": sums.TRADED,
        **range.documents(),
        **sums.in_currency(currency),
    }
    (found,) = await mongo.aggregate(store["invoices"], _concentrated({"taxpayer": taxpayer, **where}, currency, top))
    row = next(iter(found["whole"]), None)
    whole = sums.read(row, ("net", "squares", "parties"))
    total, count = whole["net"], int(whole["parties"])
    parts = [sums.read(party, _SUMMED) for party in found["top"]]
    rest = sums.minus(total, sums.together(parts)["net"])
    # What rounding leaves is of the others; without others it is spread over those that are listed.
    nets = sums.spread(total, [*(part["net"] for part in parts), *([rest] if count > len(parts) else [])])
    why = sums.reason(currency)
    listed: list[CounterpartyShare] = []
    cumulated = sums.ZERO
    for party, part, net in zip(found["top"], parts, nets, strict=False):
        cumulated = sums.added((cumulated, part["net"]))
        behind: Behind = {"taxpayer": taxpayer, "where": {**where, "counterparty.key": party["_id"]}}
        listed.append(
            {
                "identity": sums.identity(taxpayer, party),
                "documents": part.documents,
                "net": sums.money(net),
                "total": sums.money(part["total"]),
                "share": sums.ratio(part["net"], total),
                "cumulative_share": sums.ratio(cumulated, total),
                "coverage": covered(part, behind, why),
                **behind,
            }
        )
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": sums.money(total),
        "counterparty_count": count,
        "herfindahl": sums.ratio(whole["squares"], sums.times(total, total)),
        "counterparties": listed,
        "others": {
            "counterparty_count": count - len(listed),
            "net": sums.money(nets[len(listed)] if count > len(listed) else sums.ZERO),
            "share": sums.ratio(rest, total),
        },
        "coverage": covered(whole, {"taxpayer": taxpayer, "where": where}, why),
    }


def _concentrated(where: Filter, currency: str | None, top: int) -> Pipeline:
    whole: Fields = {
        "_id": None,
        **sums.again("net"),
        "squares": {"$sum": {"$multiply": ["$net", "$net"]}},
        "parties": {"$sum": 1},
    }
    amounts = {name: sums.signed(sums.figure(name, currency)) for name in _SUMMED}
    group = {"_id": "$counterparty.key", **_PARTY, **sums.counting(sums.reason(currency), **amounts)}
    return [
        {"$match": where},
        {"$group": group},
        {"$facet": {"top": [{"$sort": {"net": -1, "_id": 1}}, {"$limit": top}], "whole": [{"$group": whole}]}},
    ]


class Exchange(TypedDict):
    documents: int
    net: str
    total: str


class NetworkCounterparty(Behind):
    identity: Identity
    sold: Exchange
    bought: Exchange
    documents: int
    cancelled: int
    cancellation_rate: str | None
    credit_notes: int
    credit_note_rate: str | None
    first_issued_at: str | None
    last_issued_at: str | None
    coverage: Coverage


class Network(TypedDict):
    from_: str
    to: str
    counterparty_count: int
    counterparties: list[NetworkCounterparty]


_WAYS = {"sold": "ISSUED", "bought": "RECEIVED"}
_EACH = ("documents", "net", "total")


async def network(store: Store, taxpayer: str, range: Range, *, top: int) -> Network:
    """Return each party with what was exchanged both ways, in pesos: those with the most first."""
    where: Filter = {"direction": sums.DIRECTIONS, "figures.nature": sums.TRADED, **range.documents()}
    (found,) = await mongo.aggregate(store["invoices"], _networked({"taxpayer": taxpayer, **where}, top))
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "counterparty_count": found["count"][0]["parties"] if found["count"] else 0,
        "counterparties": [_node(taxpayer, row, where) for row in found["top"]],
    }


def _networked(where: Filter, top: int) -> Pipeline:
    active = {"$eq": ["$status", "ACTIVE"]}
    each: Fields = {}
    for name, direction in _WAYS.items():
        counts = {"$and": [active, {"$eq": ["$direction", direction]}]}
        each[f"{name}_documents"] = sums.counted(counts)
        for amount in _SUMMED:
            each[f"{name}_{amount}"] = {"$sum": {"$cond": [counts, sums.signed(f"$figures.mxn.{amount}"), 0]}}
    group: Fields = {
        "_id": "$counterparty.key",
        **_PARTY,
        **sums.counting({"$cond": [active, sums.reason(None), None]}),
        **each,
        "documents": sums.counted(active),
        "cancelled": sums.counted({"$ne": ["$status", "ACTIVE"]}),
        "credit_notes": sums.counted({"$and": [active, {"$eq": ["$figures.nature", "CREDIT_NOTE"]}]}),
        "first": {"$min": "$issued_at"},
        "last": {"$max": "$issued_at"},
    }
    exchanged = {"$add": ["$sold_total", "$bought_total"]}
    return [
        {"$match": where},
        {"$group": group},
        {
            "$facet": {
                "top": [{"$addFields": {"all": exchanged}}, {"$sort": {"all": -1, "_id": 1}}, {"$limit": top}],
                "count": [{"$count": "parties"}],
            }
        },
    ]


def _node(taxpayer: str, row: Row, where: Filter) -> NetworkCounterparty:
    found = sums.read(row, [f"{way}_{name}" for way in _WAYS for name in _EACH])
    behind: Behind = {
        "taxpayer": taxpayer,
        "where": {**where, "counterparty.key": row["_id"], "status": "ACTIVE"},
    }

    def way(name: str) -> Exchange:
        return {
            "documents": int(found[f"{name}_documents"]),
            "net": sums.money(found[f"{name}_net"]),
            "total": sums.money(found[f"{name}_total"]),
        }

    cancelled, notes = row["cancelled"], row["credit_notes"]
    return {
        "identity": sums.identity(taxpayer, row),
        "sold": way("sold"),
        "bought": way("bought"),
        "documents": found.documents,
        "cancelled": cancelled,
        "cancellation_rate": sums.ratio(Decimal(cancelled), Decimal(found.documents + cancelled)),
        "credit_notes": notes,
        "credit_note_rate": sums.ratio(Decimal(notes), Decimal(found.documents)),
        "first_issued_at": row["first"],
        "last_issued_at": row["last"],
        "coverage": covered(found, behind, sums.reason(None)),
        **behind,
    }
