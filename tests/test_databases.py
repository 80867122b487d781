"""The databases that tests are lent: nothing of one test reaches the next."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from gateway.embedded import lock
from gateway.store import files
from gateway.store.files import NewFile
from gateway.store.mongo import Store
from tests import mongod
from tests.databases import WRITES, Databases
from tests.support import opened
from tests.waiting import eventually, patience


async def held(store: Store) -> dict[str, int]:
    names = await store.db.list_collection_names()
    counts = {name: await store[name].count_documents({}) for name in names}
    return {name: count for name, count in counts.items() if count}


async def scheme(store: Store) -> dict[str, Any]:
    return {name: await store[name].index_information() for name in await store.db.list_collection_names()}


async def fill(store: Store) -> None:
    """A row in every collection, and one in a collection that is no one's."""
    for name in [*await store.db.list_collection_names(), "of_a_test"]:
        await store[name].insert_one({"order": name})


def test_a_database_that_comes_back_is_empty_and_as_it_was_made(mongodb_url: str, databases: Databases) -> None:
    async def use(name: str) -> dict[str, Any]:
        async with opened(mongodb_url, name) as store:
            assert await held(store) == {}
            before = await scheme(store)
            await fill(store)
            large = NewFile("large.zip", "application/zip", os.urandom(9_000_000))
            await files.keep(store, "t", [(large.sha256, large)])
            assert {"fs.files", "fs.chunks"} <= set(await held(store))
            await store["jobs"].create_index("of_a_test")
            await store["inbox"].drop()
            return before

    with databases.lent() as first:
        before = asyncio.run(use(first))
    with databases.lent() as again:
        assert again == first
        assert asyncio.run(use(again)) == before


def test_databases_that_are_lent_at_once_are_two(databases: Databases) -> None:
    with databases.lent() as one, databases.lent() as other:
        assert one != other


async def test_who_follows_the_store_goes_on_when_it_is_emptied(
    databases: Databases, database: str, store: Store
) -> None:
    await fill(store)
    async with store.db.watch() as changes:
        databases.empty(store.db.name)
        assert await held(store) == {}
        await store["jobs"].insert_one({"_id": "after"})
        async with patience():
            while (change := await anext(changes))["operationType"] == "delete":
                pass
        assert change["documentKey"] == {"_id": "after"}


def test_what_a_killed_run_left_behind_is_removed_and_what_a_living_one_has_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongod, "_MEMORY", tmp_path)
    monkeypatch.setattr(mongod, "_ROOM", 0)
    dead, living, new = (mongod._home() for _ in range(3))
    for old in (dead, living):
        os.utime(old, (0, 0))
    held = lock.take(living / "store.lock")
    assert held is not None
    mine = mongod._home()
    os.close(held)
    assert set(tmp_path.iterdir()) == {living, new, mine}


def test_a_write_whose_task_was_cancelled_does_not_reach_the_next_test(mongodb_url: str, databases: Databases) -> None:
    async def cancelled(name: str) -> None:
        async with opened(mongodb_url, name) as store:
            writing = asyncio.ensure_future(store["inbox"].insert_many([{"_id": str(n)} for n in range(20_000)]))
            await eventually("the write is under way", lambda: WRITES.open or writing.done())
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def rows(name: str) -> dict[str, int]:
        async with opened(mongodb_url, name) as store:
            return await held(store)

    with databases.lent() as first:
        asyncio.run(cancelled(first))
    with databases.lent() as second:
        assert second == first
        assert WRITES.open == 0
        assert asyncio.run(rows(second)) == {}
