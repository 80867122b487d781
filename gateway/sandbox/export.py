"""A ZIP that is sent while it is made: never more than one file and a buffer in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator

_CHUNK = 65536


class _Tail(io.RawIOBase):
    """A sink for zipfile that is not seekable; the sender of the chunks empties it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        taken, self._parts, self.size = b"".join(self._parts), [], 0
        return taken


def zipped(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[bytes]:
    """Yield a ZIP of (name, read) in chunks of about 64 KiB. A repeated name gets a number before its suffix."""
    tail, seen = _Tail(), dict[str, int]()
    with zipfile.ZipFile(tail, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, read in files:
            archive.writestr(_unique(name, seen), read())
            if tail.size >= _CHUNK:
                yield tail.take()
    yield tail.take()


def _unique(name: str, seen: dict[str, int]) -> str:
    seen[name] = number = seen.get(name, 0) + 1
    if number == 1:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"
