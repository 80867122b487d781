"""The measured servers as processes of their own: the service as its own command starts it, and the peer."""

from __future__ import annotations

import asyncio
import http.client
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks import cpu, taxpayer
from gateway.auth import mint_token
from gateway.embedded.ping import free_port
from gateway.embedded.replica_set import is_primary
from gateway.embedded.servers import embedded_servers
from gateway.embedded.supervisor import Supervisor
from gateway.errors import EmbeddedUnavailable
from gateway.store import mongo
from gateway.store.indexes import ensure_indexes

_START_SECONDS = 30.0
_DATABASE = "benchmarks"


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that runs: the two servers, the store behind them, and what a client needs to ask."""

    ours: Server
    peer: Server
    mongodb_url: str
    taxpayer: str
    token: str = field(repr=False)
    webhook_token: str = field(repr=False)


@contextmanager
def running(directory: Path, *, invoices: int) -> Iterator[Field]:
    """Starts store, broker, replay and both servers together; they end with the block or with this process."""
    quiet = _Quiet()
    jwt_secret, webhook_token = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with embedded_servers(directory, announce=quiet) as embedded, Supervisor(directory, announce=quiet) as supervisor:
        id = asyncio.run(_filled(embedded.mongodb_url, invoices))
        store = int(embedded.mongodb_url.rpartition(":")[2].partition("/")[0])
        replay = free_port()
        supervisor.start("replay", [sys.executable, "-m", "benchmarks.replay", str(replay), str(store)])
        wait(lambda: is_primary(replay))
        environment = {
            "MONGODB_URL": f"mongodb://127.0.0.1:{replay}/?directConnection=true",
            "MONGODB_DATABASE": _DATABASE,
            "BROKER_URL": embedded.broker_url,
            "SYNCFY_API_KEY": secrets.token_hex(16),
            "SYNCFY_URL": "http://127.0.0.1:9/v1",  # nobody: no operation here may talk to Syncfy
            "WEBHOOK_TOKENS": webhook_token,
            "JWT_SECRET": jwt_secret,
            "DATA_DIR": str(directory),
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "INFO",
        }
        ports = {"ours": free_port(), "peer": free_port()}
        commands = {
            "ours": ["gateway", "serve", "--port", str(ports["ours"])],
            "peer": ["benchmarks.handwritten", str(ports["peer"])],
        }
        for name, command in commands.items():
            note = directory / f"{name}.pid"
            supervisor.start(name, [sys.executable, "-m", "benchmarks.measured", str(note), *command], environment)
        made = [Server(name, port, ready(directory / f"{name}.pid", port)) for name, port in ports.items()]
        token = mint_token(jwt_secret, taxpayer.OWNER, lifetime=timedelta(hours=1))
        yield Field(made[0], made[1], embedded.mongodb_url, id, token, webhook_token)


class _Quiet:
    def __call__(self, _: str) -> None:
        """Where the embedded servers are is nothing to report."""


async def _filled(url: str, invoices: int) -> str:
    store = mongo.connect(url, _DATABASE)
    try:
        await ensure_indexes(store)
        return await taxpayer.fill(store, invoices)
    finally:
        store.close()


def ready(note: Path, port: int) -> int:
    """The pid of a server that answers, moved to the core that it is measured on."""

    def answers() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    wait(answers)
    pid = int(note.read_text())
    cpu.separate(pid)
    return pid


def wait(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise EmbeddedUnavailable("a server of the benchmark does not answer")
        time.sleep(0.05)
