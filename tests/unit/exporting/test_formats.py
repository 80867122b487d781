"""Each format, written in parts, opened by a reader that nobody here wrote."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import openpyxl
import orjson
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.exporting import xlsx, zipped
from gateway.exporting.columns import TABLES, Column, Table, Type
from gateway.exporting.formats import Format, Item
from gateway.exporting.lines import CSV, JSONL
from gateway.exporting.parquet import PARQUET
from gateway.exporting.xlsx import XLSX
from gateway.exporting.zipped import ZIP_XML
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from tests.budget import examples
from tests.unit.sat import builders

TABLE = Table(
    Kind.INVOICE,
    tuple(Column(type.name.lower(), type, lambda _: None, "") for type in Type),
    (),
    lambda row: iter([row]),
)
#: TEXT, MONEY, NUMBER, INTEGER, MOMENT, FLAG
LINES: list[list[Any]] = [
    ["Ñandú, S.A. «de» C.V.", "1234.50", "0.160000", 3, "2024-01-31T23:59:58", True],
    ['=HYPERLINK("http://x","y")', "-0.01", "1", -3, "2024-02-29", False],
    ['a "quoted"\r\nline, and more', "123456789012345678.123456", None, None, None, None],
    [None, None, None, None, "not a day", None],
]


def written(format: Format[Any], parts: list[list[Item]], table: Table = TABLE) -> bytes:
    """The file, each part from the state of the one before as the store would give it back."""
    begun = format.begin(table)
    content, state, indexes = begun.content, begun.state, []
    for items in parts:
        part = format.part(table, items, stored(format, state))
        content, state = content + part.content, part.state
        indexes.append(part.index)
        assert state.offset == len(content)
    return content + b"".join(format.end(table, stored(format, state), indexes))


def stored(format: Format[Any], state: Any) -> Any:
    """The state, written to the store and read from it."""
    return msgspec.convert(orjson.loads(orjson.dumps(msgspec.to_builtins(state))), format.state)


def items(lines: list[list[Any]] = LINES) -> list[list[Item]]:
    """One part for each line."""
    return [[Item("x", lines=[line])] for line in lines]


def test_csv_is_what_excel_and_rfc_4180_expect() -> None:
    content = written(CSV, items())
    assert content.startswith(b"\xef\xbb\xbftext,money")
    assert content.count(b"\r\n") == 6  # five lines, and one inside a cell
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["Ñandú, S.A. «de» C.V.", "1234.50", "0.160000", "3", "2024-01-31T23:59:58", "true"]
    assert rows[3][0] == 'a "quoted"\r\nline, and more'
    assert rows[3][1] == "123456789012345678.123456"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_compute_is_only_text_and_an_amount_stays_a_number(start: str) -> None:
    lines = [[f"{start}1+1", "-5.00", None, None, None, None]]
    rows = list(csv.reader(io.StringIO(written(CSV, items(lines)).decode("utf-8-sig"), newline="")))
    assert rows[1][0] == f"'{start}1+1"
    assert rows[1][1] == "-5.00"


def test_xlsx_has_numbers_where_excel_holds_them_exactly_and_real_dates() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(XLSX, items())))
    rows = list(book["1"].iter_rows(values_only=True))
    assert rows[0] == ("text", "money", "number", "integer", "moment", "flag")
    assert rows[1] == ("Ñandú, S.A. «de» C.V.", 1234.5, 0.16, 3, datetime(2024, 1, 31, 23, 59, 58), True)
    assert rows[2][:2] == ('=HYPERLINK("http://x","y")', -0.01)
    assert rows[2][4] == datetime(2024, 2, 29)
    assert rows[3][1] == "123456789012345678.123456"  # text, with all of its digits
    assert rows[4][4] == "not a day"
    assert book["1"].freeze_panes == "A2"
    assert book["1"].auto_filter.ref == "A1:F5"


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(XLSX, items())))
    assert archive.testzip() is None
    assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@settings(deadline=None, max_examples=examples(50))
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=40), max_size=5))
def test_any_text_of_a_stranger_is_a_cell(texts: list[str]) -> None:
    lines = [[text, None, None, None, None, None] for text in texts]
    book = openpyxl.load_workbook(io.BytesIO(written(XLSX, items(lines))), read_only=True)
    assert len(list(book["1"].iter_rows())) == len(texts) + 1
    for format in (CSV, PARQUET):
        assert written(format, items(lines))


def test_a_text_that_looks_like_excels_own_escape_stays_what_it_is() -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(XLSX, items([["_x0041_", None, None, None, None, None]]))))
    assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml")


def test_more_rows_than_a_sheet_takes_go_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 3)
    lines = [[f"line {n}", None, None, n, None, None] for n in range(8)]
    book = openpyxl.load_workbook(
        io.BytesIO(written(XLSX, [[Item("x", lines=lines[:5])], [Item("x", lines=lines[5:])]]))
    )
    assert book.sheetnames == ["1", "2", "3"]
    found = [[row[0] for row in book[name].iter_rows(min_row=2, values_only=True)] for name in book.sheetnames]
    assert [text for sheet in found for text in sheet] == [f"line {n}" for n in range(8)]
    assert max(map(len, found)) == 3


def test_parquet_has_exact_decimals_and_local_times() -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(written(PARQUET, items())))
    assert str(table.schema.field("money").type) == "decimal128(38, 12)"
    assert str(table.schema.field("moment").type) == "timestamp[us]"
    assert str(table.schema.field("text").type) == "string"
    rows = table.to_pylist()
    assert rows[0] == {
        "text": "Ñandú, S.A. «de» C.V.",
        "money": Decimal("1234.5"),
        "number": Decimal("0.16"),
        "integer": 3,
        "moment": datetime(2024, 1, 31, 23, 59, 58),
        "flag": True,
    }
    assert [row["money"] for row in rows] == [Decimal("1234.5"), Decimal("-0.01"), Decimal(LINES[2][1]), None]
    assert [row["flag"] for row in rows] == [True, False, None, None]
    assert [row["moment"] for row in rows][2:] == [None, None]


@settings(deadline=None, max_examples=examples(50))
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            st.none() | st.decimals(-(10**20), 10**20, places=6, allow_nan=False).map(lambda d: f"{d:f}"),
            st.none() | st.integers(-(2**60), 2**60),
            st.none() | st.booleans(),
        ),
        max_size=40,
    ),
    st.integers(1, 7),
)
def test_parquet_gives_back_what_went_in(given_rows: list[Any], size: int) -> None:
    lines = [[text, money, None, number, None, flag] for text, money, number, flag in given_rows]
    parts = [[Item("x", lines=lines[start : start + size])] for start in range(0, len(lines), size)]
    rows = pyarrow.parquet.read_table(io.BytesIO(written(PARQUET, parts))).to_pylist()
    assert [[r["text"], r["money"] and f"{r['money']:.6f}", r["integer"], r["flag"]] for r in rows] == [
        [text, money and f"{Decimal(money):.6f}" if money and Decimal(money) else (money and Decimal(0)), number, flag]
        for text, money, number, flag in given_rows
    ]


def test_an_amount_that_no_decimal128_holds_is_null_there() -> None:
    rows = pyarrow.parquet.read_table(
        io.BytesIO(written(PARQUET, items([["x", "9" * 27, None, None, None, None]])))
    ).to_pylist()
    assert rows[0]["money"] is None


@pytest.mark.parametrize("format", [CSV, JSONL, XLSX, PARQUET, ZIP_XML], ids=lambda f: f.ending)
def test_a_file_of_nothing_is_whole_too(format: Format) -> None:
    content = written(format, [])
    if format is XLSX:
        assert openpyxl.load_workbook(io.BytesIO(content))["1"].max_row == 1
    elif format is PARQUET:
        assert pyarrow.parquet.read_table(io.BytesIO(content)).num_rows == 0
    elif format is ZIP_XML:
        assert zipfile.ZipFile(io.BytesIO(content)).namelist() == [zipped.MANIFEST]


def test_a_zip_names_each_xml_after_its_uuid_and_lists_what_has_none() -> None:
    parts = [
        [Item("5B2B8A4C", xml=b"<a/>"), Item("0A6D2C54", xml=None, reason="METADATA_ONLY")],
        [Item("../../etc/passwd", xml=b"<b>" + b"x" * 1000 + b"</b>")],
    ]
    archive = zipfile.ZipFile(io.BytesIO(written(ZIP_XML, parts)))
    assert archive.testzip() is None
    assert archive.namelist() == ["5B2B8A4C.xml", "______etc_passwd.xml", "manifest.csv"]
    assert archive.read("5B2B8A4C.xml") == b"<a/>"
    assert archive.read("manifest.csv") == b"uuid,reason\r\n0A6D2C54,METADATA_ONLY\r\n"


def test_a_zip_of_more_members_than_its_old_form_counts() -> None:
    data, _ = zipped.member("a.xml", b"<a/>", 0)
    # All of them lead to the one member: it is the directory that must hold more than 65,535.
    listed = [zipped.entry(f"{n}.xml", zipped.STORED, zlib.crc32(b"<a/>"), 4, 4, 0) for n in range(65_536)]
    directory = b"".join(listed)
    end = zipped.directory_end(len(listed), len(directory), len(data))
    assert len(zipfile.ZipFile(io.BytesIO(data + directory + end)).namelist()) == 65_536


def test_a_member_beyond_four_gigabytes_says_where_it_is_in_64_bits() -> None:
    listed = zipped.entry("a.xml", zipped.STORED, 0, 4, 4, 5 * 2**30)
    info = struct.unpack_from("<IHHHHHHIIIHHHHHII", listed)
    assert info[-1] == 0xFFFFFFFF
    assert struct.unpack("<HHQ", listed[-12:]) == (1, 8, 5 * 2**30)


def test_the_columns_are_in_the_schemas_words_and_what_the_document_says() -> None:
    record: Any = {**read_xml(builders.cfdi40()).record, "direction": "ISSUED", "status": "ACTIVE", "files": []}
    table = TABLES["INVOICES"]
    (line,) = table.lines_of(record)
    found = dict(zip([column.name for column in table.columns], line, strict=True))
    assert (found["uuid"], found["issuerRfc"], found["total"]) == (builders.UUID, builders.ISSUER, "1049.40")
    assert (found["ivaTransferred"], found["isrWithheld"]) == ("158.40", "99.00")
    assert (found["lineItemCount"], found["hasXml"]) == (1, False)
    items = TABLES["LINE_ITEMS"].lines_of(record)
    assert len(items) == 1
    names = [column.name for column in TABLES["LINE_ITEMS"].columns]
    assert dict(zip(names, items[0], strict=True))["description"] == "Servicio de prueba"


def test_a_payment_is_a_line_for_each_invoice_that_it_settles() -> None:
    record: Any = {**read_xml(builders.payment()).record, "direction": "ISSUED", "status": "ACTIVE", "files": []}
    settled = [s["uuid"] for payment in record["payments"] for s in payment["settles"]]
    names = [column.name for column in TABLES["PAYMENTS"].columns]
    lines = [dict(zip(names, line, strict=True)) for line in TABLES["PAYMENTS"].lines_of(record)]
    assert [line["settlesUuid"] for line in lines] == settled
    assert all(line["settlesPaid"] for line in lines)


@pytest.mark.parametrize("name", TABLES)
def test_no_two_columns_of_a_table_have_one_name(name: str) -> None:
    names = [column.name for column in TABLES[name].columns]
    assert len(names) == len(set(names))
    assert not [n for n in names if "_" in n or "." in n]
