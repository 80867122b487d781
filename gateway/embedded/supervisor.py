"""Supervision of named child processes, which end with this process, however it ends."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from gateway.embedded.leash import leashed

LOG_LIMIT = 10 * 1024 * 1024  # bytes: a longer log is set aside at the next start
FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
HEALTHY_AFTER = 10.0  # seconds alive after which the back-off begins anew
_POLL_SECONDS = 0.1

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Child:
    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    pass_fds: Sequence[int]
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    delay: float = FIRST_DELAY
    due: float | None = None  # when a dead child starts again


class Supervisor:
    """Child commands by name, each on a leash and in its own session, which a terminal's Ctrl-C does not reach.

    Output goes to `data_dir/logs/<name>.log`. A child that ends without being told to is started again after 0.2 s,
    twice as long each time up to 5 s. `stop()` sends SIGTERM, waits `grace` seconds, then SIGKILL. Thread-safe.
    """

    def __init__(self, data_dir: Path, *, grace: float = 3.0, announce: Callable[[str], None] = _log.warning) -> None:
        self._logs = data_dir / "logs"
        self._grace = grace
        self._announce = announce
        self._children: dict[str, _Child] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._monitor: threading.Thread | None = None

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, *, pass_fds: Sequence[int] = ()
    ) -> None:
        """Run `argv` as `name`; `env` is added to this process's own. Raises ValueError when the name is taken."""
        with self._lock:
            if name in self._children:
                raise ValueError(f"{name} is already running")
            self._stopping.clear()
            whole = {**os.environ, **(env or {})}
            process = self._spawn(name, argv, whole, pass_fds)
            self._children[name] = _Child(name, argv, whole, pass_fds, process, time.monotonic())
            if self._monitor is None:
                self._monitor = threading.Thread(target=self._watch, name="supervisor", daemon=True)
                self._monitor.start()

    def alive(self) -> dict[str, bool]:
        """Tell for each child by name whether it runs at this moment."""
        with self._lock:
            return {child.name: child.process.poll() is None for child in self._children.values()}

    def deaths(self, name: str) -> int:
        """Count how often the child ended unexpectedly."""
        with self._lock:
            return self._children[name].deaths

    def log(self, name: str) -> Path:
        """Return the path of a child's log."""
        return self._logs / f"{name}.log"

    def stop(self, name: str | None = None) -> None:
        """End one child, or all and the supervision. Returns when they are gone, after `grace` + 1 s at most."""
        with self._lock:
            names = list(self._children) if name is None else [name] if name in self._children else []
            processes = [self._children.pop(each).process for each in names]
        if name is None:
            self._stopping.set()
            if self._monitor is not None:
                self._monitor.join()
                self._monitor = None
        _end(processes, self._grace)

    def _spawn(
        self, name: str, argv: Sequence[str], env: Mapping[str, str], pass_fds: Sequence[int]
    ) -> subprocess.Popen[bytes]:
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.log(name)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own commands, without a shell
                leashed(argv),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                pass_fds=pass_fds,
                start_new_session=True,
            )

    def _watch(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            with self._lock:
                for child in self._children.values():
                    self._attend(child, time.monotonic())

    def _attend(self, child: _Child, now: float) -> None:
        if child.due is not None:
            if now >= child.due:
                self._again(child, now)
        elif (code := child.process.poll()) is not None:
            if now - child.since > HEALTHY_AFTER:
                child.delay = FIRST_DELAY
            # Where the leash itself was killed, what it held may be left (Linux ends the command by itself).
            _signal_group(child.process, signal.SIGKILL)
            child.deaths += 1
            child.due = now + child.delay
            self._announce(f"{child.name} ended with {code}: starting it again in {child.delay:g} s")
            child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _again(self, child: _Child, now: float) -> None:
        try:
            child.process = self._spawn(child.name, child.argv, child.env, child.pass_fds)
        except OSError as error:  # no memory, no disk: the supervision goes on
            child.due = now + LONGEST_DELAY
            self._announce(f"{child.name} can't be started: {error}; trying again in {LONGEST_DELAY:g} s")
        else:
            child.since, child.due = now, None


def _end(processes: Sequence[subprocess.Popen[bytes]], grace: float) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)  # the leash passes it on to the command
    deadline = time.monotonic() + grace
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        # Even when the leash has ended: something that the command started may be left in the group.
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # PermissionError is what macOS says of a group that only has a zombie left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
