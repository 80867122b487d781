"""Selections written from the schema: every field of a type, links to documents cut down to their ids."""

from __future__ import annotations

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLOutputType, get_named_type, is_leaf_type

from resolvers.schema import schema

_TYPES = schema._schema.type_map


def object_type(name: str) -> GraphQLObjectType:
    found = _TYPES[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def everything(type_name: str, inside: tuple[str, ...] = (), skip: tuple[str, ...] = ()) -> str:
    """`{ … }` with every field of the type and of the types below it. A type inside itself is only `{ id }`."""
    type_ = object_type(type_name)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        if name in skip:
            continue
        below = named(field.type)
        if below is None:
            parts.append(name)
        elif below in inside or below == type_name:
            parts.append(f"{name} {{ id }}")
        else:
            arguments = "(first: 60)" if "first" in field.args else ""
            parts.append(f"{name}{arguments} {everything(below, (*inside, type_name))}")
    return "{ " + " ".join(parts) + " }"


def named(type_: GraphQLOutputType) -> str | None:
    """The object type's name that a field leads to; None for scalars and enums."""
    inner = get_named_type(type_)
    return None if is_leaf_type(inner) else inner.name


def reachable(root: str = "Query") -> set[str]:
    """Every object type that can be selected below a type; interfaces stand for their implementations."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        type_ = _TYPES[name]
        if isinstance(type_, GraphQLInterfaceType):
            waiting += [possible.name for possible in schema._schema.get_possible_types(type_)]
            continue
        found.add(name)
        waiting += [below for field in object_type(name).fields.values() if (below := named(field.type))]
    return found
