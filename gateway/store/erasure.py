"""Erases every row of a taxpayer, in whatever collection: those that are made one day are found here like the others.

A row belongs to the taxpayer that its key `taxpayer` names. Two kinds may not have it: events of the inbox, which name
Syncfy's user, and GridFS, whose files are called after the taxpayer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from gridfs import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from gateway.store.mongo import Store
from gateway.store.query_language import Filter

#: Rows that go in one step. Between two steps a worker may be killed: the next one goes on.
_STEP = 1000
#: Collections without rows of a taxpayer, but for the two that are erased in a way of their own.
_NOT_ROWS = (
    "taxpayers",
    "deletions",
    "pacing",
    "readiness",
    "blacklist",
    "blacklists",
    "catalog_entries",
    "catalog_tables",
)
Renew = Callable[[], Awaitable[None]]


async def tally(store: Store, taxpayer: str, id_user: str | None) -> dict[str, int]:
    """Count the rows by collection, without the empty ones. Of GridFS, files and not chunks."""
    counts = {}
    for name in await _collections(store):
        counts[name] = await store[name].count_documents(_of(name, taxpayer, id_user))
    return {name: count for name, count in counts.items() if count}


async def erase(store: Store, taxpayer: str, id_user: str | None, renew: Renew) -> int:
    """Delete them, step by step; how many there were. `renew` is called after each step."""
    gone = 0
    for name in await _collections(store):
        query = _of(name, taxpayer, id_user)
        while rows := await store[name].find(query, {"_id": 1}).limit(_STEP).to_list(_STEP):
            await _delete(store, name, [row["_id"] for row in rows])
            gone += len(rows)
            await renew()
    return gone


async def _collections(store: Store) -> list[str]:
    names = await store.db.list_collection_names()
    return sorted(n for n in names if n not in _NOT_ROWS and not n.startswith("system.") and not n.endswith(".chunks"))


def _of(name: str, taxpayer: str, id_user: str | None) -> Filter:
    if name == "inbox":
        # By both: a user that was made anew has another id, and some events of Syncfy's have no external id.
        return {"$or": [{"taxpayer": taxpayer}, {"syncfy_user_id": id_user or "-"}]}
    if name.endswith(".files"):
        return {"filename": {"$gte": f"{taxpayer}:", "$lt": f"{taxpayer};"}}
    return {"taxpayer": taxpayer}


async def _delete(store: Store, name: str, ids: list[Any]) -> None:
    if not name.endswith(".files"):
        await store[name].delete_many({"_id": {"$in": ids}})
        return
    bucket = AsyncIOMotorGridFSBucket(store.db, bucket_name=name.removesuffix(".files"))
    for id in ids:
        with suppress(NoFile):  # a worker whose lease had ended went on, and was first
            await bucket.delete(id)
