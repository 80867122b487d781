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

from gateway.errors import EndpointRefused, GatewayError, StoreUnavailable, SyncfyRateLimited, SyncfyUnavailable
from gateway.models.taxpayer import Taxpayer
from gateway.store import deletions, inbox, mongo, taxpayers
from gateway.store.inbox import EventState
from gateway.store.mongo import Row, now, unavailable_means_try_again
from gateway.syncfy.envelopes import Event, EventName, event_of
from gateway.telemetry import logger
from tasks import fetch, outcomes
from tasks.resources import Resources, Timing

_log = logger(__name__)
_Handler = Callable[[Resources, Taxpayer, Event], Awaitable[None]]

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


async def handle(use: Resources, id: str) -> None:
    """Handles the event if nobody else does. A failure that may pass puts it back, any other buries it."""
    row = await inbox.claim(use.store, id, lease=use.timing.lease)
    if row is None:
        return
    with structlog.contextvars.bound_contextvars(event_id=id, event_name=row["name"], attempt=row["attempts"]):
        if _kills(row, use.timing):
            _log.error("event.kills")
            await inbox.bury(use.store, row, error="its workers ended in the middle of it, time and again")
            return
        use = replace(use, patient=row["attempts"] < use.timing.patient_tries)
        try:
            ended = await _leased(use, row)
        except (SyncfyUnavailable, SyncfyRateLimited, StoreUnavailable, TimeoutError) as error:
            await _later(use, row, error, outage=True)
        except EndpointRefused as error:
            _log.error("event.refused", error=str(error))
            await inbox.bury(use.store, row, error=str(error))
        except GatewayError as error:
            await _later(use, row, error)
        except Exception as error:
            # A defect of ours must not lose the event: it is tried again, and kept for replay when that does not help.
            passing = mongo.outage(error)
            if passing is None:
                _log.exception("event.failed")
            await _later(use, row, passing or error, outage=passing is not None)
        else:
            await _finish(use, row, ended)


async def _finish(use: Resources, row: Row, ended: tuple[EventState, str | None] | None) -> None:
    if ended is None:
        _log.warning("event.lease_lost")
        return
    state, note = ended
    if note == _DELETED:
        await inbox.ignore_forgotten(use.store, row, note=note)
    else:
        await inbox.finish(use.store, row, state, note=note)
    _log.info("event.handled", state=str(state), note=note)


async def _dispatch(use: Resources, row: Row) -> tuple[EventState, str | None]:
    handler = _HANDLERS.get(row["name"])
    if handler is None:
        return EventState.IGNORED, "no use for this event"
    if "payload" not in row:  # replayed, and long forgotten
        return EventState.IGNORED, _DELETED
    event = event_of(row["payload"])
    taxpayer = await taxpayers.by_syncfy_user(use.store, event.id_user) if event.id_user else None
    if taxpayer is None:
        if event.id_user and await deletions.of_user(use.store, event.id_user) is not None:
            return EventState.IGNORED, _DELETED
        # One API key may serve several products: their users' events reach every webhook.
        return EventState.IGNORED, "no taxpayer of ours"
    await handler(use, taxpayer, event)
    return EventState.DONE, None


def _kills(row: Row, timing: Timing) -> bool:
    """True for an event whose tries ended without a word: whatever it does to its workers, it has done it enough."""
    return bool(row["attempts"] - 1 - row.get("put_backs", 0) >= timing.tries)


async def _later(use: Resources, row: Row, error: Exception, *, outage: bool = False) -> None:
    """Puts the event back with a growing delay, or buries it after the last try; an outage is not its fault."""
    # A library's own words may hold the document that it was given.
    text = f"{type(error).__name__}: {error}"[:500] if isinstance(error, GatewayError) else type(error).__name__
    spent = row["attempts"] >= use.timing.tries
    if spent and not (outage and row["received_at"] > now() - use.timing.outage):
        _log.error("event.dead", error=text)
        await inbox.bury(use.store, row, error=text)
        return
    wait = min(use.timing.retry * 2 ** min(row["attempts"] - 1, 12), use.timing.longest_retry)
    if isinstance(error, SyncfyRateLimited):
        asked = min(error.retry_after, use.timing.longest_wait.total_seconds())
        wait = max(wait, timedelta(seconds=asked))
    _log.warning("event.put_back", error=text, wait=wait.total_seconds())
    await inbox.put_back(use.store, row, error=text, after=wait)
    await asyncio.to_thread(use.queue.handle_events, [(row["_id"], row["name"])], delay=wait)


async def _leased(use: Resources, row: Row) -> tuple[EventState, str | None] | None:
    """Does the work while the lease is kept alive. None when the lease was lost: then another worker does it."""
    work = asyncio.create_task(_dispatch(use, row))
    lost = asyncio.create_task(_keep_lease(use, row))
    try:
        await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
        return await work if work.done() else None
    finally:
        work.cancel()
        lost.cancel()
        await asyncio.gather(work, lost, return_exceptions=True)


async def _keep_lease(use: Resources, row: Row) -> None:
    """Renews the lease until it is lost. A store that is away for a moment is asked again before the lease ends."""
    held = True
    while held:
        await asyncio.sleep(use.timing.lease.total_seconds() / 3)
        with suppress(StoreUnavailable):
            async with unavailable_means_try_again():
                held = await inbox.renew(use.store, row, lease=use.timing.lease)
