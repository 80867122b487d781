"""Watches a job that a client started: reads its status history at Syncfy until it has ended here.

Webhooks do not tell everything: a challenge (410) and the parent's own end come without one, and any may be lost. So a
job is a chain of checks, each scheduling the next; the row's `check` number breaks second chains, and the sweep mends a
chain whose message was lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from gateway.errors import StoreUnavailable, SyncfyError, SyncfyRejected, TaxpayerGone
from gateway.jobs import machine, merging
from gateway.jobs.challenge import challenge_of
from gateway.models.job import Job, JobOrigin, JobState
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs, taxpayers
from gateway.store.mongo import now, unavailable_means_try_again
from gateway.syncfy import codes
from gateway.telemetry import logger
from tasks import outcomes, reconcile
from tasks.resources import TaskDeps, Timing

_log = logger(__name__)


async def check(deps: TaskDeps, id: str, number: int) -> None:
    """One check of a job; schedules the next unless the job has ended or another chain is ahead."""
    job = await _take_turn(deps, id, number)
    if job is None:
        return
    taxpayer = await taxpayers.get(deps.store, job.taxpayer)
    try:
        if taxpayer is not None:
            async with unavailable_means_try_again():
                job = await _look(deps, taxpayer, job)
    except TaxpayerGone:
        return  # its job is erased with it
    except (SyncfyError, StoreUnavailable) as error:
        _log.warning("job.check_failed", job=id, error=str(error))
    if job is not None and job.active:
        await asyncio.to_thread(deps.queue.watch_job, id, job.check, delay=until_next(job, deps.timing))


async def _take_turn(deps: TaskDeps, id: str, number: int) -> Job | None:
    """Return the job, if this message is the latest of its chain and the job has not ended."""
    taken = False

    def take(job: Job) -> Job | None:
        nonlocal taken
        taken = job.active and job.check == number
        if not taken:
            return None
        return replace(job, check=job.check + 1, check_at=now() + until_next(job, deps.timing))

    job = await jobs.change(deps.store, id, take)
    return job if taken else None


async def _look(deps: TaskDeps, taxpayer: Taxpayer, job: Job) -> Job | None:
    after = await _give_up(deps, job)
    if after is not None and after.active and after.origin is JobOrigin.WIDGET:
        after = await merging.absorb_events(deps.store, after)
    if after is not None and after.active and after.syncfy_job_id:
        after = await _read_parent(deps, taxpayer, after, after.syncfy_job_id)
    if after is not None and after.active and _quiet(after, deps.timing):
        await reconcile.job(deps, taxpayer, after)
        after = await jobs.get(deps.store, job.id)
    if after is not None and after.version != job.version:
        await outcomes.announce(deps, after)
    return after


async def _give_up(deps: TaskDeps, job: Job) -> Job | None:
    """First of all, so that a job about which Syncfy only answers errors comes to an end too."""
    age = now() - job.created_at
    if age > deps.timing.expire_after:
        return await jobs.change(deps.store, job.id, lambda job: machine.expire(job, now(), "it never came to an end"))
    if age > deps.timing.start_within and not _known_to_syncfy(job):
        return await jobs.change(
            deps.store, job.id, lambda job: machine.expire(job, now(), "it was never handed to Syncfy")
        )
    return job


def _known_to_syncfy(job: Job) -> bool:
    return job.syncfy_job_id is not None or any(step.updated_at for step in job.steps.values())


async def _read_parent(deps: TaskDeps, taxpayer: Taxpayer, job: Job, syncfy_job_id: str) -> Job | None:
    try:
        history = await deps.syncfy.job_statuses(taxpayer.user_at_syncfy, syncfy_job_id)
    except SyncfyRejected as error:
        if error.syncfy_code not in (401, 404):
            raise
        # Syncfy knows nothing of it (any more: histories are kept 15 days).
        return await jobs.change(
            deps.store, job.id, lambda job: machine.expire(job, now(), "Syncfy no longer knows this job")
        )
    if not history:
        return job
    seen, challenge = [status.code for status in history], challenge_of(history[-1])
    return await jobs.change(deps.store, job.id, lambda job: machine.parent_codes(job, seen, challenge, now()))


def _quiet(job: Job, timing: Timing) -> bool:
    """Return True when Syncfy's part seems over and nothing has come for a while: time to look instead of wait."""
    if job.state is JobState.AWAITING_INPUT:
        return False
    moments = [job.created_at, *(entry.at for entry in job.history)]
    moments += [step.updated_at for step in job.steps.values() if step.updated_at]
    return max(moments) < now() - timing.quiet


def until_next(job: Job, timing: Timing) -> timedelta:
    """Half a second at first, a tenth of the job's age later, a minute at most: a person waits for a young job."""
    age = now() - job.created_at
    wait: timedelta = min(max(timing.first_check, age / 10), timing.slowest_check)
    return min(wait, timedelta(seconds=2)) if _asked(job) else wait


def _asked(job: Job) -> bool:
    """Return True where a person is asked, or has just answered and waits for what comes of it."""
    return job.code is not None and codes.info(job.code).outcome == "WAITING"
