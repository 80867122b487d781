"""GraphQL over Server-Sent Events: the protocol's distinct connections, from the outside, over a real server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from gateway import auth
from gateway.app import create_app
from gateway.auth import Viewer, mint_token
from gateway.graphql import connection_limits, event_streams
from gateway.graphql.connection_limits import ConnectionLimits
from gateway.graphql.event_streams import EventStreams
from gateway.graphql.streams import Answer, Streams
from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from gateway.usecases import create_taxpayer
from resolvers.node import global_id
from tests.contract.sandbox_server import serving
from tests.graphql.test_subscriptions import JOB, SYNC, happened
from tests.profiles import started_job
from tests.support import JWT_SECRET, VIEWER, bearer, settings_for
from tests.waiting import PATIENCE, eventually, patience

ORIGIN = "https://app.example"
ACCEPT = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def url(mongodb_url: str, module_database: str) -> Iterator[str]:
    with serving(create_app(settings_for(mongodb_url, module_database, allowed_origins=(ORIGIN,)))) as base:
        yield base


@pytest.fixture
async def taxpayer(live: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(live, owner=VIEWER, rfc="EKU9003173C9", name="Escuela Kemper")
    return taxpayer


@asynccontextmanager
async def streamed(
    url: str, document: str, variables: Any = None, *, method: str = "POST", headers: dict[str, str] | None = None
) -> AsyncIterator[httpx.Response]:
    sent: Any = {"query": document, "variables": variables or {}}
    given = {"params": sent | {"variables": json.dumps(sent["variables"])}} if method == "GET" else {"json": sent}
    async with (
        httpx.AsyncClient(base_url=url, headers=ACCEPT | bearer() | (headers or {}), timeout=PATIENCE) as http,
        http.stream(method, "/graphql/stream", **given) as response,
    ):
        yield response


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """(event, data) of each event; comments are passed over, and anything else fails."""
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            yield name, json.loads(value) if value.strip() else None
        else:
            assert field == "", line


async def everything(response: httpx.Response) -> list[tuple[str, Any]]:
    return [event async for event in events(response)]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_job_to_its_end(url: str, live: Store, taxpayer: Taxpayer, method: str) -> None:
    job = await started_job(live, taxpayer)
    async with streamed(url, JOB, {"id": global_id("Job", job.id)}, method=method) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        coming = events(response)
        states = [(await anext(coming))[1]["data"]["jobStatus"]["state"]]
        await happened(live, job, 100)
        states.append((await anext(coming))[1]["data"]["jobStatus"]["state"])
        await happened(live, job, 100, 401)
        states.append((await anext(coming))[1]["data"]["jobStatus"]["state"])
        assert await anext(coming) == ("complete", None)
        assert [event async for event in coming] == []
    assert states == ["QUEUED", "RUNNING", "FAILED"]


async def test_lines_end_with_a_line_feed_alone(url: str, live: Store) -> None:
    async with streamed(url, "{ viewer { id } }") as response:
        body = (await response.aread()).decode()
    assert body == f':\n\nevent: next\ndata: {{"data":{{"viewer":{{"id":"{VIEWER}"}}}}}}\n\nevent: complete\ndata:\n\n'


async def test_mutations_go_by_post_only(url: str, live: Store) -> None:
    document = 'mutation { createTaxpayer(input: {rfc: "EKU9003173C9"}) { created } }'
    async with streamed(url, document, method="GET") as response:
        (name, body), end = await everything(response)
        assert (name, end) == ("next", ("complete", None))
        assert "data" not in body
    async with streamed(url, document) as response:
        assert await everything(response) == [("next", {"data": {"createTaxpayer": {"created": True}}}), end]


@pytest.mark.parametrize("document", ["{ nope }", "{", "subscription { nope }", "subscription { jobStatus }"])
async def test_what_is_refused_is_told_as_an_event(url: str, document: str) -> None:
    async with streamed(url, document) as response:
        assert response.status_code == 200
        (name, body), end = await everything(response)
    assert name == "next"
    assert set(body) == {"errors"}
    assert end == ("complete", None)


async def test_nothing_of_another_viewer(url: str, live: Store, taxpayer: Taxpayer) -> None:
    headers = bearer("somebody else")
    async with streamed(url, SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, headers=headers) as response:
        (_, body), _ = await everything(response)
    assert body["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_requests_that_are_none(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers=bearer()) as http:
        query = {"query": "{ viewer { id } }"}
        answers = {
            "no token": await http.post("/graphql/stream", json=query, headers=ACCEPT | {"Authorization": ""}),
            "json wanted": await http.post("/graphql/stream", json=query, headers={"Accept": "application/json"}),
            "what curl sends": await http.post("/graphql/stream", json=query, headers={"Accept": "*/*"}),
            "no json": await http.post("/graphql/stream", content="{", headers=ACCEPT | {"Content-Type": "text/plain"}),
            "bad json": await http.post(
                "/graphql/stream", content=b"\xff", headers=ACCEPT | {"Content-Type": "application/json"}
            ),
            "no query": await http.post("/graphql/stream", json={}, headers=ACCEPT),
            "no object": await http.post("/graphql/stream", json=[query], headers=ACCEPT),
            "bad variables": await http.get("/graphql/stream", params=query | {"variables": "{"}, headers=ACCEPT),
            "too large": await http.post("/graphql/stream", json={"query": "#" * 300_000}, headers=ACCEPT),
        }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "no token": 401,
        "json wanted": 406,
        "what curl sends": 200,
        "no json": 415,
        "bad json": 400,
        "no query": 400,
        "no object": 400,
        "bad variables": 400,
        "too large": 413,
    }


async def test_the_main_address_gives_json_to_whoever_also_takes_events(url: str) -> None:
    accept = {"Accept": "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"}
    async with httpx.AsyncClient(base_url=url, headers=bearer() | accept) as http:
        answer = await http.post("/graphql", json={"query": "{ viewer { id } }"})
    assert answer.headers["content-type"].startswith("application/graphql-response+json")


async def test_pages_of_allowed_origins_may_ask(url: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    wanted = {"Access-Control-Request-Headers": "authorization,content-type"}
    async with httpx.AsyncClient(base_url=url) as http:
        preflight = await http.options("/graphql/stream", headers=asked | wanted)
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        refused = await http.options("/graphql/stream", headers=asked | {"Origin": "https://elsewhere.example"})
        assert refused.status_code == 400
    async with streamed(url, "{ viewer { id } }", headers={"Origin": ORIGIN}) as response:
        assert response.headers["access-control-allow-origin"] == ORIGIN


async def test_a_stream_ends_with_its_token_and_not_as_if_all_were_told(
    url: str, live: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's clock is an hour ahead once the token has been taken, so that its end is near."""
    token = mint_token(JWT_SECRET, VIEWER, lifetime=timedelta(hours=1))
    ahead = 3600 + auth._LEEWAY - 1
    monkeypatch.setattr(event_streams, "time", SimpleNamespace(time=lambda: time.time() + ahead))
    headers = {"Authorization": f"Bearer {token}"}
    async with streamed(url, SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, headers=headers) as response:
        assert response.status_code == 200
        assert "complete" not in [name for name, _ in await everything(response)]


async def test_a_client_that_leaves_is_forgotten(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async def subscribers() -> int:
        async with httpx.AsyncClient(base_url=url) as http:
            count: int = (await http.get("/health/ready")).json()["subscribers"]
            return count

    async with streamed(url, SYNC, {"id": global_id("Taxpayer", taxpayer.id)}) as response:
        coming = events(response)
        await anext(coming)
        assert await subscribers() == 1

    async def nobody() -> bool:
        return await subscribers() == 0

    await eventually("the service has forgotten it", nobody)


async def test_open_streams_do_not_hold_up_the_end(mongodb_url: str, live: Store, taxpayer: Taxpayer) -> None:
    """Nor does the end look like the end of the operation: the client connects again."""
    async with AsyncExitStack() as stack:
        with serving(create_app(settings_for(mongodb_url, live.db.name))) as url:
            following = streamed(url, SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
            coming = events(await stack.enter_async_context(following))
            await anext(coming)
        assert [event async for event in coming] == []


async def test_a_client_that_reads_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to itself, its connection would be kept for as long as it likes, and no longer be counted as its own."""
    monkeypatch.setattr(connection_limits, "SEND_TIMEOUT", 0.05)
    cut: list[bool] = []

    class OneAnswer:
        async def answers(self, *_: object) -> AsyncIterator[Answer]:
            yield Answer(b"{}")

    async def receive() -> Any:
        return {"type": "http.disconnect"} if cut else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        if message.get("body", b"").startswith(b"event: next"):
            await asyncio.Event().wait()

    events = EventStreams(cast(Streams, OneAnswer()), ConnectionLimits(), lambda _: Viewer("viewer"))
    scope = {
        "type": "http",
        "method": "GET",
        "query_string": b"query={viewer{id}}",
        "headers": [(b"accept", b"text/event-stream")],
        "extensions": {"abort": lambda: cut.append(True)},
    }
    async with patience():
        await events(scope, receive, send)
    assert cut == [True]
