"""Wait until something is true. No bound here is about speed: it only ends a test that would hang.

A machine that does much else may keep a process waiting for ten seconds at any line. So a test waits for a condition,
and as long as it takes.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

#: Seconds after which nothing will come any more.
PATIENCE = 60.0
_PAUSE = 0.01


def patience(seconds: float = PATIENCE) -> asyncio.Timeout:
    """Bound a block that waits for what must come."""
    return asyncio.timeout(seconds)


async def eventually(what: str, true: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Return the first true answer of a function or coroutine function."""
    deadline = time.monotonic() + seconds
    while True:
        answer = true()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await asyncio.sleep(_PAUSE)


def eventually_sync(what: str, true: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Return the first true answer of a function, in a test without an event loop."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(_PAUSE)
    return answer
