"""Limits on an operation's cost.

Rules are classes made once: they are keys of Strawberry's validation cache, which a limiter with a class for each
request would always miss (15 times the CPU on a small query).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from strawberry.extensions import (
    AddValidationRules,
    MaxTokensLimiter,
    SchemaExtension,
)
from strawberry.types.execution import StreamExecutionResult
from strawberry.types.graphql import OperationType

from gateway.errors import InvalidInput
from gateway.graphql.masking import Masked, QuietParser, ShortValidation
from gateway.graphql.operation_log import OperationLog
from gateway.graphql.rules import rules
from gateway.store.availability import deadline

MAX_TOKENS = 5_000
#: Rows that one operation may ask for, over all its pages: 20 pages of 1,000.
MAX_ROWS = 20_000
#: The rows that a page costs at least, and those of a count or a sum of a whole list: each is a query.
PAGE, WHOLE = 10, 100
#: Queries that one operation may run at once. A list of lists would start thousands before others had a turn.
AT_ONCE = 8
#: Seconds that the store may work on one query. A page takes milliseconds.
QUERY_SECONDS = 15.0


class _Allowance:
    """The rows that an operation may still request, and the slots for its queries."""

    def __init__(self) -> None:
        self.rows = MAX_ROWS
        self.turns = asyncio.Semaphore(AT_ONCE)

    def check(self) -> None:
        if self.rows < 0:
            raise InvalidInput("TOO_COSTLY", f"an operation may request {MAX_ROWS} rows at most; request less at once")


_allowance: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


class RowBudget(SchemaExtension):
    """Gives each operation an allowance of rows, and a subscription a new one with each event."""

    def on_operation(self) -> Iterator[None]:
        self._given = _Allowance()
        token = _allowance.set(self._given)
        yield
        try:
            _allowance.reset(token)
        except ValueError:
            # A subscription ends in another context than it began in; its allowance goes with that context.
            return

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        self._given.rows = MAX_ROWS
        yield


class Deadline(SchemaExtension):
    """Ends a query's questions to the store when they have taken QUERY_SECONDS together, in the server too.

    A mutation has none: it may have started something at Syncfy by then, which must be noted.
    """

    def on_execute(self) -> Iterator[None]:
        if self.execution_context.operation_type is OperationType.QUERY:
            with deadline(QUERY_SECONDS):
                yield
        else:
            yield


def spend_rows(rows: int) -> None:
    """Take rows off the operation's allowance. Raises InvalidInput when it is used up."""
    allowance = _allowance.get()
    if allowance is not None:
        allowance.rows -= rows
        allowance.check()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Wait for one of the operation's slots for queries. Raises InvalidInput when its allowance is used up."""
    allowance = _allowance.get()
    if allowance is None:
        yield
        return
    async with allowance.turns:
        allowance.check()
        yield


def extensions(*, introspection: bool = True) -> list[Any]:
    """Return the extensions of the served schema, in order."""
    held = rules(introspection=introspection)
    return [
        OperationLog,
        Masked,
        RowBudget,
        Deadline,
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: AddValidationRules(held),
        lambda: QuietParser(maxsize=256),
        lambda: ShortValidation(maxsize=256),
    ]
