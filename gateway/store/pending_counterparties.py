"""Counterparties of documents that came, still to be counted anew: also the note that a killed worker leaves.

To count one is to look at all its documents, and a batch touches most of a taxpayer's counterparties. So they are noted
with each batch and counted a few times in a fetch, whatever its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import DeleteOne, UpdateOne

from gateway.sat.kinds import Kind
from gateway.store import counterparties, mongo
from gateway.store.mongo import Store, now
from gateway.store.query_language import Pipeline

_COLLECTION = "pending_parties"  # as stores of before call it


async def note(store: Store, taxpayer: str, ids: Mapping[Kind, Sequence[str]]) -> None:
    """Note that the counterparties of these documents are to be counted."""
    at = now()
    operations = [
        UpdateOne(
            {"_id": counterparties.id_of(taxpayer, key)},
            {"$set": {"taxpayer": taxpayer, "key": key}, "$setOnInsert": {"since": at}, "$inc": {"times": 1}},
            upsert=True,
        )
        for key in await counterparties.keys_of(store, ids)
    ]
    if operations:
        await store[_COLLECTION].bulk_write(operations, ordered=False)


async def catch_up(store: Store, taxpayer: str) -> None:
    """Count what is noted until now. What is noted again meanwhile stays noted."""
    rows = await store[_COLLECTION].find({"taxpayer": taxpayer}).to_list(None)
    if not rows:
        return
    await counterparties.recompute_keys(store, taxpayer, sorted(row["key"] for row in rows))
    done = [DeleteOne({"_id": row["_id"], "times": row["times"]}) for row in rows]
    await store[_COLLECTION].bulk_write(done, ordered=False)


async def left(store: Store, *, before: datetime, limit: int = 20) -> list[str]:
    """Return taxpayers with a counterparty that was noted before a moment and nobody counted since."""
    pipeline: Pipeline = [{"$match": {"since": {"$lt": before}}}, {"$group": {"_id": "$taxpayer"}}, {"$limit": limit}]
    return [row["_id"] for row in await mongo.aggregate(store[_COLLECTION], pipeline)]
