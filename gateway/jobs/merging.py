"""One row for one run, whichever comes first: the client that follows it, or the events of its sites.

Syncfy's widget starts a run itself, so its children's events may be here before anybody names the run. They get a job
of Syncfy's own then, as those of its daily download do. Whoever comes second merges that job into the run's own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.jobs import machine
from gateway.jobs.steps import weightier
from gateway.jobs.summary import update_summary
from gateway.models.job import Job, JobOrigin, Step
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store, now
from gateway.syncfy.ids import CLOCK_SKEW, made_at
from gateway.syncfy.sites import Site

# All in One makes its children in its first seconds; a portal that is slow gets an hour.
_FANS_OUT = timedelta(hours=1)


async def absorb_events(store: Store, job: Job) -> Job:
    """Merge into a followed run's job what events told of its sites before anybody followed it."""
    for other in await jobs.recent(store, job.taxpayer):
        if is_part(job, other):
            job = await _merge(store, other, job) or job
    return job


async def into_followed_run(store: Store, own: Job) -> Job:
    """Merge a new job of Syncfy's own into the run that somebody followed in the meantime, where it is of one.

    Both sides write first and look then, so that of two at once at least one sees the other.
    """
    for job in await jobs.recent(store, own.taxpayer):
        if is_part(job, own):
            return await _merge(store, own, job) or own
    return own


async def _merge(store: Store, other: Job, job: Job) -> Job | None:
    after = await jobs.merge(store, other.id, job.id, lambda job, other: merged(job, other, at=now()))
    kinds = [site.kind for site in other.steps if site.kind is not None]
    await taxpayers.yield_place(store, other.taxpayer, other.id, kinds)
    if after is not None:
        await update_summary(store, after)
    return after


def is_part(job: Job, other: Job) -> bool:
    """Return True where `other`, a job of Syncfy's own, belongs to the followed run: by when its children began."""
    if job.origin is not JobOrigin.WIDGET or job.site is not Site.ALL_IN_ONE or other.origin is not JobOrigin.SYNCFY:
        return False
    if not all(_fits(job, step) for step in other.steps.values()):
        return False
    if any(is_of_an_earlier_run(id, job) for id in other.child_ids):
        return False
    starts = [made_at(id) or other.created_at for id in other.child_ids] or [other.created_at]
    return all(job.created_at - CLOCK_SKEW <= at <= job.created_at + _FANS_OUT for at in starts)


def is_of_an_earlier_run(child: str, job: Job) -> bool:
    """Return True when Syncfy made the child before the run: both ids tell the second, by Syncfy's own clock.

    A person corrects a password within seconds, and the run that failed is still told of when the next has begun.
    """
    made, begun = made_at(child), made_at(job.syncfy_job_id or "")
    return made is not None and begun is not None and made < begun


def _fits(job: Job, step: Step) -> bool:
    place = job.steps.get(step.site)
    return place is not None and (None in (place.job_id, step.job_id) or place.job_id == step.job_id)


def merged(job: Job, other: Job, *, at: datetime) -> Job:
    """Return the job with all that the other knows. Twice the same changes nothing."""
    steps = dict(job.steps)
    for site, theirs in other.steps.items():
        steps[site] = _merged_step(steps.get(site) or Step(site=site), theirs)
    children = tuple(sorted({*job.child_ids, *other.child_ids}))
    return machine.settled(replace(job, steps=steps, child_ids=children), at)


def _merged_step(step: Step, theirs: Step) -> Step:
    return replace(
        step,
        job_id=step.job_id or theirs.job_id,
        credential_id=step.credential_id or theirs.credential_id,
        code=weightier(step.code, theirs.code),
        authorised=step.authorised or theirs.authorised,
        documents=max(step.documents, theirs.documents),
        own=max(step.own, theirs.own),
        others=max(step.others, theirs.others),
        fetched_at=_later(step.fetched_at, theirs.fetched_at),
        updated_at=_later(step.updated_at, theirs.updated_at),
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)
