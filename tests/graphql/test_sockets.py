"""graphql-transport-ws beyond the happy path: close codes, limits, slow clients, and what many subscribers share."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway import auth
from gateway.app import create_app
from gateway.auth import Viewer, mint_token
from gateway.graphql import connection_limits
from gateway.graphql import sockets as endpoint
from gateway.graphql.connection_limits import ConnectionLimits
from gateway.graphql.fan_out import Event
from gateway.graphql.streams import Operation, Streams
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Row, Store, now
from gateway.usecases import create_taxpayer
from resolvers.node import global_id
from tests.contract.sandbox_server import serving
from tests.graphql.sockets import PROTOCOL, Socket, opened_socket, socket_of
from tests.graphql.test_subscriptions import JOB, SYNC, happened
from tests.profiles import started_job
from tests.support import JWT_SECRET, VIEWER, bearer, settings_for
from tests.waiting import PATIENCE, eventually, patience


@pytest.fixture
async def taxpayer(live: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(live, owner=VIEWER, rfc="EKU9003173C9", name="Escuela Kemper")
    return taxpayer


async def changed(store: Store, taxpayer: Taxpayer) -> None:
    await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=now())


async def test_another_subprotocol_or_none_is_closed_with_4406(url: str) -> None:
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    for offered in (None, [Subprotocol("graphql-ws")]):
        async with connect(address, subprotocols=offered) as connection:
            assert await Socket(connection).closed() == (4406, "Subprotocol not acceptable")


async def test_a_ping_is_answered_before_anything_else_is_said(url: str) -> None:
    async with opened_socket(url) as socket:
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}


async def test_who_says_nothing_is_closed_with_4408(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_INIT_SECONDS", 0.2)
    async with opened_socket(url) as socket:
        assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_a_second_init_is_closed_with_4429(url: str) -> None:
    async with socket_of(url) as socket:
        await socket.send(type="connection_init", payload=bearer())
        assert await socket.closed() == (4429, "Too many initialisation requests")


async def test_an_id_that_is_taken_is_closed_with_4409(url: str, live: Store, taxpayer: Taxpayer) -> None:
    id = "x" * 200  # a reason has at most 123 bytes
    async with socket_of(url) as socket:
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, id=id)
        await socket.next()
        await socket.subscribe("{ viewer { id } }", id=id)
        code, reason = await socket.closed()
    assert code == 4409
    assert (reason or "").startswith("Subscriber for xxx")


async def test_an_id_is_free_again_after_its_operation(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        for _ in range(3):
            await socket.subscribe("{ viewer { id } }")
            assert await socket.next() == {"viewer": {"id": VIEWER}}
            assert await socket.receive() == {"id": "1", "type": "complete"}
        for _ in range(3):
            await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
            await socket.next()
            await socket.send(id="1", type="complete")
            await socket.send(id="1", type="complete")  # both may say it at once
        await socket.subscribe("{ nope }")
        assert (await socket.receive())["type"] == "error"
        await socket.subscribe("{ viewer { id } }")
        assert await socket.next() == {"viewer": {"id": VIEWER}}


async def test_an_id_needs_no_quotes_of_ours(url: str) -> None:
    id = 'a "quoted" \\ id\n\u00e9\u2028\U0001f600'
    async with socket_of(url) as socket:
        await socket.subscribe("{ viewer { id } }", id=id)
        assert (await socket.receive())["id"] == id
        assert await socket.receive() == {"id": id, "type": "complete"}


async def test_a_socket_does_not_outlast_its_token(
    url: str, live: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end is due at the token's, to within what this machine may sleep; then that moment is made now."""
    token = mint_token(JWT_SECRET, VIEWER, lifetime=timedelta(hours=1))
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Timeout]] = []
    init = endpoint._Socket._init

    async def watched(self: endpoint._Socket, payload: Any) -> None:
        begun.append((asyncio.get_running_loop(), self._limit))
        await init(self, payload)

    monkeypatch.setattr(endpoint._Socket, "_init", watched)
    async with opened_socket(url) as socket:
        await socket.send(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert (await socket.receive())["type"] == "connection_ack"
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
        await socket.next()
        ((loop, limit),) = begun
        due = limit.when()
        assert due is not None
        assert 3600 - PATIENCE < due - loop.time() <= 3600 + auth._LEEWAY
        loop.call_soon_threadsafe(limit.reschedule, 0)
        assert await socket.closed() == (4403, "The token has expired")


async def test_operations_of_a_socket_are_bounded(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        for n in range(endpoint.PER_SOCKET + 1):
            await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, id=f"{n}")
        messages = [await socket.receive() for _ in range(endpoint.PER_SOCKET + 1)]
    (refused,) = [message for message in messages if message["type"] == "error"]
    assert refused["id"] == f"{endpoint.PER_SOCKET}"
    assert refused["payload"][0]["extensions"] == {"code": "TOO_MANY"}


async def test_sockets_of_a_viewer_are_bounded_and_others_come_in(mongodb_url: str, live: Store) -> None:
    app = create_app(settings_for(mongodb_url, live.db.name))
    limits: ConnectionLimits = app.state.connections
    limits._per_viewer = 2
    with serving(app) as url:
        async with socket_of(url), socket_of(url), socket_of(url, "another"), opened_socket(url) as third:
            await third.send(type="connection_init", payload=bearer())
            assert await third.closed() == (endpoint.TOO_MANY, "too many live connections")
        await eventually("all have left", lambda: not limits._open)
        async with socket_of(url):
            pass


async def test_what_many_ask_for_is_executed_once_for_all_of_them(
    url: str, live: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And read once: of twenty subscribers each has its own id, and nineteen cost a frame."""
    job = await started_job(live, taxpayer)
    executed: list[Event] = []
    read: list[str] = []
    execute, get = Streams._executed, jobs.row

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(socket_of(url)) for _ in range(20)]
        stranger = await stack.enter_async_context(socket_of(url))
        for n, client in enumerate(clients):
            await client.subscribe(JOB, {"id": global_id("Job", job.id)}, id=f"of {n}")
            await client.next()
        other = "subscription($id: ID!) { jobStatus(jobId: $id) { id } }"
        await stranger.subscribe(other, {"id": global_id("Job", job.id)})
        await stranger.next()

        async def reading(store: Store, id: str, **more: Any) -> Row | None:
            read.append(id)
            return await get(store, id, **more)

        async def executing(self: Streams, operation: Operation, viewer: Viewer, event: Event) -> bytes:
            executed.append(event)
            return await execute(self, operation, viewer, event)

        monkeypatch.setattr(jobs, "row", reading)
        monkeypatch.setattr(Streams, "_executed", executing)
        await happened(live, job, 100)
        frames = [await client.receive() for client in clients]
        assert (await stranger.next()).keys() == {"jobStatus"}
    assert [frame["id"] for frame in frames] == [f"of {n}" for n in range(20)]
    assert len({json.dumps(frame["payload"]) for frame in frames}) == 1
    assert frames[0]["payload"]["data"]["jobStatus"]["state"] == "RUNNING"
    assert len(executed) == 2
    assert len(read) == 1


async def test_variables_that_only_choose_events_do_not_part_subscribers(
    url: str, live: Store, taxpayer: Taxpayer
) -> None:
    document = "subscription($id: ID!, $after: Int, $with: Boolean!) {" + (
        " syncStatus(taxpayerId: $id, after: $after) { version unreadable @include(if: $with) } }"
    )
    id = global_id("Taxpayer", taxpayer.id)
    async with socket_of(url) as socket:
        await changed(live, taxpayer)
        for n, (after, shown) in enumerate([(None, True), (0, True), (1, False), (1, True)]):
            await socket.subscribe(document, {"id": id, "after": after, "with": shown}, id=f"{n}")
        first = sorted([await socket.receive() for _ in range(2)], key=lambda message: message["id"])
        assert [message["id"] for message in first] == ["0", "1"]
        await changed(live, taxpayer)
        second = sorted([await socket.receive() for _ in range(4)], key=lambda message: message["id"])
    status = [message["payload"]["data"]["syncStatus"] for message in second]
    assert [one["version"] for one in status] == [2, 2, 2, 2]
    assert ["unreadable" in one for one in status] == [True, True, False, True]


async def test_a_client_that_reads_nothing_is_cut_and_holds_up_nobody(
    mongodb_url: str, live: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "SEND_TIMEOUT", 0.5)
    app = create_app(settings_for(mongodb_url, live.db.name))
    await live["taxpayers"].update_one({"_id": taxpayer.id}, {"$set": {"name": "x" * 500_000}})
    job = await started_job(live, taxpayer)
    large = "subscription($id: ID!) { jobStatus(jobId: $id) { version taxpayer { name } } }"
    variables = {"id": global_id("Job", job.id)}
    with serving(app) as url:
        async with socket_of(url) as quick, deaf(url) as slow:
            await slow.subscribe(large, variables)
            await quick.subscribe(JOB, variables)
            await quick.next()
            async with patience():
                count = 0
                while app.state.connections._open[VIEWER] > 1:
                    count += 1
                    await happened(live, job, *([101, 102] * 100)[:count])
                    await quick.next()
            with pytest.raises(ConnectionClosed):
                while True:
                    await slow.connection.recv()
            assert await slow.closed() == (4480, "Too slow: what is sent is not read")


async def test_a_client_that_never_reads_again_does_not_hold_up_the_end(
    mongodb_url: str, live: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live["taxpayers"].update_one({"_id": taxpayer.id}, {"$set": {"name": "x" * 9_000_000}})
    monkeypatch.setattr(connection_limits, "SEND_TIMEOUT", 3600)
    large = "query($id: ID!) { taxpayer(id: $id) { name } }"
    async with AsyncExitStack() as stack:
        with serving(create_app(settings_for(mongodb_url, live.db.name))) as url:
            slow = await stack.enter_async_context(deaf(url))
            for n in range(3):  # some are read, the last fills all room there is
                await slow.subscribe(large, {"id": global_id("Taxpayer", taxpayer.id)}, id=f"{n}")
            await asyncio.sleep(0.5)
        slow.connection.transport.abort()


@asynccontextmanager
async def deaf(url: str) -> AsyncIterator[Socket]:
    """A client with next to no room that reads what it must, and then no more until it is asked to."""
    host, _, port = url.removeprefix("http://").partition(":")
    narrow = sockets.socket()
    narrow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
    narrow.connect((host, int(port)))
    narrow.setblocking(False)
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    async with connect(
        address,
        subprotocols=[PROTOCOL],
        sock=narrow,
        max_queue=1,
        max_size=None,
        open_timeout=PATIENCE,
        ping_interval=None,
        close_timeout=1,
    ) as connection:
        socket = Socket(connection)
        await socket.send(type="connection_init", payload=bearer())
        assert (await socket.receive())["type"] == "connection_ack"
        yield socket
