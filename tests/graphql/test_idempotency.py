"""Idempotency keys: the same attempt sent again does nothing twice, and gives the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.store import idempotency
from gateway.store.mongo import Store, now
from gateway.usecases.idempotency import Work, once
from tests.graphql.conftest import STRANGER
from tests.graphql.connecting import CREATE, UPDATE, Connecting, connecting
from tests.graphql.test_isolation import everything_stored
from tests.support import Api, syncfy_over

START = """mutation($id: ID!, $password: String!, $key: String) {
  startConnection(input: {taxpayerId: $id, password: $password, idempotencyKey: $key}) {
    job { id } errors { code path } } }"""
REFRESH = """mutation($id: ID!, $sites: [Site!], $key: String) {
  refreshConnection(input: {taxpayerId: $id, sites: $sites, idempotencyKey: $key}) {
    job { id } errors { code path } } }"""


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Connecting]:
    async with connecting(api) as client:
        yield client


async def started(client: Connecting) -> int:
    return await client.api.store["jobs"].count_documents({})


async def test_the_same_key_starts_one_run_and_gives_the_same_job(client: Connecting) -> None:
    first = await client.mutate(START, password="ok", key="k")
    again = await client.mutate(START, password="ok", key="k")
    assert first == again
    assert first["errors"] == []
    assert await started(client) == 1


async def test_the_same_at_once_does_the_work_once(client: Connecting) -> None:
    payloads = await asyncio.gather(*(client.mutate(START, password="ok", key="k") for _ in range(8)))
    assert len({payload["job"]["id"] for payload in payloads}) == 1
    assert await started(client) == 1


async def test_another_input_under_the_same_key_is_a_conflict(client: Connecting) -> None:
    await client.ended((await client.mutate(START, password="ok", key="k"))["job"]["id"])
    other = (await client.api.data(CREATE, {"rfc": "XAMA620210DQ5"}))["createTaxpayer"]["taxpayer"]["id"]
    conflict = [("IDEMPOTENCY_CONFLICT", ["idempotencyKey"])]
    assert await client.codes(START, id=other, password="ok", key="k") == conflict
    await client.collected()
    client.a_day_later()
    client.a_day_later()
    assert (await client.mutate(REFRESH, sites=["CIEC"], key="r"))["errors"] == []
    assert await client.codes(REFRESH, sites=["WITHHOLDINGS"], key="r") == conflict


async def test_a_key_is_of_one_viewer_and_one_mutation(client: Connecting) -> None:
    first = await client.mutate(START, password="ok", key="k")
    await client.ended(first["job"]["id"])
    update = await client.mutate(UPDATE, password="ok", key="k")
    assert (update["errors"], update["job"]["id"] != first["job"]["id"]) == ([], True)
    theirs = (await client.api.data(CREATE, {"rfc": "EKU9003173C9"}, viewer=STRANGER))["createTaxpayer"]["taxpayer"]
    payload = await client.api.data(START, {"id": theirs["id"], "password": "ok", "key": "k"}, viewer=STRANGER)
    assert payload["startConnection"]["errors"] == []


async def test_what_was_refused_may_be_tried_again_with_the_same_key(client: Connecting) -> None:
    syncfy = client.syncfy
    client.api.talks_to(syncfy_over(httpx.MockTransport(lambda _: httpx.Response(503))))
    assert await client.codes(START, password="ok", key="k") == [("SYNCFY_UNAVAILABLE", [])]
    client.api.talks_to(syncfy)
    assert (await client.mutate(START, password="ok", key="k"))["errors"] == []


async def test_those_who_waited_for_what_was_refused_are_refused_alike(
    client: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[httpx.Request] = []
    here: list[object] = []
    all_here, begin = asyncio.Event(), idempotency.begin

    async def counted(*args: Any, **kwargs: Any) -> Any:
        found = await begin(*args, **kwargs)
        here.append(found)
        if len(here) == 5:
            all_here.set()
        return found

    async def slow(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        await all_here.wait()
        return httpx.Response(503)

    monkeypatch.setattr(idempotency, "begin", counted)
    client.api.talks_to(syncfy_over(httpx.MockTransport(slow)))
    found = await asyncio.gather(*(client.codes(START, password="ok", key="k") for _ in range(5)))
    assert found == [[("SYNCFY_UNAVAILABLE", [])]] * 5
    assert len(asked) == 1


async def test_a_process_that_died_in_the_middle_does_not_block_its_key_for_ever(client: Connecting) -> None:
    first = await client.mutate(START, password="ok", key="k")
    await client.ended(first["job"]["id"])
    ended = {"state": "RUNNING", "answer": None, "lease_until": now() - timedelta(seconds=1)}
    await client.api.store["idempotency"].update_many({}, {"$set": ended})
    again = await client.mutate(START, password="ok", key="k")
    assert (again["errors"], again["job"]["id"] != first["job"]["id"]) == ([], True)


async def test_after_its_day_a_key_is_new(client: Connecting) -> None:
    first = await client.mutate(START, password="ok", key="k")
    await client.ended(first["job"]["id"])
    await client.api.store["idempotency"].update_many({}, {"$set": {"expire_at": now() - timedelta(seconds=1)}})
    again = await client.mutate(START, password="ok", key="k")
    assert again["job"]["id"] != first["job"]["id"]


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_what_is_no_key(client: Connecting, key: str) -> None:
    assert await client.codes(START, password="ok", key=key) == [("INVALID_KEY", ["idempotencyKey"])]
    assert await started(client) == 0


async def test_neither_the_key_nor_the_input_is_stored(client: Connecting) -> None:
    secret: Any = "Zq9-my-key-and-password"
    await client.mutate(START, password=secret, key=secret)
    stored = await everything_stored(client.api.store)
    assert len(stored["idempotency"]) == 1
    assert secret not in repr(stored)


async def test_what_was_begun_is_carried_on_when_who_asked_has_gone(store: Store) -> None:
    """A socket that ends cancels what runs on it; the same attempt over the next one finds what came of it."""
    asked, answered = asyncio.Event(), asyncio.Event()
    times: list[int] = []

    async def work() -> dict[str, Any]:
        times.append(1)
        asked.set()
        await answered.wait()
        return {"job": {"_id": "j"}, "errors": []}

    async def recall(answer: dict[str, Any]) -> dict[str, Any]:
        return answer

    def attempt() -> asyncio.Task[dict[str, Any]]:
        it = Work(
            scope=("viewer", "startConnection"),
            taxpayer="t",
            facts={},
            do=work,
            remember=lambda payload: {"job": payload["job"]["_id"]},
            recall=recall,
        )
        return asyncio.create_task(once(store, b"secret", "k", it))

    first = attempt()
    await asked.wait()
    first.cancel()
    again = attempt()
    await asyncio.sleep(0)
    answered.set()
    assert await again == {"job": "j"}
    assert times == [1]
    with pytest.raises(asyncio.CancelledError):
        await first
