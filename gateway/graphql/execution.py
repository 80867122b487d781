"""The executor with a short way for most fields: what is told from a stored document alone.

graphql-core makes a resolver's info, looks for arguments and asks four times what kind of type it has, for each cell of
a page, and Strawberry wraps every resolver; a leaf needs a look-up and its type's own coercion. Whatever is out of the
ordinary (a null where none may be, a value that its type refuses, a source that is no document) goes the whole way,
which words the error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from inspect import isfunction
from operator import methodcaller
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

from gateway.errors import InvalidInput

Read = Callable[[Any], Any]
#: Objects that one answer may hold. A page's rows are bounded, and what is inside a row is not: one payment may settle
#: 4,000 invoices, and each of these leads to it.
MAX_OBJECTS = 50_000


class _Leaf:
    """A leaf: how its value is read from its document and written, and if it may be null.

    A `key` is looked up in place: most cells of a page are one, and a call for each would be felt.
    """

    __slots__ = ("key", "nullable", "read", "write")

    def __init__(self, key: str | None, read: Read, write: Read, nullable: bool) -> None:
        self.key = key
        self.read = read
        self.write = write
        self.nullable = nullable


class Executor(StrawberryGraphQLCoreExecutionContext):
    """One for each operation; Strawberry's `execution_context_class`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A middleware may change what any field gives: then there is no short way.
        self._objects = 0
        plain = not (self.middleware_manager and self.middleware_manager.middlewares)
        self._leaves = leaves(self.schema) if plain else {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        self._objects += 1
        if self._objects > MAX_OBJECTS:
            raise InvalidInput("TOO_COSTLY", f"an answer may hold {MAX_OBJECTS} objects at most; request less at once")
        known = self._leaves.get(parent_type.name)
        if known is None or type(source_value) is not dict:
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        results: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for response_name, details in grouped_field_set.items():
            leaf = known.get(details[0].node.name.value)
            told = False
            value = None
            if leaf is not None:
                try:
                    value = leaf.read(source_value) if leaf.key is None else source_value.get(leaf.key)
                    told = leaf.nullable if value is None else _is_written(value := leaf.write(value))
                except Exception:
                    told = False  # raised again on the whole way, which gives it its place
            results[response_name] = value  # keeps the place of what comes later, in the order of the selection
            if not told:
                others[response_name] = details
        if not others:
            return results
        came: Any = super().execute_fields(parent_type, source_value, path, others, position_context)
        if self.is_awaitable(came):
            return _joined(results, came)
        results.update(came)
        return results


def _is_written(value: Any) -> bool:
    return value is not None and value is not Undefined


async def _joined(results: dict[str, Any], coming: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    results.update(await coming)
    return results


@lru_cache(maxsize=8)
def leaves(schema: GraphQLSchema) -> dict[str, dict[str, _Leaf]]:
    """By type and name, the fields that are told from the document alone and whose type is a scalar or an enum."""
    found: dict[str, dict[str, _Leaf]] = {}
    for type_, name, field, definition, read in _told_from_the_document(schema):
        named = get_nullable_type(field.type)
        if is_leaf_type(named):
            key = definition.python_name if definition.is_basic_field else None
            leaf = _Leaf(key, read, named.coerce_output_value, not is_non_null_type(field.type))
            found.setdefault(type_.name, {"__typename": _type_name(type_.name)})[name] = leaf
    return found


def _type_name(name: str) -> _Leaf:
    """Clients that cache ask for `__typename` of every object."""
    return _Leaf(None, lambda _: name, str, nullable=False)


def straighten(schema: GraphQLSchema) -> None:
    """Lets graphql-core call what reads a document itself, without Strawberry's wrapper around each call."""
    for _, _, field, _, read in _told_from_the_document(schema):
        field.resolve = _resolver(read, field.resolve)


def _resolver(read: Read, wrapped: Any) -> Any:
    def resolve(source: Any, info: Any) -> Any:
        return read(source) if type(source) is dict else wrapped(source, info)

    return resolve


def _told_from_the_document(
    schema: GraphQLSchema,
) -> Iterator[tuple[GraphQLObjectType, str, GraphQLField, StrawberryField, Read]]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                definition = field.extensions.get("strawberry-definition")
                if isinstance(definition, StrawberryField) and (read := _reader(definition)) is not None:
                    yield type_, name, field, definition, read


def _reader(definition: StrawberryField) -> Read | None:
    """A key of the document, or a resolver that takes the document and nothing else; None for any other field."""
    if definition.is_basic_field:
        return methodcaller("get", definition.python_name)
    resolver = definition.base_resolver
    if resolver is None or definition.extensions or resolver.is_async or resolver.arguments:
        return None
    if resolver.parent_parameter is None or resolver.info_parameter or resolver.self_parameter:
        return None
    return resolver.wrapped_func if isfunction(resolver.wrapped_func) else None
