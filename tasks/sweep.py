"""What heals: overdue events are sent again, broken chains of checks are mended, stale kinds are looked at.

Run every few seconds by the schedule. It may run in several processes at once: everything it sends is idempotent.
"""

from __future__ import annotations

from gateway.sat.kinds import Kind
from gateway.store import inbox, jobs, taxpayers
from gateway.store.mongo import now
from gateway.telemetry import logger
from tasks.resources import Resources

_log = logger(__name__)
_MOST_STALE = 50


async def sweep(use: Resources) -> None:
    """Events that are due and that nobody works on; jobs whose next check is late."""
    timing = use.timing
    events = await inbox.take_overdue(
        use.store, grace=timing.grace, again_after=timing.resend, longest=timing.longest_retry
    )
    if events:
        _log.info("sweep.events", count=len(events))
        use.queue.handle_events(events)
    late = await jobs.take_late(use.store, before=now() - timing.late, again_after=timing.resend)
    for job in late:
        use.queue.watch_job(job["_id"], job["check"])


async def reconcile_stale(use: Resources) -> None:
    """Kinds whose last download is older than their cadence allows: Syncfy may have refreshed them unheard."""
    stale: set[str] = set()
    for kind in Kind:
        fresh_for = kind.cadence.fresh_for
        if fresh_for is not None:
            stale.update(await taxpayers.stale(use.store, kind, before=now() - fresh_for, limit=_MOST_STALE))
    for taxpayer in sorted(stale)[:_MOST_STALE]:
        use.queue.reconcile(taxpayer)
    if stale:
        _log.info("sweep.stale", taxpayers=len(stale))
