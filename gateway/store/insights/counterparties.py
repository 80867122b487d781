"""Customers and suppliers: how much hangs on how few of them, and what is exchanged with each in both directions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.mongo import Row, Store

_TRADED: Row = {"$in": ["INCOME", "CREDIT_NOTE"]}
_PARTY: Row = {"rfc": {"$max": "$counterparty.rfc"}, "name": {"$max": "$counterparty.name"}}


async def concentration(
    store: Store, taxpayer: str, direction: str, range: Range, *, currency: str | None, top: int
) -> Row:
    """The largest parties by net amount, credit notes subtracted, with their shares of the whole."""
    where: Row = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": _TRADED,
        **periods.issued(range.start, range.end),
        **sums.in_currency(currency),
    }
    (found,) = await mongo.aggregate(store["invoices"], _concentrated({"taxpayer": taxpayer, **where}, currency, top))
    whole: Row = next(iter(found["whole"]), {"net": None, "squares": None, "parties": 0, "documents": 0, "used": 0})
    total = sums.exact(whole["net"])
    listed, cumulated = [], Decimal(0)
    for row in found["top"]:
        cumulated = sums.added((cumulated, sums.exact(row["net"])))
        listed.append(
            {
                "identity": sums.identity(taxpayer, row),
                **_summed(row, total),
                "cumulative_share": sums.ratio(cumulated, total),
                "taxpayer": taxpayer,
                "where": {**where, "counterparty.key": row["_id"]},
            }
        )
    others = sums.minus(total, cumulated)
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": sums.money(total),
        "counterparty_count": whole["parties"],
        "herfindahl": sums.ratio(sums.exact(whole["squares"]), sums.times(total, total)),
        "counterparties": listed,
        "others": {
            "counterparty_count": whole["parties"] - len(listed),
            "net": sums.money(others),
            "share": sums.ratio(others, total),
        },
        "coverage": {"used": whole["used"], "total": whole["documents"]},
    }


def _concentrated(where: Row, currency: str | None, top: int) -> list[Row]:
    own = f"$figures.{sums.base(currency)}"
    whole = {
        "_id": None,
        "net": {"$sum": "$net"},
        "squares": {"$sum": {"$multiply": ["$net", "$net"]}},
        "parties": {"$sum": 1},
        "documents": {"$sum": "$documents"},
        "used": {"$sum": "$used"},
    }
    return [
        {"$match": where},
        {
            "$group": {
                "_id": "$counterparty.key",
                **_PARTY,
                "documents": {"$sum": 1},
                "used": sums.counted(sums.is_known(f"{own}.net")),
                "net": sums.signed(f"{own}.net"),
                "total": sums.signed(f"{own}.total"),
            }
        },
        {"$facet": {"top": [{"$sort": {"net": -1, "_id": 1}}, {"$limit": top}], "whole": [{"$group": whole}]}},
    ]


def _summed(row: Row, total: Decimal) -> Row:
    net = sums.exact(row["net"])
    return {
        "documents": row["documents"],
        "net": sums.money(net),
        "total": sums.money(row["total"]),
        "share": sums.ratio(net, total),
        "coverage": {"used": row["used"], "total": row["documents"]},
    }


async def network(store: Store, taxpayer: str, range: Range, *, top: int) -> Row:
    """Each party with what was exchanged both ways, in pesos: those with the most first."""
    where: Row = {"figures.nature": _TRADED, **periods.issued(range.start, range.end)}
    (found,) = await mongo.aggregate(store["invoices"], _networked({"taxpayer": taxpayer, **where}, top))
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "counterparty_count": found["count"][0]["parties"] if found["count"] else 0,
        "counterparties": [_node(taxpayer, row, where) for row in found["top"]],
    }


def _networked(where: Row, top: int) -> list[Row]:
    active = {"$eq": ["$status", "ACTIVE"]}
    each: Row = {}
    for name, direction in (("sold", "ISSUED"), ("bought", "RECEIVED")):
        counts = {"$and": [active, {"$eq": ["$direction", direction]}]}
        each[f"{name}_documents"] = sums.counted(counts)
        for amount in ("net", "total"):
            each[f"{name}_{amount}"] = sums.signed_when(counts, f"$figures.mxn.{amount}")
    exchanged = {"$add": ["$sold_total", "$bought_total"]}
    return [
        {"$match": where},
        {
            "$group": {
                "_id": "$counterparty.key",
                **_PARTY,
                **each,
                "documents": {"$sum": 1},
                "in_force": sums.counted(active),
                "used": sums.counted({"$and": [active, sums.is_known("$figures.mxn.net")]}),
                "cancelled": sums.counted({"$ne": ["$status", "ACTIVE"]}),
                "credit_notes": sums.counted({"$and": [active, {"$eq": ["$figures.nature", "CREDIT_NOTE"]}]}),
                "first": {"$min": "$issued_at"},
                "last": {"$max": "$issued_at"},
            }
        },
        {
            "$facet": {
                "top": [{"$addFields": {"all": exchanged}}, {"$sort": {"all": -1, "_id": 1}}, {"$limit": top}],
                "count": [{"$count": "parties"}],
            }
        },
    ]


def _node(taxpayer: str, row: Row, where: Row) -> Row:
    def way(name: str) -> dict[str, Any]:
        return {
            "documents": row[f"{name}_documents"],
            "net": sums.money(row[f"{name}_net"]),
            "total": sums.money(row[f"{name}_total"]),
        }

    in_force = row["in_force"]
    return {
        "identity": sums.identity(taxpayer, row),
        "sold": way("sold"),
        "bought": way("bought"),
        "documents": row["documents"],
        "cancelled": row["cancelled"],
        "cancellation_rate": sums.ratio(Decimal(row["cancelled"]), Decimal(row["documents"])),
        "credit_notes": row["credit_notes"],
        "credit_note_rate": sums.ratio(Decimal(row["credit_notes"]), Decimal(in_force)),
        "first_issued_at": row["first"],
        "last_issued_at": row["last"],
        "coverage": {"used": row["used"], "total": in_force},
        "taxpayer": taxpayer,
        "where": {**where, "counterparty.key": row["_id"]},
    }
