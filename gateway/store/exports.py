"""Exports: a row says what is asked for and how far it is; the file itself is in parts, each a row written once.

The parts are the truth. Each holds the writer's state after it and the place in the list it came to, so whoever takes
an export over goes on from the last part, and a part's number is unique: of two that work beside each other each part
is written by one, and the other finds that out and stops. A part is one document of the store: there is none half
written. Both collections go by themselves a day after the export was asked for (`expire_at`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import Binary
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.models.export import GRACE, Export, Place, new_export
from gateway.models.job import Failure, HistoryEntry, JobState
from gateway.store import files
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import ClientFilter, Fields, Filter
from gateway.store.rows import read, written

_COLLECTION, _PARTS = "exports", "export_parts"
_PREFIX = "export-"
# The end of a file is numbered after the part that it follows: whoever lost the export and still writes a part, or an
# end after another part, writes nothing into the file.
_ENDS = 1_000_000
#: Exports of one viewer that may run at the same time.
MOST_RUNNING = 3
#: Exports of one taxpayer that are kept: each is as large as all its documents.
MOST_KEPT = 50
# MongoDB holds 16 MB in a row, of which a part has more than its bytes.
_LARGEST_INLINE = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewPart:
    """`after`: the key of the last document in it. `done`: documents up to here. Without a state: of the end."""

    number: int
    start: int
    content: bytes
    state: dict[str, Any] | None
    index: bytes = b""
    after: str | None = None
    done: int = 0


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
    query: Filter = {"_id": id}
    if owner is not None:
        query["owner"] = owner
    return await store[_COLLECTION].find_one(query)


async def claim(store: Store, id: str, *, lease: timedelta) -> Export | None:
    """The export, for whoever works on it now; None when it has ended, or somebody else does."""
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
    """Tells how far it is and goes on holding it; False when it is no longer ours, or gone."""
    at = now()
    held = {"lease_until": at + lease, "due_at": at + lease + GRACE, "updated_at": at}
    result = await store[_COLLECTION].update_one(
        _held(export),
        {"$set": {"done": done, "total": total, **held}, "$inc": {"version": 1}},
    )
    return bool(result.matched_count)


async def release(store: Store, export: Export) -> None:
    """Lets another take it at once: this one could not go on."""
    await store[_COLLECTION].update_one(_held(export), {"$set": {"lease": None, "lease_until": now()}})


async def finish(store: Store, export: Export, *, documents: int, size: int, last_part: int, tag: str) -> None:
    """Note that the file is whole: so many documents, its bytes, the last part of documents, and its tag."""
    file = {"done": documents, "total": documents, "size": size, "last_part": last_part, "tag": tag}
    await _end(store, export, JobState.SUCCEEDED, file)


async def fail(store: Store, export: Export, message: str) -> None:
    failure = Failure(code=None, needs_person=False, message=message)
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
    """Exports that nobody works on: their message or their worker was lost. Each is given again only after a while."""
    query = {"active": True, "due_at": {"$lte": now()}}
    rows = await store[_COLLECTION].find(query, {"_id": 1}).limit(limit).to_list(limit)
    ids = [row["_id"] for row in rows]
    if ids:
        await store[_COLLECTION].update_many({"_id": {"$in": ids}, **query}, {"$set": {"due_at": now() + again_after}})
    return ids


async def remove(store: Store, export: Export) -> None:
    """With its file: whose it was is gone."""
    await store[_COLLECTION].delete_one({"_id": export.id})
    await store[_PARTS].delete_many({"export": export.id})


async def keep(store: Store, export: Export, part: NewPart) -> bool:
    """Writes a part; False when there is one of that number."""
    # The name of a large one in GridFS too, which is how erasure and the cleaner of orphans know it.
    id = f"{export.taxpayer}:{export.id}|{part.number:012d}"
    inline = len(part.content) <= _LARGEST_INLINE
    content: Any = Binary(part.content) if inline else await files.upload(store, id, part.content)
    kept: Row = {
        "_id": id,
        "taxpayer": export.taxpayer,
        "export": export.id,
        "number": part.number,
        "start": part.start,
        "size": len(part.content),
        "content": content,
        "inline": inline,
        "index": Binary(part.index),
        "state": part.state,
        "after": part.after,
        "done": part.done,
        "expire_at": export.expire_at,
    }
    try:
        await store[_PARTS].insert_one(kept)
    except DuplicateKeyError:
        if not inline:
            await files.drop(store, content)
        return False
    return True


async def last_part(store: Store, id: str) -> Place | None:
    """Return where to go on: the place of the last part that was written from documents."""
    query, place = {"export": id, "state": {"$ne": None}}, {"number": 1, "state": 1, "after": 1, "done": 1}
    found = await store[_PARTS].find_one(query, place, sort=[("number", -1)])
    return None if found is None else read(found, Place)


def number_of_end(after: int, piece: int) -> int:
    """The number of a piece of the end that follows a part."""
    return _ENDS * (after + 1) + piece


async def indexes(store: Store, id: str, last: int) -> list[bytes]:
    """Return what the end of the file is made of: the indexes of its parts up to the last."""
    query = {"export": id, "number": {"$lte": last}}
    rows = store[_PARTS].find(query, {"index": 1, "number": 1}).sort("number", 1)
    return [bytes(row["index"]) async for row in rows]


async def stream(store: Store, export: Export, start: int, stop: int) -> AsyncIterator[bytes]:
    """The bytes of the file from `start` up to `stop`; one part at a time is in memory."""
    last, fields = export.last_part or 0, {"start": 1, "size": 1, "number": 1}
    ends = {"$gte": number_of_end(last, 0), "$lt": number_of_end(last + 1, 0)}
    for numbers in ({"$lte": last}, ends):
        query = {"export": export.id, "number": numbers}
        listed = await store[_PARTS].find(query, fields).sort("number", 1).to_list(None)
        async for piece in _pieces(store, listed, start, stop):
            yield piece


async def _pieces(store: Store, parts: Sequence[Row], start: int, stop: int) -> AsyncIterator[bytes]:
    for part in parts:
        first, last = max(start, part["start"]), min(stop, part["start"] + part["size"])
        if first >= last:
            continue
        row = await store[_PARTS].find_one({"_id": part["_id"]}, {"content": 1, "inline": 1, "start": 1})
        if row is None:
            return
        first, last = first - row["start"], last - row["start"]
        if row["inline"]:
            yield bytes(row["content"][first:last])
        else:
            async for piece in files.pieces(store, row["content"], first, last):
                yield piece


def expired(expire_at: datetime) -> bool:
    """The store's own clean-up runs once a minute: what is due to go is gone for clients at once."""
    return expire_at <= now()
