"""Relay connections over keyset pages: opaque cursors, both directions, 100 rows unless asked, never over 1,000."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson
import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import PAGE, WHOLE, spend_rows, turn
from gateway.store import filters, paging
from gateway.store.mongo import Row, Store
from gateway.store.orders import Order, order_of
from gateway.store.query_language import ClientFilter, Filter
from resolvers.context import Info
from resolvers.lists.selection import needed_keys

T = TypeVar("T")
# Rows that are written in one go. Fewer would make more batches of what is looked up for them.
_AT_ONCE = 250


@strawberry.type(description="Position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are edges after the last one.")
    has_previous_page: bool = strawberry.field(description="Whether there are edges before the first one.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge of the page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge of the page.")


@strawberry.type(description="An item of a list with its cursor.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque cursor: pass it as `after` or `before`.")
    node: T = strawberry.field(description="The item.")


async def _total_count(root: Parent[Any], info: Info) -> int:
    store, collection, taxpayer, query = root["count"]
    spend_rows(WHOLE)
    async with turn():
        return await paging.count(store, collection, taxpayer, query)


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="Items of the page with their cursors.")
    nodes: list[T] = strawberry.field(description="Items of the page.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(
        resolver=_total_count,
        description="Number of items in the whole list under its filter. It costs a count of its own.",
    )


def checked_size(first: int | None, last: int | None) -> None:
    """Take a page off the operation's allowance; raises InvalidInput for sizes that no page has."""
    if first is not None and last is not None:
        raise InvalidInput("INVALID_PAGE", "give either `first` or `last`, not both")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= paging.LARGEST_PAGE:
            raise InvalidInput("INVALID_PAGE", f"`{name}` must be from 0 to {paging.LARGEST_PAGE}")
    asked = paging.DEFAULT_PAGE if first is None and last is None else first or last or 0
    spend_rows(max(asked, PAGE) if asked else 0)


# Tells our cursors from other servers' and from those of an earlier form.
_CURSOR = "2"


def encode_cursor(context: str, place: str) -> str:
    """`context` says of which list the cursor is: its order and its filter (see `_context`)."""
    return base64.urlsafe_b64encode(f"{_CURSOR}:{context}:{place}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, context: str) -> str | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("INVALID_CURSOR", "not a cursor of this API") from error
    form, order, digest, place = [*text.split(":", 3), "", "", ""][:4]
    if form != _CURSOR or not place:
        raise InvalidInput("INVALID_CURSOR", "not a cursor of this API")
    if order != context.partition(":")[0]:
        raise InvalidInput("INVALID_CURSOR", f"the cursor belongs to another order: {order[:40]}")
    if f"{order}:{digest}" != context:
        raise InvalidInput("INVALID_CURSOR", "the cursor belongs to another filter: start again without a cursor")
    return place


def _context(order: Order, filter: ClientFilter | None, where: Filter | None) -> str:
    """Return the name of an order and a digest of what the list is narrowed to: what a cursor belongs to."""
    if not filter and not where:
        return f"{order.name}:"
    narrowed = orjson.dumps((filter, where), default=str, option=orjson.OPT_SORT_KEYS)
    return f"{order.name}:{blake2b(narrowed, digest_size=6).hexdigest()}"


async def connect(
    info: Info,
    collection: str,
    taxpayer: str,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    where: Filter | None = None,
    filter: ClientFilter | None = None,
    order: str | None = None,
    whole_rows: bool = False,
) -> Row:
    """Return a page of a taxpayer's rows as a connection; it reads only the keys that the operation selects.

    `filter` is a client's, as the store's plain filter; `where` a query of ours that narrows the list beside it.
    """
    checked_size(first, last)
    by = order_of(collection, order)
    context = _context(by, filter, where)
    asked = {"after": decode_cursor(after, context), "before": decode_cursor(before, context)}
    query = filters.query(collection, taxpayer, filter)
    if where:
        query = {"$and": [query, where]}
    store: Store = info.context.store
    if first == 0 or last == 0:
        page = paging.Page([], has_next=first == 0, has_previous=last == 0)
    else:
        fields = None if whole_rows else needed_keys(info)
        async with turn():
            page = await paging.page(
                store, collection, taxpayer, first=first, last=last, **asked, where=query, fields=fields, order=by
            )
    return as_connection(
        page.rows, page.has_next, page.has_previous, (store, collection, taxpayer, query), order=by, context=context
    )


class Unhurried:
    """The rows of a large page, between which others have their turn: a thousand rows at once would hold them up."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    async def __aiter__(self) -> AsyncIterator[Row]:
        for index, row in enumerate(self._rows, 1):
            yield row
            if index % _AT_ONCE == 0:
                await asyncio.sleep(0)


def as_connection(
    rows: Sequence[Row], has_next: bool, has_previous: bool, count: Any, *, order: Order, context: str
) -> Row:
    cursors = [encode_cursor(context, place) for place in paging.places(rows, order)]
    edges = [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, rows, strict=True)]
    large = len(rows) > _AT_ONCE
    return {
        "edges": Unhurried(edges) if large else edges,
        "nodes": Unhurried(rows) if large else rows,
        "page_info": {
            "has_next_page": has_next,
            "has_previous_page": has_previous,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
        "count": count,
    }
