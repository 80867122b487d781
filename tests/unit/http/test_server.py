"""The server as `serve` runs it: a request that does not arrive in time holds no connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from gateway.app import client_left
from gateway.graphql.connection_limits import ConnectionLimits
from gateway.http import server as http_server
from gateway.http.server import server
from tests.waiting import PATIENCE

#: Seconds; what the tests wait for, and what they outlast.
DEADLINE = 0.3


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def echo_socket(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """The port of an application under the server."""
    routes = [Route("/", echo, methods=["GET", "POST"]), WebSocketRoute("/", echo_socket)]
    app = Starlette(routes=routes, exception_handlers={ClientDisconnect: client_left})
    app.state.connections = ConnectionLimits()
    api = server(app, host="127.0.0.1", port=0, lifespan="off")
    running = asyncio.create_task(api.serve())
    while not api.started:
        await asyncio.sleep(0.01)
    try:
        yield api.servers[0].sockets[0].getsockname()[1]
    finally:
        api.should_exit = True
        await running


@pytest.fixture(autouse=True)
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server._HttpProtocol, "deadline", DEADLINE)


async def answer_to(port: int, *pieces: bytes) -> bytes:
    """All that the server says until it closes the connection, to a client that never does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), PATIENCE)
    finally:
        writer.close()


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([b"GET / HTTP/1.1\r\nHost: x\r\n"], id="half a head"),
        pytest.param([b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"half"], id="half a body"),
    ],
)
async def test_a_request_that_does_not_arrive_in_time_is_answered_408(pieces: list[bytes]) -> None:
    async with serving() as port:
        assert (await answer_to(port, *pieces)).startswith(b"HTTP/1.1 408 ")


async def test_a_client_that_drips_gains_no_time() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ended = asyncio.create_task(reader.read())
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        async with asyncio.timeout(PATIENCE):
            while not ended.done():
                writer.write(b".")
                await asyncio.sleep(DEADLINE / 20)
        writer.close()
        # TCP may forget the answer for bytes that came after the end.
        with suppress(ConnectionResetError):
            assert (await ended).startswith(b"HTTP/1.1 408 ")


async def test_a_further_request_on_a_connection_has_the_same_deadline() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok")
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"GET / HTTP/1.1\r\n")
        assert (await asyncio.wait_for(reader.read(), PATIENCE)).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_socket_outlasts_the_deadline_of_requests() -> None:
    async with serving() as port, connect(f"ws://127.0.0.1:{port}/") as socket:
        await asyncio.sleep(2 * DEADLINE)
        await socket.send("still here")
        assert await socket.recv() == "still here"
