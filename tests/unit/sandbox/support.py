"""A running sandbox in the test's own loop, a receiver of its notifications, and the calls of a client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import orjson

from gateway.sandbox.app import SandboxOptions, WebhookSpec, create_sandbox
from gateway.sandbox.context import Context
from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.sandbox.portfolio import Portfolio
from tests.unit.sandbox.portfolio import RFC, TinyPortfolio
from tests.waiting import eventually

KEY = {"Authorization": f"api_key api_key={DEFAULT_API_KEY}"}
ALL_IN_ONE = "61c12b8cde3c034b3c8b25b1"
CIEC = "56cf5728784806f72b8b456f"
HOOK = "http://receiver.test/hook"


@dataclass
class Receiver:
    """Takes notifications; `answers` are the status codes of the next ones (0: none in time), then 200."""

    answers: list[int] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        code = self.answers.pop(0) if self.answers else 200
        if code == 0:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(code)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [orjson.loads(request.content) for request in self.requests]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in body["events"]]

    @property
    def names(self) -> list[str]:
        return [event["header"]["event"]["name"] for event in self.events]


@dataclass
class Sandbox:
    http: httpx.AsyncClient
    receiver: Receiver
    context: Context

    async def call(self, method: str, path: str, *, code: int = 200, **kwargs: Any) -> Any:
        """The `response` of the envelope, after its shape was checked."""
        answered = await self.http.request(method, f"/v1{path}", **kwargs)
        body = answered.json()
        assert answered.status_code == body["code"] == code, body
        assert body["status"] is (code < 400)
        assert body["rid"] == answered.headers["request-id"]
        return body["response"]

    async def user(self, id_external: str = "demo") -> tuple[str, dict[str, str]]:
        """(id_user, headers of a session of a new user)."""
        row = await self.call("POST", "/users", headers=KEY, json={"name": "Demo", "id_external": id_external})
        session = await self.call("POST", "/sessions", headers=KEY, json={"id_user": row["id_user"]})
        return row["id_user"], {"Authorization": f"Bearer {session['token']}"}

    async def start(
        self, headers: dict[str, str], password: str = "x", id_site: str = ALL_IN_ONE, rfc: str = RFC
    ) -> str:
        login = {"id_site": id_site, "input": {"rfc": rfc, "password": password}}
        job: dict[str, Any] = await self.call("POST", "/jobs", headers=headers, json=login)
        return str(job["id_job"])

    async def finish(self, id_job: str) -> list[int]:
        """The job's codes once it has ended and everything it had to say was sent."""
        await self.until(lambda: self.context.state.jobs[id_job].ended)
        await self.quiet()
        return [status.code for status in self.context.state.jobs[id_job].statuses]

    async def run(self, headers: dict[str, str], password: str = "x", **kwargs: Any) -> list[int]:
        return await self.finish(await self.start(headers, password, **kwargs))

    async def until(self, condition: Callable[[], bool]) -> None:
        await eventually("the condition", condition)

    async def quiet(self) -> None:
        """Returns when no run goes on, and every notification was taken or given up."""
        await self.until(lambda: self.context.at_rest)


@asynccontextmanager
async def sandbox(
    options: SandboxOptions | None = None,
    portfolios: Callable[[str], Portfolio] = TinyPortfolio,
    **kwargs: Any,
) -> AsyncIterator[Sandbox]:
    """Without options: as fast as can be, no rate limit, one V3 webhook."""
    options = options or SandboxOptions(webhooks=[WebhookSpec(HOOK)], rate_limit=0)
    receiver = Receiver()
    app = create_sandbox(
        replace(options, pace=min(options.pace, 0.005)), portfolios, transport=httpx.MockTransport(receiver), **kwargs
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http,
    ):
        yield Sandbox(http, receiver, app.state.context)
