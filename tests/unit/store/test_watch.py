"""The change stream over what subscribers see: it stays small, and says so when its place is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from gateway.errors import StoreRefused, StoreUnavailable
from gateway.live import Live
from gateway.store import jobs, watch
from gateway.store.mongo import Row, Store
from gateway.store.watch import Change
from tests.waiting import eventually, patience

MB = 1024 * 1024


async def put(store: Store, version: int, **more: Any) -> None:
    row: Row = {"_id": "a", "version": version, "order": "a", **more}
    await store["jobs"].replace_one({"_id": "a"}, row, upsert=True)


async def versions_of(live: Live, store: Store, last: int, seen: list[int] | None = None) -> list[int]:
    """The versions of the row up to the last; `seen` shows them as they come."""
    seen = [] if seen is None else seen
    rows = live.versions("jobs", "a", lambda: jobs.row(store, "a"), version=lambda row: row["version"])
    async for row in rows:
        seen.append(row["version"])
        if row["version"] >= last:
            break
    await rows.aclose()
    return seen


def of_another_age(token: Any) -> Any:
    """A token whose moment, the four bytes after its first, is long gone from the oplog."""
    data = token["_data"]
    return {"_data": f"{data[:2]}00000001{data[10:]}"}


async def a_token(store: Store) -> Any:
    async with aclosing(watch.changes(store)) as stream:
        opened = await anext(stream)
        await put(store, 1)
        change = await anext(stream)
        assert (opened.collection, change.collection, change.id) == (watch.OPENED, "jobs", "a")
        return change.token


async def test_a_place_that_the_server_no_longer_has_ends_the_stream(store: Store) -> None:
    token = of_another_age(await a_token(store))
    async with patience():
        assert [change async for change in watch.changes(store, after=token)] == []


async def test_a_token_that_is_none_is_no_place_either(store: Store) -> None:
    async with patience():
        with pytest.raises(StoreRefused) as refused:
            await anext(watch.changes(store, after={"_data": "8200"}))
    assert "8200" not in str(refused.value)


async def test_a_row_of_almost_16_mb_is_a_small_event(store: Store) -> None:
    async with aclosing(watch.changes(store)) as stream:
        await anext(stream)
        for version in (1, 2):
            await put(store, version, codes="x" * (16 * MB - 200))
            async with patience():
                assert (await anext(stream)).id == "a"


async def test_whoever_follows_a_row_goes_on_when_the_place_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream loses its place for good while a change is made: the subscriber sees the state that followed."""
    token = of_another_age(await a_token(store))
    real, opened, broken = watch.changes, asyncio.Event(), asyncio.Event()
    asked: list[Any] = []

    async def loses_its_place(store: Store, *, after: Any = None) -> AsyncIterator[Change]:
        asked.append(after)
        if len(asked) == 1:
            yield Change(watch.OPENED, "", token)
            opened.set()
            await broken.wait()
            raise StoreUnavailable("away for longer than the oplog reaches")
        async for change in real(store, after=after):
            yield change

    monkeypatch.setattr(watch, "changes", loses_its_place)
    async with Live(store).running() as live:
        task = asyncio.create_task(versions_of(live, store, 3))
        await opened.wait()
        await eventually("a subscriber", lambda: live.subscribers == 1)
        await put(store, 2)
        broken.set()
        await eventually("the stream is open again", lambda: len(asked) >= 3)
        await put(store, 3)
        async with patience():
            assert (await task)[-1] == 3
    assert asked[1] is not None and asked[2] is None


async def test_whoever_follows_a_row_goes_on_when_the_database_is_dropped_and_made_again(store: Store) -> None:
    await put(store, 1)
    async with Live(store).running() as live:
        seen: list[int] = []
        task = asyncio.create_task(versions_of(live, store, 9, seen))
        await eventually("the first version", lambda: seen == [1])
        await store.db.client.drop_database(store.db.name)
        async with patience():
            assert await task == [1]
        await put(store, 1)
        task = asyncio.create_task(versions_of(live, store, 2))
        await eventually("a subscriber", lambda: live.subscribers == 1)
        await put(store, 2)
        async with patience():
            assert (await task)[-1] == 2
