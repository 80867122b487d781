"""The arguments that every list takes, and the resolver that a list has: written once."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.context import Info, viewer_of
from resolvers.filters.inputs import plain
from resolvers.lists.connection import connect

First = Annotated[
    int | None,
    strawberry.argument(
        description="Number of items from the start; 1,000 at most. 100 by default when `last` is not given either."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="Number of items from the end; 1,000 at most.")]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]

#: From the row that a list stands below to what narrows it: a filter of a client's form, or a query of the store's.
Narrow = Callable[[Row], Row]


def nothing(_: Row) -> Row:
    """Narrow a list to nothing less than all of it."""
    return {}


def listing(
    collection: str,
    filter_type: Any,
    order_type: type[Enum],
    what: str,
    *,
    scope: str = "_id",
    narrow: Narrow = nothing,
    where: Narrow = nothing,
) -> Any:
    """Make the resolver of a list of a taxpayer's rows with a filter, an order and pages.

    The row's key `scope` holds the taxpayer's id. `narrow` gives a filter, and `where` a query of the store's, that
    hold beside the client's filter. The default order is the first of `order_type`.
    """

    async def resolve(
        root: Parent[Row],
        info: Info,
        filter: Any = None,
        order_by: Any = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Row:
        asked, narrowed = plain(filter), narrow(root)
        return await connect(
            info,
            collection,
            viewer_of(info).id if collection == "taxpayers" else root[scope],
            filter={**narrowed, **({"and": [asked]} if asked else {})} if narrowed else asked,
            order=plain(order_by),
            where=where(root),
            first=first,
            after=after,
            last=last,
            before=before,
            whole_rows=collection == "taxpayers",
        )

    default = next(iter(order_type)).name
    resolve.__annotations__ |= {
        "filter": Annotated[
            filter_type | None, strawberry.argument(description=f"Filter for {what}; null selects all of them.")
        ],
        "order_by": Annotated[
            order_type | None,
            strawberry.argument(
                description=f"Order of the list: {default} by default. A cursor is valid for one order."
            ),
        ],
    }
    return resolve
