"""Files: the raw bytes behind documents, content-addressed within a taxpayer, so the same file is kept once.

Bytes are zlib-compressed where that helps. Those too large for a MongoDB document (16 MB) go to GridFS.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

from bson import Binary, ObjectId
from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorGridFSBucket
from pymongo.errors import BulkWriteError

from gateway.models.file import FileReference
from gateway.store.mongo import Store, duplicates, now
from gateway.store.rows import typed

_INLINE_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewFile:
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class FileDescription(TypedDict):
    """A row of `files` without its bytes."""

    _id: str
    taxpayer: str
    name: str
    media_type: str
    size: int  # in bytes, as delivered
    stored_at: datetime


class _File(FileDescription):
    """`content` is an id of GridFS, or the bytes, compressed or not, as `encoding` says."""

    encoding: Literal["gridfs", "zlib", "raw"]
    content: Any


def _files(store: Store) -> AsyncIOMotorCollection[_File]:
    return typed(store, "files", _File)


def reference(file: NewFile, sha256: str) -> FileReference:
    """Return the reference to a file in a document's row."""
    return {"sha256": sha256, "name": file.name, "media_type": file.media_type, "size": len(file.content)}


async def keep(store: Store, taxpayer: str, files: Sequence[tuple[str, NewFile]]) -> None:
    """Store (sha256, file) pairs; those already here cost one look-up and no write."""
    wanted = {f"{taxpayer}:{sha256}": file for sha256, file in files}
    ids = list(wanted)
    held = await _files(store).find({"_id": {"$in": ids}}, {"_id": 1}).to_list(None)
    for row in held:
        del wanted[row["_id"]]
    if not wanted:
        return
    rows = await asyncio.to_thread(lambda: [_row(taxpayer, id, file) for id, file in wanted.items()])
    for row, file in zip(rows, wanted.values(), strict=True):
        if row["encoding"] == "gridfs":
            row["content"] = await upload(store, row["_id"], file.content)
    await _insert(store, rows)


async def _insert(store: Store, rows: Sequence[_File]) -> None:
    """Insert what nobody else has stored in the meantime, and take back the large files of what somebody has."""
    try:
        await _files(store).insert_many(rows, ordered=False)
    except BulkWriteError as error:
        for index in duplicates(error):
            row = rows[index]
            if row["encoding"] == "gridfs":
                await drop(store, row["content"])


async def upload(store: Store, name: str, content: bytes) -> ObjectId:
    """Return bytes that no row holds, in GridFS; what points at them is written after."""
    id: ObjectId = await _bucket(store).upload_from_stream(name, content)
    return id


async def drop(store: Store, id: ObjectId) -> None:
    """Delete a file of GridFS."""
    await _bucket(store).delete(id)


async def read(store: Store, taxpayer: str, sha256: str) -> bytes | None:
    """Return the bytes as they came, or None when there is no such file."""
    row = await _files(store).find_one({"_id": f"{taxpayer}:{sha256}"})
    return None if row is None else await _content(store, row)


async def describe(store: Store, taxpayer: str, sha256: str) -> FileDescription | None:
    """Describe a file (`name`, `media_type`, `size` …) without its bytes."""
    return await _files(store).find_one({"_id": f"{taxpayer}:{sha256}"}, {"content": 0, "encoding": 0})


async def stream(store: Store, taxpayer: str, sha256: str, start: int, stop: int) -> AsyncIterator[bytes]:
    """Yield the bytes from `start` up to `stop`, piece by piece: of a large file only one piece is in memory."""
    row = await _files(store).find_one({"_id": f"{taxpayer}:{sha256}"})
    if row is None:
        return
    if row["encoding"] == "gridfs":
        async for piece in pieces(store, row["content"], start, stop):
            yield piece
    elif row["encoding"] == "zlib":
        yield (await asyncio.to_thread(zlib.decompress, row["content"]))[start:stop]
    else:
        yield bytes(row["content"][start:stop])


async def pieces(store: Store, id: ObjectId, start: int, stop: int) -> AsyncIterator[bytes]:
    """Yield a range of a file in GridFS, chunk by chunk."""
    grid_out = await _bucket(store).open_download_stream(id)
    grid_out.seek(start)
    left = stop - start
    while left > 0:
        piece = await grid_out.readchunk()
        if not piece:
            return
        yield piece[:left]
        left -= len(piece)


async def read_many(store: Store, taxpayer: str, sha256s: Sequence[str]) -> dict[str, bytes]:
    """Return the bytes of those that are here, by SHA-256, in one query."""
    ids = [f"{taxpayer}:{sha256}" for sha256 in sha256s]
    found: dict[str, bytes] = {}
    async for row in _files(store).find({"_id": {"$in": ids}}):
        found[row["_id"].rpartition(":")[2]] = await _content(store, row)
    return found


async def _content(store: Store, row: _File) -> bytes:
    if row["encoding"] == "gridfs":
        buffer = io.BytesIO()
        await _bucket(store).download_to_stream(row["content"], buffer)
        return buffer.getvalue()
    packed = row["content"]
    return await asyncio.to_thread(zlib.decompress, packed) if row["encoding"] == "zlib" else bytes(packed)


def _row(taxpayer: str, id: str, file: NewFile) -> _File:
    described: FileDescription = {
        "_id": id,
        "taxpayer": taxpayer,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "stored_at": now(),
    }
    packed = zlib.compress(file.content, 6)
    if min(len(packed), len(file.content)) > _INLINE_LIMIT:
        return {**described, "encoding": "gridfs", "content": None}
    if len(packed) < len(file.content):
        return {**described, "encoding": "zlib", "content": Binary(packed)}
    return {**described, "encoding": "raw", "content": Binary(file.content)}


def _bucket(store: Store) -> AsyncIOMotorGridFSBucket:
    """Every attempt to store a large file has an id of its own there: two at once, or a killed one, harm nothing."""
    return AsyncIOMotorGridFSBucket(store.db)
