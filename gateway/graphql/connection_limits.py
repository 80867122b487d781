"""The live connections of this process: a limit for each viewer, and their end when the process ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.auth import Viewer
from gateway.errors import GatewayError

#: Live connections (sockets and event streams) of one viewer to one process, and operations at once on a socket.
PER_VIEWER = 2_000
PER_SOCKET = 100
#: Seconds that a client may take to read what is sent, before it is disconnected.
SEND_TIMEOUT = 15.0


class TooManyConnections(GatewayError):
    """A viewer has too many live connections, or the process is ending: the client tries again later."""


class ConnectionLimits:
    """Counts the sockets and event streams of one process, by viewer."""

    def __init__(self, per_viewer: int = PER_VIEWER) -> None:
        self._per_viewer = per_viewer
        self._open: Counter[str] = Counter()
        self._closing: set[Callable[[], object]] = set()
        self._closed = False

    @contextmanager
    def admit(self, viewer: Viewer, close_connection: Callable[[], object] | None = None) -> Iterator[None]:
        """Count a connection for as long as the block lasts. Raises TooManyConnections.

        `close_connection` is called when the process begins to end.
        """
        if self._closed:
            raise TooManyConnections("the service is about to restart")
        if self._open[viewer.id] >= self._per_viewer:
            raise TooManyConnections("too many live connections")
        self._open[viewer.id] += 1
        if close_connection is not None:
            self._closing.add(close_connection)
        try:
            yield
        finally:
            self._open[viewer.id] -= 1
            if not self._open[viewer.id]:
                del self._open[viewer.id]
            if close_connection is not None:
                self._closing.discard(close_connection)

    def close(self) -> None:
        """Admit no more connections, and close those that would never end by themselves."""
        self._closed = True
        for close_connection in list(self._closing):
            close_connection()
