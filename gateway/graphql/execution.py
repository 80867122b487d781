"""An executor with a fast path for the fields that are read from a stored document alone.

For each cell of a page graphql-core makes a resolver's info, looks for arguments and tests the kind of type four times,
and Strawberry wraps every resolver; a leaf needs a look-up and its type's own coercion. Every unusual case (a null in a
non-null field, a value that its type refuses, a source that is no document) takes graphql-core's path, which words the
error.
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
    """A scalar or enum field: its reader, its writer, and whether it may be null.

    A `key` is looked up without a call of `read`: most cells of a page are keys, and the calls would add up.
    """

    __slots__ = ("key", "nullable", "read", "write")

    def __init__(self, key: str | None, read: Read, write: Read, nullable: bool) -> None:
        self.key = key
        self.read = read
        self.write = write
        self.nullable = nullable


class Executor(StrawberryGraphQLCoreExecutionContext):
    """The executor of one operation; Strawberry's `execution_context_class`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A middleware may change the value of any field: then there is no fast path.
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
        fast = self._leaves.get(parent_type.name)
        if fast is None or type(source_value) is not dict:
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        results: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for response_name, details in grouped_field_set.items():
            leaf = fast.get(details[0].node.name.value)
            done = False
            value = None
            if leaf is not None:
                try:
                    value = leaf.read(source_value) if leaf.key is None else source_value.get(leaf.key)
                    done = leaf.nullable if value is None else _is_written(value := leaf.write(value))
                except Exception:
                    done = False  # graphql-core's path raises it again, with the field's path
            results[response_name] = value  # holds the place of a later value, in the order of the selection
            if not done:
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
    """Return by type and name the scalar and enum fields that are read from the document alone."""
    found: dict[str, dict[str, _Leaf]] = {}
    for type_, name, field, definition, read in _fields_of_documents(schema):
        named = get_nullable_type(field.type)
        if is_leaf_type(named):
            key = definition.python_name if definition.is_basic_field else None
            leaf = _Leaf(key, read, named.coerce_output_value, not is_non_null_type(field.type))
            found.setdefault(type_.name, {"__typename": _type_name(type_.name)})[name] = leaf
    return found


def _type_name(name: str) -> _Leaf:
    """Make the leaf of `__typename`, which clients with a cache request for every object."""
    return _Leaf(None, lambda _: name, str, nullable=False)


def bypass_wrappers(schema: GraphQLSchema) -> None:
    """Let graphql-core call the readers of documents directly, without Strawberry's wrapper around each call."""
    for _, _, field, _, read in _fields_of_documents(schema):
        field.resolve = _resolver(read, field.resolve)


def _resolver(read: Read, wrapped: Any) -> Any:
    def resolve(source: Any, info: Any) -> Any:
        return read(source) if type(source) is dict else wrapped(source, info)

    return resolve


def _fields_of_documents(
    schema: GraphQLSchema,
) -> Iterator[tuple[GraphQLObjectType, str, GraphQLField, StrawberryField, Read]]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                definition = field.extensions.get("strawberry-definition")
                if isinstance(definition, StrawberryField) and (read := _reader(definition)) is not None:
                    yield type_, name, field, definition, read


def _reader(definition: StrawberryField) -> Read | None:
    """Return the reader of a key, or a resolver that takes the document and nothing else; None for any other field."""
    if definition.is_basic_field:
        return methodcaller("get", definition.python_name)
    resolver = definition.base_resolver
    if resolver is None or definition.extensions or resolver.is_async or resolver.arguments:
        return None
    if resolver.parent_parameter is None or resolver.info_parameter or resolver.self_parameter:
        return None
    return resolver.wrapped_func if isfunction(resolver.wrapped_func) else None
