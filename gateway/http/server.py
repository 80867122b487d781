"""uvicorn with what ASGI lacks: an early end of streams at shutdown, aborting a client, sending a frame at once.

The protocols below use attributes that uvicorn does not document (`conn`, `queue`, `close_sent`, `writable`,
`disconnected`, `scope`), because ASGI has no message for these and uvicorn no other hook. That is why pyproject.toml
pins uvicorn to one minor version: read the new websockets_sansio_impl.py and h11_impl.py before moving the pin.
"""

from __future__ import annotations

import asyncio
import socket
from struct import pack
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Seconds that an aborted client may take to read the close frame.
_CLOSE_TIMEOUT = 5.0
# The same while the process shuts down.
_SHUTDOWN_CLOSE_TIMEOUT = 1.0


class Server(uvicorn.Server):
    """Closes the application's streams at shutdown before it waits for connections: streams never end by themselves."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._limits = app.state.connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
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
    """Adds `abort()` to the scope's extensions: an event stream has no close frame to send before."""

    def handle_events(self) -> None:
        super().handle_events()
        scope: Any = self.scope
        if scope is not None:
            scope.setdefault("extensions", {})["abort"] = self.transport.abort


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
        **options,
    )
    return Server(config, app)
