"""A Syncfy that runs here: users, connections, jobs, WebSockets and webhooks over the documents of a Portfolio.

It forgets everything when it stops, and answers the same ids when the same users are made again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import SyncfyRateLimited, SyncfyRejected
from gateway.sandbox import (
    assets,
    attachments,
    catalogues,
    credentials,
    documents,
    jobs,
    transactions,
    users,
    webhooks,
)
from gateway.sandbox.background import Background
from gateway.sandbox.context import Clock, make_context, wall_clock
from gateway.sandbox.deliveries import Deliveries
from gateway.sandbox.envelope import CORS, on_bug, on_http_error, on_rate_limited, on_rejected
from gateway.sandbox.ids import Ids
from gateway.sandbox.options import Jwk, SandboxOptions, WebhookSpec
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.state import State

__all__ = ["Jwk", "SandboxOptions", "WebhookSpec", "create_sandbox"]

_VERBS = ("GET", "PUT", "DELETE", "POST")
_LARGEST_BODY = 1_000_000


class _Surface:
    """The rules of every request: CORS, OPTIONS, and the real verb in X-Http-Method-Override of a POST."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await Response(status_code=200, headers=CORS)(scope, receive, send)
            return
        override = dict(scope["headers"]).get(b"x-http-method-override", b"").decode("latin-1").upper()
        if scope["method"] == "POST" and override in _VERBS:
            scope = {**scope, "method": override}

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(CORS)
            await send(message)

        await self._app(scope, receive, send_with_cors)


def create_sandbox(
    options: SandboxOptions,
    portfolios: Callable[[str], Portfolio],
    *,
    clock: Clock = wall_clock,
    ids: Ids | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """Build the application: the whole API under /v1, and pictures under /assets.

    `portfolios(rfc)` gives a taxpayer's documents; it is asked once for each RFC (and again after 256 others).
    `clock`, `ids` and `transport` (of deliveries) are for tests.
    """
    state, background, ids = State(), Background(), ids or Ids()
    deliveries = Deliveries(options, state, ids, background, transport)
    context = make_context(options, portfolios, clock, ids, deliveries, background, state)
    for spec in options.webhooks:
        webhooks.register(state, spec, context.now())

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await background.stop()
        await deliveries.close()

    rooms = (users, catalogues, jobs, transactions, credentials, attachments, documents, webhooks, assets)
    app = Starlette(
        routes=[route for room in rooms for route in room.routes()],
        middleware=[Middleware(_Surface)],
        exception_handlers={
            SyncfyRejected: on_rejected,
            SyncfyRateLimited: on_rate_limited,
            HTTPException: on_http_error,
            Exception: on_bug,
        },
        lifespan=lifespan,
        max_body_size=_LARGEST_BODY,
    )
    app.state.context = context
    return app
