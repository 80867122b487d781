"""Handles one event of the inbox: claim it with a lease, dispatch by its name, and settle what became of it.

At least once: an event may be handled twice and beside itself, so every handler is idempotent. An event says only that
something changed; what it is, is read from Syncfy anew, so late and out-of-order events do no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from gateway.errors import (
    EndpointRefused,
    GatewayError,
    StoreUnavailable,
    SyncfyRateLimited,
    SyncfyUnavailable,
    WebhookMalformed,
)
from gateway.models.event import EventState, InboxEvent
from gateway.models.taxpayer import Taxpayer
from gateway.store import deletions, inbox, mongo, taxpayers
from gateway.store.mongo import now, unavailable_means_try_again
from gateway.syncfy.deliveries import event_in
from gateway.syncfy.envelopes import Event, EventName
from gateway.telemetry import logger
from tasks import fetch, outcomes
from tasks.resources import TaskDeps, Timing

_log = logger(__name__)
_Handler = Callable[[TaskDeps, Taxpayer, Event], Awaitable[None]]

_DELETED = "its taxpayer was deleted"
_HANDLERS: dict[str, _Handler] = {
    EventName.CREDENTIALS_CREATED: outcomes.credential_event,
    EventName.CREDENTIALS_UPDATED: outcomes.credential_event,
    EventName.CREDENTIALS_REFRESHED: fetch.refreshed,
    EventName.CREDENTIALS_DELETED: outcomes.credential_deleted,
    EventName.DOCUMENTS_COMPLETED: fetch.documents,
    EventName.DOCUMENTS_SUCCESS: fetch.documents,
    EventName.DOCUMENTS_FAILED: fetch.documents,
}


async def handle(deps: TaskDeps, id: str) -> None:
    """Handle the event if nobody else does. A failure that may pass puts it back, any other buries it."""
    event = await inbox.claim(deps.store, id, lease=deps.timing.lease)
    if event is None:
        return
    with structlog.contextvars.bound_contextvars(event_id=id, event_name=event.name, attempt=event.attempts):
        if _kills(event, deps.timing):
            _log.error("event.kills")
            await inbox.bury(deps.store, event, error="its workers ended in the middle of it, time and again")
            return
        deps = replace(deps, patient=event.attempts < deps.timing.patient_tries)
        try:
            ended = await _leased(deps, event)
        except (SyncfyUnavailable, SyncfyRateLimited, StoreUnavailable, TimeoutError) as error:
            await _later(deps, event, error, outage=True)
        except (EndpointRefused, WebhookMalformed) as error:
            _log.error("event.refused", error=str(error))
            await inbox.bury(deps.store, event, error=str(error))
        except GatewayError as error:
            await _later(deps, event, error)
        except Exception as error:
            # A defect of ours must not lose the event: it is tried again, and kept for replay when that does not help.
            passing = mongo.outage(error)
            if passing is None:
                _log.exception("event.failed")
            await _later(deps, event, passing or error, outage=passing is not None)
        else:
            await _finish(deps, event, ended)


async def _finish(deps: TaskDeps, event: InboxEvent, ended: tuple[EventState, str | None] | None) -> None:
    if ended is None:
        _log.warning("event.lease_lost")
        return
    state, note = ended
    if note == _DELETED:
        await inbox.ignore_forgotten(deps.store, event, note=note)
    else:
        await inbox.finish(deps.store, event, state, note=note)
    _log.info("event.handled", state=str(state), note=note)


async def _dispatch(deps: TaskDeps, event: InboxEvent) -> tuple[EventState, str | None]:
    told = None if event.payload is None else event_in(event.payload)
    handler = _HANDLERS.get(event.name)
    if handler is None:
        return EventState.IGNORED, "no use for this event"
    if told is None:  # replayed, and long forgotten
        return EventState.IGNORED, _DELETED
    taxpayer = await taxpayers.by_syncfy_user(deps.store, told.id_user) if told.id_user else None
    if taxpayer is None:
        if told.id_user and await deletions.of_user(deps.store, told.id_user) is not None:
            return EventState.IGNORED, _DELETED
        # One API key may serve several products: their users' events reach every webhook.
        return EventState.IGNORED, "no taxpayer of ours"
    await handler(deps, taxpayer, told)
    return EventState.DONE, None


def _kills(event: InboxEvent, timing: Timing) -> bool:
    """True for an event whose tries ended without a word: whatever it does to its workers, it has done it enough."""
    return event.attempts - 1 - event.put_backs >= timing.tries


async def _later(deps: TaskDeps, event: InboxEvent, error: Exception, *, outage: bool = False) -> None:
    """Put the event back with a growing delay, or bury it after the last try; an outage is not its fault."""
    # A library's own words may hold the document that it was given.
    text = f"{type(error).__name__}: {error}"[:500] if isinstance(error, GatewayError) else type(error).__name__
    spent = event.attempts >= deps.timing.tries
    if spent and not (outage and event.received_at > now() - deps.timing.outage):
        _log.error("event.dead", error=text)
        await inbox.bury(deps.store, event, error=text)
        return
    wait: timedelta = min(deps.timing.retry * 2 ** min(event.attempts - 1, 12), deps.timing.longest_retry)
    if isinstance(error, SyncfyRateLimited):
        asked = min(error.retry_after, deps.timing.longest_wait.total_seconds())
        wait = max(wait, timedelta(seconds=asked))
    _log.warning("event.put_back", error=text, wait=wait.total_seconds())
    await inbox.put_back(deps.store, event, error=text, after=wait)
    await asyncio.to_thread(deps.queue.handle_events, [(event.id, event.name)], delay=wait)


async def _leased(deps: TaskDeps, event: InboxEvent) -> tuple[EventState, str | None] | None:
    """Do the work while the lease is kept alive. None when the lease was lost: then another worker does it."""
    work = asyncio.create_task(_dispatch(deps, event))
    lost = asyncio.create_task(_keep_lease(deps, event))
    try:
        await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
        return await work if work.done() else None
    finally:
        work.cancel()
        lost.cancel()
        await asyncio.gather(work, lost, return_exceptions=True)


async def _keep_lease(deps: TaskDeps, event: InboxEvent) -> None:
    """Renew the lease until it is lost. A store that is away for a moment is asked again before the lease ends."""
    held = True
    while held:
        await asyncio.sleep(deps.timing.lease.total_seconds() / 3)
        with suppress(StoreUnavailable):
            async with unavailable_means_try_again():
                held = await inbox.renew(deps.store, event, lease=deps.timing.lease)
