"""Keyset pages: rows of one taxpayer, in the order of one string key, without an offset and without `$or`.

`order` is `date|identity`, unique within a taxpayer, so a page is one range of the index (taxpayer, order).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.store.mongo import Row, Store

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    has_next: bool
    has_previous: bool


async def page(
    store: Store,
    collection: str,
    taxpayer: str,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    where: Mapping[str, Any] | None = None,
    fields: Sequence[str] | None = None,
) -> Page:
    """Newest first. `first` rows after a cursor, or `last` rows before one; cursors are `order` values.

    `fields` is a projection: the names of the top-level keys that the query needs (None reads whole rows).
    """
    backwards = last is not None
    size = last if last is not None else first if first is not None else DEFAULT_PAGE
    bounds: Row = {}
    if after is not None:
        bounds["$lt"] = after
    if before is not None:
        bounds["$gt"] = before
    query: Row = {"taxpayer": taxpayer, **(where or {})}
    if bounds:
        query["order"] = bounds
    # MongoDB's own first batch has 101 rows: a larger page would be a second round trip.
    cursor = store[collection].find(query, _projection(fields), batch_size=size + 1)
    cursor = cursor.sort("order", 1 if backwards else -1).limit(size + 1)
    rows = await cursor.to_list(size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Page(rows[::-1], has_next=before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=after is not None)


async def count(store: Store, collection: str, taxpayer: str, where: Mapping[str, Any] | None = None) -> int:
    return await store[collection].count_documents({"taxpayer": taxpayer, **(where or {})})


def _projection(fields: Sequence[str] | None) -> dict[str, int] | None:
    return None if fields is None else dict.fromkeys([*fields, "order", "taxpayer"], 1)
