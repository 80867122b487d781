"""The knowledge of a day: documents that had come by its end, and their status as it was seen by then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from gateway.sat.dates import MEXICO
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row, Store
from gateway.store.ownership import own
from gateway.store.paging import page
from gateway.store.query_language import Filter

#: Constancias that a history of them is made from: the newest.
MOST = 200


def end_of(day: str) -> datetime:
    """The moment at which a day (ISO text) ends in central Mexico; far days are as good as the year 1900 or 3000."""
    known = min(max(date.fromisoformat(day), date(1900, 1, 1)), date(3000, 1, 1))
    return datetime.combine(known + timedelta(days=1), time(), MEXICO)


def value(row: Mapping[str, Any], field: str, day: str) -> Any:
    """A tracked field of a document as it was known at the end of a day; None when the document had not come yet."""
    end = end_of(day)
    if row["first_seen_at"] >= end:
        return None
    later = [entry for entry in row.get("history") or [] if entry["field"] == field and entry["at"] >= end]
    return later[0]["from"] if later else row.get(field)


async def newest(store: Store, kind: Kind, taxpayer: str, day: str) -> Row | None:
    """Return the newest of the taxpayer's own documents of a kind among those that had come by the end of a day."""
    came: Filter = {"first_seen_at": {"$lt": end_of(day)}, **own(kind)}
    return next(iter((await page(store, kind.collection, taxpayer, first=1, where=came)).rows), None)


async def successive(store: Store, kind: Kind, taxpayer: str) -> list[Row]:
    """Return the taxpayer's own documents of a kind, oldest first."""
    return (await page(store, kind.collection, taxpayer, first=MOST, where=own(kind))).rows[::-1]
