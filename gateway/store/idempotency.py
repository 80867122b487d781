"""Idempotency keys: what a client's key was first used for, and what came of it. Kept for a day.

A row holds no key, no input and no secret: keyed hashes stand for both (see
gateway/usecases/idempotency.py). States: RUNNING (under a lease) → DONE with the answer's ids, or REFUSED with its
errors; a refused key may be used again, as nothing was done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from gateway.models.idempotency import KeyEntry, KeyState
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import Fields, Filter
from gateway.store.rows import read, written

_COLLECTION = "idempotency"
KEPT = timedelta(days=1)


async def begin(
    store: Store, id: str, *, taxpayer: str | None, fingerprint: str, lease: timedelta
) -> tuple[KeyEntry, bool]:
    """Return the key's entry, and True when the caller is the one to do the work (its `run` is then the caller's)."""
    at = now()
    mine = KeyEntry(
        id=id,
        taxpayer=taxpayer,
        fingerprint=fingerprint,
        state=KeyState.RUNNING,
        run=new_id(),
        lease_until=at + lease,
        expire_at=at + KEPT,
    )
    try:
        await store[_COLLECTION].insert_one(written(mine))
    except DuplicateKeyError:
        free: list[Filter] = [
            {"state": KeyState.REFUSED},
            {"state": KeyState.RUNNING, "lease_until": {"$lte": at}},
            {"expire_at": {"$lte": at}},
        ]
        taken: Row | None = await store[_COLLECTION].find_one_and_replace({"_id": id, "$or": free}, written(mine))
        if taken is not None:
            return mine, True
        known = await get(store, id)
        if known is None:  # it ended its day between the two
            return await begin(store, id, taxpayer=taxpayer, fingerprint=fingerprint, lease=lease)
        return known, False
    return mine, True


async def get(store: Store, id: str) -> KeyEntry | None:
    row = await store[_COLLECTION].find_one({"_id": id})
    return None if row is None else read(row, KeyEntry)


async def done(store: Store, entry: KeyEntry, answer: dict[str, Any]) -> None:
    """Keep the answer of a work that is done, for whoever asks again."""
    await _end(store, entry, {"state": KeyState.DONE, "answer": answer})


async def refused(store: Store, entry: KeyEntry, errors: list[Row]) -> None:
    """Keep the errors of a work that was refused, for those who wait for it; the key is free again."""
    await _end(store, entry, {"state": KeyState.REFUSED, "errors": errors})


async def _end(store: Store, entry: KeyEntry, changes: Fields) -> None:
    await store[_COLLECTION].update_one({"_id": entry.id, "run": entry.run}, {"$set": changes})
