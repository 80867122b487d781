"""The export: ZIPs of up to 5,000 attachments each, on disk, opened by file name, with limits against ZIP bombs.

The files have no name on disk, so that a worker that is killed leaves none of a taxpayer's documents behind.
"""

from __future__ import annotations

import asyncio
import errno
import struct
import tempfile
import zipfile
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from gateway.errors import SyncfyMalformed, SyncfyRejected, SyncfyUnavailable
from gateway.syncfy.client import Syncfy
from gateway.syncfy.endpoints import PAGE, Endpoint, distinct
from gateway.telemetry import logger

#: One file of a taxpayer. The largest CFDI that SAT takes is far below.
LARGEST_MEMBER = 25 * 1024 * 1024
_LARGEST_ZIP = 1024 * 1024 * 1024
#: Bytes on disk for all the pages of one download.
_LARGEST_EXPORT = 4 * _LARGEST_ZIP
MOST_MEMBERS = 20_000
# An XML of repeated seals packs some 10 times; a bomb packs a thousand times.
_HIGHEST_RATIO = 200
# What zipfile raises for a directory or a member that is broken, or packed in a way that it does not know.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    OverflowError,
)
#: Seconds before an export that failed is asked for a second time.
_PAUSE = 2.0

_log = logger(__name__)


@dataclass(slots=True)
class Archive:
    """Looks a file up by its name over all the ZIPs of one export."""

    _members: dict[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]] = field(default_factory=dict)
    _doubtful: set[str] = field(default_factory=set)

    def add(self, archive: zipfile.ZipFile) -> int:
        """List an archive's files; how many there are, 0 for a page that was here before."""
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_MEMBERS:
            raise SyncfyMalformed(f"an export of {len(infos)} files")
        names = {_normal(info.filename) for info in infos}
        if names <= self._members.keys():
            return 0  # a server that ignores `skip` repeats itself for ever
        for info in infos:
            name = _normal(info.filename)
            if name in self._members:
                self._doubtful.add(name)  # two files of one name: which is whose can't be told, so both come singly
            self._members[name] = (archive, info)
        return len(infos)

    def read(self, name: str) -> bytes | None:
        """Return the file's bytes; None when it is not here, or is not to be trusted (then it is fetched singly)."""
        key = _normal(name)
        if key in self._doubtful or key not in self._members:
            return None
        return read_member(*self._members[key])

    def __len__(self) -> int:
        return len(self._members)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int = LARGEST_MEMBER) -> bytes | None:
    """Return a file of an archive; None for one that is broken, too large, or packed as only a bomb is."""
    if info.file_size > largest or info.file_size > max(info.compress_size, 1024) * _HIGHEST_RATIO:
        _log.warning("export.member_refused", size=info.file_size, packed=info.compress_size)
        return None
    try:
        with archive.open(info) as member:
            content = member.read(largest + 1)
    except BROKEN:
        return None
    return content if len(content) == info.file_size else None


def _normal(name: str) -> str:
    """Syncfy writes the UUID of a file name with hyphens in one place and without in another."""
    return PurePosixPath(name.replace("\\", "/")).name.replace("-", "").casefold()


@asynccontextmanager
async def exported(syncfy: Syncfy, id_user: str, endpoints: Sequence[Endpoint]) -> AsyncIterator[Archive]:
    """Download the ZIPs of an export, page by page, into files that go away with the block.

    The export only saves requests. One that Syncfy refuses or can't make, or for which the disk has no room, is an
    empty archive: every file comes singly.
    """
    with ExitStack() as stack:
        archive = Archive()
        room = _LARGEST_EXPORT
        for endpoint in distinct(endpoints):
            size = endpoint.limit or PAGE
            for number in range(MOST_MEMBERS):
                file = stack.enter_context(tempfile.TemporaryFile(prefix="sat-gateway-"))
                taken = await _download(syncfy, id_user, endpoint.page(number * size), file, min(room, _LARGEST_ZIP))
                if not taken:
                    break
                room -= taken
                try:
                    found = archive.add(stack.enter_context(zipfile.ZipFile(file)))
                except (*BROKEN, SyncfyMalformed):
                    _log.warning("export.unreadable", page=number)
                    break
                if found < size:
                    break
        yield archive


async def _download(syncfy: Syncfy, id_user: str, endpoint: Endpoint, file: IO[bytes], most: int) -> int:
    """Write a page to the file and return its bytes; 0 for none, with an empty file."""
    for attempt in (1, 2):
        try:
            return await syncfy.export(id_user, endpoint, file, max_bytes=most)
        except (SyncfyRejected, SyncfyMalformed) as error:
            _log.warning("export.refused", error=str(error))
            break
        except OSError as error:
            _log.error("export.not_written", error=errno.errorcode.get(error.errno or 0))
            break
        except SyncfyUnavailable as error:
            _log.warning("export.failed", error=str(error), attempt=attempt)
            if attempt == 1:
                await asyncio.sleep(_PAUSE)
                file.seek(0)
                file.truncate()
    file.close()  # which gives its room back
    return 0
