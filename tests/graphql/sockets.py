"""A graphql-transport-ws client of a few lines, so that a test sees every message as it comes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support import VIEWER, bearer
from tests.waiting import PATIENCE, patience

PROTOCOL = Subprotocol("graphql-transport-ws")


@dataclass
class Socket:
    connection: ClientConnection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> Any:
        """The next message; a test that waits for one that never comes fails."""
        async with patience():
            return json.loads(await self.connection.recv())

    async def subscribe(self, document: str, variables: Any = None, id: str = "1") -> None:
        await self.send(id=id, type="subscribe", payload={"query": document, "variables": variables})

    async def next(self) -> Any:
        """The data of the next result."""
        message = await self.receive()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def closed(self) -> tuple[int | None, str | None]:
        """Code and reason, once the server has closed."""
        async with patience():
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def opened_socket(url: str, *, headers: dict[str, str] | None = None) -> AsyncIterator[Socket]:
    """A socket before connection_init. `url` is the HTTP address of the service."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    async with connect(
        address,
        subprotocols=[PROTOCOL],
        additional_headers=headers,
        open_timeout=PATIENCE,
        ping_interval=None,
        close_timeout=2,
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def socket_of(url: str, viewer: str = VIEWER) -> AsyncIterator[Socket]:
    """A socket that the service has acknowledged."""
    async with opened_socket(url) as socket:
        await socket.send(type="connection_init", payload={"authorization": bearer(viewer)["Authorization"]})
        assert (await socket.receive())["type"] == "connection_ack"
        yield socket
