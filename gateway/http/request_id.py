"""A correlation id for each request: the client's X-Request-ID if it is well-formed, else a new one."""

from __future__ import annotations

import re
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class RequestId:
    """ASGI middleware that binds the id to the logs of a request and returns it in X-Request-ID."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _WELL_FORMED.fullmatch(given) else str(uuid.uuid4())

        async def echo(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            await self._app(scope, receive, echo)
