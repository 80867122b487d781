"""The whole flow in one process: the sandbox delivers to our webhook, and a queue in memory runs the coroutines.

What is real: the sandbox, the client of Syncfy, the webhook route, every task, and the store. What is not: the broker,
whose place a queue on the event loop takes, so that a run ends in a fraction of a second and nothing hides an error.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
from dramatiq.brokers.stub import StubBroker
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import usecases
from gateway.http.webhooks import SyncfyWebhook
from gateway.models.event import EventState
from gateway.models.job import Job
from gateway.models.taxpayer import Taxpayer
from gateway.sandbox.app import SandboxOptions, WebhookSpec, create_sandbox
from gateway.sandbox.context import Context
from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat.kinds import Kind
from gateway.store import documents, jobs, taxpayers, unreadable
from gateway.store.mongo import Row, Store
from gateway.syncfy.client import Syncfy
from gateway.syncfy.signature import verifier
from gateway.usecases import UseCaseDeps
from tasks import erase, inbox, messages, reconcile, watch
from tasks.messages import Messages
from tasks.resources import TaskDeps, Timing
from tasks.sweep import sweep
from tests.support import VIEWER, WEBHOOK_TOKEN, at_once
from tests.waiting import PATIENCE, eventually

RFC = "EKU9003173C9"
HOOK = WebhookSpec("http://api.test/webhooks/syncfy", headers={"X-Webhook-Token": WEBHOOK_TOKEN})
#: As patient as a run of a fifth of a second needs.
QUICK = Timing(
    lease=timedelta(seconds=5),
    quiet=timedelta(milliseconds=400),
    retry=timedelta(milliseconds=20),
    first_check=timedelta(milliseconds=50),
    slowest_check=timedelta(milliseconds=100),
    grace=timedelta(milliseconds=200),
    late=timedelta(milliseconds=300),
    resend=timedelta(seconds=1),
    settled=timedelta(milliseconds=300),
)


class InMemory(Messages):
    """The workers' queue on this event loop. An error that a task lets out is kept, and fails the test.

    `running` has the tasks that wait for their time too.
    """

    def __init__(self) -> None:
        super().__init__(StubBroker())
        self.loop = asyncio.get_running_loop()
        self.down = False
        self.deps: TaskDeps | None = None
        self.running: set[asyncio.Task[None]] = set()
        self.errors: list[BaseException] = []
        self.over = asyncio.Event()

    def _send(
        self, queue: str, actor: str, args: tuple[object, ...], delay: timedelta = timedelta(0), **_: object
    ) -> None:
        if self.down:
            raise ConnectionError("the broker is away")
        self.loop.call_soon_threadsafe(self._spawn, actor, args, delay.total_seconds())

    def _spawn(self, actor: str, args: tuple[Any, ...], delay: float) -> None:
        if self.over.is_set():
            return
        task = self.loop.create_task(self._run(actor, args, delay))
        self.running.add(task)
        task.add_done_callback(self._ended)

    async def _run(self, actor: str, args: tuple[Any, ...], delay: float) -> None:
        if await _ended_within(self.over, delay):
            return
        assert self.deps is not None
        work: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
            messages.HANDLE_EVENT: inbox.handle,
            messages.FETCH_EVENT: inbox.handle,
            messages.WATCH_JOB: watch.check,
            messages.RECONCILE: reconcile.taxpayer,
            messages.ERASE: erase.erase,
        }
        await work[actor](self.deps, *args)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)

    async def stop(self) -> None:
        """End without cancelling what is at work: its last write may otherwise land after the test."""
        self.over.set()
        if self.running:
            await asyncio.wait(self.running, timeout=PATIENCE)
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)


async def _ended_within(over: asyncio.Event, seconds: float) -> bool:
    """True as soon as it is over, else False after so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()
    return over.is_set()


class Hook:
    """The webhook until the flow ends: then it takes nothing more, and what it is at is waited for."""

    def __init__(self, webhook: ASGIApp) -> None:
        self._webhook = webhook
        self.open = True
        self.busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.open:
            await Response(status_code=503)(scope, receive, send)
            return
        self.busy += 1
        try:
            await self._webhook(scope, receive, send)
        finally:
            self.busy -= 1

    async def close(self) -> None:
        self.open = False
        await eventually("the last delivery is taken", lambda: not self.busy)


@dataclass
class Flow:
    store: Store
    syncfy: Syncfy
    deps: TaskDeps
    queue: InMemory
    sandbox: Context
    connections: UseCaseDeps
    hook: Hook
    taxpayer: Taxpayer

    async def start(self, password: str = "ok") -> Job:
        job = await usecases.start_connection(self.connections, self.taxpayer, password=password)
        await self.look()
        return job

    async def run(self, password: str = "ok") -> Job:
        """A job from its start to its end here."""
        return await self.ended((await self.start(password)).id)

    async def ended(self, id: str) -> Job:
        return await self.job_when(id, lambda job: not job.active)

    async def job_when(self, id: str, true: Callable[[Job], bool]) -> Job:
        job: Job | None = None

        async def it_is() -> bool:
            nonlocal job
            job = await jobs.get(self.store, id)
            return job is not None and true(job)

        try:
            await eventually("the job", it_is)
        except AssertionError:
            raise AssertionError(f"still {job}") from None
        assert job is not None
        return job

    async def quiet(self) -> None:
        """Until no run goes on at Syncfy, all that it told is handled, and no task is left."""
        open_states = [EventState.PENDING, EventState.PROCESSING]

        async def it_is() -> bool:
            # In this order: runs lead to deliveries, these to events, and events to tasks.
            if not self.sandbox.at_rest:
                return False
            busy = await self.store["inbox"].count_documents({"state": {"$in": open_states}})
            return not busy and not self.queue.running

        await eventually("nothing is left to do", it_is)

    async def delivered(self, body: Any) -> httpx.Response:
        """A delivery of Syncfy's, as it comes to the webhook."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.hook), base_url="http://api.test") as http:
            return await http.post("/webhooks/syncfy", json=body, headers={"X-Webhook-Token": WEBHOOK_TOKEN})

    async def counts(self) -> dict[str, int]:
        id = self.taxpayer.id
        held = {str(kind): await documents.count(self.store, kind, id) for kind in Kind}
        return {**held, "unreadable": await unreadable.count(self.store, id)}

    async def all_jobs(self) -> list[Job]:
        return await jobs.recent(self.store, self.taxpayer.id)

    async def look(self) -> None:
        """Takes the taxpayer as the store has it now: Syncfy's user is made with the first connection."""
        found = await taxpayers.get(self.store, self.taxpayer.id)
        assert found is not None
        self.taxpayer = found

    async def seen_taxpayer(self) -> Row:
        row = await taxpayers.row(self.store, self.taxpayer.id)
        assert row is not None
        return row


@asynccontextmanager
async def flow(
    store: Store,
    *,
    options: SandboxOptions | None = None,
    portfolios: Callable[[str], Portfolio] | None = None,
    timing: Timing = QUICK,
    rfc: str = RFC,
    sweeping: bool = True,
) -> AsyncIterator[Flow]:
    """Everything wired together, with one taxpayer; ends with no task left and no error that one let out."""
    options = options or SandboxOptions(pace=0.03)
    options = replace(options, rate_limit=0, webhooks=options.webhooks or [HOOK])
    queue = InMemory()
    webhook = SyncfyWebhook(store=store, queue=queue, verify=verifier([WEBHOOK_TOKEN], []))
    hook = Hook(Starlette(routes=[Route("/webhooks/syncfy", webhook.__call__, methods=["POST"])]))
    sandbox = create_sandbox(options, portfolios or Taxpayers(1, 8), transport=httpx.ASGITransport(hook))
    async with sandbox.router.lifespan_context(sandbox):
        http = httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://syncfy.test/v1")
        syncfy = Syncfy(http, api_key=DEFAULT_API_KEY, limiter=at_once)
        queue.deps = deps = TaskDeps(store, syncfy, queue, timing)
        taxpayer, _ = await usecases.create_taxpayer(store, owner=VIEWER, rfc=rfc, name="Escuela Kemper")
        it = Flow(store, syncfy, deps, queue, sandbox.state.context, UseCaseDeps(store, syncfy, queue), hook, taxpayer)
        clock = asyncio.create_task(_sweeps(deps, queue.over)) if sweeping else None
        try:
            yield it
        finally:
            await hook.close()
            await queue.stop()
            if clock is not None:
                await clock
            await syncfy.aclose()
    assert queue.errors == []


async def _sweeps(deps: TaskDeps, over: asyncio.Event) -> None:
    while not over.is_set():
        await sweep(deps)
        await _ended_within(over, 0.1)
