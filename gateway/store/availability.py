"""Bounds of waiting for the store: since when it has no primary, and a deadline for what a query asks of it.

The driver's monitors tell of each change of the replica set. Without this every operation of an outage would look for a
primary for its whole patience, each in one of the driver's few threads, and the others would wait for a thread first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pymongo
from pymongo.errors import ExecutionTimeout, NetworkTimeout
from pymongo.monitoring import (
    TopologyClosedEvent,
    TopologyDescriptionChangedEvent,
    TopologyListener,
    TopologyOpenedEvent,
)

from gateway.errors import StoreUnavailable


class Availability(TopologyListener):
    """One for each client. Its events come from a thread of the driver's, up to a second late."""

    def __init__(self, patience: float) -> None:
        """`patience`: for how many seconds without a primary an operation may still look for one."""
        self._patience = patience
        self._gone_since: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bounds: set[asyncio.Timeout] = set()

    def opened(self, event: TopologyOpenedEvent) -> None:
        """Nothing is known before the first answer of a member."""

    def description_changed(self, event: TopologyDescriptionChangedEvent) -> None:
        description = event.new_description
        members = description.server_descriptions().values()
        if description.has_writable_server():
            self._gone_since = None
        # The driver looks at no member before the first operation, which must not be refused for that.
        elif self._gone_since is None and any(it.is_server_type_known or it.error for it in members):
            self._gone_since = time.monotonic()
        self._tell_bounds()

    def closed(self, event: TopologyClosedEvent) -> None:
        """A client that is closed says so itself."""

    def give_up(self) -> None:
        """Wait for no primary any more: the process ends. Called from any thread."""
        self._patience = 0
        self._tell_bounds()

    def check(self) -> None:
        """Raise StoreUnavailable when there has been no primary for longer than the patience."""
        left = self._left()
        if left is not None and left < 0:
            raise _away()

    @asynccontextmanager
    async def bounded(self) -> AsyncIterator[None]:
        """Cut the block off, with StoreUnavailable, when there has been no primary for longer than the patience.

        For what a person waits for: it may be waiting for a thread of the driver's that others hold, or for a member
        that hangs. What it has asked for goes on there. A block that begins later runs, as each of its questions to the
        store is refused at once.
        """
        self._loop = asyncio.get_running_loop()
        bound = asyncio.timeout(None)
        try:
            async with bound:
                self._bounds.add(bound)
                left = self._left()
                if left is not None and left > 0:
                    bound.reschedule(self._loop.time() + left)
                yield
        except TimeoutError:
            if bound.expired():
                raise _away() from None
            raise
        finally:
            self._bounds.discard(bound)

    def _tell_bounds(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the process ends
                self._loop.call_soon_threadsafe(self._set_bounds)

    def _set_bounds(self) -> None:
        left = self._left()
        when = None if left is None else asyncio.get_running_loop().time() + max(left, 0)
        for bound in self._bounds:
            if not bound.expired():
                bound.reschedule(when)

    def _left(self) -> float | None:
        """Return seconds until operations are refused; None while there is a primary."""
        since = self._gone_since
        return None if since is None else since + self._patience - time.monotonic()


def _away() -> StoreUnavailable:
    return StoreUnavailable("the store has no primary: try again")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give all that the block asks of the store so long together: the server ends what takes longer."""
    with pymongo.timeout(seconds):
        yield


def took_too_long(error: BaseException | None) -> bool:
    """Tell what did not end within the `deadline`: the server says so, or is too late to say it.

    A server that is gone is found out sooner than any deadline of ours ends, and is an outage.
    """
    return isinstance(error, ExecutionTimeout | NetworkTimeout)
