"""SAT's catalogue of product keys (c_ClaveProdServ), the one that documents use and that is too large to be shipped.

Two forms are read: CSV with a line of headings, and the SQL of phpcfdi/resources-sat-catalogs (INSERT statements).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import iso_date
from gateway.sat.lenient import fold
from gateway.sat.plain_text import decoded

PRODUCT_KEY = "product_key"
_LONGEST_CODE = 8
#: The tables of the SQL form: the version of CFDI that each is of, and which of its values are the days.
_TABLES = {"cfdi_40_productos_servicios": ("4.0", 5), "cfdi_productos_servicios": ("3.3", 5)}
_INSERT = re.compile(r'INSERT\s+(?:OR\s+\w+\s+)?INTO\s+"?(\w+)"?\s*(?:\([^)]*\)\s*)?VALUES\s*', re.IGNORECASE)
_VALUE = re.compile(r"\s*('(?:[^']|'')*'|[^,()']*)\s*([,)])")
_CODE, _LABEL = ("code", "clave", "id"), ("label", "descripcion", "texto", "nombre", "etiqueta")
_FROM, _TO = ("from", "vigenciadesde", "fechainiciovigencia"), ("to", "vigenciahasta", "fechafinvigencia")
_LINES_ABOVE = 20


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    catalog: str
    version: str | None  # of CFDI; None for all
    code: str
    label: str
    valid_from: str | None
    valid_to: str | None


def read(content: bytes, *, version: str | None) -> list[CatalogEntry]:
    """`version` says of which CFDI a CSV is; SQL says it itself. Raises UnreadableDocument."""
    text = decoded(content)
    found = list(_from_sql(text)) if _INSERT.search(text) else list(_from_csv(text, version))
    if not found:
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no entry of a catalogue that can be imported")
    return found


def _from_sql(text: str) -> Iterator[CatalogEntry]:
    for insert in _INSERT.finditer(text):
        table = _TABLES.get(insert[1].lower())
        if table is None:
            continue
        version, days = table
        for values in _rows(text, insert.end()):
            if len(values) < days + 2:
                raise UnreadableDocument(UnreadableReason.BAD_VALUE, f"a row of {insert[1]} with {len(values)} values")
            valid_from, valid_to = iso_date(values[days]), iso_date(values[days + 1])
            yield _entry(version, values[0], values[1], valid_from, valid_to)


def _rows(text: str, at: int) -> Iterator[list[str]]:
    """Yield the rows of values that begin here: `('a','b',1),('c','d',2)`."""
    while text[at : at + 1] == "(":
        at, values, end = at + 1, [], ","
        while end == ",":
            found = _VALUE.match(text, at)
            if found is None:
                raise UnreadableDocument(UnreadableReason.MALFORMED, "an INSERT that does not end")
            value, end, at = found[1], found[2], found.end()
            values.append(value[1:-1].replace("''", "'") if value.startswith("'") else value.strip())
        yield values
        more = re.compile(r"\s*,\s*").match(text, at)
        at = more.end() if more else len(text)


def _from_csv(text: str, version: str | None) -> Iterator[CatalogEntry]:
    start = text[:4000]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=start.count))
    try:
        columns = _headings(rows)
        for row in rows:
            cells = [" ".join(cell.split()) for cell in row]
            code, label, valid_from, valid_to = (
                cells[index] if index is not None and index < len(cells) else "" for index in columns
            )
            if code and label:
                yield _entry(version, code, label, iso_date(valid_from), iso_date(valid_to))
    except csv.Error:
        raise UnreadableDocument(UnreadableReason.MALFORMED, "a line is no CSV") from None


def _headings(rows: Iterator[list[str]]) -> tuple[int | None, ...]:
    """Find the columns of code, label, from and to: SAT's own sheets have some lines above their headings."""
    for row, _ in zip(rows, range(_LINES_ABOVE), strict=False):
        names = [fold(cell).removeprefix("c") if fold(cell).startswith("cclave") else fold(cell) for cell in row]
        code = next((i for i, name in enumerate(names) if name.startswith(_CODE)), None)
        label = next((i for i, name in enumerate(names) if name.startswith(_LABEL)), None)
        if code is not None and label is not None:
            days = (next((i for i, name in enumerate(names) if name.startswith(of)), None) for of in (_FROM, _TO))
            return (code, label, *days)
    raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no line of headings with code and label")


def _entry(version: str | None, code: str, label: str, valid_from: str | None, valid_to: str | None) -> CatalogEntry:
    if len(code) > _LONGEST_CODE:
        raise UnreadableDocument(UnreadableReason.BAD_VALUE, f"a code of {len(code)} characters")
    # A spreadsheet takes the leading zeros off what looks like a number.
    code = code.zfill(_LONGEST_CODE) if code.isdigit() else code
    return CatalogEntry(PRODUCT_KEY, version, code, label, valid_from, valid_to)
