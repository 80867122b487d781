"""GET /health/ready: a process gets no requests before its indexes are made, nor while its store takes no write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.embedded.ping import LOOPBACK, free_port
from gateway.errors import StoreUnavailable
from gateway.http import health
from gateway.http.health import Readiness
from gateway.store import mongo
from gateway.store.mongo import Store
from tests.waiting import eventually


async def asked(readiness: Readiness) -> Response:
    return await readiness(Request({"type": "http", "headers": []}))


@asynccontextmanager
async def forwarding(port: int, to: str) -> AsyncIterator[None]:
    """What comes to a port of loopback goes to the store, for as long as the block lasts."""
    host, _, other = to.removeprefix("mongodb://").partition("/")[0].partition(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(other))
        with_it = asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)
        try:
            await with_it
        finally:
            writer.close()
            back.close()

    server = await asyncio.start_server(connected, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()


async def test_a_store_that_comes_later_is_prepared_then(
    mongodb_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start does not wait for it, and until then the process is not ready."""
    monkeypatch.setattr(health, "_START_SECONDS", 0.05)
    port = free_port()
    store = mongo.connect(f"mongodb://{LOOPBACK}:{port}/?directConnection=true", database, wait=0.2)
    prepared: list[Store] = []

    async def ensure_indexes(store: Store) -> None:
        prepared.append(store)

    monkeypatch.setattr(health, "ensure_indexes", ensure_indexes)
    readiness = Readiness(store, lambda: 3)
    async with readiness.preparing():
        answer = await asked(readiness)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert prepared == []
        async with forwarding(port, mongodb_url):

            async def ready() -> bool:
                return (await asked(readiness)).status_code == 200

            await eventually("the process is ready", ready)
            assert prepared == [store]
            assert (await asked(readiness)).body == b'{"status":"ready","subscribers":3}'
            store.close()


async def test_a_defect_in_the_preparation_ends_the_start(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ensure_indexes(_: Store) -> None:
        raise ValueError("two indexes of one name")

    monkeypatch.setattr(health, "ensure_indexes", ensure_indexes)
    with pytest.raises(ValueError, match="two indexes"):
        async with Readiness(store, lambda: 0).preparing():
            pytest.fail("it started")


async def test_a_store_that_answers_and_takes_no_write_is_not_ready(mongodb_url: str) -> None:
    """Nothing can be written into a view, as into a store whose disk is full."""
    store = mongo.connect(mongodb_url, "test_not_writable")
    try:
        await store.db.create_collection("readiness", viewOn="jobs", pipeline=[])
        await store.ping()
        with pytest.raises(StoreUnavailable, match="takes no write"):
            await store.check_writable()
    finally:
        await store.db.client.drop_database("test_not_writable")
        store.close()
