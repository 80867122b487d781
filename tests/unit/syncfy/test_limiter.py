"""The local pace: never more than 5 requests in any second. And sessions, which end 4 minutes after their last use."""

from __future__ import annotations

import asyncio

from gateway.syncfy.limiter import LocalLimiter
from gateway.syncfy.sessions import Sessions


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        # A sleep that ends early, as an event loop's may.
        self.now += max(seconds * 0.9, 0.001)
        await asyncio.sleep(0)


async def test_no_second_holds_more_than_five_requests() -> None:
    clock, sent = Clock(), list[float]()
    limiter = LocalLimiter(clock=clock, sleep=clock.sleep)

    async def request() -> None:
        await limiter()
        sent.append(clock.now)

    await asyncio.gather(*(request() for _ in range(23)))
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[5:], strict=False))
    assert sent[4] == 100.0
    assert sent[-1] < 100.0 + 4.1


async def test_an_idle_limiter_lets_a_burst_through_at_once() -> None:
    clock = Clock()
    limiter = LocalLimiter(clock=clock, sleep=clock.sleep)
    for _ in range(5):
        await limiter()
    clock.now += 10
    before = clock.now
    for _ in range(5):
        await limiter()
    assert clock.now == before


class Opened:
    def __init__(self) -> None:
        self.users: list[str] = []

    async def __call__(self, id_user: str) -> str:
        self.users.append(id_user)
        number = len(self.users)
        await asyncio.sleep(0)
        return f"{id_user}-{number}"


async def test_every_use_keeps_a_session_for_another_four_minutes() -> None:
    clock, opened = Clock(), Opened()
    sessions = Sessions(opened, clock)
    for _ in range(10):
        assert await sessions.token("u") == "u-1"
        clock.now += 239
    clock.now += 1
    assert await sessions.token("u") == "u-2"


async def test_each_user_has_a_session_of_its_own_opened_in_one_flight() -> None:
    opened = Opened()
    sessions = Sessions(opened, Clock())
    tokens = await asyncio.gather(*(sessions.token(user) for user in "aabbab"))
    assert tokens == ["a-1", "a-1", "b-2", "b-2", "a-1", "b-2"]


async def test_those_who_were_refused_together_share_the_next_session() -> None:
    opened = Opened()
    sessions = Sessions(opened, Clock())
    refused = await sessions.token("u")
    assert set(await asyncio.gather(*(sessions.renewed("u", refused) for _ in range(5)))) == {"u-2"}


async def test_sessions_that_ended_are_forgotten() -> None:
    clock = Clock()
    sessions = Sessions(Opened(), clock)
    for n in range(1000):
        await sessions.token(f"u{n}")
    clock.now += 240
    await sessions.token("last")
    assert len(sessions._seats) == 1
