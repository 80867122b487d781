"""A field with behaviour, declared in one line beside the thin ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry


def resolved(resolver: Callable[..., Any], type_: Any, description: str, needs: tuple[str, ...] | None = None) -> Any:
    """A field of `type_` whose value the resolver makes; rows are dicts, so its own annotation says no more than that.

    `needs`: the keys of the row that the resolver reads, so that a page query projects them.
    """
    metadata = {} if needs is None else {"needs": needs}
    return strawberry.field(resolver=resolver, graphql_type=type_, description=description, metadata=metadata)
