"""XLSX (ECMA-376), a sheet as one deflate stream that is written part by part, in constant memory.

No library can continue a file after a kill: they keep the sheet in a temporary file until the end. A number with more
than 15 digits, which Excel would round, is written as text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from msgspec.structs import replace

from gateway.exporting import zipped
from gateway.exporting.columns import Column, Line, Table, Type
from gateway.exporting.formats import Format, Item, Part, State, after

#: A sheet of Excel has 1,048,576 rows; a stream of fewer stays below ZIP's 4 GB, whatever their texts.
ROWS = 400_000
_LONGEST_TEXT = 32_767
_DIGITS = 15
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - SAT's local times have no zone
# Styles by their place in styles.xml: plain, head, money, moment.
_HEAD, _MONEY, _MOMENT = 1, 2, 3
_STYLES = f"""{_XML}<styleSheet xmlns="{_NS}"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.00####"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/>\
<name val="Calibri"/></font><font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FF0F4C5C"/></patternFill></fill></fills><borders count="1">\
<border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" \
fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" \
borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" \
fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" \
xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_WIDTHS = {Type.MONEY: 16, Type.NUMBER: 12, Type.INTEGER: 8, Type.MOMENT: 20, Type.FLAG: 8}


class Closed(msgspec.Struct, frozen=True, array_like=True):
    """A finished sheet, for the directory of the archive: sizes in bytes, and its place in the file."""

    crc: int
    packed: int
    size: int
    start: int


class Book(State, frozen=True, kw_only=True):
    """The state of a workbook: its finished sheets, and the open one with its last row."""

    closed: tuple[Closed, ...] = ()
    sheet: int = 0
    row: int = 0
    crc: int = 0
    packed: int = 0
    size: int = 0
    start: int = 0


def _begin(table: Table) -> Part[Book]:
    return Part(*_open_sheet(table, Book()))


def _open_sheet(table: Table, state: Book) -> tuple[bytes, Book]:
    number = state.sheet + 1
    name = f"xl/worksheets/sheet{number}.xml"
    head = zipped.head(name, zipped.DEFLATED, 0, 0, 0, streamed=True)
    letters = [_letters(place) for place in range(len(table.columns))]
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{_width(column)}" customWidth="1"/>'
        for n, column in enumerate(table.columns, 1)
    )
    cells = "".join(_text(f"{x}1", c.name, _HEAD) for x, c in zip(letters, table.columns, strict=True))
    xml = (
        f'{_XML}<worksheet xmlns="{_NS}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols>'
        f'<sheetData><row r="1">{cells}</row>'
    )
    return _streamed(xml, Book(offset=state.offset, closed=state.closed, sheet=number, row=1, start=state.offset), head)


def _streamed(xml: str, state: Book, before: bytes = b"", *, last: bool = False) -> tuple[bytes, Book]:
    """Append XML to a sheet. Each piece is compressed by itself and ends on a byte, so that pieces can be joined."""
    data = xml.encode()
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    squeezed = packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
    content = before + squeezed
    return content, after(
        state,
        content,
        crc=zlib.crc32(data, state.crc),
        size=state.size + len(data),
        packed=state.packed + len(squeezed),
    )


def _part(table: Table, items: Sequence[Item], state: Book) -> Part[Book]:
    pieces: list[bytes] = []
    letters = [_letters(place) for place in range(len(table.columns))]
    types = [column.type for column in table.columns]
    rows: list[str] = []
    for line in (line for item in items for line in item.lines):
        if state.row + len(rows) > ROWS:
            piece, state = _streamed("".join(rows), state)
            state = replace(state, row=state.row + len(rows))
            closing, state = _close_sheet(table, state)
            opening, state = _open_sheet(table, state)
            pieces += [piece, closing, opening]
            rows = []
        rows.append(_row(state.row + len(rows) + 1, line, letters, types))
    piece, state = _streamed("".join(rows), state)
    return Part(b"".join([*pieces, piece]), replace(state, row=state.row + len(rows)))


def _close_sheet(table: Table, state: Book) -> tuple[bytes, Book]:
    area = f"A1:{_letters(len(table.columns) - 1)}{state.row}"
    tail, state = _streamed(f'</sheetData><autoFilter ref="{area}"/></worksheet>', state, last=True)
    sums = zipped.descriptor(state.crc, state.packed, state.size)
    closed = Closed(state.crc, state.packed, state.size, state.start)
    return tail + sums, after(state, sums, closed=(*state.closed, closed))


def _end(table: Table, state: Book, _: Iterable[bytes]) -> Iterable[bytes]:
    tail, state = _close_sheet(table, state)
    yield tail
    entries = [
        zipped.entry(f"xl/worksheets/sheet{n}.xml", zipped.DEFLATED, s.crc, s.packed, s.size, s.start, streamed=True)
        for n, s in enumerate(state.closed, 1)
    ]
    offset = state.offset
    for name, xml in _frame(len(entries)):
        data, listed = zipped.member(name, xml.encode(), offset)
        entries.append(listed)
        offset += len(data)
        yield data
    directory = b"".join(entries)
    yield directory + zipped.directory_end(len(entries), len(directory), offset)


def _row(number: int, line: Line, letters: Sequence[str], types: Sequence[Type]) -> str:
    cells = [
        _cell(f"{letter}{number}", value, type)
        for letter, value, type in zip(letters, line, types, strict=True)
        if value is not None and value != ""
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(at: str, value: Any, type: Type) -> str:
    if type is Type.FLAG:
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if type is Type.INTEGER:
        return f'<c r="{at}"><v>{value}</v></c>'
    if type in (Type.MONEY, Type.NUMBER) and exact(value):
        style = f' s="{_MONEY}"' if type is Type.MONEY else ""
        return f'<c r="{at}"{style}><v>{value}</v></c>'
    if type is Type.MOMENT and (serial := _serial(value)):
        return f'<c r="{at}" s="{_MOMENT}"><v>{serial}</v></c>'
    return _text(at, str(value))


def exact(amount: str) -> bool:
    """Tell whether Excel holds the number with all of its digits."""
    return len(Decimal(amount).as_tuple().digits) <= _DIGITS


def _serial(text: str) -> str | None:
    """Return the days since Excel's epoch, with their fraction; None for what is no date."""
    try:
        passed = datetime.fromisoformat(text[:19]) - _EPOCH
    except ValueError:
        return None
    return f"{Decimal(passed.days) + Decimal(passed.seconds) / 86_400:.10f}" if passed.days > 60 else None


def _text(at: str, value: str, style: int = 0) -> str:
    # Excel reads `_x0041_` as an A: the underscore of a text that looks so is escaped.
    text = _ESCAPE.sub(lambda found: f"_x005F{found[0]}", _ILLEGAL.sub("", value))[:_LONGEST_TEXT]
    styled = f' s="{style}"' if style else ""
    return f'<c r="{at}"{styled} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _width(column: Column) -> int:
    if "uuid" in column.name.lower():
        return 39
    return max(_WIDTHS.get(column.type, 14), len(column.name) + 3, 36 if column.name.endswith(("ame", "tion")) else 0)


def _frame(sheets: int) -> list[tuple[str, str]]:
    """Return the parts of a workbook around its sheets: (name, XML)."""
    numbers = range(1, sheets + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    relations = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    return [
        (
            "[Content_Types].xml",
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/>'
            f'{parts}<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        ),
        (
            "_rels/.rels",
            f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        ),
        ("xl/workbook.xml", f'{_XML}<workbook xmlns="{_NS}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'),
        (
            "xl/_rels/workbook.xml.rels",
            f'{relations}{related}<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>",
        ),
        ("xl/styles.xml", _STYLES),
    ]


XLSX = Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", Book, _begin, _part, _end)
