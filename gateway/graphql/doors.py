"""Open connections of this process: how many each viewer may have, and their end when the process ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.auth import Viewer
from gateway.errors import GatewayError

#: Live connections (sockets and event streams) of one viewer to one process, and operations at once on a socket.
PER_VIEWER = 2_000
PER_SOCKET = 100
#: How long, in seconds, a client may take to make room for what is sent.
SLOWEST = 15.0


class Crowded(GatewayError):
    """A viewer has too many live connections, or the process ends."""


class Doors:
    """One for each process."""

    def __init__(self, per_viewer: int = PER_VIEWER) -> None:
        self._per_viewer = per_viewer
        self._inside: Counter[str] = Counter()
        self._leave: set[Callable[[], object]] = set()
        self._closed = False

    @contextmanager
    def passed(self, viewer: Viewer, leave: Callable[[], object] | None = None) -> Iterator[None]:
        """Counts a connection for as long as the block lasts; `leave` is called when the process begins to end."""
        if self._closed:
            raise Crowded("the service is about to restart")
        if self._inside[viewer.id] >= self._per_viewer:
            raise Crowded("too many live connections")
        self._inside[viewer.id] += 1
        if leave is not None:
            self._leave.add(leave)
        try:
            yield
        finally:
            self._inside[viewer.id] -= 1
            if not self._inside[viewer.id]:
                del self._inside[viewer.id]
            if leave is not None:
                self._leave.discard(leave)

    def close(self) -> None:
        """Nobody comes in any more, and streams that would never end by themselves do."""
        self._closed = True
        for leave in list(self._leave):
            leave()
