"""Deletions of taxpayers: who is being erased, how far it is, and the receipt that stays.

A row is made in the moment in which the taxpayer's own row goes, so that everything that looks for the taxpayer finds
none. When all is erased the row keeps the receipt: our own ids, counts and times, and no personal data. Of the id of
Syncfy's user it keeps a hash, by which events that still come for it are known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.models.deletion import AtSyncfy, Deletion, DeletionState
from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Row, Store, now
from gateway.store.rows import read, written

_COLLECTION = "deletions"


async def begin(store: Store, taxpayer: Taxpayer) -> Row:
    """Take the taxpayer out of sight and return its receipt; twice the same is one."""
    at, user = now(), taxpayer.syncfy_user_id
    deletion = Deletion(
        id=taxpayer.id,
        owner=taxpayer.owner,
        state=DeletionState.RUNNING,
        at_syncfy=AtSyncfy.PENDING,
        syncfy_user_id=user,
        user_hash=hash_of(user) if user else None,
        counts=None,
        requested_at=at,
        finished_at=None,
        due_at=at,
        attempts=0,
    )
    row = written(deletion)
    try:
        await store[_COLLECTION].insert_one(row)
    except DuplicateKeyError:
        row = await _found(store, taxpayer.id)
    await hide(store, taxpayer.id)
    return row


async def hide(store: Store, id: str) -> None:
    """Take the taxpayer's own row away, for whoever made the receipt and was killed right then."""
    await store["taxpayers"].delete_one({"_id": id})


async def get(store: Store, id: str, *, owner: str) -> Row | None:
    return await store[_COLLECTION].find_one({"_id": id, "owner": owner})


async def of_user(store: Store, id_user: str) -> Row | None:
    """Return the deletion of the taxpayer whose user at Syncfy this was."""
    return await store[_COLLECTION].find_one({"user_hash": hash_of(id_user)})


async def claim(store: Store, id: str, *, lease: timedelta) -> Deletion | None:
    """Return the deletion, if it is due and nobody works on it; it is due again when the lease ends."""
    at = now()
    taken: Row | None = await store[_COLLECTION].find_one_and_update(
        {"_id": id, "state": DeletionState.RUNNING, "due_at": {"$lte": at}},
        {"$set": {"due_at": at + lease}, "$inc": {"attempts": 1}},
        return_document=ReturnDocument.AFTER,
    )
    return None if taken is None else read(taken, Deletion)


async def due_again(store: Store, id: str, *, after: timedelta) -> None:
    """Let the sweep take it up again after a while."""
    await store[_COLLECTION].update_one({"_id": id}, {"$set": {"due_at": now() + after}})


async def note_counts(store: Store, id: str, counts: Mapping[str, int]) -> None:
    """Write what there was when it began, once: a second try would count what is left only."""
    await store[_COLLECTION].update_one({"_id": id, "counts": None}, {"$set": {"counts": dict(counts)}})


async def note_syncfy(store: Store, id: str, outcome: AtSyncfy) -> None:
    """Note once how the deletion ended at Syncfy."""
    await store[_COLLECTION].update_one(
        {"_id": id, "at_syncfy": AtSyncfy.PENDING}, {"$set": {"at_syncfy": outcome, "syncfy_at": now()}}
    )


async def finish(store: Store, id: str) -> None:
    """Only the receipt stays."""
    at = now()
    done = {"$set": {"state": DeletionState.DONE, "finished_at": at}, "$unset": {"syncfy_user_id": "", "due_at": ""}}
    await store[_COLLECTION].update_one({"_id": id, "state": DeletionState.RUNNING}, done)


async def overdue(store: Store, *, before: datetime, limit: int = 100) -> list[str]:
    """Return ids of deletions that are due and that nobody works on."""
    query = {"state": DeletionState.RUNNING, "due_at": {"$lte": before}}
    rows = await store[_COLLECTION].find(query, {"_id": 1}).limit(limit).to_list(limit)
    return [row["_id"] for row in rows]


def hash_of(id_user: str) -> str:
    """Return the digest that stands for a user of Syncfy's in a receipt."""
    return hashlib.sha256(id_user.encode()).hexdigest()


async def _found(store: Store, id: str) -> Row:
    row = await store[_COLLECTION].find_one({"_id": id})
    assert row is not None
    return row
