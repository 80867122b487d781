"""Shows on a job that a site's documents are landing, for as long as they do.

Whoever follows the job sees the number grow; and a job whose documents are still landing is not a quiet one, so nobody
starts to fetch them a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.errors import StoreUnavailable
from gateway.ingest.batch import Batch
from gateway.jobs import machine
from gateway.models.job import Job
from gateway.store import jobs
from gateway.store.mongo import now, unavailable_means_try_again
from gateway.syncfy.sites import Site
from gateway.telemetry import logger
from tasks.resources import TaskDeps

_log = logger(__name__)


@dataclass(slots=True)
class Landed:
    """The number of a fetch's documents that are in the store so far, and whose those are that were read."""

    documents: int = 0
    own: int = 0
    others: int = 0

    def add(self, batch: Batch, documents: int) -> None:
        """Count a batch that was stored. `documents`: how many Syncfy delivered in it, also unreadable ones."""
        self.documents += documents
        self.others += batch.others
        self.own += len(batch.documents) - batch.others


@asynccontextmanager
async def landing(deps: TaskDeps, job: Job | None, site: Site) -> AsyncIterator[Landed]:
    """Note the count on the job every few seconds while the block lasts. Without a job it only counts."""
    landed = Landed()
    if job is None:
        yield landed
        return
    task = asyncio.create_task(_note(deps, job.id, site, landed))
    try:
        yield landed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _note(deps: TaskDeps, id: str, site: Site, landed: Landed) -> None:
    # Well within the time after which a job counts as quiet.
    pause = min(2.0, deps.timing.quiet.total_seconds() / 4)
    while True:
        await asyncio.sleep(pause)
        try:
            async with unavailable_means_try_again():
                await jobs.change(
                    deps.store, id, lambda job: machine.child_landing(job, site, now(), documents=landed.documents)
                )
        except StoreUnavailable as error:
            _log.warning("job.landing_not_noted", error=str(error))
