"""Subscribers over a store that is killed and comes back: the next version reaches them all the same."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.embedded.servers import embedded_servers
from gateway.live import Live
from gateway.sat.kinds import Kind
from gateway.store import arrivals, jobs, mongo
from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Row, Store
from tests.support import opened
from tests.waiting import patience


async def persistently(work: Any) -> Any:
    """Tries until the store is there again."""
    async with patience():
        while True:
            try:
                return await work()
            except Exception as error:
                if mongo.outage(error) is None:
                    raise
            await asyncio.sleep(0.1)


async def put(store: Store, version: int) -> None:
    row = {"_id": "a", "version": version, "order": "a"}
    await persistently(lambda: store["jobs"].replace_one({"_id": "a"}, row, upsert=True))


@asynccontextmanager
async def subscribed(store: Store, live: Live) -> AsyncIterator[AsyncIterator[Row]]:
    async with aclosing(
        live.versions("jobs", "a", lambda: jobs.row(store, "a"), version=lambda row: row["version"])
    ) as rows:
        yield rows


async def arrive(store: Store, id: str) -> None:
    note = await persistently(lambda: arrivals.begin(store, "t", Kind.INVOICE, [id]))
    await persistently(lambda: arrivals.tell(store, note, inserted=[id], changed=[]))


async def soon(row: Awaitable[Row]) -> int:
    async with patience():
        version: int = (await row)["version"]
        return version


async def test_the_store_is_killed_and_comes_back(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, broker=False) as servers:
        async with opened(servers.mongodb_url, "live") as store, Live(store).running() as live:
            await ensure_indexes(store)
            await put(store, 1)
            await store["taxpayers"].insert_one({"_id": "t", "owner": "viewer", "rfc": "EKU9003173C9"})
            async with subscribed(store, live) as rows, aclosing(live.arrivals("t", 0)) as feed:
                coming: list[Row] = []

                async def follow() -> None:
                    async for row in feed:
                        coming.append(row)

                following = asyncio.create_task(follow())
                assert await soon(anext(rows)) == 1
                await arrive(store, "one")
                await put(store, 2)
                assert await soon(anext(rows)) == 2
                status = await store.db.command("serverStatus")
                os.kill(status["pid"], signal.SIGKILL)
                await put(store, 3)
                assert await soon(anext(rows)) == 3
                await arrive(store, "two")
                await put(store, 4)
                assert await soon(anext(rows)) == 4
                async with patience():
                    while len(coming) < 2:
                        await asyncio.sleep(0.05)
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                assert [(row["place"], row["ids"]) for row in coming] == [(1, ["one"]), (2, ["two"])]
