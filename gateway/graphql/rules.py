"""Validation rules that limit a document's shape: depth, aliases, directives.

Strawberry's own limiters walk a fragment again at each spread, so that 30 fragments of two spreads each take 2³⁰ steps,
and fail with a KeyError on a missing fragment. These visit each fragment once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)
from graphql.validation import ASTValidationRule
from graphql.validation.rules import overlapping_fields_can_be_merged

#: The introspection that clients' tools send has exactly these levels.
MAX_DEPTH = 15
MAX_ALIASES = 50
MAX_DIRECTIVES = 30
# Pairs of overlapping selections that may be compared: with graphql-core's own budget of 500,000 a field that is
# written 200 times takes seconds. Twelve fragments of ten fields each on one object cost 2,000.
MAX_OVERLAP = 20_000
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = MAX_OVERLAP

#: (a field, the value of its selections) → the value of both.
_Field = Callable[[FieldNode, int], int]
#: The values of a set's selections → the value of the set.
_Together = Callable[[list[int]], int]


class _Measure:
    """Measures selections, each fragment once. A fragment that is missing or spread inside itself has the value 0."""

    def __init__(self, context: ValidationContext, field: _Field, together: _Together) -> None:
        self._context = context
        self._field = field
        self._together = together
        self._fragments: dict[str, int] = {}

    def value(self, selections: SelectionSetNode | None) -> int:
        if selections is None:
            return 0
        return self._together([self._one(node) for node in selections.selections])

    def _one(self, node: SelectionNode) -> int:
        if isinstance(node, FieldNode):
            return self._field(node, self.value(node.selection_set))
        if isinstance(node, InlineFragmentNode):
            return self.value(node.selection_set)
        assert isinstance(node, FragmentSpreadNode)
        name = node.name.value
        if name not in self._fragments:
            self._fragments[name] = 0
            fragment = self._context.get_fragment(name)
            self._fragments[name] = self.value(fragment.selection_set) if fragment else 0
        return self._fragments[name]


def _deepest(values: list[int]) -> int:
    return max(values, default=0)


class MaxDepth(ValidationRule):
    """Limits the levels of fields."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        depth = _Measure(self.context, lambda _, below: 1 + below, _deepest).value(node.selection_set)
        if depth > MAX_DEPTH:
            self.report_error(GraphQLError(f"{MAX_DEPTH} levels of fields at most", node))


class MaxAliases(ValidationRule):
    """Counts a fragment's aliases at each spread."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        aliases = _Measure(self.context, lambda field, below: (field.alias is not None) + below, sum)
        if aliases.value(node.selection_set) > MAX_ALIASES:
            self.report_error(GraphQLError(f"{MAX_ALIASES} aliases at most", node))


class MaxDirectives(ValidationRule):
    """Counts directives over the whole document: nothing else bounds them."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._count = 0

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self._count += 1
        if self._count == MAX_DIRECTIVES + 1:
            self.report_error(GraphQLError(f"{MAX_DIRECTIVES} directives at most", node))


def rules(*, introspection: bool) -> list[type[ASTValidationRule]]:
    """Return the rules that every operation is held to beside those of the specification.

    Without `introspection`, `__schema` and `__type` are refused: schema.graphql tells the same for less.
    """
    limits: list[type[ASTValidationRule]] = [MaxDepth, MaxAliases, MaxDirectives]
    return limits if introspection else [*limits, NoSchemaIntrospectionCustomRule]
