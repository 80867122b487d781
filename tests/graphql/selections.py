"""Selections written from the schema: every field of a type, links to documents cut down to their ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.syncfy.sites import Site
from resolvers.schema import schema
from tests.profiles import COMPANY
from tests.support import portfolio_of

_TODAY = datetime.now(UTC).date()
#: Values of the arguments that a field must have: some months in which invented taxpayers have documents.
ARGUMENTS = {
    "year": str(_TODAY.year - 1),
    "from": f'"{_TODAY - timedelta(days=200)}"',
    "to": f'"{_TODAY}"',
    "asOf": f'"{_TODAY}"',
    # Somebody with whom tests' stored profile exchanges invoices.
    "rfc": next(f'"{row.tax_id}"' for row in portfolio_of(COMPANY, 40).transactions(Site.CIEC) if row.tax_id),
}

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
            parts.append(f"{name}{given(field)}")
        elif isinstance(_TYPES[below], GraphQLInterfaceType):
            parts.append(f"{name} {{ __typename id }}")
        elif below.endswith("Connection") and type_name != "Taxpayer":
            parts.append(f"{name}{given(field, 1)} {{ __typename nodes {{ id }} }}")
        elif below in inside or below == type_name:
            only = "id" if "id" in object_type(below).fields else "__typename"
            parts.append(f"{name}{given(field)} {{ {only} }}")
        else:
            arguments = given(field)
            parts.append(f"{name}{arguments} {everything(below, (*inside, type_name))}")
    return "{ " + " ".join(parts) + " }"


def given(field: GraphQLField, rows: int = 60) -> str:
    """`(…)` with the arguments that a field must have, and a size for a connection; or nothing."""
    values = {name: ARGUMENTS[name] for name, argument in field.args.items() if is_required_argument(argument)}
    if "first" in field.args:
        values["first"] = str(rows)
    return f"({', '.join(f'{name}: {value}' for name, value in values.items())})" if values else ""


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
