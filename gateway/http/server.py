"""uvicorn with what ASGI lacks: an early end of streams at shutdown, aborting a client, sending a frame at once.

And with what a server without a proxy before it needs: a deadline for requests, a bound on connections.

The protocols below use attributes that uvicorn does not document (`conn`, `queue`, `close_sent`, `writable`,
`disconnected`, `scope`), because ASGI has no message for these and uvicorn no other hook. That is why pyproject.toml
pins uvicorn to one minor version: read the new websockets_sansio_impl.py and h11_impl.py before moving the pin.
"""

from __future__ import annotations

import asyncio
import socket
from struct import pack
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Seconds that an aborted client may take to read the close frame.
_CLOSE_TIMEOUT = 5.0
# The same while the process shuts down.
_SHUTDOWN_CLOSE_TIMEOUT = 1.0
# Seconds from the connection, or the first byte of a further request, to the last byte of its body: a megabyte at the
# most. uvicorn has no limit here, and half a request costs its sender nothing.
REQUEST_DEADLINE = 20.0
# Connections at once, half-open ones and sockets too; a request on one more is answered 503.
_MOST_CONNECTIONS = 10_000


class Server(uvicorn.Server):
    """Closes the application's streams at shutdown before it waits for connections: streams never end by themselves."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._limits = app.state.connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse newcomers, then end; clients too slow to be told are cut off."""
        self._limits.close()
        aborting = asyncio.create_task(self._abort_slow_clients())
        try:
            await super().shutdown(sockets)
        finally:
            aborting.cancel()

    async def _abort_slow_clients(self) -> None:
        """Abort closed connections whose clients do not read the rest: uvicorn would wait for them."""
        await asyncio.sleep(_SHUTDOWN_CLOSE_TIMEOUT)
        for connection in list(self.server_state.connections):
            if connection.transport.is_closing():
                connection.transport.abort()


class _SocketProtocol(WebSocketsSansIOProtocol):
    """Adds two functions to the scope's extensions: `send_frame(text)` and `abort(code, reason)`.

    `send_frame` writes a text frame without waiting; False when there is no room. `websocket.send` takes three times
    the CPU, which adds up where one event goes to a thousand clients.

    `abort` closes within 5 s. An ordinary close waits until the client has read everything that was sent before: one
    that reads nothing would be kept, with all that was written for it, for as long as it likes.
    """

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions["abort"] = self._abort
            extensions["send_frame"] = self._send_frame

    def _send_frame(self, text: bytes) -> bool:
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        size = len(text)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65_536:
            head = pack("!BBH", 0x81, 126, size)
        else:
            head = pack("!BBQ", 0x81, 127, size)
        self.transport.write(head + text)
        return True

    def _abort(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
        self.loop.call_later(_CLOSE_TIMEOUT, self.transport.abort)
        # Wakes a `send` that waits for room, which there will not be.
        self.disconnected = True
        self.writable.set()


class _HttpProtocol(H11Protocol):
    """Adds `abort()` to the scope's extensions, and closes a connection whose request does not arrive in time.

    An event stream needs `abort` because it has no close frame to send before.
    """

    deadline = REQUEST_DEADLINE
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self not in self.connections:
            return  # a socket's protocol has taken over
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._expect_request()
        else:
            self._stop_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        scope: Any = self.scope
        if scope is not None:
            scope.setdefault("extensions", {})["abort"] = self.transport.abort

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._stop_timer()
        super().handle_websocket_upgrade(event)

    def _expect_request(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.deadline, self._too_late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()


def server(app: Starlette, **options: Any) -> Server:
    """Make the server of an application; `options` are uvicorn's."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        http=_HttpProtocol,
        ws=_SocketProtocol,
        ws_max_size=65_536,
        # Frames are small, and the memory of a compressor for each connection is not.
        ws_per_message_deflate=False,
        # Seconds after which open connections are dropped.
        timeout_graceful_shutdown=5,
        limit_concurrency=_MOST_CONNECTIONS,
        **options,
    )
    return Server(config, app)
