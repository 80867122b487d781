"""Relay connections over keyset pages: opaque cursors, both directions, 100 rows unless asked, never over 1,000."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.store import paging
from gateway.store.mongo import Row, Store
from resolvers.context import Info
from resolvers.selection import needed_keys

T = TypeVar("T")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="There are more edges after the last one.")
    has_previous_page: bool = strawberry.field(description="There are more edges before the first one.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge of the page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge of the page.")


@strawberry.type(description="An item of a list with its place in it.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque; pass it as `after` or `before`.")
    node: T = strawberry.field(description="The item.")


async def _total_count(root: Parent[Any], info: Info) -> int:
    store, collection, taxpayer, where = root["count"]
    return await paging.count(store, collection, taxpayer, where)


@strawberry.type(description="A page of a list, newest first.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The items of the page, with their cursors.")
    nodes: list[T] = strawberry.field(description="The items of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(
        resolver=_total_count, description="How many items the whole list has. It costs a count of its own."
    )


def checked_size(first: int | None, last: int | None) -> None:
    """Raises InvalidInput for sizes that no page has."""
    if first is not None and last is not None:
        raise InvalidInput("INVALID_PAGE", "give `first` or `last`, not both")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= paging.LARGEST_PAGE:
            raise InvalidInput("INVALID_PAGE", f"`{name}` must be from 0 to {paging.LARGEST_PAGE}")


# Tells our cursors from other servers' and from those of a later form.
_CURSOR = "1:"


def encode_cursor(order: str) -> str:
    return base64.urlsafe_b64encode(f"{_CURSOR}{order}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("INVALID_CURSOR", "not a cursor of this API") from error
    if not text.startswith(_CURSOR) or text == _CURSOR:
        raise InvalidInput("INVALID_CURSOR", "not a cursor of this API")
    return text.removeprefix(_CURSOR)


async def connect(
    info: Info,
    collection: str,
    taxpayer: str,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    where: Row | None = None,
) -> Row:
    """A page of a taxpayer's rows as a connection; it reads only the keys that the operation selects."""
    checked_size(first, last)
    spend_rows(paging.DEFAULT_PAGE if first is None and last is None else first or last or 0)
    store: Store = info.context.store
    if first == 0 or last == 0:
        page = paging.Page([], has_next=first == 0, has_previous=last == 0)
    else:
        page = await paging.page(
            store,
            collection,
            taxpayer,
            first=first,
            after=decode_cursor(after),
            last=last,
            before=decode_cursor(before),
            where=where,
            fields=needed_keys(info),
        )
    return as_connection(page.rows, page.has_next, page.has_previous, (store, collection, taxpayer, where))


def as_connection(rows: Sequence[Row], has_next: bool, has_previous: bool, count: Any, key: str = "order") -> Row:
    cursors = [encode_cursor(row[key]) for row in rows]
    return {
        "edges": [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, rows, strict=True)],
        "nodes": rows,
        "page_info": {
            "has_next_page": has_next,
            "has_previous_page": has_previous,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
        "count": count,
    }
