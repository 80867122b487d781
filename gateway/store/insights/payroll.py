"""Payroll: what employees cost and how many there are, by the day on which each was paid (FechaPago)."""

from __future__ import annotations

from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import PeriodRow, Range
from gateway.store.insights.sums import Sums
from gateway.store.mongo import Store
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

_PARTS = ("perceptions", "deductions", "other_payments", "isr_withheld")
_READ = (*_PARTS, "total", "headcount")
_REASON: Expression = {"$ifNull": ["$figures.gaps.amounts", None]}


class PayrollSums(Behind):
    documents: int
    headcount: int
    perceptions: str
    deductions: str
    other_payments: str
    isr_withheld: str
    total: str
    cancelled: int
    coverage: Coverage


class PayrollPeriod(PayrollSums):
    period: PeriodRow


class PayrollCost(TypedDict):
    from_: str
    to: str
    total: PayrollSums
    periods: list[PayrollPeriod]


async def payroll(store: Store, taxpayer: str, direction: str, range: Range) -> PayrollCost:
    """Return the sums of each period and of the whole range; an employee counts once in each."""
    where: Filter = {"direction": direction, "figures.nature": "PAYROLL", **range.documents()}
    (found,) = await mongo.aggregate(store["invoices"], _pipeline({"taxpayer": taxpayer, **where}, range))
    asked, by_key = range.periods(), {row["_id"]: sums.read(row, _READ) for row in found["periods"]}
    cancelled: dict[str, int] = {row["_id"]: row["documents"] for row in found["cancelled"]}
    whole = sums.read(next(iter(found["total"]), None), _READ)
    exact = [by_key.get(p.key, sums.NOTHING) for p in asked]
    # Heads do not add up: who is paid in two periods is one in the range.
    heads = [int(one["headcount"]) for one in exact]
    rounded = sums.spread_all(whole, exact)

    def bucket(one: Sums, headcount: int, cancelled: int, narrowed: Filter) -> PayrollSums:
        behind: Behind = {"taxpayer": taxpayer, "where": {**where, **narrowed, "status": "ACTIVE"}}
        return {
            "documents": one.documents,
            "headcount": headcount,
            "perceptions": sums.money(one["perceptions"]),
            "deductions": sums.money(one["deductions"]),
            "other_payments": sums.money(one["other_payments"]),
            "isr_withheld": sums.money(one["isr_withheld"]),
            "total": sums.money(one["total"]),
            "cancelled": cancelled,
            "coverage": covered(one, behind, _REASON),
            **behind,
        }

    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "total": bucket(whole.rounded(), int(whole["headcount"]), sum(cancelled.values()), {}),
        "periods": [
            {"period": periods.row_of(p), **bucket(one, count, cancelled.get(p.key, 0), range.of(p))}
            for p, one, count in zip(asked, rounded, heads, strict=True)
        ],
    }


def _pipeline(where: Filter, range: Range) -> Pipeline:
    """First by employee, so that who is paid twice counts once."""
    again = sums.again(*_PARTS, "total")
    # An employee that no CFDI names is nobody's head.
    heads = {"headcount": sums.counted(sums.is_known("$_id.employee"))}
    active = {"$match": {"_id.active": True}}
    whole: Fields = {"_id": "$_id.employee", "employee": {"$max": "$_id.employee"}, **again}
    is_whole = {"$in": [_REASON, [None, "INCONSISTENT"]]}
    each = {name: f"$figures.payroll.{name}" for name in _PARTS}
    return [
        {"$match": where},
        {
            "$group": {
                "_id": {
                    "period": range.key,
                    "employee": "$figures.payroll.employee",
                    "active": {"$eq": ["$status", "ACTIVE"]},
                },
                **sums.counting(_REASON, total={"$cond": [is_whole, "$figures.total_mxn", 0]}, **each),
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
