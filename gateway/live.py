"""Changes in the store → subscribers: one change stream per process, fanned out in memory.

A subscriber is told only that something changed, and looks for itself: first at what is, then at each newer version.
Marks coalesce, so a slow subscriber costs one flag and no buffer. Those who look after the same change share one look.
When the stream breaks, everyone looks again: nothing is missed across a failover.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar

from gateway.errors import InvalidInput, StoreUnavailable
from gateway.store import arrivals, mongo, taxpayers, watch
from gateway.store.mongo import Row, Store
from gateway.telemetry import logger

_log = logger(__name__)
_Key = tuple[str, str]
_T = TypeVar("_T")
_AGAIN = 0.3


class _Topic:
    """What some subscribers follow, and what they have looked up since it changed last."""

    def __init__(self) -> None:
        self.marks: set[asyncio.Event] = set()
        self._looks: dict[Hashable, asyncio.Task[Any]] = {}

    def changed(self) -> None:
        # A look that began before the change may have missed it: nobody shares it any more.
        self._looks.clear()
        for mark in self.marks:
            mark.set()

    async def look(self, what: Hashable, read: Callable[[], Awaitable[_T]]) -> _T:
        """What `read` answers, asked once for all who want the same since the last change."""
        task = self._looks.get(what)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._looks[what] = asyncio.ensure_future(read())
        answer: _T = task.result() if task.done() else await asyncio.shield(task)
        return answer


class Live:
    """The hub of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[_Key, _Topic] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Live]:
        """Follows the store for as long as the block lasts."""
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
        """The row now, then each newer version of it; ends with the one that is the last, or when the row is gone.

        `seen`: what of it matters; a version that differs in nothing of that is passed over. `after`: nothing up to
        this version is told again.
        """
        shown: Any = object()
        latest = after
        with self._subscribed((collection, id)) as (topic, mark):
            # The first look is its own: it must not be older than the subscription.
            row = await _patiently(read)
            while row is not None:
                if version(row) > latest:
                    latest = version(row)
                    shown, before = (seen or version)(row), shown
                    if shown != before:
                        yield row
                if until(row):
                    return
                row = await _news(topic, mark, "row", read)

    async def arrivals(self, taxpayer: str, place: int) -> AsyncGenerator[Row, None]:
        """What was stored of a taxpayer after a place of its feed, each once and in order; ends when it is gone."""

        async def following() -> list[Row] | None:
            return await arrivals.since(self._store, taxpayer, place)

        async def is_there() -> bool:
            return await taxpayers.exists(self._store, taxpayer)

        with self._subscribed(("arrivals", taxpayer)) as (topic, mark):
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
                    rows = await _patiently(partial(topic.look, place, following))
                else:
                    rows = await _news(topic, mark, place, following)
                    if not rows and not await _patiently(partial(topic.look, "taxpayer", is_there)):
                        return

    @contextmanager
    def _subscribed(self, key: _Key) -> Iterator[tuple[_Topic, asyncio.Event]]:
        topic, mark = self._topics.setdefault(key, _Topic()), asyncio.Event()
        topic.marks.add(mark)
        try:
            yield topic, mark
        finally:
            topic.marks.discard(mark)
            if not topic.marks:
                self._topics.pop(key, None)

    @property
    def subscribers(self) -> int:
        return sum(len(topic.marks) for topic in self._topics.values())

    async def _follow(self) -> None:
        token: Any = None
        pause = 0.1
        while True:
            try:
                async for change in watch.changes(self._store, after=token):
                    token, pause = change.token, 0.1
                    self._tell(change)
                token = None  # too old to resume from
            except StoreUnavailable as error:
                _log.warning("live.store_unavailable", error=str(error))
            except Exception:
                _log.exception("live.broken")
                token = None
            self._tell_all()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _tell(self, change: watch.Change) -> None:
        if change.collection == watch.OPENED:
            self._tell_all()
        keys = [(change.collection, change.id)]
        if change.deleted and change.collection == "taxpayers":
            keys.append(("arrivals", change.id))
        for key in keys:
            if key in self._topics:
                self._topics[key].changed()

    def _tell_all(self) -> None:
        for topic in self._topics.values():
            topic.changed()


async def _news(topic: _Topic, mark: asyncio.Event, what: Hashable, read: Callable[[], Awaitable[_T]]) -> _T:
    """Wait for a change and look."""
    await mark.wait()
    mark.clear()
    return await _patiently(partial(topic.look, what, read))


async def _patiently(look: Callable[[], Awaitable[_T]]) -> _T:
    """Look until the store answers: to a subscriber its outage is a silence and not an end."""
    while True:
        try:
            return await look()
        except Exception as error:
            if mongo.outage(error) is None:
                raise
            await asyncio.sleep(_AGAIN)
