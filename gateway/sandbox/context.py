"""The context of a request: options, state, clock and the other collaborators, as one argument."""

from __future__ import annotations

import asyncio
import functools
import time
from array import array
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from gateway.sandbox.background import Background
from gateway.sandbox.deliveries import Deliveries
from gateway.sandbox.ids import Ids
from gateway.sandbox.limiter import Limiter
from gateway.sandbox.options import SandboxOptions
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.state import State
from gateway.syncfy.sites import Site

T = TypeVar("T")

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """The collaborators of one running sandbox."""

    options: SandboxOptions
    portfolios: Callable[[str], Portfolio]
    state: State
    clock: Clock
    ids: Ids
    limiter: Limiter
    background: Background
    deliveries: Deliveries
    #: Running totals of files by (rfc, site), by which a page of files is found without making the rows before it.
    attachment_totals: dict[tuple[str, Site], array[int]] = field(default_factory=dict)
    _one_reader: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    def now(self) -> int:
        """Return the time in Unix seconds."""
        return int(self.clock().timestamp())

    @property
    def at_rest(self) -> bool:
        """Return True when no job runs and every notification was accepted or given up."""
        return not self.background.runs and not self.deliveries.open

    async def sleep(self, seconds: float) -> None:
        """Sleep, at the pace of the options."""
        await asyncio.sleep(seconds * self.options.pace)

    async def read(self, work: Callable[[], T]) -> T:
        """Run work on portfolios in a thread, one at a time: portfolios need not be thread-safe."""
        return await to_thread.run_sync(work, limiter=self._one_reader)

    async def stream(self, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the chunks of a lazy iterator, each made in the reader thread when it is needed."""
        while (chunk := await self.read(lambda: next(chunks, None))) is not None:
            yield chunk


def make_context(
    options: SandboxOptions,
    portfolios: Callable[[str], Portfolio],
    clock: Clock,
    ids: Ids,
    deliveries: Deliveries,
    background: Background,
    state: State,
) -> Context:
    """Make the context of a sandbox; portfolios of the last 256 RFCs are cached."""
    return Context(
        options=options,
        portfolios=functools.lru_cache(maxsize=256)(portfolios),
        state=state,
        clock=clock,
        ids=ids,
        limiter=Limiter(options.rate_limit, time.monotonic),
        background=background,
        deliveries=deliveries,
    )
