"""The keys of stored documents that an operation needs, pushed down to MongoDB as a projection.

A field needs the key of its own name, unless its definition says otherwise with metadata `needs`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)
from strawberry.types.field import StrawberryField

from resolvers.context import Info


def needed_keys(info: Info) -> list[str] | None:
    """Return the top-level keys that `edges.node` and `nodes` select; None, for whole rows, when that can't be told."""
    raw = info._raw_info
    connection = get_named_type(raw.return_type)
    if not isinstance(connection, GraphQLObjectType):
        return None
    node = get_named_type(connection.fields["nodes"].type)
    if not isinstance(node, GraphQLObjectType):
        return None
    keys: set[str] = set()
    for field in raw.field_nodes:
        for name, selection in _fields(field.selection_set, raw.fragments):
            if name == "nodes":
                keys |= _keys(node, selection, raw.fragments)
            elif name == "edges":
                for edge_field, inner in _fields(selection, raw.fragments):
                    if edge_field == "node":
                        keys |= _keys(node, inner, raw.fragments)
    return sorted(keys)


def _keys(node: GraphQLObjectType, selection: SelectionSetNode | None, fragments: Any) -> set[str]:
    keys: set[str] = set()
    for name, _ in _fields(selection, fragments):
        if name != "__typename":
            keys.update(_needs(node, name))
    return keys


@cache
def _needs(node: GraphQLObjectType, name: str) -> tuple[str, ...]:
    definition = node.fields[name].extensions.get("strawberry-definition")
    assert isinstance(definition, StrawberryField)
    needs: tuple[str, ...] | None = definition.metadata.get("needs")
    return needs if needs is not None else (definition.python_name,)


def _fields(
    selection: SelectionSetNode | None, fragments: Any, spread: set[str] | None = None
) -> list[tuple[str, SelectionSetNode | None]]:
    """(field name, its selection), fragments spread out. Conditions are ignored: a key too many does no harm.

    Each fragment is `spread` once: 30 of them that each spread the next twice would be walked 2³⁰ times.
    """
    spread = set() if spread is None else spread
    found: list[tuple[str, SelectionSetNode | None]] = []
    for node in selection.selections if selection else ():
        if isinstance(node, FieldNode):
            found.append((node.name.value, node.selection_set))
        elif isinstance(node, InlineFragmentNode):
            found += _fields(node.selection_set, fragments, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            found += _fields(fragments[node.name.value].selection_set, fragments, spread)
    return found
