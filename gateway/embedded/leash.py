"""Run a command that never outlives the process that asked for it, not even when that one is killed with -9.

    python -I -S leash.py <pid of the parent> -- <command> …

The leash is the leader of a process group, in which the command runs with its own children, so that a worker that
forks ends as a whole. SIGTERM, SIGINT and SIGHUP are passed on to the command alone: a fork of dramatiq
takes a second SIGTERM (its parent's beside ours) for "at once". When the parent is gone, the command gets SIGTERM, and
the group SIGKILL at most 3 s later. On every Unix the leash sees this in its parent's pid. PR_SET_PDEATHSIG would not
suffice: it fires when the *thread* that started the command ends, and not for the command's own children. On Linux it
ties the command to the leash.

It imports the standard library only and runs as a file: it starts in milliseconds and needs no installed package.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence

POLL_SECONDS = 0.1
GRACE_SECONDS = 3.0  # mongod closes its files within one; a kill costs it a look into its journal
_FILES = 10_240  # the most that macOS takes
_PR_SET_PDEATHSIG = 1
# By name: Windows has no SIGHUP, and this module is imported there too.
_PASSED_ON = [signal.Signals[name] for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


def leashed(command: Sequence[str]) -> list[str]:
    """Return the argv that runs `command` on a leash of this process; start it in a session of its own."""
    # -I: the directory of this file must not be on sys.path, our secrets.py would stand before the library's.
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), "--", *command]


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when `parent` dies; do nothing elsewhere."""
    if sys.platform != "linux":
        return
    import ctypes  # not on every platform, and slow enough to leave out where it is not needed

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before we asked: no signal will come
        os._exit(1)


def _allow_files() -> None:
    """Raise the limit of open files: MongoDB has one for each collection and each index, and macOS allows 256."""
    import resource  # not on Windows, where importing this module must still work

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _exec(command: list[str], leash: int) -> None:
    for number in _PASSED_ON:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _PASSED_ON)
    try:
        die_with_parent(leash)
        _allow_files()
        os.execvp(command[0], command)  # noqa: S606 - the command is ours, and there is no shell to need
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]}: {error}\n")
        sys.stderr.flush()
    os._exit(127)


def _signal(child: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, number)


def _let_go(child: int) -> None:
    _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(0.05)
    os.killpg(0, signal.SIGKILL)  # whatever is left of the group, and this process


def main(argv: Sequence[str]) -> int:
    """Run until the command or the parent ends; return the command's exit code, or 128 + the signal that ended it."""
    parent, command = int(argv[0]), list(argv[2:])
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)  # started by hand: the caller's group is not ours to end
    if os.getppid() != parent:
        return 1
    signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED_ON)
    leash = os.getpid()
    child = os.fork()
    if child == 0:
        _exec(command, leash)
    for number in _PASSED_ON:
        signal.signal(number, lambda number, _: _signal(child, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _PASSED_ON)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)  # what the command started and left behind
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
        if os.getppid() != parent:
            _let_go(child)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
