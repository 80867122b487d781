"""Bulk writes of which one row that can't be stored does not take the others with it.

The driver encodes a whole batch before it sends any of it, and the server refuses a whole command for one row that is
too large or nested too deep. So each row is encoded alone, before the write, and what the server still refuses is told
by its place in the batch. No error repeats a row: the driver's and the server's own words do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import bson
import orjson
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.store.mongo import CODEC, Row, failed_writes, outage, refused_writes

#: MongoDB holds 16 MB in a row. What is written first leaves room for what comes to it later: its history, its files,
#: what it settles and what is wrong with that.
LARGEST_ROW = 12 * 1024 * 1024
#: What encoding a row raises: of BSON a null character in a key or a type that it has not, beside them integers beyond
#: 64 bits, dates beyond the calendar, half a surrogate pair, nesting without end.
UNSTORABLE = (BSONError, ArithmeticError, ValueError, RecursionError, orjson.JSONEncodeError)
# BSONObjectTooLarge; a row that an update makes too large; a text of more than 16 MB.
_TOO_LARGE = frozenset({10334, 17419, 17420, 16493})
# Beside those, what the server says of a row and of nothing else: BadValue, TypeMismatch, Overflow (nested too deep),
# InvalidBSON, an `_id` that is none, DocumentValidationFailure, CannotIndexParallelArrays.
_OF_A_ROW = _TOO_LARGE | {2, 14, 15, 22, 52, 53, 121, 171}

Operation = InsertOne[Any] | UpdateOne


@dataclass(slots=True)
class Written:
    """The result of a bulk write, by the place of each operation. `taken`: its key is another row's."""

    inserted: set[int] = field(default_factory=set)
    taken: list[int] = field(default_factory=list)
    refused: dict[int, UnreadableDocument] = field(default_factory=dict)


def encoded(row: Row, largest: int = LARGEST_ROW) -> RawBSONDocument:
    """Return the row as it goes to the server. Raises UnreadableDocument: TOO_LARGE, or BAD_VALUE."""
    try:
        content = bson.encode(row, codec_options=CODEC)
    except UNSTORABLE as error:
        raise unstorable(error) from None
    if len(content) > largest:
        raise too_large(f"{len(content) / 2**20:.1f} MB")
    return RawBSONDocument(content)


def unstorable(error: BaseException) -> UnreadableDocument:
    """Return what an error of UNSTORABLE means, without the error's own words: they may hold the value."""
    return UnreadableDocument(
        UnreadableReason.BAD_VALUE, f"it has a value that the store can not hold ({type(error).__name__})"
    )


def too_large(size: str) -> UnreadableDocument:
    """Return the refusal of a row that has `size` (a number with its unit)."""
    return UnreadableDocument(UnreadableReason.TOO_LARGE, f"its fields are {size}, more than a row of the store holds")


async def write(collection: AsyncIOMotorCollection[Row], operations: Sequence[Operation]) -> Written:
    """Write in any order. Raises StoreUnavailable, and StoreRefused for a refusal that is not of single rows."""
    if not operations:
        return Written()
    try:
        done = (await collection.bulk_write(list(operations), ordered=False)).bulk_api_result
    except BulkWriteError as error:
        taken, codes = failed_writes(error)
        if set(codes.values()) - _OF_A_ROW:
            raise refused_writes(codes) from None
        refused = {index: _refusal(code) for index, code in codes.items()}
        return Written(_inserted(operations, error.details) - {*taken, *refused}, taken, refused)
    except OperationFailure as error:
        passing = outage(error)
        if passing is None and error.code in _OF_A_ROW:
            return await _one_by_one(collection, operations, error.code)
        raise (passing or refused_writes({0: error.code})) from None
    return Written(_inserted(operations, done))


async def _one_by_one(
    collection: AsyncIOMotorCollection[Row], operations: Sequence[Operation], code: int | None
) -> Written:
    """Find out which row made the server refuse a whole command: it has written none of it."""
    if len(operations) == 1:
        return Written(refused={0: _refusal(code)})
    found = Written()
    for index, operation in enumerate(operations):
        one = await write(collection, [operation])
        if one.inserted:
            found.inserted.add(index)
        found.taken += [index] * len(one.taken)
        found.refused.update({index: one.refused[0]} if one.refused else {})
    return found


def _inserted(operations: Sequence[Operation], details: Mapping[str, Any]) -> set[int]:
    inserts = {index for index, operation in enumerate(operations) if isinstance(operation, InsertOne)}
    return inserts | {item["index"] for item in details["upserted"]}


def _refusal(code: int | None) -> UnreadableDocument:
    if code in _TOO_LARGE:
        return too_large("with what was there before more than 16 MB")
    return UnreadableDocument(UnreadableReason.BAD_VALUE, f"the store does not take it (code {code})")
