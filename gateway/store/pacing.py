"""The shared limiter: how many requests a second all processes together send to Syncfy.

Syncfy allows 5 a second for an API key. The last N departures stand in one row; a departure is reserved by one atomic
update, so any number of workers on any number of machines share the allowance, in order, without a lock.
"""

from __future__ import annotations

import asyncio
import time

from pymongo import ReturnDocument

from gateway.store.mongo import Store, unavailable_means_try_again
from gateway.store.query_language import Expression, Pipeline

# A little over a second, because the receiver's second starts when a request arrives and not when it leaves.
_WINDOW_MS = 1060
# Nobody has so many requests waiting: departures further ahead were made by a clock that was wrong.
_FURTHEST_MS = 60_000


def _reserve(now_ms: int, per_second: int) -> Pipeline:
    """Return an update that appends the earliest departure that keeps every window of a second within the allowance."""
    slots: Expression = {"$ifNull": ["$slots", []]}
    oldest = {"$arrayElemAt": ["$$slots", -per_second]}
    full = {"$and": [{"$gte": [{"$size": "$$slots"}, per_second]}, {"$lte": [oldest, now_ms + _FURTHEST_MS]}]}
    earliest = {"$cond": [full, {"$add": [oldest, _WINDOW_MS]}, now_ms]}
    appended = {"$concatArrays": ["$$slots", [{"$max": [now_ms, earliest]}]]}
    return [{"$set": {"slots": {"$let": {"vars": {"slots": slots}, "in": {"$slice": [appended, -per_second]}}}}}]


class SharedPace:
    """Awaiting it returns when the caller may send its next request."""

    def __init__(self, store: Store, *, per_second: int, name: str = "syncfy") -> None:
        self._store = store
        self._per_second = per_second
        self._name = name

    async def __call__(self) -> None:
        departure = await self._reserve()
        delay = departure - time.time() * 1000
        if delay > 0:
            await asyncio.sleep(delay / 1000)

    async def _reserve(self) -> int:
        update = _reserve(int(time.time() * 1000), self._per_second)
        async with unavailable_means_try_again():
            # The first requests of all race for the row: MongoDB itself tries the loser's upsert again.
            row = await self._store["pacing"].find_one_and_update(
                {"_id": self._name}, update, upsert=True, return_document=ReturnDocument.AFTER
            )
            return int(row["slots"][-1])
