"""What an operation may cost.

Rules are classes made once: Strawberry's validation cache is keyed by them, and a limiter that makes a class for each
request would never let it hit (15 times the CPU on a small query).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from graphql import DirectiveNode, GraphQLError, ValidationContext, ValidationRule
from strawberry.extensions import (
    AddValidationRules,
    MaskErrors,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
    max_aliases,
    query_depth_limiter,
)

from gateway.errors import GatewayError, InvalidInput
from gateway.store.mongo import outage

MAX_DEPTH = 15
MAX_ALIASES = 50
MAX_DIRECTIVES = 30
MAX_TOKENS = 5_000
#: Rows that one operation may ask for, over all its pages: 20 pages of 1,000.
MAX_ROWS = 20_000


class MaxDirectives(ValidationRule):
    """Counts directives over the whole document: nothing else bounds them."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._count = 0

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self._count += 1
        if self._count == MAX_DIRECTIVES + 1:
            self.report_error(GraphQLError(f"{MAX_DIRECTIVES} directives at most", node))


_RULES = [
    query_depth_limiter.create_validator(MAX_DEPTH, None),
    max_aliases.create_validator(MAX_ALIASES),
    MaxDirectives,
]

_rows_left: ContextVar[list[int] | None] = ContextVar("rows_left", default=None)


class RowBudget(SchemaExtension):
    """Gives each operation its allowance of rows."""

    def on_operation(self) -> Iterator[None]:
        token = _rows_left.set([MAX_ROWS])
        yield
        try:
            _rows_left.reset(token)
        except ValueError:
            # A subscription ends in another context than it began in; its allowance goes with that context.
            return


def spend_rows(rows: int) -> None:
    """Takes a page's rows off the operation's allowance; raises InvalidInput when it is used up."""
    left = _rows_left.get()
    if left is None:
        return
    left[0] -= rows
    if left[0] < 0:
        raise InvalidInput("TOO_COSTLY", f"one operation may ask for {MAX_ROWS} rows; ask for smaller pages")


def _is_internal(error: GraphQLError) -> bool:
    """True for what a client must not see: an exception that is not one of ours for clients."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original is not None and not (isinstance(original, GatewayError) and original.public)


class Masked(MaskErrors):
    """Hides what went wrong inside, and tells an outage of the store from a defect: the first is worth another try."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=_is_internal)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        passing = outage(error.original_error) if error.original_error else None
        message = str(passing) if passing else "Internal error"
        extensions = {"code": passing.code if passing else "INTERNAL"}
        return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)


def extensions() -> list[Any]:
    """The extensions of the served schema, in order."""
    return [
        Masked,
        RowBudget,
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: AddValidationRules(_RULES),
        lambda: ParserCache(maxsize=512),
        lambda: ValidationCache(maxsize=512),
    ]
