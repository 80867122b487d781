"""Exports: a row says what is asked for and how far it is. The file itself is in parts (see export_parts).

Both collections go by themselves a day after the export was asked for (`expire_at`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.models.export import GRACE, Export, new_export
from gateway.models.job import Failure, HistoryEntry, JobState
from gateway.store import export_parts
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import ClientFilter, Fields, Filter
from gateway.store.rows import owned, read, written

_COLLECTION = "exports"
_PREFIX = "export-"
#: Exports of one viewer that may run at the same time.
MOST_RUNNING = 3
#: Exports of one taxpayer that are kept: each is as large as all its documents.
MOST_KEPT = 50


def is_export(job: str) -> bool:
    """Return True for the id of a job that is an export."""
    return job.startswith(_PREFIX)


async def create(
    store: Store, *, taxpayer: str, owner: str, kind: str, format: str, filter: ClientFilter | None
) -> Export | None:
    """Store a new export; None when the viewer has as many running, or the taxpayer as many kept, as it may."""
    at = now()
    kept = {"taxpayer": taxpayer, "expire_at": {"$gt": at}}
    if await store[_COLLECTION].count_documents(kept, limit=MOST_KEPT) == MOST_KEPT:
        return None
    export = new_export(
        id=_PREFIX + new_id(),
        taxpayer=taxpayer,
        owner=owner,
        kind=kind,
        format=format,
        filter=filter,
        at=at,
    )
    for slot in range(MOST_RUNNING):
        try:
            await store[_COLLECTION].insert_one({**written(export), "slot": slot})
        except DuplicateKeyError:
            continue
        return export
    return None


async def get(store: Store, id: str) -> Export | None:
    found = await row(store, id)
    return None if found is None else read(found, Export)


async def row(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    """Return the stored row of an export, as the schema shows it; with `owner`, only if it is the owner's."""
    return await store[_COLLECTION].find_one(owned(id, owner))


async def claim(store: Store, id: str, *, lease: timedelta) -> Export | None:
    """Return the export, for whoever works on it now; None when it has ended, or somebody else does."""
    at = now()
    taken: Row | None = await store[_COLLECTION].find_one_and_update(
        {"_id": id, "active": True, "lease_until": {"$lte": at}},
        {
            "$set": {
                "state": "RUNNING",
                "lease": new_id(),
                "lease_until": at + lease,
                "due_at": at + lease + GRACE,
                "updated_at": at,
            },
            "$inc": {"tries": 1, "version": 1},
            "$push": {"history": {"at": at, "state": "RUNNING", "code": None}},
        },
        return_document=ReturnDocument.AFTER,
    )
    return None if taken is None else read(taken, Export)


async def advance(store: Store, export: Export, *, lease: timedelta, done: int, total: int) -> bool:
    """Tell how far it is and go on holding it; False when it is no longer ours, or gone."""
    at = now()
    held = {"lease_until": at + lease, "due_at": at + lease + GRACE, "updated_at": at}
    result = await store[_COLLECTION].update_one(
        _held(export),
        {"$set": {"done": done, "total": total, **held}, "$inc": {"version": 1}},
    )
    return bool(result.matched_count)


async def release(store: Store, export: Export) -> None:
    """Let another take it at once: this one could not go on."""
    await store[_COLLECTION].update_one(_held(export), {"$set": {"lease": None, "lease_until": now()}})


async def finish(store: Store, export: Export, *, documents: int, size: int, last_part: int, tag: str) -> None:
    """Note that the file is whole: so many documents, its bytes, the last part of documents, and its tag."""
    file = {"done": documents, "total": documents, "size": size, "last_part": last_part, "tag": tag}
    await _end(store, export, JobState.SUCCEEDED, file)


async def fail(store: Store, export: Export, message: str) -> None:
    """End it as FAILED, if it is still the caller's; `message` is for the client."""
    failure = Failure(code=None, message=message)
    await _end(store, export, JobState.FAILED, {"failure": written(failure)})


async def _end(store: Store, export: Export, state: JobState, changes: Fields) -> None:
    """End it for good, if it is still the caller's."""
    at = now()
    entry = written(HistoryEntry(at=at, state=state, code=None))
    await store[_COLLECTION].update_one(
        _held(export),
        {
            "$set": {**changes, "state": state, "active": False, "lease": None, "finished_at": at, "updated_at": at},
            "$inc": {"version": 1},
            "$push": {"history": entry},
        },
    )


def _held(export: Export) -> Filter:
    return {"_id": export.id, "lease": export.lease, "active": True}


async def take_overdue(store: Store, *, again_after: timedelta, limit: int = 100) -> list[str]:
    """Return exports that nobody works on: their message or worker was lost. Each is given again only after a while."""
    query = {"active": True, "due_at": {"$lte": now()}}
    rows = await store[_COLLECTION].find(query, {"_id": 1}).limit(limit).to_list(limit)
    ids = [row["_id"] for row in rows]
    if ids:
        await store[_COLLECTION].update_many({"_id": {"$in": ids}, **query}, {"$set": {"due_at": now() + again_after}})
    return ids


async def remove(store: Store, export: Export) -> None:
    """With its file: whose it was is gone."""
    await store[_COLLECTION].delete_one({"_id": export.id})
    await export_parts.drop(store, export)


def expired(expire_at: datetime) -> bool:
    """The store's own clean-up runs once a minute: what is due to go is gone for clients at once."""
    return expire_at <= now()
