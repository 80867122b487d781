"""Writes an export: documents in batches, each batch a part of the file, until there are no more; then the file's end.

Killed at any line it goes on from its last part, in this process or another; run twice at once, one of them writes each
part and the other stops. What is in memory is one batch.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from gateway.errors import InvalidInput, StoreUnavailable
from gateway.exporting.columns import TABLES
from gateway.exporting.formats import Part, State
from gateway.exporting.offered import FORMATS, items, reads, xml_of
from gateway.models.export import Export, Place
from gateway.models.file import XML, first_of
from gateway.store import export_parts, export_rows, exports, files, taxpayers
from gateway.store.export_parts import NewPart
from gateway.store.mongo import Row, unavailable_means_try_again
from gateway.store.query_language import Filter
from gateway.telemetry import logger
from tasks.resources import TaskDeps

# A batch is a part of the file, and a group of rows of a Parquet.
_ROWS, _BYTES = 2_000, 4 * 1024 * 1024
_XML_BYTES = 8 * 1024 * 1024
# Of what ends a file: the directory of a large ZIP is cut into parts too.
_PIECE = 8 * 1024 * 1024
_LEASE = timedelta(seconds=60)
_TRIES = 6

_log = logger(__name__)


async def write(deps: TaskDeps, id: str) -> None:
    """Works on an export until it has ended, unless somebody else does."""
    async with unavailable_means_try_again():
        export = await exports.claim(deps.store, id, lease=_LEASE)
    if export is None:
        return
    if await taxpayers.get(deps.store, export.taxpayer, owner=export.owner) is None:
        await exports.remove(deps.store, export)
        return
    try:
        async with unavailable_means_try_again():
            await _write(deps, export)
    except InvalidInput as error:  # a filter of before a change of ours
        await exports.fail(deps.store, export, error.message)
    except Exception as error:
        if not isinstance(error, StoreUnavailable) and export.tries >= _TRIES:
            _log.exception("export.failed", export=id)
            await exports.fail(deps.store, export, "it could not be written")
            return
        await exports.release(deps.store, export)
        raise


async def _write(deps: TaskDeps, export: Export) -> None:
    store, table, format = deps.store, TABLES[export.kind], FORMATS[export.format]
    where: list[Filter] = [{"type": "P"}] if export.kind == "PAYMENTS" else []
    query = export_rows.query(table.kind, export.taxpayer, export.filter, export.created_at, *where)
    total = export.total
    if total is None:
        total = await export_rows.count(store, table.kind, query)
    last = await export_parts.last_part(store, export.id)
    if last is None:
        begun = format.begin(table)
        last = await _kept(deps, export, NewPart(0, 0, begun.content, msgspec.to_builtins(begun.state), begun.index))
    while True:
        if not await exports.advance(store, export, lease=_LEASE, done=last.done, total=total):
            return
        rows = await _batch(deps, export, query, last.after)
        if not rows:
            break
        state = msgspec.convert(last.state, format.state)
        part = await asyncio.to_thread(_part, export, rows, await _xmls(deps, export, rows), state)
        done, after, kept = last.done + len(rows), rows[-1]["order"], msgspec.to_builtins(part.state)
        new = NewPart(last.number + 1, state.offset, part.content, kept, part.index, after, done)
        last = await _kept(deps, export, new)
    await _finish(deps, export, last)


async def _kept(deps: TaskDeps, export: Export, part: NewPart) -> Place:
    """Write a part; where to go on. Somebody who lost the export to us may just have written one of that number."""
    if await export_parts.keep(deps.store, export, part):
        return Place(number=part.number, state=part.state or {}, after=part.after, done=part.done)
    last = await export_parts.last_part(deps.store, export.id)
    assert last is not None
    return last


def _part(export: Export, rows: Sequence[Row], xmls: Mapping[str, bytes], state: State) -> Part[Any]:
    lines = items(export.kind, export.format, rows, xmls)
    return FORMATS[export.format].part(TABLES[export.kind], lines, state)


async def _batch(deps: TaskDeps, export: Export, query: Filter, after: str | None) -> list[Row]:
    kind = TABLES[export.kind].kind
    fields = reads(export.kind, export.format)
    rows = await export_rows.batch(deps.store, kind, query, after, fields, most=_ROWS, most_bytes=_BYTES)
    if FORMATS[export.format].needs != "xml":
        return rows
    size, taken = 0, 0
    for one in rows:
        file = first_of(one, XML)
        size += file["size"] if file else 0
        if taken and size > _XML_BYTES:
            break
        taken += 1
    return rows[:taken]


async def _xmls(deps: TaskDeps, export: Export, rows: Sequence[Row]) -> dict[str, bytes]:
    if FORMATS[export.format].needs != "xml":
        return {}
    return await files.read_many(deps.store, export.taxpayer, [sha256 for one in rows if (sha256 := xml_of(one))])


async def _finish(deps: TaskDeps, export: Export, last: Place) -> None:
    """Write the end, the same whoever writes it: so pieces of it that are there already are right, and stay."""
    store, table, format = deps.store, TABLES[export.kind], FORMATS[export.format]
    state, number = msgspec.convert(last.state, format.state), last.number
    start = state.offset
    indexes = await export_parts.indexes(store, export.id, number)
    whole = await asyncio.to_thread(lambda: b"".join(format.end(table, state, indexes)))
    for count, begin in enumerate(range(0, len(whole), _PIECE)):
        piece = whole[begin : begin + _PIECE]
        await export_parts.keep(
            store, export, NewPart(export_parts.number_of_end(number, count), start + begin, piece, None)
        )
    size = start + len(whole)
    tag = hashlib.sha256(f"{export.id} {number} {size}".encode()).hexdigest()
    await exports.finish(store, export, documents=last.done, size=size, last_part=number, tag=tag)
    _log.info("export.written", format=export.format, documents=last.done, bytes=size)
