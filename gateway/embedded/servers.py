"""A MongoDB-compatible store and a Redis-compatible broker as child processes, for a machine that has neither."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.embedded import lock
from gateway.embedded.ping import free_port, is_free
from gateway.embedded.programs import BROKER, STORE, Program
from gateway.embedded.supervisor import Supervisor
from gateway.errors import EmbeddedUnavailable

START_SECONDS = 60.0  # reopening after a kill in the middle of many writes took up to 7 s
_STOP_SECONDS = 1.5  # both survive a kill: no need to wait as long as for the work of a worker
_ATTEMPTS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """Where the servers are; an empty URL for one that does not run."""

    mongodb_url: str
    broker_url: str


@contextmanager
def embedded_servers(
    data_dir: Path, *, store: bool = True, broker: bool = True, announce: Callable[[str], None] = _log.info
) -> Iterator[Running]:
    """Start the servers on `data_dir`, or join those that another live process runs there.

    Each has answered a ping when this yields. One that dies is started again on its port. They end with the process
    that started them: who joined may see them go, and finds them again once another process has started them, on the
    ports of before where these are free. Raises EmbeddedUnavailable, with what to do, where they can't run.
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
            port = _start(program, data_dir, held, supervisor, announce)
            urls[program.name] = program.url.format(port=port)
            stack.callback(os.close, lock.publish(_note(program, data_dir), {"port": port, "pid": os.getpid()}))
            stack.callback(threading.Thread(target=_hasten, args=(program, port), daemon=True).start)
            announce(f"{program.name}: up in {time.monotonic() - began:.1f} s at {urls[program.name]}")
        yield Running(urls[STORE.name], urls[BROKER.name])


def running(data_dir: Path) -> Running | None:
    """The servers that a live process runs on `data_dir`, without starting any; None when there are none."""
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
    """The lock on the program's directory, as an open file, or the URL where another process already runs it.

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


def _start(program: Program, data_dir: Path, held: int, supervisor: Supervisor, announce: Callable[[str], None]) -> int:
    """Start the program and wait until it answers; the port it listens on."""
    home = data_dir / program.name
    said = ""
    for attempt in range(_ATTEMPTS):
        home.mkdir(mode=0o700, exist_ok=True)
        port = (attempt == 0 and _last_port(program, data_dir)) or free_port()
        log = supervisor.log(program.name)
        offset = log.stat().st_size if log.exists() else 0
        # The child keeps the lock too: no second server opens the directory before this one is really gone.
        supervisor.start(program.name, program.command(data_dir, port), pass_fds=(held,))
        if _wait(program, port, supervisor):
            return port
        ended = supervisor.deaths(program.name) > 0
        supervisor.stop(program.name)
        said = _since(log, offset)
        if not ended:
            break  # it runs and does not answer: it will not the next time either
        if "IncompatibleStorageFormatError" in said:
            announce(
                f"The store in {home} was written by another version: kept as {_set_aside(home)}, starting afresh."
            )
    raise EmbeddedUnavailable(
        f"The embedded {program.name} does not start: {(said.strip().splitlines() or ['no output'])[-1]} "
        f"(all of it in {supervisor.log(program.name)}). Its data can be made anew: move {home} away and try again."
    )


def _last_port(program: Program, data_dir: Path) -> int | None:
    """Its port of the last time, when nobody has it now: workers that outlived a restart find it there again."""
    port = (lock.last(_note(program, data_dir)) or {}).get("port")
    return port if isinstance(port, int) and port > 0 and is_free(port) else None


def _wait(program: Program, port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if supervisor.deaths(program.name):
            return False
        if program.answers(port):
            return True
        time.sleep(0.02)
    return False


def _hasten(program: Program, port: int) -> None:
    """Call on a server that is being stopped until it is deaf.

    The store's listener sleeps in accept() and learns that it is to stop only 2 s later, unless somebody calls.
    """
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and program.answers(port):
        time.sleep(0.05)


def _since(log: Path, offset: int) -> str:
    content = log.read_bytes()  # shorter than the offset when it was rotated
    return content[offset if offset <= len(content) else 0 :].decode(errors="replace")


def _set_aside(home: Path) -> Path:
    day = datetime.now(UTC).date().isoformat()
    for number in range(1, 1000):
        target = home.with_name(f"{home.name}.incompatible-{day}" + (f"-{number}" if number > 1 else ""))
        if not target.exists():
            return home.rename(target)
    raise EmbeddedUnavailable(f"{home} can't be opened by this version: move it away.")
