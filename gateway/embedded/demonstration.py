"""The demonstration of a data directory: one runs at a time, and other commands find its addresses here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.embedded import lock
from gateway.embedded.ping import listens
from gateway.embedded.secrets import make_directory
from gateway.errors import EmbeddedUnavailable

_LOCK, _NOTE = "demo.lock", "demo.run.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses of a demonstration's servers."""

    api: str  # http://127.0.0.1:8000
    sandbox: str | None  # None: SYNCFY_URL or SYNCFY_API_KEY say where Syncfy is

    @property
    def answers(self) -> bool:
        """Return True when both accept connections."""
        return all(listens(int(url.rpartition(":")[2])) for url in (self.api, self.sandbox) if url)


@contextmanager
def claimed(data_dir: Path) -> Iterator[Callable[[Addresses], None]]:
    """Hold the directory for one demonstration; yield a function that publishes its addresses.

    Raises EmbeddedUnavailable at once when another holds it.
    """
    make_directory(data_dir)
    held = lock.take(data_dir / _LOCK)
    if held is None:
        found = _published(data_dir)
        where = f" ({found.api})" if found else ""
        raise EmbeddedUnavailable(
            f"a demonstration already runs here{where}: stop it, or set DATA_DIR to another directory"
        )
    with ExitStack() as stack:
        stack.callback(os.close, held)

        def publish(addresses: Addresses) -> None:
            stack.callback(os.close, lock.publish(data_dir / _NOTE, asdict(addresses)))

        yield publish


def running(data_dir: Path) -> Addresses | None:
    """Return the addresses of the demonstration on `data_dir`; None until its API and its sandbox listen."""
    if sys.platform == "win32":
        return None
    found = _published(data_dir)
    return found if found is not None and found.answers else None


def _published(data_dir: Path) -> Addresses | None:
    note = lock.published(data_dir / _NOTE)
    return Addresses(note["api"], note["sandbox"]) if note is not None else None
