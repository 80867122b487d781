"""The file of an export, in parts, each a row written once.

The parts are the truth. Each holds the writer's state after it and the place in the list it came to, so whoever takes
an export over goes on from the last part, and a part's number is unique: of two that work beside each other each part
is written by one, and the other finds that out and stops. A part is one document of the store: there is none half
written.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from bson import Binary
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from gateway.models.export import Export, Place
from gateway.store import files
from gateway.store.mongo import Store
from gateway.store.rows import read, typed

# The end of a file is numbered after the part that it follows: whoever lost the export and still writes a part, or an
# end after another part, writes nothing into the file.
_ENDS = 1_000_000
# MongoDB holds 16 MB in a row, of which a part has more than its bytes.
_LARGEST_INLINE = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewPart:
    """`after`: the key of the last document in it. `done`: documents up to here. Without a state: of the end."""

    number: int
    start: int
    content: bytes
    state: dict[str, Any] | None
    index: bytes = b""
    after: str | None = None
    done: int = 0


class _Part(TypedDict):
    """A row of `export_parts`: a NewPart in its place. `content`: the bytes, or where they are in GridFS."""

    _id: str
    taxpayer: str
    export: str
    number: int
    start: int
    size: int
    content: Any
    inline: bool
    index: bytes
    state: dict[str, Any] | None
    after: str | None
    done: int
    expire_at: datetime


async def keep(store: Store, export: Export, part: NewPart) -> bool:
    """Write a part; False when there is one of that number."""
    # The name of a large one in GridFS too, which is how erasure and the cleaner of orphans know it.
    id = f"{export.taxpayer}:{export.id}|{part.number:012d}"
    inline = len(part.content) <= _LARGEST_INLINE
    content: Any = Binary(part.content) if inline else await files.upload(store, id, part.content)
    kept: _Part = {
        "_id": id,
        "taxpayer": export.taxpayer,
        "export": export.id,
        "number": part.number,
        "start": part.start,
        "size": len(part.content),
        "content": content,
        "inline": inline,
        "index": Binary(part.index),
        "state": part.state,
        "after": part.after,
        "done": part.done,
        "expire_at": export.expire_at,
    }
    try:
        await _parts(store).insert_one(kept)
    except DuplicateKeyError:
        if not inline:
            await files.drop(store, content)
        return False
    return True


async def last_part(store: Store, id: str) -> Place | None:
    """Return where to go on: the place of the last part that was written from documents."""
    query, place = {"export": id, "state": {"$ne": None}}, {"number": 1, "state": 1, "after": 1, "done": 1}
    found = await _parts(store).find_one(query, place, sort=[("number", -1)])
    return None if found is None else read(found, Place)


def _parts(store: Store) -> AsyncIOMotorCollection[_Part]:
    return typed(store, "export_parts", _Part)


def number_of_end(after: int, piece: int) -> int:
    """Return the number of a piece of the end that follows a part."""
    return _ENDS * (after + 1) + piece


async def indexes(store: Store, id: str, last: int) -> list[bytes]:
    """Return what the end of the file is made of: the indexes of its parts up to the last."""
    query = {"export": id, "number": {"$lte": last}}
    rows = _parts(store).find(query, {"index": 1, "number": 1}).sort("number", 1)
    return [bytes(row["index"]) async for row in rows]


async def stream(store: Store, export: Export, start: int, stop: int) -> AsyncIterator[bytes]:
    """Yield the bytes of the file from `start` up to `stop`; one part at a time is in memory."""
    last, fields = export.last_part or 0, {"start": 1, "size": 1, "number": 1}
    ends = {"$gte": number_of_end(last, 0), "$lt": number_of_end(last + 1, 0)}
    for numbers in ({"$lte": last}, ends):
        query = {"export": export.id, "number": numbers}
        listed = await _parts(store).find(query, fields).sort("number", 1).to_list(None)
        async for piece in _pieces(store, listed, start, stop):
            yield piece


async def _pieces(store: Store, parts: Sequence[_Part], start: int, stop: int) -> AsyncIterator[bytes]:
    for part in parts:
        first, last = max(start, part["start"]), min(stop, part["start"] + part["size"])
        if first >= last:
            continue
        row = await _parts(store).find_one({"_id": part["_id"]}, {"content": 1, "inline": 1, "start": 1})
        if row is None:
            return
        first, last = first - row["start"], last - row["start"]
        if row["inline"]:
            yield bytes(row["content"][first:last])
        else:
            async for piece in files.pieces(store, row["content"], first, last):
                yield piece


async def drop(store: Store, export: Export) -> None:
    """Delete every part of an export."""
    await _parts(store).delete_many({"export": export.id})
