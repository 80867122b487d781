"""The service as it runs in production: processes over one store and one broker, each of which can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from gateway.config import Settings
from gateway.demo.client import GraphQLClient
from gateway.embedded.local import environment
from gateway.embedded.ping import free_port
from gateway.embedded.servers import embedded_servers
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.support import JWT_SECRET, VIEWER, WEBHOOK_TOKEN, bearer
from tests.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """One of ours, in a session of its own, so that it dies with all that it started."""

    arguments: list[str]
    variables: dict[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "gateway", *self.arguments],
                env={**os.environ, **self.variables},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to it and to its children: nobody gets to tidy up."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            assert self.popen is not None
            self.popen.wait(8)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)
        if number == signal.SIGKILL:
            self.popen.wait()


@dataclass
class Cluster:
    settings: Settings
    sandbox: str
    apis: list[str] = field(default_factory=list)
    running: dict[str, Process] = field(default_factory=dict)

    @asynccontextmanager
    async def client(self, api: int = 0) -> AsyncIterator[GraphQLClient]:
        token = bearer(VIEWER)["Authorization"].removeprefix("Bearer ")
        address = f"{self.apis[api].replace('http', 'ws', 1)}/graphql"
        async with GraphQLClient.connected(address, token) as client:
            yield client

    async def ready(self, url: str) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:

            async def answers() -> bool:
                with contextlib.suppress(httpx.HTTPError):
                    return (await http.get(url)).status_code < 500
                return False

            try:
                await eventually(f"{url} answers", answers)
            except AssertionError:
                raise AssertionError(f"{url} does not answer: {self.logs()}") from None

    def logs(self) -> str:
        return "\n".join(f"== {name}\n{it.log.read_text()[-2000:]}" for name, it in self.running.items())


@contextmanager
def cluster(
    home: Path,
    *,
    sandbox: list[str],
    apis: int,
    workers: int,
    mongodb_url: str,
    database: str = "sat_gateway",
    demo_viewer: str = "",
) -> Iterator[Cluster]:
    """Run a broker, the sandbox, APIs, workers and the scheduler on a given store; they are gone at the end.

    The sandbox delivers to the first API. `demo_viewer` is who opens the page.
    """
    with embedded_servers(home / "servers", store=False) as servers:
        ports = [free_port() for _ in range(apis + 1)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        settings = Settings(
            mongodb_url=mongodb_url,
            mongodb_database=database,
            broker_url=servers.broker_url,
            syncfy_url=f"{urls[-1]}/v1",
            syncfy_api_key=DEFAULT_API_KEY,
            syncfy_rate=200,
            webhook_tokens=(WEBHOOK_TOKEN,),
            jwt_secret=JWT_SECRET,
            public_url=urls[0],
            demo_viewer=demo_viewer,
            data_dir=home,
        )
        it = Cluster(settings, urls[-1], urls[:-1])
        try:
            _start_all(it, home, ports, sandbox, workers)
            yield it
        finally:
            for process in it.running.values():
                process.kill()


def _start_all(it: Cluster, home: Path, ports: list[int], sandbox: list[str], workers: int) -> None:
    options = ["--port", str(ports[-1]), "--rate-limit", "0", "--webhook", f"{it.apis[0]}/webhooks/syncfy", *sandbox]
    secret = {"SANDBOX_WEBHOOK_HEADER": f"X-Webhook-Token: {WEBHOOK_TOKEN}"}
    it.running["sandbox"] = Process(["sandbox", *options], secret, home / "sandbox.log")
    for n, port in enumerate(ports[:-1]):
        variables = environment(replace(it.settings, port=port))
        it.running[f"api-{n}"] = Process(["serve"], variables, home / f"api-{n}.log")
    for n in range(workers):
        variables = environment(it.settings)
        it.running[f"worker-{n}"] = Process(["worker"], variables, home / f"worker-{n}.log")
    it.running["scheduler"] = Process(["scheduler"], environment(it.settings), home / "scheduler.log")
    for process in it.running.values():
        process.start()
