"""Many subscribers in one process, as light as they can be: a socket each, and frames that are counted, not parsed."""

from __future__ import annotations

import asyncio
import base64
import os
import struct

import orjson

_CONNECTING = 50


class Listener(asyncio.Protocol):
    """graphql-transport-ws by hand: a handshake, an init, one subscription; then it counts `next` frames."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd = crowd
        self._id = f"{number:08d}-0000-4000-8000-000000000000"  # as long as npm's clients make theirs
        self._buffer = b""
        self._open = False
        self.last = b""
        self.received = 0
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /graphql HTTP/1.1",
            f"Host: 127.0.0.1:{self._crowd.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._buffer = True, rest
            self._say({"type": "connection_init", "payload": self._crowd.init})
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, at = buffer[1], 2
        if length == 126:
            if len(buffer) < 4:
                return None
            length, at = struct.unpack_from("!H", buffer, 2)[0], 4
        if len(buffer) < at + length:
            return None
        self._buffer = buffer[at + length :]
        return buffer[0] & 0x0F, buffer[at : at + length]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._write(0x8A, payload)
        elif b'"next"' in payload:
            self.last = payload
            self.received += 1
            if not self.subscribed.done():
                self.subscribed.set_result(None)
            self._crowd.heard()
        elif b'"connection_ack"' in payload:
            message = {"id": self._id, "type": "subscribe", "payload": self._crowd.request}
            self._say(message)
        else:
            raise AssertionError(payload[:200])

    def _say(self, message: object) -> None:
        self._write(0x81, orjson.dumps(message))

    def _write(self, first: int, payload: bytes) -> None:
        """A client's frames are masked; with zeros, the mask changes nothing."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
        self.transport.write(bytes([first]) + length + b"\0\0\0\0" + payload)


class Crowd:
    """All subscribers of one server."""

    def __init__(self, port: int, token: str, document: str, variables: dict[str, str]) -> None:
        self.port = port
        self.init = {"Authorization": f"Bearer {token}"}
        self.request = {"query": document, "variables": variables}
        self.listeners: list[Listener] = []
        self._left = 0
        self._all = asyncio.Event()

    async def gather(self, count: int) -> None:
        """Connects them; each has had its first result then."""
        gate = asyncio.Semaphore(_CONNECTING)
        loop = asyncio.get_running_loop()

        async def one(number: int) -> None:
            async with gate:
                _, listener = await loop.create_connection(lambda: Listener(self, number), "127.0.0.1", self.port)
                self.listeners.append(listener)
                await listener.subscribed

        await asyncio.gather(*map(one, range(count)))

    def expect(self) -> None:
        self._left = len(self.listeners)
        self._all.clear()

    def heard(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._all.set()

    async def everyone(self) -> None:
        """Until each has had one more."""
        async with asyncio.timeout(30):
            await self._all.wait()

    def leave(self) -> None:
        for listener in self.listeners:
            listener.transport.abort()
