"""Jobs: one run of a connection each. A row holds facts (codes, times); gateway/jobs/machine.py derives its state.

Every change goes through `change`: read, apply a pure function, write if nobody else wrote in between, else again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from gateway.models.job import Job, JobOrigin, new_job
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import Filter
from gateway.store.rows import owned, read, written
from gateway.syncfy.sites import Site

_COLLECTION = "jobs"
#: Rows that turned out to be of a run that has another row: who they were, and who they are now.
_MERGED = "folded_jobs"
#: Jobs of a taxpayer that an event, or a new run, is compared with.
_RECENT = 20


async def create(
    store: Store,
    *,
    taxpayer: str,
    owner: str,
    site: Site,
    origin: JobOrigin,
    sites: Iterable[Site],
    id: str = "",
    started_at: datetime | None = None,
    child: str | None = None,
    syncfy_job_id: str | None = None,
) -> Job:
    """Store a new, active job in state QUEUED; see `new_job`."""
    job = new_job(
        id=id or new_id(),
        taxpayer=taxpayer,
        owner=owner,
        site=site,
        origin=origin,
        sites=sites,
        at=now(),
        started_at=started_at,
        child=child,
        syncfy_job_id=syncfy_job_id,
    )
    await store[_COLLECTION].insert_one(written(job))
    return job


async def create_run(store: Store, *, taxpayer: str, owner: str, site: Site, sites: Iterable[Site]) -> Job | None:
    """The job of a run that a client starts; None when another that has not ended uses one of its credentials."""
    try:
        return await create(store, taxpayer=taxpayer, owner=owner, site=site, origin=JobOrigin.CLIENT, sites=sites)
    except DuplicateKeyError:
        return None


async def create_for_child(store: Store, *, taxpayer: str, owner: str, site: Site, child: str | None) -> Job:
    """Return the job that Syncfy's own run of one site gets. Its id comes from Syncfy's, so two workers make one row.

    `child`: Syncfy's id of the run; where it tells none, the runs of a site of one day are one job.
    """
    id = f"{taxpayer}:{child or f'{site}-{now():%Y%m%d}'}"
    try:
        return await create(
            store,
            taxpayer=taxpayer,
            owner=owner,
            site=site,
            origin=JobOrigin.SYNCFY,
            sites=[site],
            id=id,
            child=child,
        )
    except DuplicateKeyError:
        job = await change(store, id, lambda _: None)  # it may have been merged into another since
        if job is None:
            raise
        return job


async def create_followed(
    store: Store,
    *,
    taxpayer: str,
    owner: str,
    site: Site,
    sites: Iterable[Site],
    syncfy_job_id: str,
    started_at: datetime,
) -> Job | None:
    """Return the job of a run that Syncfy's widget started; None when there is a row of that name already.

    Its id comes from Syncfy's, so that two who follow the same run, or an event of it, make one row.
    """
    try:
        return await create(
            store,
            taxpayer=taxpayer,
            owner=owner,
            site=site,
            origin=JobOrigin.WIDGET,
            sites=sites,
            id=f"{taxpayer}:{syncfy_job_id}",
            started_at=started_at,
            syncfy_job_id=syncfy_job_id,
        )
    except DuplicateKeyError:
        return None


async def with_syncfy_job(store: Store, syncfy_job_id: str) -> Job | None:
    """Return the job of a run by Syncfy's own id of it, whosever it is."""
    return await _one(store, {"syncfy_job_id": syncfy_job_id})


async def merge(store: Store, source: str, target: str, apply: Callable[[Job, Job], Job]) -> Job | None:
    """Make two rows of one run into one: the target takes what the source knows, and then the source goes.

    Whoever still works for the source is led to the target (see `change`). Safe to be killed at any line, and to run
    beside itself: what the source learns in between is taken over too.
    """
    while True:
        other = await get(store, source)
        if other is None:
            return await get(store, target)
        led = {"$set": {"taxpayer": other.taxpayer, "job": target}}
        await store[_MERGED].update_one({"_id": source}, led, upsert=True)
        after = await change(store, target, _with(apply, other))
        gone = await store[_COLLECTION].delete_one(_unchanged(other))
        if gone.deleted_count:
            return after


async def merged_into(store: Store, id: str) -> Job | None:
    """Return the job that this one became a part of; None for one that stands for itself."""
    if await store[_MERGED].find_one({"_id": id}, {"_id": 1}) is None or await get(store, id) is not None:
        return None
    return await change(store, id, lambda _: None)


def _with(apply: Callable[[Job, Job], Job], other: Job) -> Callable[[Job], Job]:
    return lambda job: apply(job, other)


async def get(store: Store, id: str, *, owner: str | None = None) -> Job | None:
    """Return one job; with `owner`, only if it is the owner's."""
    found = await row(store, id, owner=owner)
    return None if found is None else read(found, Job)


async def row(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    """Return the stored row of a job, as the schema shows it."""
    return await store[_COLLECTION].find_one(owned(id, owner))


async def change(store: Store, id: str, apply: Callable[[Job], Job | None]) -> Job | None:
    """Apply a pure function to the job until its result is written, and return the job as it then is.

    The function returns None to leave the job alone. The answer is None when there is no such job. A turn of the watch
    alone (`check`, `check_at`) is no change of the job: `version` and `updated_at` stay.
    """
    while True:
        stored = await store[_COLLECTION].find_one({"_id": id})
        if stored is None:
            found = await store[_MERGED].find_one({"_id": id})
            if found is None:
                return None
            id = found["job"]
            continue
        before = read(stored, Job)
        after = apply(before)
        if after is None or after == before:
            return before
        if not _is_turn(before, after):
            after = replace(after, version=before.version + 1, updated_at=now())
        # A key that only a later version of the gateway knows stays.
        result = await store[_COLLECTION].replace_one(_unchanged(before), {**stored, **written(after)})
        if result.matched_count:
            return after


def _unchanged(job: Job) -> Filter:
    """Both only grow, and whoever writes makes one of them grow."""
    return {"_id": job.id, "version": job.version, "check": job.check}


def _is_turn(before: Job, after: Job) -> bool:
    """Return True when the number of the watch's check grew and nothing else changed but its date."""
    return after.check > before.check and replace(before, check=after.check, check_at=after.check_at) == after


async def latest(store: Store, taxpayer: str) -> Job | None:
    return next(iter(await recent(store, taxpayer, limit=1)), None)


async def recent(store: Store, taxpayer: str, *, limit: int = _RECENT) -> list[Job]:
    """Return them newest first."""
    return await _newest(store, {"taxpayer": taxpayer}, limit)


async def active(store: Store, taxpayer: str) -> list[Job]:
    """Return jobs of a taxpayer that have not ended, newest first."""
    return await _newest(store, {"taxpayer": taxpayer, "active": True}, _RECENT)


async def with_child(store: Store, taxpayer: str, child: str) -> Job | None:
    """Return the job that one of Syncfy's child jobs is known to belong to."""
    return await _one(store, {"child_ids": child, "taxpayer": taxpayer})


async def take_late(
    store: Store, *, before: datetime, again_after: timedelta, limit: int = 200
) -> list[tuple[str, int]]:
    """(id, number of its check) of active jobs whose check is overdue: their chain broke, and the sweep mends it.

    Each is late again only after a while, so that the checks of busy workers do not pile up.
    """
    query = {"active": True, "check_at": {"$lte": before}}
    rows = await store[_COLLECTION].find(query, {"check": 1}).limit(limit).to_list(limit)
    if rows:
        # Neither a change of the job nor a version: `change` and this never undo each other's work.
        await store[_COLLECTION].update_many(
            {"_id": {"$in": [row["_id"] for row in rows]}, "check_at": {"$lte": before}},
            {"$set": {"check_at": now() + again_after}},
        )
    return [(row["_id"], row["check"]) for row in rows]


async def _one(store: Store, query: Filter) -> Job | None:
    row = await store[_COLLECTION].find_one(query)
    return None if row is None else read(row, Job)


async def _newest(store: Store, query: Filter, limit: int) -> list[Job]:
    rows = await store[_COLLECTION].find(query).sort("order", -1).limit(limit).to_list(limit)
    return [read(row, Job) for row in rows]
