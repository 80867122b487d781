"""A limit on the rate of requests: Syncfy's API takes 5 a second (its fiscal Postman collection)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

REQUESTS = 5
PER_SECONDS = 1.0


class Limiter(Protocol):
    """Wait until the next request may be sent. All holders of the API key share one budget."""

    async def __call__(self) -> None: ...


class LocalLimiter:
    """At most `requests` in any `seconds`, for one event loop; first come, first served."""

    def __init__(
        self,
        requests: int = REQUESTS,
        seconds: float = PER_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._sent: deque[float] = deque(maxlen=requests)
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def __call__(self) -> None:
        async with self._turn:
            # A loop, because a sleep may end a little early.
            while len(self._sent) == self._requests:
                wait = self._sent[0] + self._seconds - self._clock()
                if wait <= 0:
                    break
                await self._sleep(wait)
            self._sent.append(self._clock())
