"""The shared pace: no window of a second ever holds more departures than Syncfy allows, over all workers together."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest

from gateway.errors import StoreUnavailable
from gateway.store import mongo, pacing
from gateway.store.mongo import Store
from gateway.store.pacing import SharedPace


async def test_three_workers_share_one_allowance(store: Store) -> None:
    per_second, total = 20, 50
    reserved: list[int] = []
    early: list[float] = []

    async def worker(share: int) -> None:
        pace = SharedPace(store, per_second=per_second)
        for _ in range(share):
            departure = await pace._reserve()
            reserved.append(departure)

    async def punctual() -> None:
        await SharedPace(store, per_second=per_second)()
        early.append(time.time())

    await asyncio.gather(worker(20), worker(20), worker(9), punctual())
    assert len(reserved) == total - 1
    # What is reserved is asserted, and not when a busy machine woke each worker: late is no fault, early is one.
    departures = sorted(reserved)
    gaps = [later - earlier for earlier, later in zip(departures, departures[per_second:], strict=False)]
    assert min(gaps) >= 1000
    assert early[0] * 1000 >= departures[0]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the pace reads, in seconds: it goes on when a test says so."""
    seconds = [1_000.0]
    monkeypatch.setattr(pacing, "time", SimpleNamespace(time=lambda: seconds[0]))
    return seconds


async def test_an_allowance_that_nobody_used_is_not_saved_up(store: Store, clock: list[float]) -> None:
    pace = SharedPace(store, per_second=3)
    assert [await pace._reserve() for _ in range(3)] == [1_000_000] * 3
    clock[0] += 10
    first, second, third, fourth = [await pace._reserve() for _ in range(4)]
    assert [first, second, third] == [1_010_000] * 3
    assert fourth >= 1_011_000


async def test_two_names_do_not_wait_for_each_other(store: Store, clock: list[float]) -> None:
    paces = [SharedPace(store, per_second=1, name=str(n)) for n in range(6)]
    assert await asyncio.gather(*(pace._reserve() for pace in paces)) == [1_000_000] * 6


async def test_without_the_store_nobody_departs() -> None:
    away = mongo.connect("mongodb://127.0.0.1:9/?directConnection=true", "x", wait=0.1)
    with pytest.raises(StoreUnavailable):
        await SharedPace(away, per_second=5)()
    away.close()


async def test_a_clock_that_was_wrong_does_not_stop_everybody(store: Store, clock: list[float]) -> None:
    in_an_hour = 1_000_000 + 3_600_000
    await store["pacing"].insert_one({"_id": "syncfy", "slots": [in_an_hour] * 5})
    assert await SharedPace(store, per_second=5)._reserve() == 1_000_000
