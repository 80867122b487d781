"""Idempotency keys: what a client's key was first used for, and what came of it. Kept for a day.

A row holds no key, no input and no secret: keyed hashes stand for both (see
gateway/usecases/idempotency.py). States: RUNNING (under a lease) → DONE with the answer's ids, or REFUSED with its
errors; a refused key may be used again, as nothing was done.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.store.mongo import Row, Store, new_id, now

_COLLECTION = "idempotency"
KEPT = timedelta(days=1)


class KeyState(StrEnum):
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


async def begin(store: Store, id: str, *, taxpayer: str | None, fingerprint: str, lease: timedelta) -> tuple[Row, bool]:
    """The key's row, and whether the caller is the one to do the work (its `run` is then the caller's)."""
    at = now()
    mine: Row = {
        "taxpayer": taxpayer,
        "fingerprint": fingerprint,
        "state": KeyState.RUNNING,
        "run": new_id(),
        "lease_until": at + lease,
        "answer": None,
        "errors": None,
        "expire_at": at + KEPT,
    }
    try:
        await store[_COLLECTION].insert_one({"_id": id, **mine})
    except DuplicateKeyError:
        free: list[Row] = [
            {"state": KeyState.REFUSED},
            {"state": KeyState.RUNNING, "lease_until": {"$lte": at}},
            {"expire_at": {"$lte": at}},
        ]
        taken: Row | None = await store[_COLLECTION].find_one_and_update(
            {"_id": id, "$or": free}, {"$set": mine}, return_document=ReturnDocument.AFTER
        )
        if taken is not None:
            return taken, True
        known = await get(store, id)
        if known is None:  # it ended its day between the two
            return await begin(store, id, taxpayer=taxpayer, fingerprint=fingerprint, lease=lease)
        return known, False
    return {"_id": id, **mine}, True


async def get(store: Store, id: str) -> Row | None:
    return await store[_COLLECTION].find_one({"_id": id})


async def done(store: Store, row: Row, answer: dict[str, Any]) -> None:
    await _end(store, row, {"state": KeyState.DONE, "answer": answer})


async def refused(store: Store, row: Row, errors: list[Row]) -> None:
    await _end(store, row, {"state": KeyState.REFUSED, "errors": errors})


async def _end(store: Store, row: Row, changes: Row) -> None:
    await store[_COLLECTION].update_one({"_id": row["_id"], "run": row["run"]}, {"$set": changes})
