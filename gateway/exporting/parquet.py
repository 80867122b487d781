"""Parquet, a row group to a part: decimals as decimal128(38, 12), local times as timestamps without a zone.

Written here because pyarrow adds over 100 MB to an image, for six types of flat columns, and can not continue a file
that a killed process began. Pages are plain and gzipped, which every reader supports.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from gateway.exporting import thrift
from gateway.exporting.columns import Column, Table, Type
from gateway.exporting.formats import Format, Item, Part, State, after

PRECISION, SCALE = 38, 12
_ROUNDING = Context(prec=PRECISION + 1, rounding=ROUND_HALF_EVEN)
_MAGIC = b"PAR1"
_BOOLEAN, _INT64, _BYTES, _FIXED = 0, 2, 6, 7
_PHYSICAL = {
    Type.TEXT: _BYTES,
    Type.MONEY: _FIXED,
    Type.NUMBER: _FIXED,
    Type.INTEGER: _INT64,
    Type.MOMENT: _INT64,
    Type.FLAG: _BOOLEAN,
}
_GZIP, _PLAIN, _RLE = 2, 0, 3


class Groups(State, frozen=True, kw_only=True):
    """The state of a file: its rows and its row groups so far."""

    rows: int = 0
    groups: int = 0


def _begin(_: Table) -> Part[Groups]:
    return Part(_MAGIC, Groups(offset=len(_MAGIC)))


def _part(table: Table, items: Sequence[Item], state: Groups) -> Part[Groups]:
    lines = [line for item in items for line in item.lines]
    if not lines:
        return Part(b"", state)
    chunks: list[bytes] = []
    described: list[bytes] = []
    offset, whole = state.offset, 0
    for place, column in enumerate(table.columns):
        chunk, size, packed = _chunk([_encoded(line[place], column.type) for line in lines], column.type)
        described.append(_described(column, offset, len(lines), size, packed))
        chunks.append(chunk)
        offset, whole = offset + len(chunk), whole + size
    content = b"".join(chunks)
    group = thrift.struct(thrift.many(1, thrift.STRUCT, described), thrift.i64(2, whole), thrift.i64(3, len(lines)))
    return Part(content, after(state, content, rows=state.rows + len(lines), groups=state.groups + 1), group)


def _end(table: Table, state: Groups, indexes: Iterable[bytes]) -> Iterable[bytes]:
    schema = [thrift.struct(thrift.text(4, "schema"), thrift.i32(5, len(table.columns)))]
    schema += [_element(column) for column in table.columns]
    groups = b"".join(indexes)
    footer = thrift.struct(
        thrift.i32(1, 1),
        thrift.many(2, thrift.STRUCT, schema),
        thrift.i64(3, state.rows),
        (4, thrift.LIST, thrift.list_head(thrift.STRUCT, state.groups) + groups),
        thrift.text(6, "sat-gateway"),
    )
    yield footer + struct.pack("<I", len(footer)) + _MAGIC


def _element(column: Column) -> bytes:
    """Encode a column of the schema, which may be null."""
    fields = [thrift.i32(1, _PHYSICAL[column.type])]
    decimal = column.type in (Type.MONEY, Type.NUMBER)
    if decimal:
        fields.append(thrift.i32(2, 16))
    fields += [thrift.i32(3, 1), thrift.text(4, column.name)]
    if column.type is Type.TEXT:
        fields += [thrift.i32(6, 0), thrift.nested(10, thrift.nested(1))]
    elif decimal:
        fields += [thrift.i32(6, 5), thrift.i32(7, SCALE), thrift.i32(8, PRECISION)]
        fields.append(thrift.nested(10, thrift.nested(5, thrift.i32(1, SCALE), thrift.i32(2, PRECISION))))
    elif column.type is Type.MOMENT:
        microseconds = thrift.nested(2, thrift.nested(2))
        fields.append(thrift.nested(10, thrift.nested(8, thrift.flag(1, False), microseconds)))
    return thrift.struct(*fields)


def _chunk(values: Sequence[Any], type: Type) -> tuple[bytes, int, int]:
    """Encode one page of a column: (its bytes, their size uncompressed, their size)."""
    levels = b"".join(
        thrift.varint(sum(1 for _ in run) << 1) + bytes([present])
        for present, run in itertools.groupby(value is not None for value in values)
    )
    held = [value for value in values if value is not None]
    body = _bits(held) if type is Type.FLAG else b"".join(held)
    page = struct.pack("<I", len(levels)) + levels + body
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    squeezed = packer.compress(page) + packer.flush()
    head = thrift.struct(
        thrift.i32(1, 0),
        thrift.i32(2, len(page)),
        thrift.i32(3, len(squeezed)),
        thrift.nested(5, thrift.i32(1, len(values)), thrift.i32(2, _PLAIN), thrift.i32(3, _RLE), thrift.i32(4, _RLE)),
    )
    return head + squeezed, len(head) + len(page), len(head) + len(squeezed)


def _described(column: Column, offset: int, count: int, size: int, packed: int) -> bytes:
    data = thrift.nested(
        3,
        thrift.i32(1, _PHYSICAL[column.type]),
        thrift.integers(2, [_PLAIN, _RLE]),
        thrift.many(3, thrift.BINARY, [thrift.binary(column.name)]),
        thrift.i32(4, _GZIP),
        thrift.i64(5, count),
        thrift.i64(6, size),
        thrift.i64(7, packed),
        thrift.i64(9, offset),
    )
    return thrift.struct(thrift.i64(2, offset), data)


def _encoded(value: Any, type: Type) -> Any:
    if value is None:
        return None
    if type is Type.FLAG:
        return bool(value)
    if type is Type.INTEGER:
        return struct.pack("<q", value)
    if type is Type.MOMENT:
        return _moment(value)
    if type in (Type.MONEY, Type.NUMBER):
        return _decimal(value)
    raw = str(value).encode("utf-8", "replace")
    return struct.pack("<I", len(raw)) + raw


def _decimal(text: str) -> bytes | None:
    """Encode a decimal128, rounded to SCALE; None for more than 26 digits before the point, where SAT allows 18."""
    value = Decimal(text)
    if value.adjusted() >= PRECISION - SCALE:
        return None
    sign, digits, _ = value.quantize(Decimal(1).scaleb(-SCALE), context=_ROUNDING).as_tuple()
    unscaled = int("".join(map(str, digits)))
    if unscaled >= 10**PRECISION:
        return None
    return (-unscaled if sign else unscaled).to_bytes(16, "big", signed=True)


def _moment(text: str) -> bytes | None:
    try:
        parsed = datetime.fromisoformat(text[:19])
    except ValueError:
        return None
    seconds = int((parsed.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return struct.pack("<q", seconds * 1_000_000)


def _bits(flags: Sequence[bool]) -> bytes:
    out = bytearray((len(flags) + 7) // 8)
    for place, value in enumerate(flags):
        out[place // 8] |= value << place % 8
    return bytes(out)


PARQUET = Format("application/vnd.apache.parquet", "parquet", Groups, _begin, _part, _end)
