"""What becomes of an event: handled, put back, buried, ignored, or left to another worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo.errors import AutoReconnect

from gateway.errors import (
    EndpointRefused,
    SyncfyMalformed,
    SyncfyRateLimited,
    SyncfyRejected,
    SyncfyUnavailable,
)
from gateway.http.webhooks import as_dead_row
from gateway.models.event import EventState
from gateway.models.taxpayer import Taxpayer
from gateway.store import inbox as rows
from gateway.store import taxpayers
from gateway.store.mongo import Row, Store, now
from gateway.syncfy.deliveries import parse_webhook
from tasks import inbox
from tasks.resources import TaskDeps, Timing
from tests.integration.flow import InMemory
from tests.support import syncfy_over
from tests.waiting import patience

NAME = "credentials.updated"
TIMING = Timing(lease=timedelta(milliseconds=300), retry=timedelta(seconds=100), tries=3)


class Sent(InMemory):
    """Remembers what would be sent, and sends nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, float]] = []

    def _send(
        self, queue: str, actor: str, args: tuple[Any, ...], delay: timedelta = timedelta(0), **_: object
    ) -> None:
        self.sent.append((args[0], delay.total_seconds()))


@pytest.fixture
async def deps(store: Store) -> AsyncIterator[TaskDeps]:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError("Syncfy was asked")

    syncfy = syncfy_over(httpx.MockTransport(refuse))
    yield TaskDeps(store, syncfy, Sent(), TIMING)
    await syncfy.aclose()


async def received(store: Store, name: str = NAME, id_user: str = "u-1") -> None:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="EKU9003173C9", name="A company")
    await taxpayers.set_syncfy_user(store, taxpayer.id, "u-1")
    payload = {
        "header": {"event": {"eid": "e", "name": name}, "user": {"id_user": id_user}},
        "payload": {"id_site": "56cf5728784806f72b8b456f"},
    }
    await rows.keep(store, [{"_id": "e", "name": name, "payload": payload}])


async def event(store: Store) -> Row:
    row = await store["inbox"].find_one({"_id": "e"})
    assert row is not None
    return row


def handled_by(monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any]) -> list[int]:
    """Lets the event be handled by this; how often it was."""
    calls: list[int] = []

    async def handler(deps: TaskDeps, taxpayer: Taxpayer, event: object) -> None:
        calls.append(1)
        result = work()
        if asyncio.iscoroutine(result):
            await result

    monkeypatch.setitem(inbox._HANDLERS, NAME, handler)
    return calls


def fails(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


async def test_a_handled_event_is_done_and_not_handled_again(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = handled_by(monkeypatch, lambda: None)
    await received(store)
    await asyncio.gather(*(inbox.handle(deps, "e") for _ in range(5)))
    await inbox.handle(deps, "e")
    assert calls == [1]
    assert (await event(store))["state"] == EventState.DONE


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (SyncfyUnavailable("away"), 100),
        (SyncfyRateLimited(250), 250),
        (SyncfyRejected(500, "no"), 100),
        (SyncfyMalformed("what is this"), 100),
        (TimeoutError(), 100),
        (AutoReconnect("store:27017 closed"), 100),
        (ZeroDivisionError("a defect of ours"), 100),
    ],
)
async def test_what_may_pass_is_tried_again_later(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, wait: float
) -> None:
    handled_by(monkeypatch, fails(error))
    await received(store)
    await inbox.handle(deps, "e")
    row = await event(store)
    assert row["state"] == EventState.PENDING
    assert row["error"]
    assert "27017" not in row["error"]
    assert abs((row["due_at"] - now()).total_seconds() - wait) < 5
    assert deps.queue.sent == [("e", wait)]  # type: ignore[attr-defined]


async def test_after_the_last_try_it_is_dead_and_can_be_replayed(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = handled_by(monkeypatch, fails(SyncfyMalformed("what is this")))
    await received(store)
    for _ in range(5):
        await inbox.handle(deps, "e")
    assert len(calls) == TIMING.tries
    assert (await event(store))["state"] == EventState.DEAD
    handled_by(monkeypatch, lambda: None)
    assert await rows.replay(store) == [("e", NAME)]
    await inbox.handle(deps, "e")
    assert (await event(store))["state"] == EventState.DONE


async def test_a_long_outage_of_syncfy_leaves_no_event_to_an_operator(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled_by(monkeypatch, fails(SyncfyUnavailable("away")))
    await received(store)
    for _ in range(TIMING.tries + 3):
        await inbox.handle(deps, "e")
    assert (await event(store))["state"] == EventState.PENDING
    long_ago = now() - TIMING.outage - timedelta(seconds=1)
    await store["inbox"].update_one({"_id": "e"}, {"$set": {"received_at": long_ago}})
    await inbox.handle(deps, "e")
    assert (await event(store))["state"] == EventState.DEAD


async def test_an_event_that_kills_its_workers_is_buried_at_last(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = handled_by(monkeypatch, lambda: None)
    await received(store)
    for _ in range(TIMING.tries):
        assert await rows.claim(store, "e", lease=timedelta(0)) is not None  # and then nothing more is heard
    await inbox.handle(deps, "e")
    assert calls == []
    buried = await event(store)
    assert buried["state"] == EventState.DEAD
    assert "ended in the middle" in buried["error"]
    await rows.replay(store)
    await inbox.handle(deps, "e")
    assert calls == [1]


async def test_syncfy_can_not_put_an_event_off_for_years(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled_by(monkeypatch, fails(SyncfyRateLimited(999_999_999)))
    await received(store)
    await inbox.handle(deps, "e")
    assert (await event(store))["due_at"] <= now() + TIMING.longest_wait


async def test_what_a_library_says_of_a_document_is_not_kept(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled_by(monkeypatch, fails(ValueError("can not encode {'name': 'JUAN PEREZ', 'total': '123.45'}")))
    await received(store)
    await inbox.handle(deps, "e")
    assert (await event(store))["error"] == "ValueError"


async def test_an_address_that_is_refused_will_never_do(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = handled_by(monkeypatch, fails(EndpointRefused("address refused: too long")))
    await received(store)
    await inbox.handle(deps, "e")
    assert (await event(store))["state"] == EventState.DEAD
    assert calls == [1]


@pytest.mark.parametrize(
    ("name", "id_user", "why"),
    [("payments.settled", "u-1", "no use"), (NAME, "of another product", "no taxpayer"), (NAME, "", "no taxpayer")],
)
async def test_what_is_not_for_us_is_kept_and_ignored(
    deps: TaskDeps, store: Store, name: str, id_user: str, why: str
) -> None:
    await received(store, name, id_user)
    await inbox.handle(deps, "e")
    row = await event(store)
    assert row["state"] == EventState.IGNORED
    assert why in row["note"]


async def test_long_work_keeps_its_lease(deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as three leases: nobody else gets it in between, and its own end is the one that counts."""
    renewed: list[bool] = []
    real, enough = rows.renew, asyncio.Event()

    async def renew(*args: Any, **kwargs: Any) -> bool:
        renewed.append(await real(*args, **kwargs))
        if len(renewed) >= 9:  # each after a third of a lease
            enough.set()
        return renewed[-1]

    monkeypatch.setattr(rows, "renew", renew)
    handled_by(monkeypatch, enough.wait)
    await received(store)
    async with patience():
        await inbox.handle(deps, "e")
    assert all(renewed)
    row = await event(store)
    assert (row["state"], row["attempts"]) == (EventState.DONE, 1)


async def test_a_lease_that_lasts_is_nobody_elses(deps: TaskDeps, store: Store) -> None:
    await received(store)
    held = await rows.claim(store, "e", lease=timedelta(minutes=1))
    assert held is not None
    assert await rows.claim(store, "e", lease=TIMING.lease) is None
    await rows.renew(store, held, lease=timedelta(seconds=-1))
    assert await rows.claim(store, "e", lease=TIMING.lease) is not None


async def test_who_lost_the_lease_stops_and_says_nothing(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    handled_by(monkeypatch, work)
    await received(store)
    task = asyncio.create_task(inbox.handle(deps, "e"))
    await begun.wait()
    await store["inbox"].update_one({"_id": "e"}, {"$set": {"lease": "another's"}})
    async with patience():
        await task
    assert stopped.is_set()
    row = await event(store)
    assert (row["state"], row["lease"]) == (EventState.PROCESSING, "another's")


async def test_a_store_that_fails_for_a_moment_does_not_cost_the_lease(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()
    handled_by(monkeypatch, held.wait)
    real, failures = rows.renew, [AutoReconnect("gone"), AutoReconnect("gone")]

    async def renew(*args: Any, **kwargs: Any) -> bool:
        if failures:
            raise failures.pop()
        held.set()
        return await real(*args, **kwargs)

    monkeypatch.setattr(rows, "renew", renew)
    await received(store)
    async with patience():
        await inbox.handle(deps, "e")
    assert failures == []
    assert (await event(store))["state"] == EventState.DONE


async def test_a_worker_that_is_told_to_stop_leaves_the_event_to_the_next(
    deps: TaskDeps, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    handled_by(monkeypatch, work)
    await received(store)
    task = asyncio.create_task(inbox.handle(deps, "e"))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    await store["inbox"].update_one({}, {"$set": {"lease_until": now()}})  # the time of its lease is over
    assert await rows.take_overdue(store) == [("e", NAME)]
    assert await rows.claim(store, "e", lease=TIMING.lease) is not None


@pytest.mark.parametrize("bad", [7, {"event": "refresh", "id_job": 7}])
async def test_an_event_that_can_not_be_read_is_dead_again_when_it_is_replayed(deps: TaskDeps, bad: object) -> None:
    (told,) = parse_webhook(json.dumps({"events": [bad]}).encode()).bad
    await rows.keep(deps.store, [as_dead_row(told)])
    assert await rows.take_overdue(deps.store) == []
    await rows.replay(deps.store, ids=[told.eid])
    await inbox.handle(deps, told.eid)
    (row,) = await rows.recent(deps.store)
    assert (row.state, row.error, row.attempts) == (EventState.DEAD, told.reason, 1)
