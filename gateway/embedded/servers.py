"""MongoDB and Valkey as child processes, for a machine that runs neither."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.embedded import binaries, lock
from gateway.embedded.binaries import Binary
from gateway.embedded.ping import free_port, is_free
from gateway.embedded.programs import BROKER, STORE, Program
from gateway.embedded.supervisor import Supervisor
from gateway.errors import EmbeddedUnavailable

START_SECONDS = 60.0  # 0.6 s on a quiet machine; after a kill in the middle of many writes the journal is read first
# mongod takes 0.3 to 1.0 s. Both servers survive a kill: no need to wait as long as for the work of a worker.
_STOP_SECONDS = 3.0
_ATTEMPTS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The addresses of the servers; an empty one for a server that does not run."""

    mongodb_url: str
    broker_url: str


@contextmanager
def embedded_servers(
    data_dir: Path, *, store: bool = True, broker: bool = True, announce: Callable[[str], None] = _log.info
) -> Iterator[Running]:
    """Start the servers on `data_dir`, or join those that another live process runs there.

    Each serves clients when this yields: the store is the primary of its replica set. One that dies is started again
    on its port. They end with the process that started them: who joined may see them go, and finds them again once
    another process has started them, on the ports of before where these are free. Raises EmbeddedUnavailable, with what
    to do, where they can't run.
    """
    _refuse_where_unfit()
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    urls = {STORE.name: "", BROKER.name: ""}
    with ExitStack() as stack:
        supervisor = Supervisor(data_dir, grace=_STOP_SECONDS, announce=announce)
        mine: list[tuple[Program, int]] = []
        for program in [STORE] * store + [BROKER] * broker:
            claimed = _claim(program, data_dir)
            if isinstance(claimed, str):
                urls[program.name] = claimed
                announce(f"{program.name}: already running at {claimed}")
            else:
                stack.callback(os.close, claimed)
                mine.append((program, claimed))
        # Entered after the locks, so that on the way out the servers are gone before their directories are free.
        stack.enter_context(supervisor)
        for program, held in mine:
            began = time.monotonic()
            binary = binaries.find(program.wanted)
            _set_former_aside(program, data_dir, announce)
            port = _start(program, binary, data_dir, held, supervisor)
            urls[program.name] = program.url.format(port=port)
            stack.callback(os.close, lock.publish(_note(program, data_dir), {"port": port, "pid": os.getpid()}))
            took = time.monotonic() - began
            announce(f"{program.name}: {binary.engine}, embedded, up in {took:.1f} s at {urls[program.name]}")
        yield Running(urls[STORE.name], urls[BROKER.name])


def running(data_dir: Path) -> Running | None:
    """Return the servers that a live process runs on `data_dir`, without starting any; None for none."""
    if sys.platform == "win32":
        return None
    store, broker = (_join(program, data_dir) or "" for program in (STORE, BROKER))
    return Running(store, broker) if store or broker else None


def _refuse_where_unfit() -> None:
    if os.environ.get("ENVIRONMENT", "").strip().lower() in ("production", "prod"):
        raise EmbeddedUnavailable(
            "The embedded store and broker are for a laptop, and ENVIRONMENT says production: "
            "set MONGODB_URL and BROKER_URL."
        )
    if sys.platform == "win32":
        raise EmbeddedUnavailable(
            "The embedded store and broker run on Linux and macOS. Here, use WSL, or set MONGODB_URL and BROKER_URL."
        )


def _note(program: Program, data_dir: Path) -> Path:
    return data_dir / f"{program.name}.run.json"


def _join(program: Program, data_dir: Path) -> str | None:
    note = lock.published(_note(program, data_dir))
    if note is None or not isinstance(port := note.get("port"), int) or not program.answers(port):
        return None
    return program.url.format(port=port)


def _claim(program: Program, data_dir: Path) -> int | str:
    """Lock the program's directory and return the open file, or the URL where another process runs the program.

    Neither for a moment: somebody is starting it, or it is on its way out after its owner was killed.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        held = lock.take(data_dir / f"{program.name}.lock")
        if held is not None:
            return held
        url = _join(program, data_dir)
        if url is not None:
            return url
        time.sleep(0.05)
    raise EmbeddedUnavailable(
        f"Another process holds {data_dir / program.name} and its {program.name} does not answer. "
        f"End that process, or give another data directory (DATA_DIR)."
    )


def _start(program: Program, binary: Binary, data_dir: Path, held: int, supervisor: Supervisor) -> int:
    """Start the program, wait until it serves clients, and return its port."""
    home = data_dir / program.home
    home.mkdir(mode=0o700, exist_ok=True)
    said = ""
    for attempt in range(_ATTEMPTS):
        port = (attempt == 0 and _last_port(program, data_dir)) or free_port()
        log = supervisor.log(program.name)
        offset = log.stat().st_size if log.exists() else 0
        # The child keeps the lock too: no second server opens the directory before this one is really gone.
        supervisor.start(program.name, [str(binary.path), *program.arguments(home, port)], pass_fds=(held,))
        try:
            settled = _wait(program, port, supervisor)
        except EmbeddedUnavailable:
            supervisor.stop(program.name)
            raise
        if settled:
            return port
        supervisor.stop(program.name)
        said = _since(log, offset)
        if is_free(port):
            break  # nobody took the port meanwhile: it would not start the next time either
    raise EmbeddedUnavailable(
        f"The embedded {program.name} ({binary.engine}) does not start: {_complaint(said)} "
        f"(all of it in {supervisor.log(program.name)}). Its data can be made anew: move {home} away and try again."
    )


def _last_port(program: Program, data_dir: Path) -> int | None:
    """Return the port of the last time if it is free, so that workers that outlived a restart find the server again."""
    port = (lock.last(_note(program, data_dir)) or {}).get("port")
    return port if isinstance(port, int) and port > 0 and is_free(port) else None


def _wait(program: Program, port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if supervisor.deaths(program.name):
            return False
        if program.settle(port):
            return True
        time.sleep(0.02)
    return False


def _since(log: Path, offset: int) -> str:
    content = log.read_bytes()  # shorter than the offset when it was rotated
    return content[offset if offset <= len(content) else 0 :].decode(errors="replace")


def _complaint(said: str) -> str:
    """Give a server's reason for its end: the first error in MongoDB's log of JSON lines, else the last line."""
    lines = [text for text in said.splitlines() if text.strip()]
    for text in lines:
        try:
            entry = json.loads(text)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("s") in ("E", "F"):
            return ": ".join([entry["msg"], *_details(entry.get("attr", {}))])
    return lines[-1].strip() if lines else "no output"


def _details(value: object) -> list[str]:
    """Return the server's error message, which is at one of several places below `attr`."""
    if isinstance(value, dict):
        found = [word for key in ("message", "msg", "error", "errmsg", "reason") for word in _details(value.get(key))]
        return found[:1]
    return [value] if isinstance(value, str) else []


def _set_former_aside(program: Program, data_dir: Path, announce: Callable[[str], None]) -> None:
    """Rename the files of another engine, which are neither opened nor deleted."""
    if program.former is None or not (old := data_dir / program.former).exists():
        return
    day = datetime.now(UTC).date().isoformat()
    names = (f"{old.name}.secantusdb-{day}" + (f"-{number}" if number > 1 else "") for number in range(1, 1000))
    kept = next(target for name in names if not (target := data_dir / name).exists())
    old.rename(kept)
    if (configuration := data_dir / "secantusd.toml").exists():
        configuration.rename(kept / configuration.name)
    announce(
        f"{old} was written by SecantusDB, which is not run any more: kept as {kept}, starting with an empty store"
    )
