"""Subscribers see the row as it is and then each newer version, without a poll, and none is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from gateway.live import Live
from gateway.store import jobs, watch
from gateway.store.mongo import Row, Store
from gateway.store.watch import Change
from tests.waiting import eventually, patience


@pytest.fixture
async def live(store: Store) -> AsyncIterator[Live]:
    async with Live(store).running() as live:
        yield live


async def put(store: Store, id: str, version: int) -> None:
    await store["jobs"].replace_one({"_id": id}, {"_id": id, "version": version, "order": id}, upsert=True)


def followed(live: Live, store: Store, id: str) -> AsyncIterator[Row]:
    return live.versions("jobs", id, lambda: jobs.row(store, id), version=lambda row: row["version"])


async def following(live: Live, store: Store, id: str, last: int) -> list[int]:
    seen: list[int] = []
    async for row in followed(live, store, id):
        seen.append(row["version"])
        if row["version"] >= last:
            break
    return seen


async def until_subscribed(live: Live, count: int) -> None:
    await eventually(f"{count} subscribers", lambda: live.subscribers >= count)


async def test_the_current_state_comes_first_and_then_each_change(store: Store, live: Live) -> None:
    rows = followed(live, store, "a")
    for version in (1, 2, 3, 4):
        await put(store, "a", version)  # the next only when this is seen: those that nobody waits for coalesce
        async with patience():
            assert (await anext(rows))["version"] == version
    await rows.aclose()  # type: ignore[attr-defined]
    assert live.subscribers == 0


async def test_a_slow_subscriber_misses_steps_and_never_the_last(store: Store, live: Live) -> None:
    await put(store, "a", 1)
    rows = followed(live, store, "a")
    assert (await anext(rows))["version"] == 1
    for version in range(2, 12):
        await put(store, "a", version)
    seen: list[int] = []
    async with patience():
        while not seen or seen[-1] < 11:
            seen.append((await anext(rows))["version"])
    assert seen == sorted(set(seen))
    await rows.aclose()  # type: ignore[attr-defined]


async def test_many_subscribers_of_a_row_and_none_of_another_is_woken(store: Store, live: Live) -> None:
    for id in ("a", "b"):
        await put(store, id, 1)
    tasks = [asyncio.create_task(following(live, store, "a", 2)) for _ in range(20)]
    other = asyncio.create_task(following(live, store, "b", 2))
    await until_subscribed(live, 21)
    await put(store, "a", 2)
    async with patience():
        assert all(seen[-1] == 2 for seen in await asyncio.gather(*tasks))
    assert not other.done()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    assert live.subscribers == 0


async def test_a_row_that_is_not_there_or_goes_away_ends_the_subscription(store: Store, live: Live) -> None:
    assert await following(live, store, "nobody", 1) == []
    await put(store, "a", 1)
    task = asyncio.create_task(following(live, store, "a", 99))
    await until_subscribed(live, 1)
    await store["jobs"].delete_one({"_id": "a"})
    async with patience():
        assert await task == [1]


async def test_what_changed_while_the_stream_was_broken_is_seen_when_it_is_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream breaks, a change happens that no stream tells, and it opens again: everybody looks once more."""
    await put(store, "a", 1)
    broken = asyncio.Event()
    real = watch.changes

    async def breaks(store: Store, *, after: Any = None) -> AsyncIterator[Change]:
        if not broken.is_set():
            yield Change(watch.OPENED, "", None)
            await broken.wait()
            raise RuntimeError("the stream broke")
        async for change in real(store, after=None):
            yield change

    monkeypatch.setattr(watch, "changes", breaks)
    async with Live(store).running() as live:
        task = asyncio.create_task(following(live, store, "a", 2))
        await until_subscribed(live, 1)
        await put(store, "a", 2)
        await asyncio.sleep(0.1)
        assert not task.done()
        broken.set()
        async with patience():
            assert await task == [1, 2]


async def test_a_store_that_is_away_at_a_look_is_waited_for(store: Store, live: Live) -> None:
    await put(store, "a", 1)
    looks = 0

    async def read() -> Row | None:
        nonlocal looks
        looks += 1
        if looks % 2:
            raise AutoReconnect("the primary was killed")
        return await jobs.row(store, "a")

    rows = live.versions("jobs", "a", read, version=lambda row: row["version"])
    async with patience():
        assert (await anext(rows))["version"] == 1
        await put(store, "a", 2)
        assert (await anext(rows))["version"] == 2
    await rows.aclose()


async def test_a_change_tells_the_collection_and_the_row(store: Store) -> None:
    seen = watch.changes(store)
    opened = await anext(seen)
    assert opened.collection == watch.OPENED
    await store["invoices"].insert_one({"_id": "not watched", "taxpayer": "t", "order": "1"})
    await put(store, "a", 1)
    async with patience():
        change = await anext(seen)
    assert (change.collection, change.id) == ("jobs", "a")
    await put(store, "b", 1)
    async with patience():
        assert (await anext(seen)).id == "b"
    await seen.aclose()
    resumed = watch.changes(store, after=change.token)
    async with patience():
        found = [(await anext(resumed)).id, (await anext(resumed)).id]
    assert found == ["", "b"]
    await resumed.aclose()
