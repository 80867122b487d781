"""The inbox: every webhook event, durable before it is acknowledged, claimed with a lease, kept until it is handled.

States: PENDING → PROCESSING (leased) → DONE, or back to PENDING with a later `due_at` after a failure that may pass, or
DEAD when it failed for good. IGNORED events are ones that we have no use for; they are kept like the handled ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError

from gateway.models.event import EventState, InboxEvent
from gateway.store.mongo import Row, Store, duplicates, new_id, now, unavailable_means_try_again
from gateway.store.query_language import Fields, Filter
from gateway.store.rows import read

_COLLECTION = "inbox"
#: Handled events are kept this long; DEAD ones stay until somebody replays them.
RETENTION = timedelta(days=30)


async def keep(store: Store, events: Sequence[Row]) -> list[str]:
    """Insert events (`_id` is the event's own id) and return the ids that were not here before.

    All or some may be duplicates; the rest is stored all the same. Raises StoreUnavailable.
    """
    if not events:
        return []
    at = now()
    rows = [
        {
            "state": EventState.PENDING,
            "received_at": at,
            "due_at": at,
            "attempts": 0,
            "put_backs": 0,
            "lease": None,
            "lease_until": None,
            "error": None,
            **event,
        }
        for event in events
    ]
    known: set[int] = set()
    async with unavailable_means_try_again():
        try:
            await store[_COLLECTION].insert_many(rows, ordered=False)
        except BulkWriteError as error:
            known = set(duplicates(error))
    return [event["_id"] for position, event in enumerate(events) if position not in known]


async def claim(store: Store, id: str, *, lease: timedelta) -> InboxEvent | None:
    """Return the event, leased to the caller; None when it is handled, dead, or another worker holds a live lease."""
    at = now()
    claimable = [
        {"state": EventState.PENDING},
        {"state": EventState.PROCESSING, "lease_until": {"$lte": at}},
    ]
    taken: Row | None = await store[_COLLECTION].find_one_and_update(
        {"_id": id, "$or": claimable},
        {
            "$set": {
                "state": EventState.PROCESSING,
                "due_at": at,
                "lease": new_id(),
                "lease_until": at + lease,
                "sent_again": 0,
            },
            "$inc": {"attempts": 1},
        },
        return_document=ReturnDocument.AFTER,
    )
    return None if taken is None else read(taken, InboxEvent)


async def renew(store: Store, event: InboxEvent, *, lease: timedelta) -> bool:
    """Prolong a lease while long work goes on; False when it was lost."""
    result = await store[_COLLECTION].update_one(_held(event), {"$set": {"lease_until": now() + lease}})
    return result.matched_count == 1


async def finish(store: Store, event: InboxEvent, state: EventState, *, note: str | None = None) -> None:
    """DONE or IGNORED: the row goes away by itself after RETENTION."""
    await store[_COLLECTION].update_one(_held(event), {"$set": _finished(state, note)})


async def ignore_forgotten(store: Store, event: InboxEvent, *, note: str) -> None:
    """IGNORED, and without what it says, in one write: it is of a taxpayer that was deleted."""
    said = dict.fromkeys(("payload", "taxpayer", "syncfy_user_id", "job_id", "credential_id"), "")
    done = {"$set": _finished(EventState.IGNORED, note), "$unset": said}
    await store[_COLLECTION].update_one(_held(event), done)


def _finished(state: EventState, note: str | None) -> Fields:
    at = now()
    return {"state": state, "finished_at": at, "expire_at": at + RETENTION, "lease": None, "note": note}


async def put_back(store: Store, event: InboxEvent, *, error: str, after: timedelta) -> None:
    """For a failure that may pass: due again later."""
    again = {"state": EventState.PENDING, "due_at": now() + after, "lease": None, "error": error, "sent_again": 0}
    await store[_COLLECTION].update_one(_held(event), {"$set": again, "$inc": {"put_backs": 1}})


async def bury(store: Store, event: InboxEvent, *, error: str) -> None:
    """For a failure that will not pass by itself: kept until an operator replays it."""
    await store[_COLLECTION].update_one(_held(event), {"$set": dead(error)})


def dead(error: str) -> Row:
    """Return what a row says of an event that nobody handles."""
    return {"state": EventState.DEAD, "finished_at": now(), "lease": None, "error": error}


async def take_overdue(
    store: Store,
    *,
    grace: timedelta = timedelta(0),
    again_after: timedelta = timedelta(seconds=30),
    longest: timedelta = timedelta(minutes=15),
    limit: int = 500,
) -> list[tuple[str, str]]:
    """(id, name) of events that nobody is working on though they are due: the sweep sends them again.

    Each is due again only later, and later still each time: workers that are busy must not find their queue filled
    with the same event at every sweep.
    """
    at = now()
    before = at - grace
    pending = {"state": EventState.PENDING, "due_at": {"$lte": before}}
    abandoned = {"state": EventState.PROCESSING, "lease_until": {"$lte": at}, "due_at": {"$lte": at}}
    found: list[Row] = []
    for query in (pending, abandoned):
        cursor = store[_COLLECTION].find(query, {"name": 1, "sent_again": 1}).sort("due_at", 1).limit(limit)
        found += await cursor.to_list(limit)
    writes = [
        UpdateOne(
            {"_id": row["_id"], "due_at": {"$lte": at}, "state": {"$in": [pending["state"], abandoned["state"]]}},
            {
                "$set": {"due_at": at + min(again_after * 2 ** min(row.get("sent_again", 0), 12), longest)},
                "$inc": {"sent_again": 1},
            },
        )
        for row in found
    ]
    if writes:
        await store[_COLLECTION].bulk_write(writes, ordered=False)
    return [(row["_id"], row["name"]) for row in found]


async def not_sent(store: Store, ids: Sequence[str]) -> None:
    """Take back that the sweep has sent these: the broker did not take them, and it is not for them to wait longer."""
    again = {"$set": {"due_at": now()}, "$inc": {"sent_again": -1}}
    await store[_COLLECTION].update_many({"_id": {"$in": list(ids)}, "state": EventState.PENDING}, again)


async def replay(
    store: Store, *, ids: Sequence[str] | None = None, since: datetime | None = None
) -> list[tuple[str, str]]:
    """Make DEAD events (or the named ones, whatever their state) pending again; returns (id, name) of each."""
    query: Filter = {"_id": {"$in": list(ids)}} if ids else {"state": EventState.DEAD}
    if since is not None:
        query["received_at"] = {"$gte": since}
    rows = await store[_COLLECTION].find(query, {"name": 1}).to_list(None)
    fresh: Fields = {"state": EventState.PENDING, "due_at": now(), "lease": None, "error": None}
    fresh |= {"attempts": 0, "put_backs": 0, "sent_again": 0}
    found = [(row["_id"], row["name"]) for row in rows]
    matching: Filter = {"_id": {"$in": [id for id, _ in found]}}
    await store[_COLLECTION].update_many(matching, {"$set": fresh, "$unset": {"expire_at": "", "finished_at": ""}})
    return found


async def recent(store: Store, *, state: EventState | None = None, limit: int = 50) -> list[InboxEvent]:
    """Return the newest events, of one state or of all."""
    query: Filter = {} if state is None else {"state": state}
    rows = await store[_COLLECTION].find(query).sort("received_at", -1).limit(limit).to_list(limit)
    return [read(row, InboxEvent) for row in rows]


async def tally(store: Store) -> dict[str, int]:
    """Count the events in each state."""
    return {state: await store[_COLLECTION].count_documents({"state": state}) for state in EventState}


def _held(event: InboxEvent) -> Filter:
    """Only the holder of the lease may write: one that lost it has no say any more."""
    return {"_id": event.id, "lease": event.lease}
