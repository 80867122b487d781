"""ZIP written part by part: members, then the directory of all of them, in zip64 where needed."""

from __future__ import annotations

import csv
import io
import re
import struct
import zlib
from collections.abc import Iterable, Sequence

from gateway.exporting.columns import Table
from gateway.exporting.formats import Format, Item, Part, State, after

STORED, DEFLATED = 0, 8
_UTF8, _DESCRIPTOR = 0x0800, 0x0008
# 1980-01-01, the first day that ZIP knows: the same documents give the same bytes.
_DAY = 0x0021
_SMALL, _MANY = 0xFFFFFFFF, 0xFFFF
MANIFEST = "manifest.csv"


def packed(data: bytes) -> bytes:
    """Compress data as a whole deflate stream."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def member(name: str, data: bytes, offset: int) -> tuple[bytes, bytes]:
    """Return a member and its entry of the directory."""
    squeezed = packed(data)
    method, body = (DEFLATED, squeezed) if len(squeezed) < len(data) else (STORED, data)
    crc = zlib.crc32(data)
    return head(name, method, crc, len(body), len(data)) + body, entry(name, method, crc, len(body), len(data), offset)


def head(name: str, method: int, crc: int, packed_size: int, size: int, *, streamed: bool = False) -> bytes:
    """Write a local header; with `streamed` its sizes and its CRC follow the data, in a descriptor."""
    flags = _UTF8 | (_DESCRIPTOR if streamed else 0)
    raw = name.encode()
    return (
        struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, method, 0, _DAY, crc, packed_size, size, len(raw), 0) + raw
    )


def descriptor(crc: int, packed_size: int, size: int) -> bytes:
    """Write the descriptor that follows the data of a streamed member."""
    return struct.pack("<IIII", 0x08074B50, crc, packed_size, size)


def entry(
    name: str, method: int, crc: int, packed_size: int, size: int, offset: int, *, streamed: bool = False
) -> bytes:
    """Write a member's entry of the directory; `offset` is where its local header begins."""
    flags = _UTF8 | (_DESCRIPTOR if streamed else 0)
    raw = name.encode()
    extra = struct.pack("<HHQ", 1, 8, offset) if offset >= _SMALL else b""
    version = 45 if extra else 20
    fixed = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        0x02014B50,
        version,
        version,
        flags,
        method,
        0,
        _DAY,
        crc,
        packed_size,
        size,
        len(raw),
        len(extra),
        0,
        0,
        0,
        0,
        min(offset, _SMALL),
    )
    return fixed + raw + extra


def directory_end(count: int, size: int, offset: int) -> bytes:
    """Return the bytes that close an archive whose directory of `count` entries and `size` bytes begins at `offset`."""
    wide = b""
    if count >= _MANY or size >= _SMALL or offset >= _SMALL:
        wide = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, offset)
        wide += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    few = min(count, _MANY)
    return wide + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, few, few, min(size, _SMALL), min(offset, _SMALL), 0)


class Archive(State, frozen=True, kw_only=True):
    """The state of an archive: its members so far."""

    count: int = 0


def _begin(_: Table) -> Part[Archive]:
    return Part(b"", Archive())


def _part(_: Table, items: Sequence[Item], state: Archive) -> Part[Archive]:
    pieces: list[bytes] = []
    entries: list[bytes] = []
    missing: list[tuple[str, str]] = []
    offset = state.offset
    for item in items:
        if item.xml is None:
            missing.append((item.name, item.reason))
            continue
        data, listed = member(f"{_safe(item.name)}.xml", item.xml, offset)
        pieces.append(data)
        entries.append(listed)
        offset += len(data)
    content, directory = b"".join(pieces), b"".join(entries)
    index = struct.pack("<Q", len(directory)) + directory + _csv(missing)
    return Part(content, after(state, content, count=state.count + len(entries)), index)


def _end(_: Table, state: Archive, indexes: Iterable[bytes]) -> Iterable[bytes]:
    """Write the manifest of documents without XML, and the directory."""
    kept = [index for index in indexes if index]
    lengths = [struct.unpack_from("<Q", index)[0] for index in kept]
    lines = b"".join(index[8 + length :] for index, length in zip(kept, lengths, strict=True))
    data, listed = member(MANIFEST, b"uuid,reason\r\n" + lines, state.offset)
    yield data
    start = state.offset + len(data)
    size = 0
    for index, length in zip(kept, lengths, strict=True):
        yield index[8 : 8 + length]
        size += length
    yield listed + directory_end(state.count + 1, size + len(listed), start)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def _safe(name: str) -> str:
    """Replace every character but letters, digits, `_` and `-`; a UUID stays as it is."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:120] or "_"


ZIP_XML = Format("application/zip", "zip", Archive, _begin, _part, _end, needs="xml")
