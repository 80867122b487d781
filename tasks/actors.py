"""The actors: a few lines each that call a plain coroutine. Messages carry ids only."""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import dramatiq
import structlog
from dramatiq.middleware import CurrentMessage

from gateway.errors import StoreUnavailable
from gateway.store.mongo import unavailable_means_try_again
from gateway.telemetry import logger
from tasks import erase, exports, inbox, messages, reconcile, watch
from tasks.resources import TaskDeps

_log = logger(__name__)

_HOUR = 60 * 60 * 1000
_MINUTE = 60 * 1000

#: Seconds by which what only observes, and a person waits for, overtakes a download that was taken before it.
BEHIND = 20

#: Gives the resources of the running event loop, made at the first call.
GetResources = Callable[[], Awaitable[TaskDeps]]


class _InTurn(dramatiq.Actor[..., None]):
    """An actor whose messages have their place by when a worker took them, `priority` seconds later than others.

    dramatiq works on the lowest priority first, whatever waits how long: under a steady stream of small events, which
    may be another product's, no download would ever begin.
    """

    _behind = 0

    @property
    def priority(self) -> int:
        """Return the place of a message that is taken now, in milliseconds."""
        return int((time.monotonic() + self._behind) * 1000)

    @priority.setter
    def priority(self, seconds: int) -> None:
        self._behind = seconds


def declare(broker: dramatiq.Broker, resources: GetResources) -> None:
    """Declare every actor on a broker. Retries are few here: an event that fails is put back in the inbox instead."""

    async def handle_event(event: str) -> None:
        with _correlated():
            await inbox.handle(await resources(), event)

    async def watch_job(job: str, check: int) -> None:
        with _correlated():
            await watch.check(await resources(), job, check)

    async def reconcile_taxpayer(taxpayer: str) -> None:
        with _correlated():
            await reconcile.taxpayer(await resources(), taxpayer)

    async def erase_taxpayer(taxpayer: str) -> None:
        with _correlated():
            await erase.erase(await resources(), taxpayer)

    async def write_export(export: str) -> None:
        with _correlated():
            await exports.write(await resources(), export)

    def actor(fn: Callable[..., Awaitable[None]], name: str, queue: str, limit: int, retries: int = 3) -> None:
        @functools.wraps(fn)
        async def work(*args: object) -> None:
            try:
                async with unavailable_means_try_again(), (await resources()).store.availability.bounded():
                    await fn(*args)
            except StoreUnavailable as error:
                # No defect, so no traceback. What the message stood for is in the store: the sweep sends it again even
                # when the outage outlasts the retries.
                _log.warning("task.store_unavailable", actor=name, error=str(error))
                raise dramatiq.errors.Retry(str(error)) from None

        decorate = dramatiq.actor(
            actor_class=_InTurn,
            broker=broker,
            actor_name=name,
            queue_name=queue,
            priority=BEHIND if queue in (messages.FETCHES, messages.EXPORTS) else 0,
            time_limit=limit,
            max_retries=retries,
            min_backoff=2_000,
            max_backoff=60_000,
        )
        decorate(work)

    actor(handle_event, messages.HANDLE_EVENT, messages.EVENTS, 5 * _MINUTE)
    actor(handle_event, messages.FETCH_EVENT, messages.FETCHES, 2 * _HOUR)
    actor(watch_job, messages.WATCH_JOB, messages.WATCH, 5 * _MINUTE)
    actor(reconcile_taxpayer, messages.RECONCILE, messages.FETCHES, 2 * _HOUR, retries=5)
    actor(erase_taxpayer, messages.ERASE, messages.FETCHES, 2 * _HOUR)
    actor(write_export, messages.WRITE_EXPORT, messages.EXPORTS, 2 * _HOUR)


def _correlated() -> AbstractContextManager[None]:
    """Return the log's context of whoever sent the message that is being worked on."""
    message = CurrentMessage.get_current_message()
    options = message.options if message is not None else {}
    return structlog.contextvars.bound_contextvars(
        **{name: options[name] for name in messages.CORRELATION if name in options}
    )
