"""A year beside the one before it, month by month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.mongo import Row, Store

_NONE: Row = {"documents": 0, "used": 0, "net": None, "total": None}


async def year_on_year(store: Store, taxpayer: str, direction: str, year: int, currency: str | None) -> Row:
    """Net amounts, credit notes subtracted, of both years' months."""
    both = Range(date(year - 1, 1, 1), date(year, 12, 31))
    where: Row = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": {"$in": ["INCOME", "CREDIT_NOTE"]},
        **periods.issued(both.start, both.end),
        **sums.in_currency(currency),
    }
    own = f"$figures.{sums.base(currency)}"
    group: Row = {
        "_id": periods.key_of("$issued_at", "MONTH"),
        "documents": {"$sum": 1},
        "used": sums.counted(sums.is_known(f"{own}.net")),
        "net": sums.signed(f"{own}.net"),
        "total": sums.signed(f"{own}.total"),
    }
    whole = {"_id": {"$substrBytes": ["$_id", 0, 4]}, **{name: {"$sum": f"${name}"} for name in _NONE}}
    pipeline = [
        {"$match": {"taxpayer": taxpayer, **where}},
        {"$group": group},
        {"$facet": {"months": [{"$match": {}}], "years": [{"$group": whole}]}},
    ]
    (found,) = await mongo.aggregate(store["invoices"], pipeline)
    rows = {row["_id"]: row for row in (*found["months"], *found["years"])}
    days = {**{p.key: (p.start, p.end) for p in both.periods()}}
    days |= {p.key: (p.start, p.end) for p in Range(both.start, both.end, "YEAR").periods()}

    def side(key: str) -> Row:
        row = rows.get(key, _NONE)
        return {
            "key": key,
            "documents": row["documents"],
            "net": sums.money(row["net"]),
            "total": sums.money(row["total"]),
            "coverage": {"used": row["used"], "total": row["documents"]},
            "taxpayer": taxpayer,
            "where": {**where, **periods.issued(*days[key])},
        }

    def beside(suffix: str) -> Row:
        keys = f"{year}{suffix}", f"{year - 1}{suffix}"
        current, previous = (sums.exact(rows.get(key, _NONE)["net"]) for key in keys)
        return {"current": side(keys[0]), "previous": side(keys[1]), **_compared(current, previous)}

    return {
        "year": year,
        "currency": currency or "MXN",
        "months": [{"month": month, **beside(f"-{month:02}")} for month in range(1, 13)],
        "total": beside(""),
    }


def _compared(current: Decimal, previous: Decimal) -> Row:
    difference = sums.minus(current, previous)
    # Of a loss or of nothing there is no meaningful growth.
    growth = sums.ratio(difference, previous) if previous > 0 else None
    return {"difference": sums.money(difference), "growth": growth}
