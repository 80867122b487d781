"""Session tokens: one for each user, cached while it is used.

Syncfy's tokens end after 5 minutes without use; ours are dropped after 4, so that none ends on its way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

KEPT_SECONDS = 240.0
_PRUNE_ABOVE = 1000


@dataclass(slots=True)
class _Seat:
    """A user's token. With the lock many requests at once open only one session."""

    token: str | None = field(default=None, repr=False)
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Sessions:
    """A cache of tokens. `create` opens a session for a user id and returns its token."""

    def __init__(self, create: Callable[[str], Awaitable[str]], clock: Callable[[], float] = time.monotonic) -> None:
        self._create = create
        self._clock = clock
        self._seats: dict[str, _Seat] = {}

    async def token(self, id_user: str) -> str:
        """Return the user's token; each use keeps it for another 4 minutes."""
        seat = self._seat(id_user)
        if (known := self._live(seat)) is not None:
            return known
        async with seat.lock:
            return self._live(seat) or await self._open(seat, id_user)

    async def renewed(self, id_user: str, refused: str) -> str:
        """Return a token other than the one that Syncfy has just refused; concurrent callers share one."""
        seat = self._seat(id_user)
        async with seat.lock:
            if seat.token == refused:
                seat.token = None
            return self._live(seat) or await self._open(seat, id_user)

    async def fresh(self, id_user: str) -> str:
        """Open a new session and return its token, for a browser."""
        seat = self._seat(id_user)
        async with seat.lock:
            return await self._open(seat, id_user)

    def drop(self, id_user: str) -> None:
        """Forget the token of a user that was deleted."""
        self._seats.pop(id_user, None)

    async def _open(self, seat: _Seat, id_user: str) -> str:
        token = await self._create(id_user)
        seat.token, seat.until = token, self._clock() + KEPT_SECONDS
        return token

    def _live(self, seat: _Seat) -> str | None:
        now = self._clock()
        if seat.token is None or seat.until <= now:
            return None
        seat.until = now + KEPT_SECONDS
        return seat.token

    def _seat(self, id_user: str) -> _Seat:
        seat = self._seats.get(id_user)
        if seat is None:
            if len(self._seats) >= _PRUNE_ABOVE:
                now = self._clock()
                kept = {id: old for id, old in self._seats.items() if old.lock.locked() or old.until > now}
                self._seats = kept
            seat = self._seats[id_user] = _Seat()
        return seat
