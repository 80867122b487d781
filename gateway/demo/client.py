"""A small graphql-transport-ws client: the demonstration uses nothing but the public API, through this."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from gateway.errors import GatewayError

Data = dict[str, Any]


class _Message(msgspec.Struct, frozen=True):
    """A frame of the protocol; `payload` is the result of `next` and the list of errors of `error`."""

    type: str
    id: str | None = None
    payload: Any = None


#: Put into the queues when the socket closes.
_LOST = _Message("lost")


class DemoError(GatewayError):
    """The API refused an operation, or its answer is not what was asked for."""


class ConnectionLost(DemoError):
    """The socket broke: connect again; a subscription begins with the current state."""


class GraphQLClient:
    """Operations over one socket. Protocol: github.com/enisdenjo/graphql-ws, PROTOCOL.md."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Queue[_Message]] = {}

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, token: str) -> AsyncIterator[GraphQLClient]:
        """Open an authenticated socket, and read from it as long as the block lasts."""
        async with connect(url, subprotocols=["graphql-transport-ws"], max_size=64 * 1024 * 1024) as socket:  # type: ignore[list-item]
            await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
            try:
                await socket.recv()  # connection_ack, the only answer there is
            except ConnectionClosed as error:
                raise DemoError("the API did not accept the connection") from error
            client = cls(socket)
            reader = asyncio.create_task(client._read())
            try:
                yield client
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)

    async def subscribe(self, document: str, variables: Mapping[str, Any]) -> AsyncIterator[Data]:
        """Yield the `data` of each result until the operation completes. Raises DemoError for the first error."""
        id = str(next(self._ids))
        queue = self._waiting[id] = asyncio.Queue()
        payload = {"query": document, "variables": dict(variables)}
        await self._socket.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))
        try:
            while True:
                message = await queue.get()
                if message.type == "next":
                    yield _data(message.payload)
                elif message.type == "error":
                    raise DemoError(_words(message.payload))
                elif message is _LOST:
                    raise ConnectionLost("the API closed the connection")
                else:
                    return
        finally:
            del self._waiting[id]

    async def run(self, document: str, variables: Mapping[str, Any] | None = None) -> Data:
        """Run a query or a mutation and return its `data`. Raises DemoError for an error."""
        async for data in self.subscribe(document, variables or {}):
            return data
        raise DemoError("the API answered nothing")

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                message = msgspec.json.decode(text, type=_Message)
                if message.type == "ping":
                    await self._socket.send(json.dumps({"type": "pong"}))
                elif message.id in self._waiting:
                    self._waiting[message.id].put_nowait(message)
        except ConnectionClosed:
            pass
        for queue in self._waiting.values():
            queue.put_nowait(_LOST)


def _data(result: Data) -> Data:
    if result.get("errors"):
        raise DemoError(_words(result["errors"]))
    data: Data = result["data"]
    return data


def _words(errors: list[Data]) -> str:
    return "; ".join(str(error["message"]) for error in errors)
