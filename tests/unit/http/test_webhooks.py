"""POST /webhooks/syncfy: what is taken, what is refused, and that nothing which was answered 200 can be lost."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.http.webhooks import LARGEST_BODY, SyncfyWebhook
from gateway.models.event import EventState
from gateway.store import inbox, mongo
from gateway.store.mongo import Store
from gateway.syncfy.signature import verifier

TOKEN = "a webhook token for tests"
SIGNED = {"X-Webhook-Token": TOKEN}


class Queue:
    """Remembers what was sent, or fails as a broker that is away."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.down = False

    def handle_events(self, events: Sequence[tuple[str, str]]) -> None:
        if self.down:
            raise ConnectionError("the broker is away")
        self.sent += events


def v3(*events: tuple[str, str]) -> dict[str, Any]:
    return {
        "rid": "r-1",
        "events": [
            {
                "header": {
                    "event": {"eid": eid, "name": name, "version": "3.1", "at": "2023-06-16 19:06:18.944575+0000"},
                    "user": {"id_user": "u-1", "id_external": ""},
                },
                "payload": {"id_site": "56cf5728784806f72b8b456f", "id_job": "j-1", "is_executing": 0},
            }
            for eid, name in events
        ],
    }


@asynccontextmanager
async def receiving(store: Store, queue: Queue) -> AsyncIterator[httpx.AsyncClient]:
    webhook = SyncfyWebhook(store=store, queue=queue, verify=verifier([TOKEN], []))
    app = Starlette(routes=[Route("/webhooks/syncfy", webhook.__call__, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as http:
        yield http


async def post(store: Store, queue: Queue, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with receiving(store, queue) as http:
        return await http.post("/webhooks/syncfy", content=content, headers=SIGNED if headers is None else headers)


async def kept(store: Store) -> dict[str, str]:
    return {row["_id"]: row["name"] for row in await store["inbox"].find({}).to_list(None)}


async def test_every_event_of_a_delivery_is_kept_and_sent_to_its_worker(store: Store) -> None:
    queue = Queue()
    body = v3(("e1", "credentials.created"), ("e2", "credentials.refreshed"), ("e3", "documents.success"))
    answer = await post(store, queue, body)
    assert (answer.status_code, answer.json()) == (200, {"received": 3, "new": 3})
    assert await kept(store) == {"e1": "credentials.created", "e2": "credentials.refreshed", "e3": "documents.success"}
    assert queue.sent == [("e1", "credentials.created"), ("e2", "credentials.refreshed"), ("e3", "documents.success")]


async def test_a_duplicate_is_acknowledged_and_done_nothing_for(store: Store) -> None:
    queue = Queue()
    await post(store, queue, v3(("e1", "credentials.created")))
    answer = await post(store, queue, v3(("e1", "credentials.created"), ("e2", "credentials.updated")))
    assert answer.json() == {"received": 2, "new": 1}
    assert queue.sent == [("e1", "credentials.created"), ("e2", "credentials.updated")]


async def test_the_flat_form_gets_an_identity_of_its_content(store: Store) -> None:
    queue = Queue()
    body = {"event": "refresh", "id_user": "u-1", "id_credential": "c-1", "dt": 1}
    for expected in (1, 0):
        assert (await post(store, queue, body)).json() == {"received": 1, "new": expected}
    assert (await post(store, queue, body | {"dt": 2})).json()["new"] == 1
    assert list((await kept(store)).values()) == ["credentials.refreshed"] * 2


async def test_an_event_that_nobody_knows_is_kept_all_the_same(store: Store) -> None:
    assert (await post(store, Queue(), v3(("e1", "payments.settled")))).status_code == 200
    assert await kept(store) == {"e1": "payments.settled"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"events": {}}', b"[" * 100_000, b"{}"])
async def test_what_is_no_envelope_is_refused_and_not_kept(store: Store, body: bytes) -> None:
    assert (await post(store, Queue(), body)).status_code == 400
    assert await kept(store) == {}


async def test_a_bad_event_is_kept_dead_and_costs_no_neighbour(store: Store) -> None:
    queue = Queue()
    body = v3(("e1", "credentials.created"), ("e2", "credentials.updated"))
    body["events"].insert(1, {"header": {"event": {"eid": "e1", "name": "refresh"}}, "payload": {"id_job": 7}})
    for expected in (3, 0):  # sent again, it is a duplicate as the others are
        answer = await post(store, queue, body)
        assert (answer.status_code, answer.json()) == (200, {"received": 3, "new": expected})
    assert queue.sent == [("e1", "credentials.created"), ("e2", "credentials.updated")]
    (dead,) = await inbox.recent(store, state=EventState.DEAD)
    assert (dead.name, dead.error, dead.attempts) == ("credentials.refreshed", "id_job is not a short text", 0)
    assert dead.payload and json.loads(dead.payload["malformed"]) == body["events"][1]


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}, {"Content-Encoding": "x-gzip"}])
async def test_a_body_packed_by_gzip_is_taken(store: Store, headers: dict[str, str]) -> None:
    packed = gzip.compress(b"\xef\xbb\xbf" + json.dumps(v3(("e1", "credentials.created"))).encode())
    answer = await post(store, Queue(), packed, SIGNED | headers)
    assert (answer.status_code, answer.json()) == (200, {"received": 1, "new": 1})


async def test_a_proxy_may_have_unpacked_the_body_already(store: Store) -> None:
    answer = await post(store, Queue(), v3(("e1", "x")), SIGNED | {"Content-Encoding": "gzip"})
    assert answer.status_code == 200


async def test_the_signature_is_over_the_bytes_as_sent(store: Store) -> None:
    packed = gzip.compress(json.dumps(v3(("e1", "x"))).encode())
    signature = jwt.encode({"body_sha256": hashlib.sha256(packed).hexdigest()}, b"0" * 32, algorithm="HS256")
    webhook = SyncfyWebhook(
        store=store, queue=Queue(), verify=verifier([], [base64.urlsafe_b64encode(b"0" * 32).decode()])
    )
    app = Starlette(routes=[Route("/", webhook.__call__, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as http:
        headers = {"Request-Signature": signature, "Content-Encoding": "gzip"}
        assert (await http.post("/", content=packed, headers=headers)).status_code == 200
        assert (await http.post("/", content=gzip.compress(b"{}"), headers=headers)).status_code == 401


async def test_what_can_not_be_unpacked_is_refused_and_a_bomb_costs_no_memory(store: Store) -> None:
    whole = gzip.compress(b" " * 10)
    bomb = gzip.compress(b" " * 100_000_000)
    assert len(bomb) < LARGEST_BODY
    tracemalloc.start()
    answers = [await post(store, Queue(), body) for body in (bomb, whole[:-9], b"\x1f\x8bnothing")]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [answer.status_code for answer in answers] == [413, 400, 400]
    assert peak < 10 * LARGEST_BODY
    other = await post(store, Queue(), b"\x0b\x02\x80{}\x03", SIGNED | {"Content-Encoding": "br"})
    assert (other.status_code, other.headers["Accept-Encoding"]) == (415, "gzip")
    assert await kept(store) == {}


@pytest.mark.parametrize("headers", [{}, {"X-Webhook-Token": "another"}, {"X-Webhook-Token": ""}])
async def test_a_forged_delivery_is_refused_before_it_is_read(store: Store, headers: dict[str, str]) -> None:
    queue = Queue()
    for body in (v3(("e1", "credentials.created")), b"{"):
        answer = await post(store, queue, body, headers)
        assert answer.status_code == 401
        assert TOKEN not in answer.text
    assert await kept(store) == {}
    assert queue.sent == []


async def test_nothing_of_a_forged_body_is_taken(store: Store) -> None:
    async def body() -> AsyncIterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    async with receiving(store, Queue()) as http:
        assert (await http.post("/webhooks/syncfy", content=body(), headers={})).status_code == 401


async def test_too_large_a_body_is_refused(store: Store) -> None:
    assert (await post(store, Queue(), b" " * (LARGEST_BODY + 1))).status_code == 413
    assert (await post(store, Queue(), b" " * LARGEST_BODY)).status_code == 400


async def test_without_the_store_the_sender_is_asked_to_try_again() -> None:
    away = mongo.connect("mongodb://127.0.0.1:9/?directConnection=true", "x", wait=0.1)
    queue = Queue()
    answer = await post(away, queue, v3(("e1", "credentials.created")))
    away.close()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert queue.sent == []


async def test_without_the_broker_the_event_is_taken_and_the_sweep_finds_it(store: Store) -> None:
    queue = Queue()
    queue.down = True
    assert (await post(store, queue, v3(("e1", "credentials.created")))).status_code == 200
    assert await inbox.take_overdue(store) == [("e1", "credentials.created")]
