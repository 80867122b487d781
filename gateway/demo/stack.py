"""The whole service on this machine: sandbox, API, worker and scheduler as supervised children, on free ports."""

from __future__ import annotations

import dataclasses
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.config import Settings
from gateway.embedded import demonstration
from gateway.embedded.demonstration import Addresses
from gateway.embedded.local import completed, environment
from gateway.embedded.ping import free_port
from gateway.embedded.supervisor import Supervisor
from gateway.errors import EmbeddedUnavailable

_START_SECONDS = 60.0
# Ctrl-C must end everything within 5 s, the store and the broker included, which end after these. Interrupted work is
# done again after the next start.
_STOP_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Stack:
    """A running service; `settings` are those of its processes."""

    settings: Settings
    api: str  # http://127.0.0.1:8000
    sandbox: str | None
    logs: Path


@contextmanager
def running_stack(
    settings: Settings, *, sandbox_options: list[str], announce: Callable[[str], None]
) -> Iterator[Stack]:
    """Start everything, wait until it answers, and stop it after the block or when this process dies.

    Raises EmbeddedUnavailable when another demonstration runs on the same DATA_DIR, or a process does not start.
    """
    played = not settings.syncfy_api_key and not settings.syncfy_url
    with (
        demonstration.claimed(settings.data_dir) as publish,
        completed(settings, announce=announce) as ready,
        Supervisor(ready.data_dir, grace=_STOP_SECONDS, announce=announce) as supervisor,
    ):
        port = _port(ready.host, ready.port, announce)
        public = f"http://127.0.0.1:{port}" if played else ready.public_url
        ready = dataclasses.replace(ready, port=port, public_url=public)
        sandbox = None
        if played:
            sandbox = f"http://127.0.0.1:{free_port()}"
            ready = dataclasses.replace(ready, syncfy_url=f"{sandbox}/v1")
            _start_sandbox(supervisor, ready, sandbox, sandbox_options)
        api = f"http://127.0.0.1:{port}"
        publish(Addresses(api, sandbox))
        variables = environment(ready)
        for name, arguments in (("api", ["serve"]), ("worker", ["worker"]), ("scheduler", ["scheduler"])):
            supervisor.start(name, [sys.executable, "-m", "gateway", *arguments], variables)
        _wait(f"{api}/health/ready", supervisor, "api")
        if sandbox:
            _wait(f"{sandbox}/", supervisor, "sandbox")
        yield Stack(ready, api, sandbox, supervisor.log("api").parent)


def _start_sandbox(supervisor: Supervisor, settings: Settings, url: str, options: list[str]) -> None:
    port = url.rpartition(":")[2]
    arguments = ["sandbox", "--port", port, "--webhook", f"{settings.public_url}/webhooks/syncfy", *options]
    # The widget in the page sends requests too, and the workers alone use the documented 5 a second.
    arguments += ["--rate-limit", str(settings.syncfy_rate + 5)]
    secrets = {
        "SANDBOX_API_KEY": settings.syncfy_api_key,
        "SANDBOX_WEBHOOK_HEADER": f"X-Webhook-Token: {settings.webhook_tokens[0]}",
    }
    supervisor.start("sandbox", [sys.executable, "-m", "gateway", *arguments], secrets)


def _wait(url: str, supervisor: Supervisor, name: str) -> None:
    """Wait until the address answers with a status below 500."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own http address on loopback
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        if supervisor.deaths(name) > 3:
            break
        time.sleep(0.1)
    raise EmbeddedUnavailable(f"the {name} did not start: see {supervisor.log(name)}")


def _port(host: str, wanted: int, announce: Callable[[str], None]) -> int:
    """Return the wanted port, or a free one when it is taken or 0."""
    if wanted == 0:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            other = free_port()
            announce(f"port {wanted} is taken: using {other}")
            return other
        return int(probe.getsockname()[1])
