"""The inbox: durable once, claimed once, handed over when a worker dies, and never lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.errors import StoreUnavailable
from gateway.models.event import EventState, InboxEvent
from gateway.store import inbox, mongo
from gateway.store.mongo import Row, Store, now

ENGINES = ("mongomock", "mongod")

LEASE = timedelta(seconds=30)


def event(id: str, name: str = "credentials.refreshed") -> Row:
    return {"_id": id, "name": name, "payload": {"n": 1}}


async def row(store: Store, id: str) -> Row:
    found = await store["inbox"].find_one({"_id": id})
    assert found is not None
    return found


async def claimed(store: Store, id: str, lease: timedelta = LEASE) -> InboxEvent:
    await inbox.keep(store, [event(id)])
    taken = await inbox.claim(store, id, lease=lease)
    assert taken is not None
    return taken


async def test_duplicates_are_told_apart_from_what_is_new(store: Store) -> None:
    assert await inbox.keep(store, [event("a"), event("b")]) == ["a", "b"]
    assert await inbox.keep(store, [event("b"), event("c"), event("a"), event("c")]) == ["c"]
    assert await inbox.keep(store, []) == []
    assert await store["inbox"].count_documents({}) == 3


async def test_a_duplicate_does_not_open_a_handled_event_again(store: Store) -> None:
    taken = await claimed(store, "a")
    await inbox.finish(store, taken, EventState.DONE)
    assert await inbox.keep(store, [event("a")]) == []
    assert await inbox.claim(store, "a", lease=LEASE) is None


async def test_eight_workers_at_once_and_one_gets_it(store: Store) -> None:
    await inbox.keep(store, [event("a")])
    taken = await asyncio.gather(*(inbox.claim(store, "a", lease=LEASE) for _ in range(8)))
    assert [t.attempts for t in taken if t is not None] == [1]


async def test_a_dead_workers_event_is_taken_over_and_its_late_word_counts_for_nothing(store: Store) -> None:
    dead = await claimed(store, "a")
    assert await inbox.claim(store, "a", lease=LEASE) is None
    await store["inbox"].update_one({"_id": "a"}, {"$set": {"lease_until": now()}})
    heir = await inbox.claim(store, "a", lease=LEASE)
    assert heir is not None
    assert heir.attempts == 2
    assert heir.lease != dead.lease
    assert not await inbox.renew(store, dead, lease=LEASE)
    await inbox.finish(store, dead, EventState.DONE)
    await inbox.put_back(store, dead, error="late", after=LEASE)
    await inbox.bury(store, dead, error="late")
    assert (await row(store, "a"))["state"] == EventState.PROCESSING
    await inbox.finish(store, heir, EventState.DONE)
    assert (await row(store, "a"))["state"] == EventState.DONE


async def test_a_renewed_lease_is_not_taken_over(store: Store) -> None:
    taken = await claimed(store, "a", timedelta(milliseconds=-1))
    assert await inbox.renew(store, taken, lease=LEASE)
    assert await inbox.claim(store, "a", lease=LEASE) is None


async def test_what_is_handled_goes_away_by_itself_and_what_is_dead_stays(store: Store) -> None:
    for id, end in (("done", EventState.DONE), ("ignored", EventState.IGNORED)):
        await inbox.finish(store, await claimed(store, id), end, note="why")
        kept = await row(store, id)
        assert kept["expire_at"] - kept["finished_at"] == inbox.RETENTION
    await inbox.bury(store, await claimed(store, "dead"), error="it never worked")
    assert "expire_at" not in await row(store, "dead")
    indexes = await store["inbox"].index_information()
    (ttl,) = [index for index in indexes.values() if "expireAfterSeconds" in index]
    assert ttl["key"] == [("expire_at", 1)]
    assert ttl["expireAfterSeconds"] == 0


async def test_a_dead_event_is_replayed_from_the_start(store: Store) -> None:
    await inbox.bury(store, await claimed(store, "dead"), error="it never worked")
    await inbox.finish(store, await claimed(store, "done"), EventState.DONE)
    assert [id for id, _ in await inbox.replay(store)] == ["dead"]
    again = await inbox.claim(store, "dead", lease=LEASE)
    assert again is not None
    assert (again.attempts, (await row(store, "dead"))["error"]) == (1, None)
    assert [id for id, _ in await inbox.replay(store, ids=["done"])] == ["done"]
    assert "expire_at" not in await row(store, "done")
    assert await inbox.claim(store, "done", lease=LEASE) is not None


async def test_replay_since_a_moment(store: Store) -> None:
    await inbox.bury(store, await claimed(store, "dead"), error="no")
    assert await inbox.replay(store, since=now() + timedelta(seconds=1)) == []
    assert len(await inbox.replay(store, since=now() - timedelta(seconds=60))) == 1


async def test_the_sweep_finds_what_is_due_and_what_was_abandoned_and_nothing_else(store: Store) -> None:
    await inbox.keep(store, [event("new")])
    await claimed(store, "worked-on")
    await claimed(store, "abandoned", timedelta(milliseconds=-1))
    await inbox.put_back(store, await claimed(store, "later"), error="x", after=LEASE)
    await inbox.put_back(store, await claimed(store, "now"), error="x", after=timedelta(0))
    await inbox.finish(store, await claimed(store, "done"), EventState.DONE)
    found = await inbox.take_overdue(store, again_after=LEASE)
    assert sorted(found) == [(id, "credentials.refreshed") for id in ("abandoned", "new", "now")]


async def test_an_event_is_sent_again_later_and_later_while_nobody_picks_it_up(store: Store) -> None:
    await inbox.keep(store, [event("a")])
    waits = []
    for _ in range(4):
        await store["inbox"].update_one({"_id": "a"}, {"$set": {"due_at": now()}})
        assert await inbox.take_overdue(store, again_after=timedelta(seconds=10), longest=timedelta(seconds=30))
        assert await inbox.take_overdue(store) == []
        waits.append(round(((await row(store, "a"))["due_at"] - now()).total_seconds()))
    assert waits == [10, 20, 30, 30]
    assert await inbox.claim(store, "a", lease=LEASE) is not None


async def test_two_sweeps_at_once_lose_nothing(store: Store) -> None:
    await inbox.keep(store, [event(str(n)) for n in range(20)])
    first, second = await asyncio.gather(inbox.take_overdue(store), inbox.take_overdue(store))
    assert {id for id, _ in first + second} == {str(n) for n in range(20)}


async def test_a_store_that_is_away_is_said_to_be() -> None:
    away = mongo.connect("mongodb://127.0.0.1:9/?directConnection=true", "x", wait=0.1)
    with pytest.raises(StoreUnavailable) as told:
        await inbox.keep(away, [event("a")])
    assert "127.0.0.1" not in str(told.value)
    away.close()


async def test_the_tally_and_the_newest(store: Store) -> None:
    await inbox.keep(store, [event("a")])
    await inbox.bury(store, await claimed(store, "b"), error="no")
    assert await inbox.tally(store) == {"PENDING": 1, "PROCESSING": 0, "DONE": 0, "IGNORED": 0, "DEAD": 1}
    assert [event.id for event in await inbox.recent(store, state=EventState.DEAD)] == ["b"]
    assert len(await inbox.recent(store, limit=1)) == 1
