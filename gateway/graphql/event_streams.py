"""GraphQL over Server-Sent Events, distinct connections (github.com/enisdenjo/graphql-sse, PROTOCOL.md).

It has a path of its own: clients that accept several media types (urql) expect JSON at /graphql.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from gateway.auth import Viewer
from gateway.errors import Unauthenticated
from gateway.graphql import connection_limits
from gateway.graphql.connection_limits import ConnectionLimits, TooManyConnections
from gateway.graphql.streams import ALL, READING, Answer, Operation, Streams, operation_of
from gateway.graphql.view import unauthenticated

_KEEP_ALIVE = 12.0
_COMMENT = b":\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies pass events on at once
    (b"vary", b"Accept"),
]


class EventStreams:
    """The ASGI endpoint. Clients connect again when a stream ends without `complete`."""

    def __init__(
        self,
        streams: Streams,
        limits: ConnectionLimits,
        authenticate: Callable[[str | None], Viewer],
        *,
        keep_alive: float = _KEEP_ALIVE,
    ) -> None:
        self._streams = streams
        self._limits = limits
        self._authenticate = authenticate
        self._keep_alive = keep_alive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            viewer = self._authenticate(request.headers.get("authorization"))
            operation = await _operation(request)
        except Unauthenticated as error:
            return await unauthenticated(error)(scope, receive, send)
        except _Refused as refused:
            return await _problem(refused.status, refused.message)(scope, receive, send)
        leaving = asyncio.Event()
        try:
            with self._limits.admit(viewer, leaving.set):
                await self._stream(request, operation, viewer, leaving, send)
        except TooManyConnections as error:
            await _problem(503, str(error), {"Retry-After": "5"})(scope, receive, send)

    async def _stream(
        self, request: Request, operation: Operation, viewer: Viewer, leaving: asyncio.Event, send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await self._send(send, _COMMENT)  # so that the client knows at once that it is connected
        allowed = ALL if request.method == "POST" else READING
        tasks = [
            asyncio.create_task(self._write(self._streams.answers(operation, viewer, allowed), send)),
            asyncio.create_task(self._keep_connection_alive(send)),
            asyncio.create_task(_gone(request)),
            asyncio.create_task(leaving.wait()),
        ]
        left = viewer.expires_at - time.time()
        try:
            await asyncio.wait(
                tasks, timeout=None if left == float("inf") else max(left, 0), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        failure = next(
            (e for e in ended if isinstance(e, Exception) and not isinstance(e, TimeoutError | OSError)), None
        )
        if failure is not None:
            raise failure
        if not any(isinstance(e, TimeoutError | OSError) for e in ended):
            await self._send(send, b"", more=False)
        elif (abort := request.scope.get("extensions", {}).get("abort")) is not None:
            # An ordinary close would wait until the client has read the rest (gateway/http/server.py).
            abort()

    async def _write(self, answers: object, send: Send) -> None:
        async with aclosing(answers) as stream:  # type: ignore[type-var]
            async for answer in stream:  # type: ignore[attr-defined]
                await self._send(send, _next(answer))
        await self._send(send, b"event: complete\ndata:\n\n")

    async def _keep_connection_alive(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._keep_alive)
            await self._send(send, _COMMENT)

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(connection_limits.SEND_TIMEOUT):
            await send({"type": "http.response.body", "body": body, "more_body": more})


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def _operation(request: Request) -> Operation:
    accepted = request.headers.get("accept", "")
    if accepted and "text/event-stream" not in accepted and "*/*" not in accepted:
        raise _Refused(406, "this address answers with text/event-stream only; /graphql answers with JSON")
    try:
        if request.method == "GET":
            given: object = dict(request.query_params)
            if isinstance(given, dict) and given.get("variables"):
                given["variables"] = orjson.loads(given["variables"])
        elif request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Refused(415, "send the operation as application/json")
        else:
            given = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise _Refused(400, "what was sent is not JSON") from None
    operation = operation_of(given)
    if operation is None or not operation.query:
        raise _Refused(400, "send {query, variables, operationName}")
    return operation


def _next(answer: Answer) -> bytes:
    result = b'{"errors":%b}' % answer.body if answer.refused else answer.body
    return b"event: next\ndata: %b\n\n" % result


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"errors": [{"message": message}]}, status, headers)
