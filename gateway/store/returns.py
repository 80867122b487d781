"""Queries of declaraciones beyond their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gateway.sat import return_periods
from gateway.sat.kinds import Kind
from gateway.store.derived import figures_of_return
from gateway.store.mongo import Row, Store
from gateway.store.ownership import own
from gateway.store.query_language import Filter

#: Returns that one answer looks at: ten years have some 120 months, few of them filed more than a few times.
_MOST = 5000


async def monthly(store: Store, taxpayer: str, first_year: int, last_year: int) -> dict[tuple[int, int], list[Row]]:
    """By (year, month) the returns filed for it, the one that counts last."""
    found: dict[tuple[int, int], list[Row]] = {}
    for row in return_periods.in_order(await _rows(store, Kind.MONTHLY_RETURN, taxpayer, first_year, last_year)):
        for month in return_periods.months_of(row):
            found.setdefault(month, []).append(row)
    return found


async def annual(store: Store, taxpayer: str, first_year: int, last_year: int) -> dict[int, list[Row]]:
    """By year the returns filed for it, the one that counts last."""
    found: dict[int, list[Row]] = {}
    for row in return_periods.in_order(await _rows(store, Kind.ANNUAL_RETURN, taxpayer, first_year, last_year)):
        found.setdefault(row["year"], []).append(row)
    return found


async def _rows(store: Store, kind: Kind, taxpayer: str, first_year: int, last_year: int) -> list[Row]:
    years: Filter = {"$gte": f"{first_year:04}", "$lt": f"{last_year + 1:04}"}
    query = {"taxpayer": taxpayer, "sort.period": years, **own(kind)}
    rows = await store[kind.collection].find(query, batch_size=_MOST).limit(_MOST).to_list(_MOST)
    # Rows that an older version stored have no figures before they are reindexed.
    return [row if "declared" in row else {**row, **figures_of_return(kind, row)} for row in rows]


async def covering(store: Store, months: Sequence[tuple[str, str]]) -> list[list[Row]]:
    """For each (taxpayer, AAAA-MM) the monthly returns for it, the one that counts last: one query a taxpayer."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for taxpayer, month in months:
        wanted[taxpayer].add(month)
    found = {
        taxpayer: await monthly(store, taxpayer, int(min(of_it)[:4]), int(max(of_it)[:4]))
        for taxpayer, of_it in wanted.items()
    }
    return [found[taxpayer].get((int(month[:4]), int(month[5:])), []) for taxpayer, month in months]
