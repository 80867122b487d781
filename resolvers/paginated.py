"""The arguments that every connection takes, written once."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types.arguments import StrawberryArgumentAnnotation

from gateway.store.mongo import Row
from resolvers.connection import connect
from resolvers.context import Info

First = Annotated[
    int | None,
    strawberry.argument(
        description="Number of items from the start; 1,000 at most. 100 by default when `last` is not given either."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="Number of items from the end; 1,000 at most.")]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]


def only(what: str) -> StrawberryArgumentAnnotation:
    """The argument `filter` of a list."""
    return strawberry.argument(description=f"Filter for {what}; null selects all of them.")


def by_default(order: str) -> StrawberryArgumentAnnotation:
    """The argument `orderBy` of a list."""
    return strawberry.argument(description=f"Order of the list: {order} by default. A cursor is valid for one order.")


async def page_of(
    info: Info,
    collection: str,
    scope: str,
    asked: tuple[Row | None, str | None],
    page: tuple[int | None, str | None, int | None, str | None],
    where: Row | None = None,
) -> Row:
    """A page of a taxpayer's rows: (filter, order) as the store knows them, and (first, after, last, before).

    `where` is a query of ours that narrows the list beside the client's filter.
    """
    filter, order = asked
    first, after, last, before = page
    return await connect(
        info,
        collection,
        scope,
        filter=filter,
        order=order,
        first=first,
        after=after,
        last=last,
        before=before,
        where=where,
        whole_rows=collection == "taxpayers",
    )
