"""A real store, the whole API in this process, a played Syncfy, and a taxpayer whose profile a worker has stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import Parts, create_app
from gateway.auth import mint_token
from gateway.config import Settings
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.sandbox.context import Clock, wall_clock
from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.store import mongo
from gateway.store.mongo import Store
from gateway.syncfy.client import Syncfy
from gateway.usecases import UseCaseDeps
from tests.databases import Databases
from tests.mongod import url_for_run
from tests.mongomock import mongomock_store
from tests.waiting import PATIENCE

JWT_SECRET = "a secret for tests that is long enough"  # 32 bytes or more
WEBHOOK_TOKEN = "a webhook token for tests"
VIEWER = "viewer-1"


@pytest.fixture(scope="session")
def mongodb_url(request: pytest.FixtureRequest) -> str:
    """The MongoDB of this run; TEST_MONGODB_URL names one of yours instead."""
    return url_for_run(request.config)


@pytest.fixture(scope="session")
def databases(mongodb_url: str) -> Iterator[Databases]:
    databases = Databases(mongodb_url)
    yield databases
    databases.close()


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """An empty database with its indexes, by its name."""
    with databases.lent() as name:
        yield name


@pytest.fixture(scope="module")
def module_database(databases: Databases) -> Iterator[str]:
    """A database for the tests of a module, which share what is in it."""
    with databases.lent() as name:
        yield name


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The store behind `store`: MongoDB, and mongomock as well where a module says so (`ENGINES`)."""
    return str(getattr(request, "param", "mongod"))


@pytest.fixture
def address(request: pytest.FixtureRequest, engine: str) -> tuple[str, str] | None:
    """Where the database of this test is and what it is called; None for mongomock's, which is in this process."""
    if engine == "mongomock":
        return None
    return request.getfixturevalue("mongodb_url"), request.getfixturevalue("database")


@pytest.fixture
async def store(address: tuple[str, str] | None) -> AsyncIterator[Store]:
    """An empty database with its indexes."""
    if address is None:
        yield await mongomock_store()
    else:
        async with opened(*address) as store:
            yield store


@asynccontextmanager
async def opened(mongodb_url: str, database: str) -> AsyncIterator[Store]:
    store = mongo.connect(mongodb_url, database, wait=PATIENCE)
    try:
        yield store
    finally:
        store.close()


def settings_for(mongodb_url: str, database: str, **changes: Any) -> Settings:
    """Settings of an API process whose broker is in this process and whose Syncfy nobody answers for."""
    given: dict[str, Any] = {
        "mongodb_url": mongodb_url,
        "mongodb_database": database,
        "broker_url": "stub:",
        "syncfy_url": "http://127.0.0.1:9/v1",
        "syncfy_api_key": DEFAULT_API_KEY,
        "webhook_tokens": (WEBHOOK_TOKEN,),
        "jwt_secret": JWT_SECRET,
    }
    return Settings(**(given | changes))


def bearer(viewer: str = VIEWER) -> dict[str, str]:
    return {"Authorization": f"Bearer {mint_token(JWT_SECRET, viewer)}"}


async def at_once() -> None:
    """A limiter without a pace: the sandbox's own limit is off in tests."""


def syncfy_over(transport: httpx.AsyncBaseTransport) -> Syncfy:
    """Our client of Syncfy over a transport: the sandbox's, or one that fails as a test wants it."""
    http = httpx.AsyncClient(transport=transport, base_url="http://syncfy.test/v1")
    return Syncfy(http, api_key=DEFAULT_API_KEY, limiter=at_once)


@asynccontextmanager
async def played_syncfy(
    options: SandboxOptions | None = None,
    portfolios: Any = None,
    *,
    deliver_to: httpx.AsyncBaseTransport | None = None,
    clock: Clock = wall_clock,
) -> AsyncIterator[Syncfy]:
    """The sandbox in this process, behind our own client; `deliver_to` receives its webhooks."""
    options = options or SandboxOptions(pace=0.001, rate_limit=0)
    app = create_sandbox(options, portfolios or Taxpayers(1, 12), transport=deliver_to, clock=clock)
    async with app.router.lifespan_context(app):
        client = syncfy_over(httpx.ASGITransport(app))
        try:
            yield client
        finally:
            await client.aclose()


class _WithState:
    """What a server does with the lifespan's state: every request gets a copy. httpx's transport does not."""

    def __init__(self, app: ASGIApp, state: Mapping[str, Any]) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": dict(self._state)}, receive, send)


@dataclass
class Api:
    """The API as an HTTP client sees it, with what is behind it for the test to look at."""

    app: ASGIApp
    parts: Parts
    http: httpx.AsyncClient
    broker: StubBroker

    @property
    def store(self) -> Store:
        return self.parts.store

    def talks_to(self, syncfy: Syncfy) -> None:
        """From here on mutations ask this Syncfy."""
        self.parts.connections = UseCaseDeps(self.store, syncfy, self.parts.queue)

    async def post(self, document: str, variables: Any = None, *, viewer: str = VIEWER, **more: Any) -> httpx.Response:
        body = {"query": document, "variables": variables, **more}
        return await self.http.post("/graphql", json=body, headers=bearer(viewer))

    async def ask(self, document: str, variables: Any = None, *, viewer: str = VIEWER) -> dict[str, Any]:
        """The whole answer: {data, errors?}."""
        answer: dict[str, Any] = (await self.post(document, variables, viewer=viewer)).json()
        return answer

    async def data(self, document: str, variables: Any = None, *, viewer: str = VIEWER) -> Any:
        """The data of an operation that must not fail."""
        answer = await self.ask(document, variables, viewer=viewer)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, document: str, variables: Any = None, *, viewer: str = VIEWER) -> str | None:
        """`extensions.code` of the one error that an operation must have."""
        (error,) = (await self.ask(document, variables, viewer=viewer))["errors"]
        code: str | None = error.get("extensions", {}).get("code")
        return code

    def sent(self) -> list[tuple[str, tuple[Any, ...]]]:
        """(actor, arguments) of every message that was sent to the workers, delayed ones too."""
        raw = [item for queue in self.broker.queues.values() for item in list(queue.queue)]
        messages: list[Message[Any]] = [Message.decode(item) for item in raw]
        return [(message.actor_name, tuple(message.args)) for message in messages]


@asynccontextmanager
async def running_api(settings: Settings) -> AsyncIterator[Api]:
    """create_app with its lifespan, over httpx's transport. A defect that escapes the app fails the test."""
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        parts: Parts = state["parts"]
        served = _WithState(app, state)
        broker = parts.queue._broker
        assert isinstance(broker, StubBroker)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://api.test") as http:
            yield Api(served, parts, http, broker)


@pytest.fixture
async def api(mongodb_url: str, database: str, store: Store) -> AsyncIterator[Api]:
    """The API over the test's own database (`store`), with nobody at Syncfy's address."""
    async with running_api(settings_for(mongodb_url, database)) as api:
        yield api


def portfolio_of(rfc: str, invoices: int) -> Portfolio:
    return Taxpayers(1, invoices)(rfc)
