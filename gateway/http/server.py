"""uvicorn, told what ASGI has no word for: streams end when it begins to, a client is cut, a frame is sent at once."""

from __future__ import annotations

import asyncio
import socket
from struct import pack
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# How long a client that is cut may still take to read why.
_FAREWELL = 5.0
# … and when the process ends.
_LAST_WORDS = 1.0


class Server(uvicorn.Server):
    """Ends the open streams of an application before it waits for them to end by themselves, which they never would."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._doors = app.state.doors

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._doors.close()
        cutting = asyncio.create_task(self._cut_off_the_deaf())
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    async def _cut_off_the_deaf(self) -> None:
        """Closed connections whose clients do not read the rest would be waited for."""
        await asyncio.sleep(_LAST_WORDS)
        for connection in list(self.server_state.connections):
            if connection.transport.is_closing():
                connection.transport.abort()


class _SocketProtocol(WebSocketsSansIOProtocol):
    """Gives the application two more among the scope's extensions: `frame(text)` and `cut(code, reason)`.

    `frame` writes a text frame at once; False when there is no room. The ordinary way costs three times the CPU, which
    is felt where one event goes to a thousand.

    An ordinary close waits until the client has read what was sent before. One that reads nothing would be kept, with
    all that was written for it, for as long as it likes.
    """

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions["cut"] = self._cut
            extensions["frame"] = self._frame

    def _frame(self, text: bytes) -> bool:
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

    def _cut(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
        self.loop.call_later(_FAREWELL, self.transport.abort)
        # Whoever waits for room to write learns that there will be none.
        self.disconnected = True
        self.writable.set()


class _HttpProtocol(H11Protocol):
    """The same for an event stream, which has no word to leave with."""

    def handle_events(self) -> None:
        super().handle_events()
        scope: Any = self.scope
        if scope is not None:
            scope.setdefault("extensions", {})["cut"] = self.transport.abort


def server(app: Starlette, **options: Any) -> Server:
    """`options` are uvicorn's."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        http=_HttpProtocol,
        ws=_SocketProtocol,
        ws_max_size=65_536,
        # Frames are small, and a compressor for each connection is not.
        ws_per_message_deflate=False,
        # The last resort: what still is open then is cut off.
        timeout_graceful_shutdown=5,
        **options,
    )
    return Server(config, app)
