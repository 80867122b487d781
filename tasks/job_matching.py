"""Match events to jobs: nothing in an event names the run of All in One that started its child.

A child's events are handled beside each other, so the choice is made by one atomic change of the job's row: the first
event takes the place of its site in the run, and the others find their child there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from gateway.jobs import machine, merging
from gateway.models.job import Job, JobOrigin, JobState
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.syncfy.envelopes import Event
from gateway.syncfy.ids import CLOCK_SKEW
from gateway.syncfy.sites import Site
from tasks.resources import TaskDeps

# A child of a run starts within this of the run; a later one belongs to a run of Syncfy's own.
_SAME_RUN = timedelta(hours=12)


async def job_of(deps: TaskDeps, taxpayer: Taxpayer, site: Site, event: Event) -> Job:
    """Return the job that the event's child is part of.

    The one that knows the child's id, or is the child's own; else the newest run in which this site has no child yet,
    which may have ended (it was reconciled before a late event came); else a job of Syncfy's own (its daily download,
    or a run of the widget that nobody follows), which the sites that take part join as they appear.
    """
    child = event.id_job
    if child is not None:
        known = await jobs.with_child(deps.store, taxpayer.id, child) or await _alone(deps, taxpayer, site, child)
        if known is not None:
            return known
    for job in _candidates(await jobs.recent(deps.store, taxpayer.id), event):
        taken = await _take(deps, job, site, child)
        if taken is not None:
            return taken
    own = await jobs.create_for_child(
        deps.store,
        taxpayer=taxpayer.id,
        owner=taxpayer.owner,
        site=site,
        child=child,
    )
    return await merging.into_followed_run(deps.store, own)


async def _alone(deps: TaskDeps, taxpayer: Taxpayer, site: Site, child: str) -> Job | None:
    """Return the followed run whose own id the event has: one of a single site, as All in One's own is never told."""
    job = await jobs.with_syncfy_job(deps.store, child)
    if job is None or job.taxpayer != taxpayer.id:
        return None
    return await jobs.change(deps.store, job.id, lambda job: machine.child_joined(job, site, now(), job_id=child))


def _candidates(found: Sequence[Job], event: Event) -> list[Job]:
    """Return clients' runs first, then Syncfy's own; each newest first, but before them those begun with the event."""
    possible = [job for job in found if _may_hold(job, event)]
    return sorted(
        possible, key=lambda job: (job.origin is JobOrigin.SYNCFY, event.at is not None and job.created_at > event.at)
    )


def _may_hold(job: Job, event: Event) -> bool:
    if event.id_job is not None and merging.is_of_an_earlier_run(event.id_job, job):
        return False
    if event.at is not None and event.at < job.created_at - CLOCK_SKEW:
        return False
    if job.active:
        return job.created_at > now() - _SAME_RUN
    if job.syncfy_job_id is None or job.state is JobState.EXPIRED or job.finished_at is None:
        return False
    # Only Syncfy's own time tells a late event of an ended run from one of the next run; V1 events have none.
    return event.at is not None and event.at <= job.finished_at + CLOCK_SKEW


async def _take(deps: TaskDeps, job: Job, site: Site, child: str | None) -> Job | None:
    """Return the job, if the site's place in it is free or already this child's."""
    held = False

    def take(job: Job) -> Job | None:
        nonlocal held
        step = job.steps.get(site)
        joins = step is None and job.origin is JobOrigin.SYNCFY and job.active
        held = joins or (step is not None and step.job_id in (None, child))
        return machine.child_joined(job, site, now(), job_id=child) if held and child is not None else None

    after = await jobs.change(deps.store, job.id, take)
    return after if held else None
