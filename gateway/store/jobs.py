"""Jobs: one run of a connection each. A row holds facts (codes, times); gateway/jobs/machine.py derives its state.

Every change goes through `change`: read, apply a pure function, write if nobody else wrote in between, else again.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from gateway.store.mongo import Row, Store, new_id, now

_COLLECTION = "jobs"
#: Rows that turned out to be of a run that has another row: who they were, and who they are now.
_FOLDED = "folded_jobs"


async def create(
    store: Store,
    *,
    taxpayer: str,
    owner: str,
    site: str,
    origin: str,
    steps: Row,
    id: str = "",
    at: datetime | None = None,
    **known: Any,
) -> Row:
    """A new, active job in state QUEUED. `origin`: CLIENT (a mutation), WIDGET (followed) or SYNCFY (its schedule).

    `at`: when it was started, if that was not now. `known`: what else is known of it already.
    """
    made = now()
    at = at or made
    id = id or new_id()
    row: Row = {
        "_id": id,
        # By when it was made known here: what is told of a run outlives what was told of the parts that joined it.
        "order": f"{made:%Y-%m-%dT%H:%M:%S.%f}|{id}",
        "taxpayer": taxpayer,
        "owner": owner,
        "site": site,
        "origin": origin,
        "state": "QUEUED",
        "active": True,
        "code": None,
        "codes": [],
        "history": [{"at": at, "state": "QUEUED", "code": None}],
        "steps": steps,
        # Whose credentials it uses: no two running jobs of a client use the same one.
        "holds": sorted(steps),
        "child_ids": [],
        "challenge": None,
        "answered": 0,
        "answered_at": None,
        "failure": None,
        "check": 0,
        "check_at": at,
        "created_at": at,
        "updated_at": at,
        "finished_at": None,
        "version": 1,
        **known,
    }
    await store[_COLLECTION].insert_one(row)
    return row


async def create_run(store: Store, *, taxpayer: str, owner: str, site: str, steps: Row) -> Row | None:
    """The job of a run that a client starts; None when another that has not ended uses one of its credentials."""
    try:
        return await create(store, taxpayer=taxpayer, owner=owner, site=site, origin="CLIENT", steps=steps)
    except DuplicateKeyError:
        return None


async def create_for_child(
    store: Store, *, taxpayer: str, owner: str, site: str, origin: str, steps: Row, child: str
) -> Row:
    """The job that Syncfy's own run of one site gets. Its id comes from Syncfy's, so two workers make one row.

    `child`: Syncfy's id of the run, or a name for it where Syncfy tells none; `steps` say which.
    """
    id = f"{taxpayer}:{child}"
    children = [step["job_id"] for step in steps.values() if step["job_id"] is not None]
    try:
        return await create(
            store, taxpayer=taxpayer, owner=owner, site=site, origin=origin, steps=steps, id=id, child_ids=children
        )
    except DuplicateKeyError:
        row = await change(store, id, lambda _: None)  # it may have been merged into another since
        if row is None:
            raise
        return row


async def create_followed(
    store: Store, *, taxpayer: str, owner: str, site: str, steps: Row, syncfy_job_id: str, at: datetime
) -> Row | None:
    """The job of a run that Syncfy's widget started; None when there is a row of that name already.

    Its id comes from Syncfy's, so that two who follow the same run, or an event of it, make one row.
    """
    try:
        return await create(
            store,
            taxpayer=taxpayer,
            owner=owner,
            site=site,
            origin="WIDGET",
            steps=steps,
            id=f"{taxpayer}:{syncfy_job_id}",
            at=at,
            syncfy_job_id=syncfy_job_id,
        )
    except DuplicateKeyError:
        return None


async def with_syncfy_job(store: Store, syncfy_job_id: str) -> Row | None:
    """The job of a run by Syncfy's own id of it, whosever it is."""
    return await store[_COLLECTION].find_one({"syncfy_job_id": syncfy_job_id})


async def fold(store: Store, source: str, target: str, apply: Callable[[Row, Row], Row]) -> Row | None:
    """Makes two rows of one run into one: the target takes what the source knows, and then the source goes.

    Whoever still works for the source is led to the target (see `change`). Safe to be killed at any line, and to run
    beside itself: what the source learns in between is taken over too.
    """
    while True:
        other = await store[_COLLECTION].find_one({"_id": source})
        if other is None:
            return await get(store, target)
        led = {"$set": {"taxpayer": other["taxpayer"], "job": target}}
        await store[_FOLDED].update_one({"_id": source}, led, upsert=True)
        after = await change(store, target, functools.partial(_with, apply, other))
        gone = await store[_COLLECTION].delete_one(_unchanged(other))
        if gone.deleted_count:
            return after


async def merged_into(store: Store, id: str) -> Row | None:
    """Return the job that this one became a part of; None for one that stands for itself."""
    if await store[_FOLDED].find_one({"_id": id}, {"_id": 1}) is None or await get(store, id) is not None:
        return None
    return await change(store, id, lambda _: None)


def _with(apply: Callable[[Row, Row], Row], other: Row, row: Row) -> Row:
    return apply(row, other)


async def get(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    query: Row = {"_id": id}
    if owner is not None:
        query["owner"] = owner
    return await store[_COLLECTION].find_one(query)


async def change(store: Store, id: str, apply: Callable[[Row], Row | None]) -> Row | None:
    """Applies a pure function to the row until it is written, and returns the row as it then is.

    The function returns None to leave the row alone. The answer is None when there is no such job. A turn of the watch
    alone (`check`, `check_at`) is no change of the job: `version` and `updated_at` stay.
    """
    while True:
        before = await store[_COLLECTION].find_one({"_id": id})
        if before is None:
            folded = await store[_FOLDED].find_one({"_id": id})
            if folded is None:
                return None
            id = folded["job"]
            continue
        after = apply(copy.deepcopy(before))
        if after is None or after == before:
            return before
        if not _is_turn(before, after):
            after["version"] = before["version"] + 1
            after["updated_at"] = now()
        result = await store[_COLLECTION].replace_one(_unchanged(before), after)
        if result.matched_count:
            return after


def _unchanged(row: Row) -> Row:
    """Both only grow, and whoever writes makes one of them grow."""
    return {"_id": row["_id"], "version": row["version"], "check": row["check"]}


def _is_turn(before: Row, after: Row) -> bool:
    """True when the number of the watch's check grew and nothing else changed but its date."""
    turn = {"check": after["check"], "check_at": after["check_at"]}
    return bool(after["check"] > before["check"] and {**before, **turn} == after)


async def latest(store: Store, taxpayer: str, *, limit: int = 1) -> list[Row]:
    """Newest first."""
    return await store[_COLLECTION].find({"taxpayer": taxpayer}).sort("order", -1).limit(limit).to_list(limit)


async def with_child(store: Store, taxpayer: str, child: str) -> Row | None:
    """The job that one of Syncfy's child jobs is known to belong to."""
    return await store[_COLLECTION].find_one({"child_ids": child, "taxpayer": taxpayer})


async def active(store: Store, taxpayer: str) -> list[Row]:
    """Jobs of a taxpayer that have not ended, newest first."""
    query = {"taxpayer": taxpayer, "active": True}
    return await store[_COLLECTION].find(query).sort("order", -1).limit(20).to_list(20)


async def take_late(store: Store, *, before: datetime, again_after: timedelta, limit: int = 200) -> list[Row]:
    """Active jobs whose next check is overdue: their chain of checks was broken, and the sweep mends it.

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
    return rows
