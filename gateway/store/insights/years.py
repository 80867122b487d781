"""A year beside the one before it, month by month."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import By, Period, Range
from gateway.store.insights.sums import Sums
from gateway.store.mongo import Store
from gateway.store.query_language import Filter

_SUMMED = ("net", "total")


class YearSums(Behind):
    key: str
    documents: int
    net: str
    total: str
    coverage: Coverage


class YearComparison(TypedDict):
    current: YearSums
    previous: YearSums
    difference: str
    growth: str | None


class MonthComparison(YearComparison):
    month: int


class YearOnYear(TypedDict):
    year: int
    currency: str
    months: list[MonthComparison]
    total: YearComparison


async def year_on_year(
    store: Store, taxpayer: str, direction: str, year: int, currency: str | None, by: By = "PERIOD"
) -> YearOnYear:
    """Net amounts, credit notes subtracted, of both years' months."""
    both = Range(date(year - 1, 1, 1), date(year, 12, 31), "MONTH", by)
    where: Filter = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": sums.TRADED,
        **both.documents(),
        **sums.in_currency(currency),
    }
    amounts = {name: sums.signed(sums.figure(name, currency)) for name in _SUMMED}
    group = {"_id": both.key, **sums.counting(sums.reason(currency), **amounts)}
    rows = await mongo.aggregate(store["invoices"], [{"$match": {"taxpayer": taxpayer, **where}}, {"$group": group}])
    months = {row["_id"]: sums.read(row, _SUMMED) for row in rows}
    found: dict[str, Sums] = {}
    for of in (year - 1, year):
        keys = [f"{of}-{month:02}" for month in range(1, 13)]
        exact = [months.get(key, sums.NOTHING) for key in keys]
        whole = sums.together(exact)
        found |= {f"{of}": whole.rounded(), **dict(zip(keys, sums.spread_all(whole, exact), strict=True))}

    def side(period: Period) -> YearSums:
        one = found[period.key]
        behind: Behind = {"taxpayer": taxpayer, "where": {**where, **both.of(period)}}
        return {
            "key": period.key,
            "documents": one.documents,
            "net": sums.money(one["net"]),
            "total": sums.money(one["total"]),
            "coverage": covered(one, behind, sums.reason(currency)),
            **behind,
        }

    def beside(current: Period, previous: Period) -> YearComparison:
        net, before = found[current.key]["net"], found[previous.key]["net"]
        difference = sums.minus(net, before)
        return {
            "current": side(current),
            "previous": side(previous),
            "difference": sums.money(difference),
            # Of a loss or of nothing there is no meaningful growth.
            "growth": sums.ratio(difference, before) if before > 0 else None,
        }

    held = both.periods()
    before, now = Range(both.start, both.end, "YEAR").periods()
    return {
        "year": year,
        "currency": currency or "MXN",
        "months": [{"month": n + 1, **beside(held[n + 12], held[n])} for n in range(12)],
        "total": beside(now, before),
    }
