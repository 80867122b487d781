"""The executor with a short way for most fields: a leaf that is a key of a stored document.

graphql-core makes a resolver's info, looks for arguments and asks four times what kind of type it has, for each cell of
a page; such a leaf needs a look-up and its type's own coercion. Whatever is out of the ordinary (a null where none
may be, a value that its type refuses, a source that is no document) goes the whole way, which words the error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, Undefined, get_nullable_type, is_leaf_type, is_non_null_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField


class _Leaf:
    """A field that is a key of its document: how its value is written, and whether it may be null."""

    __slots__ = ("key", "nullable", "write")

    def __init__(self, key: str, write: Callable[[Any], Any], nullable: bool) -> None:
        self.key = key
        self.write = write
        self.nullable = nullable


class Executor(StrawberryGraphQLCoreExecutionContext):
    """One for each operation; Strawberry's `execution_context_class`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A middleware may change what any field gives: then there is no short way.
        plain = not (self.middleware_manager and self.middleware_manager.middlewares)
        self._leaves = leaves(self.schema) if plain else {}

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Any, path: Any, position_context: Any
    ) -> Any:
        leaf = self._leaves.get((parent_type.name, field_details_list[0].node.name.value))
        if leaf is not None and type(source) is dict:
            value = source.get(leaf.key)
            if value is None:
                if leaf.nullable:
                    return None
            else:
                try:
                    written = leaf.write(value)
                except Exception:
                    written = None
                if written is not None and written is not Undefined:
                    return written
        return super().execute_field(parent_type, source, field_details_list, path, position_context)


@lru_cache(maxsize=8)
def leaves(schema: GraphQLSchema) -> dict[tuple[str, str], _Leaf]:
    """The fields, by (type, name), that have neither a resolver nor arguments and whose type is a scalar or an enum."""
    found: dict[tuple[str, str], _Leaf] = {}
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            definition = field.extensions.get("strawberry-definition")
            named = get_nullable_type(field.type)
            if isinstance(definition, StrawberryField) and definition.is_basic_field and is_leaf_type(named):
                nullable = not is_non_null_type(field.type)
                found[type_.name, name] = _Leaf(definition.python_name, named.coerce_output_value, nullable)
    return found
