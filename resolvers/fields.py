"""Fields with behaviour, declared in one line beside the thin ones."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat.terms import term
from gateway.store.mongo import Row


def resolved(resolver: Callable[..., Any], type_: Any, description: str, needs: tuple[str, ...] | None = None) -> Any:
    """A field of `type_` whose value the resolver makes; rows are dicts, so its own annotation says no more than that.

    `needs`: the keys of the row that the resolver reads, so that a page query projects them.
    """
    metadata = {} if needs is None else {"needs": needs}
    return strawberry.field(resolver=resolver, graphql_type=type_, description=description, metadata=metadata)


def rows_field(key: str, type_: Any, description: str) -> Any:
    """Return a list of a row that rows of an earlier version lack: empty there."""

    def resolve(root: Parent[Row]) -> list[Row]:
        return root.get(key) or []

    return resolved(resolve, list[type_], description, (key,))


def termed(key: str, type_: type[Enum], of: type[StrEnum], description: str) -> Any:
    """Return a field of the enum `type_` that says which of a closed set a text of SAT's is; null without a text."""

    def resolve(root: Parent[Row]) -> StrEnum | None:
        return term(of, root.get(key))

    return resolved(resolve, type_ | None, description, (key,))


def text_of(key: str, description: str) -> Any:
    """Return a field of the text that a row has under another key than the field's own name."""

    def resolve(root: Parent[Row]) -> str | None:
        text: str | None = root.get(key)
        return text

    return resolved(resolve, str | None, description, (key,))
