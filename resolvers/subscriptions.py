"""The subscriptions: what is now, then each newer state or arrival, read from the store when it changed there.

A job's row holds facts that no client sees (which of Syncfy's jobs are its children, that an event came again): those
send no frame, so `version` and `updatedAt` may leap from one frame to the next.

Each field is two things in one: the feed of its events, which each subscriber has for itself, and an event's value. A
transport that serves many (gateway/graphql/streams.py) takes the feed and has each event executed once for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Annotated, Any

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput
from gateway.graphql.fan_out import Event, Feed
from gateway.models.job import JobState
from gateway.sat.kinds import Kind
from gateway.store import arrivals, exports, taxpayers
from gateway.store.mongo import Row
from resolvers.arrivals import Arrival, place_of
from resolvers.context import Info, own_taxpayer, viewer_of
from resolvers.enums import DocumentKind
from resolvers.exports import find_job
from resolvers.jobs import Job
from resolvers.node import parse_global_id
from resolvers.sync_status import SyncStatus

_PAUSE = 0.5
_SEEN = ("state", "code", "challenge", "failure", "history", "finished_at")
_SEEN_OF_A_STEP = ("state", "code", "documents", "others")
Events = AsyncGenerator[Event, None]

_JobId = Annotated[ID, strawberry.argument(description="The job.")]
_TaxpayerId = Annotated[ID, strawberry.argument(description="The taxpayer.")]
_Version = Annotated[
    int | None,
    strawberry.argument(description="When reconnecting, the last `version` seen: older ones are not sent again."),
]
_Kinds = Annotated[list[DocumentKind] | None, strawberry.argument(description="Kinds of documents; all by default.")]
_After = Annotated[
    str | None,
    strawberry.argument(
        description="The last `cursor` seen, or `syncStatus { arrivalsCursor }`: everything that arrived after it is "
        "sent. Without it, only new arrivals are sent. Arrivals are kept for 7 days or more. An older cursor is the "
        "error CURSOR_TOO_OLD: query the documents instead."
    ),
]


async def _values(info: Info, feed: Callable[[], Awaitable[Feed]]) -> AsyncGenerator[Row, None]:
    """Yield the values of a feed's events; of one event only, when the transport has it executed."""
    context = info.context
    if context.event is not None:
        yield context.event.value
        return
    found = await feed()
    if context.takes_feeds:
        context.feed = found
        return
    async with aclosing(found.start(found.at)) as events:
        async for event in events:
            yield event.value


def seen_of_a_job(row: Row) -> Any:
    """Return what a client can see of a job, but for its version and dates of change, which tell nothing alone."""
    steps = {name: [step.get(key) for key in _SEEN_OF_A_STEP] for name, step in row["steps"].items()}
    return [row[key] for key in _SEEN], steps, row.get("done"), row.get("total")


def _job_status(info: Info, job_id: _JobId, after: _Version = None) -> AsyncGenerator[Row, None]:
    async def feed() -> Feed:
        id, owner, store = parse_global_id(job_id, "Job")[1], viewer_of(info).id, info.context.store
        job = await find_job(store, id, owner=owner)
        if job is None or await own_taxpayer(info, job["taxpayer"]) is None:
            raise InvalidInput("NOT_FOUND", "no such job")
        return Feed(("job", id), -1 if after is None else after, lambda at: _job_events(info, id, at))

    return _values(info, feed)


async def _job_events(info: Info, id: str, after: int) -> Events:
    store = info.context.store
    versions = info.context.live.versions(
        "exports" if exports.is_export(id) else "jobs",
        id,
        lambda: find_job(store, id),
        version=lambda row: int(row["version"]),
        seen=seen_of_a_job,
        after=after,
        until=lambda row: JobState(row["state"]).terminal,
    )
    async with aclosing(versions):
        async for row in versions:
            yield Event(row["version"], row)


def _sync_status(info: Info, taxpayer_id: _TaxpayerId, after: _Version = None) -> AsyncGenerator[Row, None]:
    async def feed() -> Feed:
        id = await _own(info, taxpayer_id)
        return Feed(("sync", id), -1 if after is None else after, lambda at: _sync_events(info, id, at))

    return _values(info, feed)


async def _sync_events(info: Info, id: str, after: int) -> Events:
    store = info.context.store
    versions = info.context.live.versions(
        "taxpayers", id, lambda: taxpayers.row(store, id), version=lambda row: int(row["sync"]["version"]), after=after
    )
    async with aclosing(versions):
        async for row in versions:
            yield Event(row["sync"]["version"], row)
            # A synchronisation changes it with every batch: twice a second is as much as a person can follow.
            await asyncio.sleep(_PAUSE)


def _documents_arrived(
    info: Info, taxpayer_id: _TaxpayerId, kinds: _Kinds = None, after: _After = None
) -> AsyncGenerator[Row, None]:
    async def feed() -> Feed:
        id = await _own(info, taxpayer_id)
        last = await arrivals.last(info.context.store, id)
        place = last if after is None else place_of(after, id)
        if place > last:
            raise InvalidInput(
                "CURSOR_TOO_OLD", "the feed was restarted after this cursor: query the documents instead", ["after"]
            )
        wanted = frozenset(Kind if kinds is None else (Kind(kind.name) for kind in kinds))
        return Feed(("arrivals", id, wanted), place, lambda at: _arrivals(info, id, at, wanted))

    return _values(info, feed)


async def _arrivals(info: Info, id: str, place: int, wanted: frozenset[Kind]) -> Events:
    rows = info.context.live.arrivals(id, place)
    async with aclosing(rows):
        async for row in rows:
            if Kind(row["kind"]) in wanted:
                yield Event(row["place"], row)


async def _own(info: Info, taxpayer_id: str) -> str:
    id = parse_global_id(taxpayer_id, "Taxpayer")[1]
    if await own_taxpayer(info, id) is None:
        raise InvalidInput("NOT_FOUND", "no such taxpayer")
    return id


def _subscription(resolver: Any, type_: Any, description: str) -> Any:
    return strawberry.subscription(resolver=resolver, graphql_type=type_, description=description)


@strawberry.type(
    description="Live updates, over WebSocket (graphql-transport-ws) and over Server-Sent Events at /graphql/stream."
)
class Subscription:
    job_status: AsyncGenerator[Job, None] = _subscription(
        _job_status, Job, "A job as it is now, then after each change until it has ended."
    )
    sync_status: AsyncGenerator[SyncStatus, None] = _subscription(
        _sync_status, SyncStatus, "Synchronisation of a taxpayer as it is now, then after each change."
    )
    documents_arrived: AsyncGenerator[Arrival, None] = _subscription(
        _documents_arrived,
        Arrival,
        "Documents of a taxpayer as they are stored: each arrival once, in order. A client that reconnects to any "
        "process with its last cursor misses none.",
    )
