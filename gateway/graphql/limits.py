"""Limits of an operation's cost.

Rules are classes made once: Strawberry's validation cache is keyed by them, and a limiter that makes a class for each
request would never let it hit (15 times the CPU on a small query).
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

from gateway.errors import InvalidInput
from gateway.graphql.masking import Masked, QuietParser, ShortValidation
from gateway.graphql.observed import Observed
from gateway.graphql.rules import RULES

MAX_TOKENS = 5_000
#: Rows that one operation may ask for, over all its pages: 20 pages of 1,000.
MAX_ROWS = 20_000
#: What a page counts as at least, and what a count or a sum of a whole list does: each is a query, whatever it gives.
PAGE, WHOLE = 10, 100


#: Queries that one operation may have under way. A list of lists would start thousands in one go, before anybody else
#: has a turn.
AT_ONCE = 8


class _Allowance:
    """The rest of an operation's allowance, and its queries that are under way."""

    def __init__(self) -> None:
        self.rows = MAX_ROWS
        self.turns = asyncio.Semaphore(AT_ONCE)

    def check(self) -> None:
        if self.rows < 0:
            raise InvalidInput("TOO_COSTLY", f"an operation may request {MAX_ROWS} rows at most; request less at once")


_allowance: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


class RowBudget(SchemaExtension):
    """Gives each operation its allowance of rows; a subscription gets it anew with each message."""

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


def spend_rows(rows: int) -> None:
    """Takes a page's rows off the operation's allowance; raises InvalidInput when it is used up."""
    allowance = _allowance.get()
    if allowance is not None:
        allowance.rows -= rows
        allowance.check()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Waits until few of the operation's queries are under way; one that asked for too much has no more turns."""
    allowance = _allowance.get()
    if allowance is None:
        yield
        return
    async with allowance.turns:
        allowance.check()
        yield


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
