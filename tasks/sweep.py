"""The sweep: overdue events are sent again, broken chains of checks are mended, stale kinds are looked at.

Run every few seconds by the schedule. It may run in several processes at once: everything it sends is idempotent.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.sat.kinds import Kind
from gateway.store import arrivals, deletions, exports, inbox, jobs, orphans, pending_counterparties, taxpayers
from gateway.store.mongo import now
from gateway.telemetry import logger
from tasks.resources import TaskDeps

_log = logger(__name__)
_MOST_STALE = 50
# A taxpayer that stays stale (its password changed, Syncfy brings nothing new) is looked at so often and no more.
_AGAIN = timedelta(hours=6)
# Nobody connects for longer than this without a sign of it.
_IDLE = timedelta(hours=1)
# Hardly a batch takes so long to store: whoever began it has ended, or tells the rest when it has not.
_LEFT = timedelta(seconds=45)

# A fetch counts its counterparties far more often.
_UNCOUNTED = timedelta(minutes=5)


async def sweep(deps: TaskDeps) -> None:
    """Events and deletions that are due and nobody works on; jobs whose next check is late; what was never told."""
    timing = deps.timing
    events = await inbox.take_overdue(
        deps.store, grace=timing.grace, again_after=timing.resend, longest=timing.longest_retry
    )
    if events:
        _log.info("sweep.events", count=len(events))
        try:
            await asyncio.to_thread(deps.queue.handle_events, events)
        except Exception:
            await inbox.not_sent(deps.store, [id for id, _ in events])
            raise
    late = await jobs.take_late(deps.store, before=now() - timing.late, again_after=timing.resend)
    for job, check in late:
        await asyncio.to_thread(deps.queue.watch_job, job, check)
    for taxpayer in await deletions.overdue(deps.store, before=now() - timing.grace):
        await asyncio.to_thread(deps.queue.erase, taxpayer)
    for export in await exports.take_overdue(deps.store, again_after=timing.resend):
        await asyncio.to_thread(deps.queue.write_export, export)
    left = await arrivals.tell_left(deps.store, before=now() - _LEFT)
    if left:
        _log.info("sweep.arrivals", count=left)
    for taxpayer in await pending_counterparties.left(deps.store, before=now() - _UNCOUNTED):
        await pending_counterparties.catch_up(deps.store, taxpayer)


async def reconcile_stale(deps: TaskDeps) -> None:
    """Kinds whose last download is older than their cadence allows: Syncfy may have refreshed them unheard."""
    at = now()
    due = {kind: at - kind.cadence.fresh_for for kind in Kind if kind.cadence.fresh_for is not None}
    stale = await taxpayers.stale(deps.store, due, idle_since=at - _IDLE, again=at - _AGAIN, limit=_MOST_STALE)
    for taxpayer in stale:
        await asyncio.to_thread(deps.queue.reconcile, taxpayer)
    if stale:
        await taxpayers.note_look(deps.store, stale)
        _log.info("sweep.stale", taxpayers=len(stale))


async def clean(deps: TaskDeps) -> None:
    """Large files that a killed worker left behind."""
    removed = await orphans.remove(deps.store)
    if removed:
        _log.info("sweep.orphans", files=removed)
