"""Thrift's compact protocol, as far as Parquet's metadata needs it: https://github.com/apache/thrift, compact spec."""

from __future__ import annotations

from collections.abc import Sequence

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
_TRUE, _FALSE = 1, 2
#: A field: its number, its type, and its bytes.
Field = tuple[int, int, bytes]


def varint(value: int) -> bytes:
    """Encode an unsigned integer, 7 bits a byte."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def i32(number: int, value: int) -> Field:
    """Encode an integer of 32 bits as the field with this number."""
    return number, I32, _zigzag(value)


def i64(number: int, value: int) -> Field:
    """Encode an integer of 64 bits as the field with this number."""
    return number, I64, _zigzag(value)


def flag(number: int, value: bool) -> Field:
    """Encode a boolean, which the compact protocol has in the field's type."""
    return number, _TRUE if value else _FALSE, b""


def text(number: int, value: str) -> Field:
    """Encode a text as the field with this number."""
    return number, BINARY, binary(value)


def binary(value: str) -> bytes:
    """Encode a text as its length and its UTF-8."""
    raw = value.encode()
    return varint(len(raw)) + raw


def nested(number: int, *fields: Field) -> Field:
    """Encode a struct as a field."""
    return number, STRUCT, struct(*fields)


def many(number: int, type: int, items: Sequence[bytes]) -> Field:
    """Encode a list of encoded items of one type."""
    return number, LIST, list_head(type, len(items)) + b"".join(items)


def list_head(type: int, size: int) -> bytes:
    """Encode the head of a list of `size` items, which follow it."""
    return bytes([size << 4 | type]) if size < 15 else bytes([0xF0 | type]) + varint(size)


def struct(*fields: Field) -> bytes:
    """Encode a struct; its fields are in the order of their numbers."""
    out = bytearray()
    last = 0
    for number, type, data in fields:
        out.append((number - last) << 4 | type)
        out += data
        last = number
    out.append(0)
    return bytes(out)


def integers(number: int, values: Sequence[int]) -> Field:
    """Encode a list of integers of 32 bits as the field with this number."""
    return many(number, I32, [_zigzag(value) for value in values])
