"""create_app: the composition root of the API process. What a request works with is made here and passed on."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from gateway.auth import Viewer, viewer_of
from gateway.config import Settings, require_complete
from gateway.graphql.connection_limits import ConnectionLimits
from gateway.graphql.event_streams import EventStreams
from gateway.graphql.limits import extensions
from gateway.graphql.sockets import Sockets
from gateway.graphql.streams import Streams
from gateway.graphql.view import GraphQLView
from gateway.http.downloads import Downloads
from gateway.http.health import Readiness, alive
from gateway.http.links import Links
from gateway.http.page import Page, PageSettings
from gateway.http.request_id import RequestId
from gateway.http.webhooks import LARGEST_BODY, SyncfyWebhook
from gateway.live import Live
from gateway.store import mongo
from gateway.store.mongo import Store
from gateway.store.pacing import SharedPace
from gateway.syncfy.client import Syncfy
from gateway.syncfy.signature import Verifier, verifier
from gateway.usecases import UseCaseDeps
from resolvers.context import Context
from resolvers.schema import Schema, build_schema
from tasks.broker import make_broker
from tasks.messages import Messages

_LARGEST_OPERATION = 256 * 1024
# A person waits for a mutation. A worker, for which Syncfy packs exports, waits longer.
_SYNCFY_CONNECTS, _SYNCFY_ANSWERS = 5.0, 15.0


def _derived(secret: str) -> bytes:
    """Return a key of its own for the hashes of idempotency keys: the same in every process."""
    return hmac.new(secret.encode(), b"idempotency", hashlib.sha256).digest()


class Parts:
    """The parts that live as long as the process: made in the lifespan, on the loop that serves."""

    def __init__(self, settings: Settings, verify: Verifier) -> None:
        self.store: Store = mongo.connect(settings.mongodb_url, settings.mongodb_database)
        self.queue = Messages(make_broker(settings.broker_url))
        pace = SharedPace(self.store, per_second=settings.syncfy_rate)
        self.syncfy = Syncfy.connect(
            settings.syncfy_url,
            api_key=settings.syncfy_api_key,
            limiter=pace,
            connect_seconds=_SYNCFY_CONNECTS,
            read_seconds=_SYNCFY_ANSWERS,
        )
        self.live = Live(self.store)
        self.readiness = Readiness(self.store, lambda: self.live.subscribers)
        self.links = Links(settings.jwt_secret, settings.public_url)
        self.downloads = Downloads(self.store, self.links)
        self.connections = UseCaseDeps(self.store, self.syncfy, self.queue, _derived(settings.jwt_secret))
        self.webhook = SyncfyWebhook(store=self.store, queue=self.queue, verify=verify)

    def context(self, viewer: Viewer | None) -> Context:
        """Make the context of one operation; `viewer`: None for who is not signed in."""
        return Context(self.store, self.live, self.connections, viewer, self.links)

    async def close(self) -> None:
        """Close the connections to Syncfy and to the store."""
        await self.syncfy.aclose()
        self.store.close()


def create_app(settings: Settings, *, page: PageSettings | None = None, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """Make the ASGI application.

    `page` says what the page must know of the place where it runs; by default what `settings` say. `routes` are
    further ones: a demonstration adds its own. Raises SettingsError when a setting that it needs is missing.
    """
    require_complete(settings)
    verify = verifier(settings.webhook_tokens, settings.webhook_keys)
    running: dict[str, Parts] = {}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        parts = Parts(settings, verify)
        try:
            async with parts.readiness.preparing(), parts.live.running():
                running["parts"] = parts
                yield {"parts": parts}
        finally:
            await parts.close()

    def make_context(viewer: Viewer | None) -> Context:
        return running["parts"].context(viewer)

    def authenticate(header: str | None) -> Viewer:
        return viewer_of(settings.jwt_secret, header)

    schema, connections = _schema(introspection=not settings.production), ConnectionLimits()
    streams = Streams(schema, make_context)
    view = GraphQLView(
        schema,
        make_context=make_context,
        authenticate=authenticate,
        ide=not settings.production,
        allowed_origins=settings.allowed_origins,
    )
    sockets = Sockets(streams, connections, authenticate, lets_in=view.lets_in)
    events = EventStreams(streams, connections, authenticate)
    app = Starlette(
        routes=[
            Route("/graphql", view, methods=["GET", "POST"], max_body_size=_LARGEST_OPERATION),
            WebSocketRoute("/graphql", sockets),
            Route("/graphql/stream", events, methods=["GET", "POST"], max_body_size=_LARGEST_OPERATION),
            Route("/webhooks/syncfy", _webhook, methods=["POST"], max_body_size=LARGEST_BODY),
            Route("/files/{token}", _download),
            Route("/health/live", alive),
            Route("/health/ready", _ready),
            *routes,
            *Page(page or _page_settings(settings)).routes(),
        ],
        middleware=_middleware(settings),
        exception_handlers={ClientDisconnect: client_left},
        lifespan=lifespan,
    )
    app.state.connections = connections
    return app


@cache
def _schema(*, introspection: bool) -> Schema:
    """Build the schema: a tenth of a second, spent once by a process that makes several applications."""
    return build_schema(extensions(introspection=introspection))


def _middleware(settings: Settings) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID", "Range", "If-None-Match"],
        expose_headers=["Content-Disposition", "ETag", "Content-Range"],
        max_age=86_400,
    )
    return [Middleware(RequestId), cors]


def _page_settings(settings: Settings) -> PageSettings:
    return PageSettings(settings.widget_url, hosts=settings.allowed_origins, development=not settings.production)


async def client_left(_: Request, __: Exception) -> Response:
    """Answer a client that left before its request had arrived: nobody reads it, and it is no error of the service."""
    return Response(status_code=400)


async def _webhook(request: Request) -> Response:
    parts: Parts = request.state.parts
    return await parts.webhook(request)


async def _download(request: Request) -> Response:
    parts: Parts = request.state.parts
    return await parts.downloads(request)


async def _ready(request: Request) -> Response:
    parts: Parts = request.state.parts
    return await parts.readiness(request)
