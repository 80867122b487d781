"""GET /health/live and /health/ready, and what must be done at the store before a process is ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.errors import StoreUnavailable
from gateway.store import reindex
from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Store, unavailable_means_try_again
from gateway.telemetry import logger

# How long a start waits for the indexes. A store that is away, or makes large ones, does not keep the process from
# starting.
_START_SECONDS = 10.0
_AGAIN_SECONDS = 1.0
_log = logger(__name__)


async def alive(_: Request) -> Response:
    """Answer whether the process serves at all."""
    return JSONResponse({"status": "alive"})


class Readiness:
    """The readiness of one API process for requests: its indexes are made, and the store takes a write.

    The broker is not asked for: without it webhooks are still kept, and queries never need it.
    """

    def __init__(self, store: Store, subscribers: Callable[[], int]) -> None:
        """Make the endpoint; `subscribers` counts the live subscriptions of this process."""
        self._store = store
        self._subscribers = subscribers
        self._prepared = False

    @asynccontextmanager
    async def preparing(self) -> AsyncIterator[None]:
        """Make the indexes, in the background when the store keeps the start waiting. Raises what can't pass."""
        tried = asyncio.Event()
        task = asyncio.create_task(self._prepare(tried), name="prepare")
        task.add_done_callback(lambda _: tried.set())
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(tried.wait(), _START_SECONDS)
            if task.done():
                task.result()
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def __call__(self, _: Request) -> Response:
        if not self._prepared:
            return _unavailable("the store was not there yet to be prepared")
        try:
            await self._store.check_writable()
        except StoreUnavailable as error:
            return _unavailable(str(error))
        return JSONResponse({"status": "ready", "subscribers": self._subscribers()})

    async def _prepare(self, tried: asyncio.Event) -> None:
        while not self._prepared:
            try:
                async with unavailable_means_try_again():
                    await self._store.ping()
                    await ensure_indexes(self._store)
                    if await reindex.outdated(self._store):
                        _log.warning("store.outdated", advice="run `sat-gateway reindex`: filters and sums need it")
                self._prepared = True
            except StoreUnavailable as error:
                _log.warning("store.unavailable_at_start", error=str(error))
                tried.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception:
                _log.exception("store.not_prepared")
                raise


def _unavailable(reason: str) -> Response:
    return JSONResponse({"status": "unavailable", "reason": reason}, 503, {"Retry-After": "5"})
