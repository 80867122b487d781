"""Completeness of a profile by month and kind: what is known, held, missing, and can't be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any, TypedDict

from gateway.models.taxpayer import Sync
from gateway.sat import return_periods
from gateway.sat.kinds import Kind
from gateway.sat.rfc import is_company
from gateway.store import returns
from gateway.store.insights.periods import Range, issued_in_months
from gateway.store.mongo import Row, Store, aggregate
from gateway.store.ownership import own
from gateway.store.query_language import Pipeline
from gateway.store.rows import read

COUNTS = ("seen", "with_xml", "partial", "missing_xml", "missing_xml_cancelled", "cancelled", "issued", "received")
FILED, MISSING, UNKNOWN, NOT_DUE, NOT_EXPECTED = "FILED", "MISSING", "UNKNOWN", "NOT_DUE", "NOT_EXPECTED"


async def completeness(store: Store, taxpayer: Row, range: Range, today: date) -> Row:
    """`range` is taken in whole months; `today` decides which returns are due."""
    id = taxpayer["_id"]
    years = (range.start.year, range.end.year)
    unreadable, invoices, withholdings, monthly, annual = await asyncio.gather(
        _unreadable(store, id),
        _documents(store, Kind.INVOICE, id, range),
        _documents(store, Kind.WITHHOLDING, id, range),
        returns.monthly(store, id, *years),
        returns.annual(store, id, *years),
    )
    since, sync = _expected_since(taxpayer), read(taxpayer["sync"], Sync)

    def of(kind: Kind) -> Row:
        return {
            "kind": str(kind),
            "known": sync.of(kind).known,
            "last_download_at": sync.of(kind).last_download_at,
            "unreadable": unreadable.get(str(kind), 0),
            "taxpayer": id,
        }

    company = is_company(taxpayer["rfc"])
    return {
        "from_": range.start.replace(day=1).isoformat(),
        "to": range.end.isoformat(),
        "invoices": {**invoices, **of(Kind.INVOICE)},
        "withholdings": {**withholdings, **of(Kind.WITHHOLDING)},
        "monthly_returns": {
            **_filings(
                [(p.start.year, p.start.month) for p in _months(range)],
                monthly,
                _month_state(since, today, sync.of(Kind.MONTHLY_RETURN).known),
            ),
            **of(Kind.MONTHLY_RETURN),
        },
        "annual_returns": {
            **_filings(
                list(_years(*years)), annual, _year_state(since, today, company, sync.of(Kind.ANNUAL_RETURN).known)
            ),
            **of(Kind.ANNUAL_RETURN),
        },
        "compliance_opinion": _latest(taxpayer, Kind.COMPLIANCE_OPINION, sync, today),
        "tax_status": _latest(taxpayer, Kind.TAX_STATUS, sync, today),
        "unreadable_of_unknown_kind": unreadable.get(None, 0),
    }


async def _unreadable(store: Store, taxpayer: str) -> dict[str | None, int]:
    stages: Pipeline = [{"$match": {"taxpayer": taxpayer}}, {"$group": {"_id": "$kind", "count": {"$sum": 1}}}]
    return {row["_id"]: row["count"] for row in await aggregate(store["unreadable"], stages)}


def _months(range: Range) -> Any:
    return Range(range.start.replace(day=1), range.end, "MONTH").periods()


async def _documents(store: Store, kind: Kind, taxpayer: str, range: Range) -> Row:
    """Count by month of the taxpayer's own documents, all of them from one index."""
    months = [period.key for period in _months(range)]
    keys = ("month", "parse_status", "status", "direction")
    stages: Pipeline = [
        {"$match": {"taxpayer": taxpayer, "month": {"$gte": months[0], "$lte": months[-1]}, **own(kind)}},
        {"$group": {"_id": {key: f"${key}" for key in keys}, "count": {"$sum": 1}}},
    ]
    counts = {month: dict.fromkeys(COUNTS, 0) for month in months}
    for row in await aggregate(store[kind.collection], stages):
        month, parse_status, status, direction = (row["_id"][key] for key in keys)
        for name in _counted(parse_status, status == "CANCELLED", direction):
            counts[month][name] += row["count"]
    where = {
        month: {**issued_in_months(month, month), "parse_status": "METADATA_ONLY", **own(kind)} for month in months
    }
    return {
        "total": {name: sum(count[name] for count in counts.values()) for name in COUNTS},
        "months": [{"month": month, **counts[month], "taxpayer": taxpayer, "where": where[month]} for month in months],
    }


def _counted(parse_status: str, cancelled: bool, direction: str) -> list[str]:
    names = ["seen", direction.lower()]
    if parse_status == "METADATA_ONLY":
        names += ["missing_xml", *(["missing_xml_cancelled"] if cancelled else [])]
    else:
        names += ["with_xml", *(["partial"] if parse_status == "PARTIAL" else [])]
    return [*names, *(["cancelled"] if cancelled else [])]


def _expected_since(taxpayer: Row) -> date:
    """Return the constancia's day of beginning operations; SAT's first year where there is none, or it is before."""
    started_on = (taxpayer.get("tax_status") or {}).get("started_on")
    first = date(return_periods.FIRST_YEAR, 1, 1)
    return max(first, date.fromisoformat(started_on[:10])) if started_on else first


def _month_state(since: date, today: date, known: bool) -> Callable[[Any], tuple[str, date]]:
    def state(month: tuple[int, int]) -> tuple[str, date]:
        due = return_periods.monthly_due(*month)
        return _state(month >= (since.year, since.month), due, today, known), due

    return state


def _year_state(since: date, today: date, company: bool, known: bool) -> Callable[[Any], tuple[str, date]]:
    def state(year: int) -> tuple[str, date]:
        due = return_periods.annual_due(year, company=company)
        return _state(year >= since.year, due, today, known), due

    return state


def _state(expected: bool, due: date, today: date, known: bool) -> str:
    """Judge a period without a return. `known`: it is known what SAT has of the kind."""
    if not expected:
        return NOT_EXPECTED
    if due >= today:
        return NOT_DUE
    return MISSING if known else UNKNOWN


class _Period(TypedDict):
    """A period of returns; `effective`: the return that counts."""

    period: str
    state: str
    due_on: str
    returns: list[Row]
    effective: Row | None


def _filings(keys: list[Any], filed_for: Any, state_of: Callable[[Any], tuple[str, date]]) -> Row:
    periods: list[_Period] = []
    for key in keys:
        rows: list[Row] = filed_for.get(key, [])
        state, due = state_of(key)
        text = f"{key[0]:04}-{key[1]:02}" if isinstance(key, tuple) else f"{key:04}"
        periods.append(
            {
                "period": text,
                "state": FILED if rows else state,
                "due_on": due.isoformat(),
                "returns": rows,
                "effective": rows[-1] if rows else None,
            }
        )
    tally = {name: [row["period"] for row in periods if row["state"] == name] for name in (FILED, MISSING)}
    return {"periods": periods, "filed": tally[FILED], "missing": tally[MISSING]}


def _years(first: int, last: int) -> range:
    return range(first, last + 1)


def _latest(taxpayer: Row, kind: Kind, sync: Sync, today: date) -> Row:
    row = taxpayer.get(kind.value.lower())
    text = kind.spec.date_of(row) if row else None
    last = kind.spec.valid_until(row) if row else None
    return {
        "latest": row,
        "issued_on": text[:10] if text else None,
        "valid_until": last.isoformat() if last else None,
        "is_valid": today <= last if last else None,
        "age_days": (today - date.fromisoformat(text[:10])).days if text else None,
        "last_download_at": sync.of(kind).last_download_at,
    }
