"""Credentials: a taxpayer's access to one SAT site, as Syncfy describes it. The password is Syncfy's alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.store.mongo import Row, Store, now

_COLLECTION = "credentials"


async def observe(store: Store, *, taxpayer: str, owner: str, id_credential: str, seen: Mapping[str, Any]) -> Row:
    """Writes what Syncfy says of a credential now. `seen` has our field names (see tasks/outcomes.py)."""
    id = f"{taxpayer}:{id_credential}"
    at = now()
    await store[_COLLECTION].update_one(
        {"_id": id},
        {
            "$set": {**seen, "updated_at": at},
            "$setOnInsert": {
                "taxpayer": taxpayer,
                "owner": owner,
                "syncfy_credential_id": id_credential,
                "created_at": at,
                "fetched_to": 0,
            },
        },
        upsert=True,
    )
    row = await store[_COLLECTION].find_one({"_id": id})
    assert row is not None
    return row


async def of_taxpayer(store: Store, taxpayer: str) -> list[Row]:
    return await store[_COLLECTION].find({"taxpayer": taxpayer}).sort("_id", 1).limit(100).to_list(100)


async def get(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    query: Row = {"_id": id}
    if owner is not None:
        query["owner"] = owner
    return await store[_COLLECTION].find_one(query)


async def forget(store: Store, *, taxpayer: str, id_credential: str) -> bool:
    """False when there was none."""
    result = await store[_COLLECTION].delete_one({"_id": f"{taxpayer}:{id_credential}"})
    return result.deleted_count == 1


async def set_fetched_to(store: Store, *, taxpayer: str, id_credential: str, to: int) -> None:
    """Moves the cursor (Unix seconds of Syncfy's refresh time) forward, never back; written last."""
    await store[_COLLECTION].update_one({"_id": f"{taxpayer}:{id_credential}"}, {"$max": {"fetched_to": to}})
