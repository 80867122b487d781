"""Keyset pages: rows of one taxpayer, in the order of one string key, without an offset and without `$or`.

The key (see `orders`) is unique within a taxpayer, so a page is one range of the index (taxpayer, key).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.store.filters import scope_of
from gateway.store.mongo import Row, Store
from gateway.store.orders import Order, order_of
from gateway.store.query_language import Filter

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
    where: Filter | None = None,
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
    query = {"$and": [{scope_of(collection): taxpayer}, where or {}, between(order, after, before)]}
    projection = None if fields is None else dict.fromkeys([*fields, order.key, scope_of(collection)], 1)
    direction = 1 if order.ascending is not backwards else -1
    # MongoDB's own first batch has 101 rows: a larger page would be a second round trip.
    cursor = store[collection].find(query, projection, batch_size=size + 1)
    rows = await cursor.sort(order.key, direction).limit(size + 1).to_list(size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Page(rows[::-1], has_next=before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=after is not None)


def places(rows: Sequence[Row], order: Order) -> list[str]:
    """Return each row's place in an order: what its cursor holds."""
    key, _, below = order.key.partition(".")
    return [row[key][below] for row in rows] if below else [row[key] for row in rows]


def between(order: Order, after: str | None, before: str | None) -> Filter:
    """Bound the key by two cursors."""
    low, high = (after, before) if order.ascending else (before, after)
    bounds = {**({} if low is None else {"$gt": low}), **({} if high is None else {"$lt": high})}
    if order.key.startswith("sort."):
        # Rows of an older scheme have no sort key: they have no place here until they are written anew. And the key's
        # index holds only the rows that have it, so that MongoDB must see that the others are not asked for.
        bounds.setdefault("$gt", "")
    return {order.key: bounds} if bounds else {}


async def count(store: Store, collection: str, taxpayer: str, where: Filter | None = None) -> int:
    """Count the rows of a taxpayer that a filter selects."""
    return await store[collection].count_documents({scope_of(collection): taxpayer, **(where or {})})
