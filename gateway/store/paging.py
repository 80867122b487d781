"""Keyset pages: rows of one taxpayer, in the order of one string key, without an offset and without `$or`.

The key (see `orders`) is unique within a taxpayer, so a page is one range of the index (taxpayer, key).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.store import mongo
from gateway.store.filters import scope_of, stages
from gateway.store.mongo import Row, Store
from gateway.store.orders import Order, order_of

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
    order: Order | None = None,
) -> Page:
    """`first` rows after a cursor, or `last` rows before one; cursors are values of the order's key.

    `where` is a query (see `filters`). `fields` is a projection: the names of the top-level keys that are needed (None
    reads whole rows).
    """
    order = order or order_of(collection)
    backwards = last is not None
    size = last if last is not None else first if first is not None else DEFAULT_PAGE
    query: Row = {scope_of(collection): taxpayer, **(where or {})}
    bounds = _bounds(order, query.get(order.key) or {}, after, before)
    if bounds:
        query[order.key] = bounds
    direction = 1 if order.ascending is not backwards else -1
    rows = await _rows(store, collection, query, order.key, direction, size + 1, _projection(collection, fields, order))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Page(rows[::-1], has_next=before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=after is not None)


def places(rows: Sequence[Row], order: Order) -> list[str]:
    """Each row's place in an order: what its cursor holds."""
    key, _, below = order.key.partition(".")
    return [row[key][below] for row in rows] if below else [row[key] for row in rows]


async def _rows(
    store: Store, collection: str, query: Row, key: str, direction: int, size: int, projection: dict[str, int] | None
) -> list[Row]:
    # MongoDB's own first batch has 101 rows: a larger page would be a second round trip.
    indexed, *rest = stages(query, key)
    if not rest:
        cursor = store[collection].find(query, projection, batch_size=size)
        return await cursor.sort(key, direction).limit(size).to_list(size)
    pipeline = [indexed, *rest, {"$sort": {key: direction}}, {"$limit": size}]
    if projection is not None:
        pipeline.append({"$project": projection})
    return await mongo.aggregate(store[collection], pipeline, batch_size=size)


def _bounds(order: Order, narrowed: Row, after: str | None, before: str | None) -> Row:
    """The range of the key between two cursors, within the range that a filter leaves."""
    low, high = (after, before) if order.ascending else (before, after)
    bounds = dict(narrowed)
    if high is not None:
        bounds["$lt"] = min(high, narrowed.get("$lt", high))
    if low is not None and low >= narrowed.get("$gte", ""):
        bounds = {"$gt": low, **{op: bound for op, bound in bounds.items() if op != "$gte"}}
    if order.key.startswith("sort.") and not bounds.keys() & {"$gt", "$gte"}:
        # Rows of an older scheme have no sort key, and so no place here until they are written anew.
        bounds["$gt"] = ""
    return bounds


async def count(store: Store, collection: str, taxpayer: str, where: Mapping[str, Any] | None = None) -> int:
    query = {scope_of(collection): taxpayer, **(where or {})}
    if len(query) == 1:
        return await store[collection].count_documents(query)
    found = await mongo.aggregate(store[collection], [*stages(query), {"$count": "rows"}])
    return int(found[0]["rows"]) if found else 0


def _projection(collection: str, fields: Sequence[str] | None, order: Order) -> dict[str, int] | None:
    return None if fields is None else dict.fromkeys([*fields, order.key, scope_of(collection)], 1)
