"""The formats of exports by name, and the items that each of them writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.exporting.columns import TABLES, Table
from gateway.exporting.formats import Format, Item
from gateway.exporting.lines import CSV, JSONL
from gateway.exporting.parquet import PARQUET
from gateway.exporting.xlsx import XLSX
from gateway.exporting.zipped import ZIP_XML
from gateway.models.file import XML, first_of
from gateway.sat.normal_form import as_json, keys_of

Row = Mapping[str, Any]
#: By their GraphQL enum values.
FORMATS: dict[str, Format[Any]] = {"CSV": CSV, "XLSX": XLSX, "JSONL": JSONL, "PARQUET": PARQUET, "ZIP_XML": ZIP_XML}
#: A line of these is a part of a document: its JSON is the line, and it has no XML of its own.
_PARTS = (
    "LINE_ITEMS",
    "PAYMENTS",
    "ANNUAL_RETURN_CONCEPTS",
    "ANNUAL_RETURN_ROWS",
    "MONTHLY_RETURN_CONCEPTS",
    "MONTHLY_RETURN_ROWS",
    "OMITTED_OBLIGATIONS",
    "TAX_CREDITS",
)
_WITH_XML = ("INVOICES", "WITHHOLDINGS")


def offered(kind: str, format: str) -> bool:
    """Tell whether documents of a kind can be exported in a format."""
    return FORMATS[format].needs != "xml" or kind in _WITH_XML


def reads(kind: str, format: str) -> list[str]:
    """Return the keys of stored rows that an export needs."""
    needs, table = FORMATS[format].needs, TABLES[kind]
    if needs == "xml":
        return ["identity", "files", "content_file", "parse_status"]
    if needs == "json" and kind not in _PARTS:
        return ["identity", *keys_of(table.kind)]
    return ["identity", *table.reads]


def xml_of(row: Row) -> str | None:
    """Return the SHA-256 of a document's XML; None without one."""
    file = first_of(row, XML)
    return None if file is None else file["sha256"]


def items(kind: str, format: str, rows: Sequence[Row], xmls: Mapping[str, bytes]) -> list[Item]:
    """Return the items to write for some documents; `xmls` are those of them that are here, by SHA-256."""
    needs, table = FORMATS[format].needs, TABLES[kind]
    if needs == "xml":
        return [_xml(row, xmls) for row in rows]
    if needs == "json":
        made = _lines_as_json if kind in _PARTS else _document_as_json
        return [Item(row["identity"], json=made(table, row)) for row in rows]
    return [Item(row["identity"], lines=table.lines_of(row)) for row in rows]


def _xml(row: Row, xmls: Mapping[str, bytes]) -> Item:
    sha256 = xml_of(row)
    xml = xmls.get(sha256) if sha256 else None
    reason = row.get("parse_status") or "METADATA_ONLY" if sha256 is None else "NOT_HELD"
    return Item(row["identity"], xml=xml, reason=reason)


def _document_as_json(table: Table, row: Row) -> bytes:
    return as_json(table.kind, row) + b"\n"


def _lines_as_json(table: Table, row: Row) -> bytes:
    names = [column.name for column in table.columns]
    return b"".join(orjson.dumps(dict(zip(names, line, strict=True))) + b"\n" for line in table.lines_of(row))
