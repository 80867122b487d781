"""Payroll: what employees cost and how many there are, by the day on which each CFDI de nómina was issued."""

from __future__ import annotations

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.insights.trade import period_row
from gateway.store.mongo import Row, Store

_PARTS = ("perceptions", "deductions", "other_payments", "isr_withheld")
_SUMS = (*_PARTS, "total")


async def payroll(store: Store, taxpayer: str, direction: str, range: Range) -> Row:
    """Sums of each period and of the whole range; an employee counts once in each."""
    where: Row = {"direction": direction, "figures.nature": "PAYROLL", **periods.issued(range.start, range.end)}
    (found,) = await mongo.aggregate(store["invoices"], _pipeline({"taxpayer": taxpayer, **where}, range))
    by_key = {row["_id"]: row for row in found["periods"]}
    cancelled = {row["_id"]: row["documents"] for row in found["cancelled"]}
    where = {**where, "status": "ACTIVE"}
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "total": _bucket(taxpayer, next(iter(found["total"]), None), sum(cancelled.values()), where),
        "periods": [
            {
                "period": period_row(p),
                **_bucket(
                    taxpayer,
                    by_key.get(p.key),
                    cancelled.get(p.key, 0),
                    {**where, **periods.issued(p.start, p.end)},
                ),
            }
            for p in range.periods()
        ],
    }


def _pipeline(where: Row, range: Range) -> list[Row]:
    """First by employee, so that who is paid twice counts once."""
    known = {"$and": [sums.is_known("$figures.payroll"), sums.is_known("$figures.total")]}
    again: Row = {name: {"$sum": f"${name}"} for name in ("documents", "used", *_SUMS)}
    # An employee that no CFDI names is nobody's head.
    heads = {"headcount": sums.counted(sums.is_known("$_id.employee"))}
    active = {"$match": {"_id.active": True}}
    whole: Row = {"_id": "$_id.employee", "employee": {"$max": "$_id.employee"}, **again}
    return [
        {"$match": where},
        {
            "$group": {
                "_id": {
                    "period": periods.key_of("$issued_at", range.every),
                    "employee": "$figures.payroll.employee",
                    "active": {"$eq": ["$status", "ACTIVE"]},
                },
                "documents": {"$sum": 1},
                "used": sums.counted(known),
                **{name: {"$sum": f"$figures.payroll.{name}"} for name in _PARTS},
                "total": {"$sum": "$figures.total"},
            }
        },
        {
            "$facet": {
                "periods": [active, {"$group": {"_id": "$_id.period", **heads, **again}}],
                "total": [
                    active,
                    {"$group": whole},
                    {"$group": {"_id": None, "headcount": sums.counted(sums.is_known("$employee")), **again}},
                ],
                "cancelled": [
                    {"$match": {"_id.active": False}},
                    {"$group": {"_id": "$_id.period", "documents": {"$sum": "$documents"}}},
                ],
            }
        },
    ]


def _bucket(taxpayer: str, row: Row | None, cancelled: int, where: Row) -> Row:
    row = row or {"documents": 0, "used": 0, "headcount": 0}
    return {
        "documents": row["documents"],
        "headcount": row["headcount"],
        **{name: sums.money(row.get(name)) for name in _SUMS},
        "cancelled": cancelled,
        "coverage": {"used": row["used"], "total": row["documents"]},
        "taxpayer": taxpayer,
        "where": where,
    }
