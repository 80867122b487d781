"""The summary of connections in the taxpayer's row: the last one as a whole, and the site's run of each kind."""

from __future__ import annotations

from datetime import datetime

from gateway.jobs import failures
from gateway.models.job import Job, JobOrigin, StepState
from gateway.models.taxpayer import ConnectionResult, KindResult
from gateway.sat.kinds import Kind
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store


async def update_summary(store: Store, job: Job) -> None:
    """Write a job's state into its taxpayer's row, in whatever order the states of its jobs come.

    A job of Syncfy's own may be merged into another (see merging.py) between its change and this: then that one's is.
    """
    at = job.finished_at or job.updated_at
    kinds = kinds_of(job, at)
    whole = ConnectionResult(
        job=job.id, at=at, code=job.code, failure=job.failure, order=job.order, version=job.version, state=job.state
    )
    await taxpayers.note_connection(store, job.taxpayer, whole, kinds)
    if job.origin is JobOrigin.SYNCFY and (other := await jobs.merged_into(store, job.id)) is not None:
        await taxpayers.yield_place(store, job.taxpayer, job.id, list(kinds))
        await update_summary(store, other)


def kinds_of(job: Job, at: datetime) -> dict[Kind, KindResult]:
    """Return how the site of each kind stands in the job."""
    told: dict[Kind, KindResult] = {}
    for site, step in job.steps.items():
        if site.kind is None:
            continue
        moment = step.updated_at or at
        failed = failures.of_step(step, job.codes, moment)
        if step.state is StepState.SKIPPED and job.failure:
            failed = job.failure  # it had no turn because the whole run failed
        code = failed.code if step.code is None and failed else step.code
        told[site.kind] = KindResult(
            job=job.id, at=moment, code=code, failure=failed, order=job.order, version=job.version, state=step.state
        )
    return told
