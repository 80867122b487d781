"""Changes in the store for subscribers: one change stream per process, fanned out in memory.

A subscriber is woken when something changed, and reads the row itself: first the current version, then each newer one.
Wake-ups coalesce, so that a slow subscriber costs one flag and no buffer. Subscribers that read the same after the same
change share one read. When the stream breaks, all of them read again: a failover loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar

from gateway.errors import InvalidInput, StoreRefused, StoreUnavailable
from gateway.store import arrivals, mongo, taxpayers, watch
from gateway.store.mongo import Row, Store
from gateway.telemetry import logger

_log = logger(__name__)
_Key = tuple[str, str]
_T = TypeVar("_T")
_AGAIN = 0.3


class _Topic:
    """A row or feed that subscribers follow, with the reads that they share until it changes."""

    def __init__(self) -> None:
        self.woken: set[asyncio.Event] = set()
        self._reads: dict[Hashable, asyncio.Task[Any]] = {}

    def changed(self) -> None:
        # A read that began before the change may have missed it, so that it is shared no longer.
        self._reads.clear()
        for wake in self.woken:
            wake.set()

    async def share(self, key: Hashable, read: Callable[[], Awaitable[_T]]) -> _T:
        """Return the result of `read`, which runs once for each key between two changes."""
        task = self._reads.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._reads[key] = asyncio.ensure_future(read())
        answer: _T = task.result() if task.done() else await asyncio.shield(task)
        return answer


class Live:
    """The hub of one process, between the change stream and the subscribers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[_Key, _Topic] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Live]:
        """Follow the change stream as long as the block lasts."""
        task = asyncio.create_task(self._follow(), name="live")
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def versions(
        self,
        collection: str,
        id: str,
        read: Callable[[], Awaitable[Row | None]],
        *,
        version: Callable[[Row], int],
        seen: Callable[[Row], Any] | None = None,
        after: int = -1,
        until: Callable[[Row], bool] = lambda _: False,
    ) -> AsyncGenerator[Row, None]:
        """Yield the row and each newer version of it, up to one that `until` accepts, or until the row is gone.

        `seen` returns the part that the subscriber sees: a version with an equal part is skipped, and so is every
        version up to `after`.
        """
        shown: Any = object()
        latest = after
        with self._subscribed((collection, id)) as (topic, wake):
            # The first read is not shared: it must not be older than the subscription.
            row = await _patiently(read)
            while row is not None:
                if version(row) > latest:
                    latest = version(row)
                    shown, before = (seen or version)(row), shown
                    if shown != before:
                        yield row
                if until(row):
                    return
                row = await _next(topic, wake, "row", read)

    async def arrivals(self, taxpayer: str, place: int) -> AsyncGenerator[Row, None]:
        """Yield a taxpayer's arrivals after a place of its feed, each once and in order, until the taxpayer is gone.

        Raises InvalidInput (CURSOR_TOO_OLD) when some of them are no longer kept.
        """

        async def following() -> list[Row] | None:
            return await arrivals.since(self._store, taxpayer, place)

        async def is_there() -> bool:
            return await taxpayers.exists(self._store, taxpayer)

        with self._subscribed(("arrivals", taxpayer)) as (topic, wake):
            rows = await _patiently(following)
            while True:
                if rows is None:
                    raise InvalidInput(
                        "CURSOR_TOO_OLD", "arrivals after this cursor are no longer kept: query the documents instead"
                    )
                for row in rows:
                    place = row["place"]
                    yield row
                if rows:
                    rows = await _patiently(partial(topic.share, place, following))
                else:
                    rows = await _next(topic, wake, place, following)
                    if not rows and not await _patiently(partial(topic.share, "taxpayer", is_there)):
                        return

    @contextmanager
    def _subscribed(self, key: _Key) -> Iterator[tuple[_Topic, asyncio.Event]]:
        topic, wake = self._topics.setdefault(key, _Topic()), asyncio.Event()
        topic.woken.add(wake)
        try:
            yield topic, wake
        finally:
            topic.woken.discard(wake)
            if not topic.woken:
                self._topics.pop(key, None)

    @property
    def subscribers(self) -> int:
        return sum(len(topic.woken) for topic in self._topics.values())

    async def _follow(self) -> None:
        token: Any = None
        pause = 0.1
        while True:
            try:
                async for change in watch.changes(self._store, after=token):
                    token, pause = change.token, 0.1
                    self._wake(change)
                token = None  # the place is lost
                _log.warning("live.place_lost")
            except StoreUnavailable as error:
                _log.warning("live.store_unavailable", error=str(error))
            except StoreRefused as error:
                _log.error("live.refused", error=str(error))
                token = None
            except Exception:
                _log.exception("live.broken")
                token = None
            self._wake_all()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _wake(self, change: watch.Change) -> None:
        if change.collection == watch.OPENED:
            self._wake_all()
        keys = [(change.collection, change.id)]
        if change.deleted and change.collection == "taxpayers":
            keys.append(("arrivals", change.id))
        for key in keys:
            if key in self._topics:
                self._topics[key].changed()

    def _wake_all(self) -> None:
        for topic in self._topics.values():
            topic.changed()


async def _next(topic: _Topic, wake: asyncio.Event, key: Hashable, read: Callable[[], Awaitable[_T]]) -> _T:
    """Wait for a change, then read."""
    await wake.wait()
    wake.clear()
    return await _patiently(partial(topic.share, key, read))


async def _patiently(read: Callable[[], Awaitable[_T]]) -> _T:
    """Read until the store answers: an outage pauses a subscription and does not end it."""
    while True:
        try:
            return await read()
        except Exception as error:
            if mongo.outage(error) is None:
                raise
            await asyncio.sleep(_AGAIN)
