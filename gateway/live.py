"""Changes in the store → subscribers: one change stream per process, fanned out in memory.

A subscriber is told only that its row changed, and reads the row itself: first as it is, then each newer version. Marks
coalesce, so a slow subscriber costs one flag and no buffer. When the stream breaks, everyone looks again: nothing is
missed across a failover.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from gateway.errors import StoreUnavailable
from gateway.store import watch
from gateway.store.mongo import Row, Store
from gateway.telemetry import logger

_log = logger(__name__)
_Key = tuple[str, str]


class Live:
    """The hub of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._marks: dict[_Key, set[asyncio.Event]] = defaultdict(set)

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
        self, collection: str, id: str, read: Callable[[], Awaitable[Row | None]], version: Callable[[Row], Any]
    ) -> AsyncGenerator[Row, None]:
        """The row now, then whenever its version is another; ends when the row is gone (or never was)."""
        with self._subscribed((collection, id)) as mark:
            last: Any = object()
            while True:
                mark.clear()
                row = await read()
                if row is None:
                    return
                if version(row) != last:
                    last = version(row)
                    yield row
                await mark.wait()

    @contextmanager
    def _subscribed(self, key: _Key) -> Any:
        mark = asyncio.Event()
        self._marks[key].add(mark)
        try:
            yield mark
        finally:
            self._marks[key].discard(mark)
            if not self._marks[key]:
                del self._marks[key]

    @property
    def subscribers(self) -> int:
        return sum(len(marks) for marks in self._marks.values())

    async def _follow(self) -> None:
        token: Any = None
        pause = 0.1
        while True:
            try:
                async for change in watch.changes(self._store, after=token):
                    token, pause = change.token, 0.1
                    if change.collection == watch.OPENED:
                        self._mark_all()
                    for mark in self._marks.get((change.collection, change.id), ()):
                        mark.set()
                token = None  # too old to resume from
            except StoreUnavailable as error:
                _log.warning("live.store_unavailable", error=str(error))
            except Exception:
                _log.exception("live.broken")
                token = None
            self._mark_all()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _mark_all(self) -> None:
        for marks in self._marks.values():
            for mark in marks:
                mark.set()
