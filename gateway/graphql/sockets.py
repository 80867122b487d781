"""The server's side of graphql-transport-ws (github.com/enisdenjo/graphql-ws, PROTOCOL.md).

A result is made only when the client has room for the one before, so that a slow client costs no memory. A client that
takes longer than SEND_TIMEOUT to make room is disconnected.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, aclosing, suppress
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.auth import Viewer
from gateway.errors import Unauthenticated
from gateway.graphql import connection_limits
from gateway.graphql.connection_limits import PER_SOCKET, ConnectionLimits, TooManyConnections
from gateway.graphql.fan_out import Write
from gateway.graphql.streams import Operation, Streams, operation_of
from gateway.telemetry import logger

PROTOCOL = "graphql-transport-ws"
_INIT_SECONDS = 10.0
_log = logger(__name__)
Authenticate = Callable[[str | None], Viewer]
Close = tuple[int, str]

NO_MESSAGE: Close = (4400, "Not a message of graphql-transport-ws")
NOT_ACKNOWLEDGED: Close = (4401, "Unauthorized")
FORBIDDEN: Close = (4403, "Forbidden")
# 4403 and not 4401: after 4403 clients connect again by themselves, with a fresh token.
EXPIRED: Close = (4403, "The token has expired")
OTHER_PROTOCOL: Close = (4406, "Subprotocol not acceptable")
NO_INIT: Close = (4408, "Connection initialisation timeout")
SECOND_INIT: Close = (4429, "Too many initialisation requests")
TOO_MANY = 4430
TOO_SLOW: Close = (4480, "Too slow: what is sent is not read")


class Sockets:
    """The ASGI endpoint of WebSockets. `lets_in` checks the origin of the page that opens one."""

    def __init__(
        self,
        streams: Streams,
        limits: ConnectionLimits,
        authenticate: Authenticate,
        *,
        lets_in: Callable[[WebSocket], bool],
    ) -> None:
        self._lets_in = lets_in
        self._streams = streams
        self._limits = limits
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if not self._lets_in(WebSocket(scope, receive, send)):
            return await send({"type": "websocket.close"})  # before it is accepted: 403
        supported = PROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if supported else None})
        with ExitStack() as connection:

            def admit(header: str | None) -> Viewer:
                viewer = self._authenticate(header or Headers(scope=scope).get("authorization"))
                connection.enter_context(self._limits.admit(viewer))
                return viewer

            socket = _Socket(receive, send, scope.get("extensions", {}), self._streams, admit)
            if supported:
                await socket.serve()
            else:
                await socket.close(OTHER_PROTOCOL)
        return None


class _Socket:
    def __init__(
        self,
        receive: Receive,
        send: Send,
        extensions: Mapping[str, Any],
        streams: Streams,
        admit: Callable[[str | None], Viewer],
    ) -> None:
        self._receive = receive
        self._raw_send = send
        # Extensions of gateway/http/server.py to ASGI.
        self._abort: Callable[[int, str], None] | None = extensions.get("abort")
        self._send_frame: Callable[[bytes], bool] | None = extensions.get("send_frame")
        self._streams = streams
        self._admit = admit
        self._viewer: Viewer | None = None
        self._begun = False
        self._closed = False
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Handle messages until the client or this side closes."""
        try:
            async with asyncio.timeout(_INIT_SECONDS) as self._limit:
                while not self._closed:
                    message = await self._receive()
                    if message["type"] != "websocket.receive":
                        return
                    await self._take(message.get("text"))
        except TimeoutError:
            await self.close(NO_INIT if self._viewer is None else EXPIRED)
        finally:
            self._closed = True
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self, why: Close) -> None:
        """Close the socket once, with a code and a reason."""
        if self._closed:
            return
        self._closed = True
        code, reason = why[0], why[1].encode()[:123].decode(errors="ignore")
        if self._abort is not None and why is TOO_SLOW:
            self._abort(code, reason)
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._raw_send({"type": "websocket.close", "code": code, "reason": reason})

    async def _take(self, text: str | None) -> None:
        message = _parsed(text)
        match message.get("type"):
            case "connection_init":
                await self._init(message.get("payload"))
            case "ping":
                await self._send('{"type":"pong"}')
            case "pong":
                return
            case "subscribe":
                await self._subscribe(message.get("id"), operation_of(message.get("payload")))
            case "complete" if isinstance(message.get("id"), str):
                task = self._running.pop(message["id"], None)
                if task is not None:
                    task.cancel()
            case _:
                await self.close(NO_MESSAGE)

    async def _init(self, payload: Any) -> None:
        if not isinstance(payload, dict | None):
            return await self.close(NO_MESSAGE)
        if self._begun:
            return await self.close(SECOND_INIT)
        self._begun = True
        header = next((v for k, v in (payload or {}).items() if k.lower() == "authorization"), None)
        try:
            self._viewer = self._admit(header if isinstance(header, str) else None)
        except Unauthenticated:
            return await self.close(FORBIDDEN)
        except TooManyConnections as error:
            return await self.close((TOO_MANY, str(error)))
        left = self._viewer.expires_at - time.time()
        self._limit.reschedule(None if left == float("inf") else asyncio.get_running_loop().time() + left)
        await self._send('{"type":"connection_ack"}')
        return None

    async def _subscribe(self, id: Any, operation: Operation | None) -> None:
        if not isinstance(id, str) or operation is None:
            return await self.close(NO_MESSAGE)
        if self._viewer is None:
            return await self.close(NOT_ACKNOWLEDGED)
        if id in self._running:
            return await self.close((4409, f"Subscriber for {id} already exists"))
        if len(self._running) >= PER_SOCKET:
            errors = [{"message": f"{PER_SOCKET} operations run on this socket", "extensions": {"code": "TOO_MANY"}}]
            return await self._send(_message(id, "error", orjson.dumps(errors).decode()))
        self._running[id] = asyncio.create_task(self._operate(id, operation, self._viewer))
        return None

    async def _operate(self, id: str, operation: Operation, viewer: Viewer) -> None:
        """Send the answers and the end of one operation; its id is free before the end is sent."""
        head = _message(id, "next", "")[:-1]
        me = asyncio.current_task()
        write = self._writer(head.encode())
        try:
            async with aclosing(self._streams.answers(operation, viewer, write=write)) as answers:
                async for answer in answers:
                    if answer.refused:
                        self._forget(id, me)
                        return await self._send(_message(id, "error", answer.body.decode()))
                    await self._send(f"{head}{answer.body.decode()}}}")
                    if self._closed:
                        return None
            self._forget(id, me)
            await self._send(_message(id, "complete"))
        except Exception:
            self._forget(id, me)
            _log.exception("socket.operation_failed")
            await self._send(_message(id, "error", '[{"message":"Internal error","extensions":{"code":"INTERNAL"}}]'))
        return None

    def _writer(self, head: bytes) -> Write | None:
        """Return a function that writes a result after `head` without waiting; None where the server can not."""
        if (send_frame := self._send_frame) is None:
            return None
        return lambda body: not self._closed and send_frame(b"%b%b}" % (head, body))

    def _forget(self, id: str, task: asyncio.Task[Any] | None) -> None:
        if self._running.get(id) is task:
            del self._running[id]

    async def _send(self, text: str) -> None:
        if self._closed:
            return
        try:
            async with asyncio.timeout(connection_limits.SEND_TIMEOUT):
                await self._raw_send({"type": "websocket.send", "text": text})
        except TimeoutError:
            await self.close(TOO_SLOW)
        except OSError:  # the client is gone
            self._closed = True


def _parsed(text: str | None) -> dict[str, Any]:
    """Decode a frame; an empty object for anything that is no object."""
    try:
        message = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}


def _message(id: str, type: str, payload: str | None = None) -> str:
    head = f'{{"id":{orjson.dumps(id).decode()},"type":"{type}"'
    return f"{head}}}" if payload is None else f'{head},"payload":{payload}}}'
