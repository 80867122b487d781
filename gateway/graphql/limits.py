"""What an operation may cost.

Rules are classes made once: Strawberry's validation cache is keyed by them, and a limiter that makes a class for each
request would never let it hit (15 times the CPU on a small query).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from strawberry.extensions import (
    AddValidationRules,
    MaxTokensLimiter,
    SchemaExtension,
)
from strawberry.types.execution import StreamExecutionResult

from gateway.errors import InvalidInput
from gateway.graphql.masking import Masked, QuietParser, ShortValidation
from gateway.graphql.observed import Observed
from gateway.graphql.rules import RULES

MAX_TOKENS = 5_000
#: Rows that one operation may ask for, over all its pages: 20 pages of 1,000.
MAX_ROWS = 20_000
#: What a page counts as at least, and what a count or a sum of a whole list does: each is a query, whatever it gives.
PAGE, WHOLE = 10, 100


_rows_left: ContextVar[list[int] | None] = ContextVar("rows_left", default=None)


class RowBudget(SchemaExtension):
    """Gives each operation its allowance of rows; a subscription gets it anew with each message."""

    def on_operation(self) -> Iterator[None]:
        self._left = [MAX_ROWS]
        token = _rows_left.set(self._left)
        yield
        try:
            _rows_left.reset(token)
        except ValueError:
            # A subscription ends in another context than it began in; its allowance goes with that context.
            return

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        self._left[0] = MAX_ROWS
        yield


def spend_rows(rows: int) -> None:
    """Takes a page's rows off the operation's allowance; raises InvalidInput when it is used up."""
    left = _rows_left.get()
    if left is None:
        return
    left[0] -= rows
    if left[0] < 0:
        raise InvalidInput("TOO_COSTLY", f"one operation may ask for {MAX_ROWS} rows; ask for less at once")


def extensions() -> list[Any]:
    """The extensions of the served schema, in order."""
    return [
        Observed,
        Masked,
        RowBudget,
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: AddValidationRules(RULES),
        lambda: QuietParser(maxsize=256),
        lambda: ShortValidation(maxsize=256),
    ]
