"""Arrivals: what was stored of a taxpayer, batch by batch, as a feed that is read again from any place in it.

A place that is taken before it can be seen would let a reader pass it by: number 7 is written while 6 still is not. So
a batch is noted first without a place (`begin`), and gets one when it is stored (`tell`), by one update that makes it
visible as the one after the last: a unique index lets a single batch have that place, and whoever comes second takes
the next. The feed has no gaps, and whoever has read up to a place has read all that was told before it.

A worker may die between storing and telling: its note is left, and the sweep tells of it (`tell_left`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from gateway.sat.kinds import Kind
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import Fields
from gateway.store.rows import typed

#: How long at least an arrival is kept. The last one of a taxpayer always is: it holds the place.
KEPT = timedelta(days=7)
_PENDING = "~"  # sorts after every place
_PRUNE_EVERY = 16


class Arrival(TypedDict):
    """A row of `arrivals`. Until it is told it is `pending`, and `ids` are those that may have been stored."""

    _id: str
    taxpayer: str
    kind: str
    order: str
    at: datetime
    ids: list[str]
    pending: NotRequired[bool]
    inserted: NotRequired[int]
    changed: NotRequired[int]


def _arrivals(store: Store) -> AsyncIOMotorCollection[Arrival]:
    return typed(store, "arrivals", Arrival)


async def begin(store: Store, taxpayer: str, kind: Kind, ids: Sequence[str]) -> Arrival:
    """Note that documents are about to be stored; the note to tell of them with."""
    id = f"{taxpayer}:{new_id()}"
    note: Arrival = {
        "_id": id,
        "taxpayer": taxpayer,
        "kind": str(kind),
        "order": _PENDING + id,
        "pending": True,
        "at": now(),
        "ids": list(ids),
    }
    await _arrivals(store).insert_one(note)
    return note


async def tell(store: Store, note: Arrival, *, inserted: Sequence[str], changed: Sequence[str]) -> None:
    """Give what was stored its place in the feed. Nothing stored: the note goes."""
    if await _place(store, note, inserted, changed):
        return
    # Somebody took this worker for dead and told what was stored by then: the rest comes after it.
    row = await _arrivals(store).find_one({"_id": note["_id"]})
    told = set(row["ids"]) if row else set()
    later, again = [i for i in inserted if i not in told], [i for i in changed if i not in told]
    if later or again:
        rest = await begin(store, note["taxpayer"], Kind(note["kind"]), later + again)
        await tell(store, rest, inserted=later, changed=again)


async def _place(store: Store, note: Arrival, inserted: Sequence[str], changed: Sequence[str]) -> bool:
    """True when the note is now in the feed, or gone for nothing to tell; False when somebody else had done it."""
    unplaced = {"_id": note["_id"], "pending": True}
    if not inserted and not changed:
        return bool((await _arrivals(store).delete_one(unplaced)).deleted_count)
    ids = list(dict.fromkeys([*inserted, *changed]))  # a batch may hold a document twice
    told: Fields = {"ids": ids, "inserted": len(inserted), "changed": len(ids) - len(inserted)}
    while True:
        place = await last(store, note["taxpayer"]) + 1
        change = {"$set": {**told, "order": _order(place), "at": now()}, "$unset": {"pending": ""}}
        try:
            done = await _arrivals(store).update_one(unplaced, change)
        except DuplicateKeyError:
            continue  # somebody else is the one after the last
        if done.matched_count and place % _PRUNE_EVERY == 0:
            await _prune(store, note["taxpayer"], place)
        return bool(done.matched_count)


async def _prune(store: Store, taxpayer: str, place: int) -> None:
    old = {"taxpayer": taxpayer, "order": {"$lt": _order(place)}, "at": {"$lt": now() - KEPT}}
    await _arrivals(store).delete_many(old)


async def tell_left(store: Store, *, before: datetime, limit: int = 20) -> int:
    """Tell of batches whose worker never did: what of them was written since they were noted. How many there were."""
    left = await _arrivals(store).find({"pending": True, "at": {"$lt": before}}).limit(limit).to_list(limit)
    for note in left:
        written = {"_id": {"$in": note["ids"]}, "updated_at": {"$gte": note["at"]}}
        rows = await store[Kind(note["kind"]).collection].find(written, {"first_seen_at": 1}).to_list(None)
        new = [row["_id"] for row in rows if row["first_seen_at"] >= note["at"]]
        await _place(store, note, new, [row["_id"] for row in rows if row["first_seen_at"] < note["at"]])
    return len(left)


async def last(store: Store, taxpayer: str) -> int:
    """Return the place of the newest arrival; 0 when nothing ever arrived."""
    placed = {"taxpayer": taxpayer, "order": {"$lt": _PENDING}}
    rows = await _arrivals(store).find(placed, {"order": 1}).sort("order", -1).limit(1).to_list(1)
    return int(rows[0]["order"]) if rows else 0


async def since(store: Store, taxpayer: str, place: int, *, limit: int = 50) -> list[Row] | None:
    """Return the arrivals after a place, oldest first, each with its `place`; None when some are no longer kept."""
    after = {"taxpayer": taxpayer, "order": {"$gt": _order(place), "$lt": _PENDING}}
    rows = await _arrivals(store).find(after).sort("order", 1).limit(limit).to_list(limit)
    following: list[Row] = []
    for row in rows:
        if int(row["order"]) != place + len(following) + 1:
            return following or None
        following.append({**row, "place": int(row["order"])})
    return following


def taxpayer_of(id: str) -> str:
    """Return the taxpayer of an arrival, by its id."""
    return id.partition(":")[0]


def _order(place: int) -> str:
    return f"{place:012d}"
