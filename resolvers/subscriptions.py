"""The subscriptions: the current state first, then each newer one, read from the store when it changed there.

A job's row holds facts that no client sees (which of Syncfy's jobs are its children, that an event came again): those
send no frame, so `version` and `updatedAt` may leap from one frame to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput
from gateway.progress import JobState
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Row
from resolvers.context import Info, viewer_of
from resolvers.jobs import Job
from resolvers.node import parse_global_id
from resolvers.sync_status import SyncStatus

_PAUSE = 0.5
_SEEN = ("state", "code", "challenge", "failure", "history", "finished_at")
_SEEN_OF_A_STEP = ("state", "code", "documents")


def seen_of_a_job(row: Row) -> Any:
    """What a client can see of a job, but for its version and dates of change: they tell nothing by themselves."""
    steps = {name: [step[key] for key in _SEEN_OF_A_STEP] for name, step in row["steps"].items()}
    return [row[key] for key in _SEEN], steps


async def _job_status(
    info: Info, job_id: Annotated[ID, strawberry.argument(description="The job.")]
) -> AsyncGenerator[Row, None]:
    id, owner, store = parse_global_id(job_id, "Job")[1], viewer_of(info).id, info.context.store
    if await jobs.get(store, id, owner=owner) is None:
        raise InvalidInput("NOT_FOUND", "no such job")
    versions = info.context.live.versions("jobs", id, lambda: jobs.get(store, id, owner=owner), seen_of_a_job)
    async with aclosing(versions):
        async for row in versions:
            yield row
            if JobState(row["state"]).terminal:
                return


async def _sync_status(
    info: Info, taxpayer_id: Annotated[ID, strawberry.argument(description="The taxpayer.")]
) -> AsyncGenerator[Row, None]:
    id, owner, store = parse_global_id(taxpayer_id, "Taxpayer")[1], viewer_of(info).id, info.context.store
    if await taxpayers.get(store, id, owner=owner) is None:
        raise InvalidInput("NOT_FOUND", "no such taxpayer")
    versions = info.context.live.versions(
        "taxpayers", id, lambda: taxpayers.get(store, id, owner=owner), lambda row: row["sync"]["version"]
    )
    async with aclosing(versions):
        async for row in versions:
            yield row
            # A synchronisation changes it with every batch: twice a second is as much as a person can follow.
            await asyncio.sleep(_PAUSE)


def _subscription(resolver: Any, type_: Any, description: str) -> Any:
    return strawberry.subscription(resolver=resolver, graphql_type=type_, description=description)


@strawberry.type(description="What can be followed live, over graphql-transport-ws.")
class Subscription:
    job_status: AsyncGenerator[Job, None] = _subscription(
        _job_status, Job, "A job: as it is now, then at each change, until it has ended."
    )
    sync_status: AsyncGenerator[SyncStatus, None] = _subscription(
        _sync_status, SyncStatus, "A taxpayer's synchronisation: as it stands now, then at each change."
    )
