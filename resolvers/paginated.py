"""The arguments that every connection takes, written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.connection import connect
from resolvers.context import Info

First = Annotated[
    int | None,
    strawberry.argument(description="The first n items (100 when neither is given; 1,000 at most)."),
]
After = Annotated[str | None, strawberry.argument(description="Items after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="The last n items (1,000 at most).")]
Before = Annotated[str | None, strawberry.argument(description="Items before this cursor.")]


def of_taxpayer(collection: str) -> Callable[..., Any]:
    """A resolver for a connection of a taxpayer's rows in a collection."""

    async def resolve(
        root: Parent[Row],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Row:
        return await connect(info, collection, root["_id"], first=first, after=after, last=last, before=before)

    return resolve
