"""Rates of a taxpayer's CFDI: the share that is cancelled, that credit notes take back, and that is of each type."""

from __future__ import annotations

from decimal import Decimal

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Period, Range
from gateway.store.insights.trade import period_row
from gateway.store.mongo import Row, Store

_NONE: Row = {"documents": 0, "used": 0, "net": None, "known_total": None}


async def rates(store: Store, taxpayer: str, direction: str, range: Range) -> Row:
    """Of each period and of the whole range. Amounts are in pesos."""
    where: Row = {
        "direction": direction,
        "figures.nature": {"$in": ["INCOME", "CREDIT_NOTE"]},
        **periods.issued(range.start, range.end),
    }
    grouped = {
        "nature": "$figures.nature",
        "active": {"$eq": ["$status", "ACTIVE"]},
        "period": periods.key_of("$issued_at", range.every),
    }
    whole = {"_id": {"nature": "$_id.nature", "active": "$_id.active"}, **sums.AGAIN}
    pipeline = [
        {"$match": {"taxpayer": taxpayer, **where}},
        {"$group": {"_id": grouped, **sums.summing(None)}},
        {"$facet": {"periods": [{"$match": {}}], "whole": [{"$group": whole}]}},
    ]
    (found,) = await mongo.aggregate(store["invoices"], pipeline)
    parts = {(row["_id"]["period"], row["_id"]["nature"], row["_id"]["active"]): row for row in found["periods"]}
    parts |= {("", row["_id"]["nature"], row["_id"]["active"]): row for row in found["whole"]}

    def bucket(period: Period) -> Row:
        days = periods.issued(period.start, period.end)
        return {**_rates(period.key, parts), "taxpayer": taxpayer, "where": {**where, **days}}

    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "total": bucket(Period("", range.start, range.end)),
        "periods": [{"period": period_row(p), **bucket(p)} for p in range.periods()],
    }


def _rates(period: str, parts: dict[tuple[str, str, bool], Row]) -> Row:
    invoiced, gone = (parts.get((period, "INCOME", active), _NONE) for active in (True, False))
    credited = parts.get((period, "CREDIT_NOTE", True), _NONE)
    issued = invoiced["documents"] + gone["documents"]
    issued_total = sums.added((sums.exact(invoiced["known_total"]), sums.exact(gone["known_total"])))
    return {
        "invoice_count": issued,
        "cancelled_count": gone["documents"],
        "cancellation_rate": sums.ratio(Decimal(gone["documents"]), Decimal(issued)),
        "cancelled_total": sums.money(gone["known_total"]),
        "cancelled_share": sums.ratio(sums.exact(gone["known_total"]), issued_total),
        "credit_note_count": credited["documents"],
        "credit_note_rate": sums.ratio(Decimal(credited["documents"]), Decimal(invoiced["documents"])),
        "credited_net": sums.money(credited["net"]),
        "credited_share": sums.ratio(sums.exact(credited["net"]), sums.exact(invoiced["net"])),
        "coverage": sums.coverage([invoiced, credited]),
    }


async def types(store: Store, taxpayer: str, range: Range) -> Row:
    """Count the documents of each type and direction, in force and cancelled, with their totals in pesos."""
    where: Row = periods.issued(range.start, range.end)
    group = {
        "_id": {"type": "$type", "direction": "$direction"},
        "documents": {"$sum": 1},
        "cancelled": sums.counted({"$ne": ["$status", "ACTIVE"]}),
        "used": sums.counted({"$and": [{"$eq": ["$status", "ACTIVE"]}, sums.is_known("$figures.total_mxn")]}),
        "total": {"$sum": {"$cond": [{"$eq": ["$status", "ACTIVE"]}, "$figures.total_mxn", 0]}},
    }
    rows = await mongo.aggregate(store["invoices"], [{"$match": {"taxpayer": taxpayer, **where}}, {"$group": group}])
    rows.sort(key=lambda row: (row["_id"]["direction"], row["_id"].get("type") or "~"))
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "types": [
            {
                "key": row["_id"].get("type"),
                "direction": row["_id"]["direction"],
                "documents": row["documents"] - row["cancelled"],
                "cancelled": row["cancelled"],
                "total": sums.money(row["total"]),
                "coverage": {"used": row["used"], "total": row["documents"] - row["cancelled"]},
                "taxpayer": taxpayer,
                "where": {
                    **where,
                    "type": row["_id"].get("type"),
                    "direction": row["_id"]["direction"],
                    "status": "ACTIVE",
                },
            }
            for row in rows
        ],
    }
