"""Relay's Node: opaque global ids, and the field that finds any object by one. An id is never an authorisation."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import strawberry
from strawberry import ID, Parent

from gateway.errors import InvalidInput
from gateway.store.mongo import Row


def global_id(type_name: str, id: str) -> ID:
    return ID(base64.urlsafe_b64encode(f"{type_name}:{id}".encode()).decode().rstrip("="))


def parse_global_id(text: str, *expected: str, path: str = "") -> tuple[str, str]:
    """(type name, our id); raises InvalidInput for what is no id of ours, or of another type than expected.

    `path` names the input field that it came in.
    """
    at = [path] if path else []
    try:
        padded = text + "=" * (-len(text) % 4)
        name, _, id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("INVALID_ID", "not an id of this API", at) from error
    if not name or not id or (expected and name not in expected):
        raise InvalidInput("INVALID_ID", f"not the id of a {' or '.join(expected) or 'node'}", at)
    return name, id


def id_field(type_name: str) -> Any:
    """Return the `id` field of a type whose rows have `_id`."""

    def resolve(root: Parent[Row]) -> ID:
        return global_id(type_name, root["_id"])

    return strawberry.field(resolver=resolve, description="Opaque, stable id, for `node(id:)`.", metadata={"needs": ()})


@strawberry.interface(description="An object that can be fetched by its id.")
class Node:
    id: ID = strawberry.field(description="Opaque, stable id, for `node(id:)`.")


def is_row(_: Any, __: Any) -> bool:
    """Rows are dicts: a type is known by the field that returns it, or by `__typename` where that is an interface."""
    return True
