"""The actors: messages of ids through a real worker of dramatiq's, with the context of whoever sent them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import dramatiq
import pytest
import structlog
from dramatiq import Worker
from dramatiq.brokers.stub import StubBroker
from pymongo.errors import AutoReconnect

from gateway.store.availability import Availability
from tasks import actors, erase, inbox, messages, reconcile, watch
from tasks.actors import BEHIND
from tasks.broker import make_broker
from tasks.messages import Messages
from tests.waiting import eventually_sync


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the coroutines behind the actors were called with."""
    calls: list[tuple[Any, ...]] = []

    def recorded(name: str) -> Callable[..., Any]:
        async def work(use: object, *args: object) -> None:
            await asyncio.sleep(0)
            calls.append((name, *args, structlog.contextvars.get_contextvars().get("request")))

        return work

    monkeypatch.setattr(inbox, "handle", recorded("handle"))
    monkeypatch.setattr(watch, "check", recorded("check"))
    monkeypatch.setattr(reconcile, "taxpayer", recorded("reconcile"))
    monkeypatch.setattr(erase, "erase", recorded("erase"))
    return calls


@pytest.fixture
def queue(done: list[tuple[Any, ...]]) -> Iterator[Messages]:
    """Messages to a worker that runs in this process."""
    broker = make_broker("stub:")
    assert isinstance(broker, StubBroker)

    async def resources() -> Any:
        return SimpleNamespace(store=SimpleNamespace(availability=Availability(60)))

    actors.declare(broker, resources)
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()
    yield Messages(broker)
    worker.stop()
    broker.close()


def wait_for(done: list[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    eventually_sync(f"{count} messages", lambda: len(done) >= count)
    return sorted(done, key=str)


def test_every_message_finds_its_coroutine(queue: Messages, done: list[tuple[Any, ...]]) -> None:
    queue.handle_events([("e1", "credentials.updated"), ("e2", "credentials.refreshed")])
    queue.watch_job("j", 3)
    queue.reconcile("t")
    queue.erase("t")
    assert wait_for(done, 5) == [
        ("check", "j", 3, None),
        ("erase", "t", None),
        ("handle", "e1", None),
        ("handle", "e2", None),
        ("reconcile", "t", None),
    ]


def test_the_requests_id_goes_with_the_message(queue: Messages, done: list[tuple[Any, ...]]) -> None:
    with structlog.contextvars.bound_contextvars(request="r-17"):
        queue.watch_job("j", 0)
    assert wait_for(done, 1) == [("check", "j", 0, "r-17")]


def test_the_broker_never_holds_what_a_failure_names() -> None:
    broker = make_broker("stub:")
    assert isinstance(broker, StubBroker)

    @dramatiq.actor(broker=broker, queue_name="events")
    def fails() -> None:
        raise RuntimeError("EKU9003173C9 owes 1.50")

    message = fails.message()
    try:
        fails()
    except RuntimeError as error:
        broker.emit_after("process_message", message, exception=error)
    (again,) = (item for queue in broker.queues.values() for item in list(queue.queue))
    assert b"retries" in again
    assert b"EKU9003173C9" not in again
    broker.close()


def test_a_store_that_is_away_is_no_defect_and_the_message_is_tried_again(
    queue: Messages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: object) -> None:
        raise AutoReconnect("db-1.internal:27017: connection refused")

    monkeypatch.setattr(watch, "check", away)
    with caplog.at_level(logging.INFO):
        queue.watch_job("j", 0)
        eventually_sync("the message is tried again", lambda: "Retrying message" in caplog.text)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "db-1" not in caplog.text


def test_a_delayed_message_comes_later(queue: Messages, done: list[tuple[Any, ...]]) -> None:
    began = time.monotonic()
    queue.watch_job("j", 0, delay=timedelta(milliseconds=300))
    wait_for(done, 1)
    assert done
    assert time.monotonic() - began >= 0.29  # a broker's clock has whole milliseconds


def test_what_only_observes_overtakes_a_download_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = make_broker("stub:")
    assert isinstance(broker, StubBroker)

    async def resources() -> Any:
        raise AssertionError("nothing is run here")

    actors.declare(broker, resources)
    small = [broker.get_actor(name) for name in (messages.HANDLE_EVENT, messages.WATCH_JOB)]
    large = [broker.get_actor(name) for name in (messages.FETCH_EVENT, messages.RECONCILE, messages.WRITE_EXPORT)]
    clock = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    waiting = {actor.priority for actor in large}
    clock += BEHIND - 1
    assert max(actor.priority for actor in small) < min(waiting)
    clock += 2
    assert min(actor.priority for actor in small) > max(waiting)
    broker.close()


def test_each_kind_of_event_has_its_queue() -> None:
    broker = make_broker("stub:")
    assert isinstance(broker, StubBroker)
    queue = Messages(broker)
    queue.handle_events([("a", "credentials.updated"), ("b", "documents.success"), ("c", "unheard.of")])
    queue.watch_job("j", 0)
    sizes = {name: broker.queues[name].qsize() for name in messages.QUEUES}
    assert sizes == {messages.EVENTS: 2, messages.FETCHES: 1, messages.WATCH: 1, messages.EXPORTS: 0}
    broker.close()
