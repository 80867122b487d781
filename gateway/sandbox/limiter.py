"""Syncfy's "5 requests/second", for each API key: a sliding second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from gateway.errors import SyncfyRateLimited


class Limiter:
    def __init__(self, per_second: int, monotonic: Callable[[], float]) -> None:
        self._per_second = per_second
        self._monotonic = monotonic
        self._taken: dict[str, deque[float]] = {}

    def take(self, api_key: str) -> None:
        """Count one request. Raises SyncfyRateLimited for one too many, which does not count."""
        if self._per_second <= 0:
            return
        now = self._monotonic()
        taken = self._taken.setdefault(api_key, deque())
        while taken and taken[0] <= now - 1.0:
            taken.popleft()
        if len(taken) >= self._per_second:
            raise SyncfyRateLimited(1.0)
        taken.append(now)
