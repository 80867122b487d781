"""The one MongoDB of a test run: a process of the run's own, which all of its test processes share."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gateway.embedded import lock
from gateway.embedded.servers import embedded_servers

_STARTED = pytest.StashKey[str]()
_MEMORY = Path("/dev/shm")
#: A run leaves 0.5 GB behind. A container gives its memory disk 64 MB where nobody asks for more.
_ROOM = 3 * 2**30
_NAME = "sat-gateway-tests-"


def url_for_run(config: pytest.Config) -> str:
    """The store of this run, started when first asked for and ended with the run; TEST_MONGODB_URL where that is set.

    Processes of xdist are told by the one that started them, which outlives them all.
    """
    given: str | None = os.environ.get("TEST_MONGODB_URL") or getattr(config, "workerinput", {}).get("mongodb_url")
    if given:
        return given
    if _STARTED not in config.stash:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        config.stash[_STARTED] = stack.enter_context(mongod())
    return config.stash[_STARTED]


@contextmanager
def mongod() -> Iterator[str]:
    """Start it on an empty directory, in memory where there is room, and end it with this process; its URL."""
    home = _home()
    try:
        with embedded_servers(home, broker=False) as servers:
            yield servers.mongodb_url
    finally:
        shutil.rmtree(home)


def _home() -> Path:
    """Make the directory, and remove those of runs that were killed: nobody holds their lock."""
    within = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else Path(tempfile.gettempdir())
    for old in within.glob(f"{_NAME}*"):
        _remove_when_dead(old)
    return Path(tempfile.mkdtemp(prefix=_NAME, dir=within))


def _remove_when_dead(old: Path) -> None:
    try:
        fresh = time.time() - old.stat().st_mtime < 60  # another run may have made it and not started yet
        if fresh or (held := lock.take(old / "store.lock")) is None:
            return
    except OSError:  # another user's, or another run was quicker
        return
    shutil.rmtree(old, ignore_errors=True)
    os.close(held)
