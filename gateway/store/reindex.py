"""Rows whose derived keys are of an older scheme, and how they get those of today's from their own record.

Beside workers: a row that one of them writes meanwhile is left to the next round. Killed or run twice: what is done no
longer belongs to the older schemes, so it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from pymongo import UpdateOne

from gateway.sat.kinds import Kind
from gateway.store.derived import SCHEME, derived
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Filter

_BATCH = 200
#: Rows of before there were schemes have none.
_OLDER: Filter = {"scheme": {"$in": [None, *range(1, SCHEME)]}}


async def outdated(store: Store) -> bool:
    """Return True where a document's row is of an older scheme: filters and orders do not find it whole."""
    for kind in Kind:
        if await store[kind.collection].find_one(_OLDER, {"_id": 1}) is not None:
            return True
    return False


async def reorder_unreadable(store: Store) -> int:
    """Once they were in no order: now what was seen last comes first. How many rows were put into their place."""
    seen = {"$dateToString": {"date": "$first_seen_at", "format": "%Y-%m-%dT%H:%M:%S"}}
    placed = {"$set": {"order": {"$concat": [seen, "|", "$identity"]}}}
    result = await store["unreadable"].update_many({"$expr": {"$eq": ["$order", "$identity"]}}, [placed])
    return result.modified_count


async def outdated_count(store: Store, kind: Kind) -> int:
    return await store[kind.collection].count_documents(_OLDER)


async def reindex(store: Store, kind: Kind, *, size: int = _BATCH) -> AsyncIterator[int]:
    """Rewrites the derived keys of a kind's older rows; yields how many it has written, a batch at a time.

    Ends when none is left, or when a round wrote none: those left can't be derived, and `outdated` goes on telling.
    """
    written = True
    while written:
        written = False
        batch: list[UpdateOne] = []
        async for row in store[kind.collection].find(_OLDER, batch_size=size):
            batch.append(_rewritten(kind, row))
            if len(batch) == size:
                done = await _write(store, kind, batch)
                written, batch = written or done > 0, []
                yield done
        if batch:
            done = await _write(store, kind, batch)
            written = written or done > 0
            yield done


def _rewritten(kind: Kind, row: Row) -> UpdateOne:
    # As it was read: whoever has written since has derived its keys itself, or has made another round needed.
    as_read: Filter = {"_id": row["_id"], "revision": row.get("revision"), "scheme": row.get("scheme")}
    return UpdateOne(as_read, {"$set": derived(kind, row)})


async def _write(store: Store, kind: Kind, batch: list[UpdateOne]) -> int:
    result = await store[kind.collection].bulk_write(batch, ordered=False)
    return result.modified_count
