"""CSV (RFC 4180) and JSON Lines: a part is lines, and nothing follows at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.exporting.columns import Table, Type
from gateway.exporting.formats import Format, Item, Part, State, after

# Without it Excel reads UTF-8 as Windows-1252.
_BOM = "\ufeff"
#: A spreadsheet computes a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _csv_begin(table: Table) -> Part[State]:
    content = (_BOM + _rows([[column.name for column in table.columns]])).encode()
    return Part(content, State(offset=len(content)))


def _csv_part(table: Table, items: Sequence[Item], state: State) -> Part[State]:
    types = [column.type for column in table.columns]
    rows = [[_cell(value, type) for value, type in zip(line, types, strict=True)] for i in items for line in i.lines]
    content = _rows(rows).encode("utf-8", "replace")
    return Part(content, after(state, content))


def _cell(value: Any, type: Type) -> Any:
    if value is None:
        return ""
    if type is Type.FLAG:
        return "true" if value else "false"
    # Amounts were validated when they were read, so that their minus begins no formula.
    if type is Type.TEXT and str(value).startswith(_FORMULA):
        return f"'{value}"
    return value


def _rows(rows: Sequence[Sequence[Any]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def _json_begin(_: Table) -> Part[State]:
    return Part(b"", State())


def _json_part(_: Table, items: Sequence[Item], state: State) -> Part[State]:
    content = b"".join(item.json for item in items)
    return Part(content, after(state, content))


def _nothing(_: Table, __: State, ___: Iterable[bytes]) -> Iterable[bytes]:
    return ()


CSV = Format("text/csv; charset=utf-8", "csv", State, _csv_begin, _csv_part, _nothing)
JSONL = Format("application/jsonl", "jsonl", State, _json_begin, _json_part, _nothing, needs="json")
