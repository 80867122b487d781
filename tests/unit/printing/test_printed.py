"""The printed representation: what a person must find on it is on it, for every version and type, on pages that fit."""

from __future__ import annotations

import copy
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from gateway.errors import UnreadableDocument
from gateway.printing import blocks
from gateway.printing.printed import printed
from gateway.printing.sheet import BODY, printable, wrapped
from gateway.printing.texts import money, number
from gateway.printing.words import in_words
from gateway.sat.certification import certification
from gateway.sat.empty_records import blank_invoice, blank_withholding
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from gateway.sat.verification import verification_url
from gateway.syncfy.sites import Site
from tests.books import payroll32
from tests.budget import examples
from tests.profiles import COMPANY, delivered_transactions
from tests.unit.sat import builders

SAMPLES = Path(__file__).parents[3] / "../shared/samples"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(("paid_on", "title"), [("2014-05-15", "Recibo de nómina"), ("ayer", "Recibo de nómina")])
def test_an_egreso_with_a_nomina_is_printed_as_a_payroll(paid_on: str, title: str) -> None:
    content = payroll32(1, "2014-05-20T10:00:00", employee="AAAA800101AA1", paid_on=paid_on).encode()
    reading = read_xml(content)
    text = text_of(printed(reading.kind, reading.record, certification(content)))
    assert title in text
    assert "Nota de crédito" not in text
    assert ("Percepciones" in text or "PERCEPCIONES" in text) == (paid_on != "ayer")


def invoice(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(dict(read_xml(builders.cfdi40()).record)) | changes


@pytest.mark.parametrize("content", list(builders.every_version()))
def test_every_version_is_printed_with_what_identifies_it(content: bytes) -> None:
    reading = read_xml(content)
    record: Any = reading.record
    text = text_of(printed(reading.kind, record, certification(content)))
    assert "Este documento es una representación impresa de un CFDI" in text
    for value in (record["uuid"], record["issuer"]["rfc"], record["issuer"]["name"], record["receiver"]["name"]):
        if value:
            assert value in text
    for item in record.get("line_items") or []:
        if record["type"] not in ("P", "N"):
            assert money(item["amount"]) in text


def test_every_type_that_a_taxpayer_has_is_printed() -> None:
    types = set()
    for site in (Site.CIEC, Site.WITHHOLDINGS):
        for content in [c for item in delivered_transactions(COMPANY, 40, site) for c in item.contents if c]:
            try:
                reading = read_xml(content)
            except UnreadableDocument:
                continue
            record: Any = reading.record
            kind = (reading.kind, record.get("type"), record["version"])
            if kind in types:
                continue
            types.add(kind)
            assert record["uuid"] in text_of(printed(reading.kind, record, certification(content)))
    assert {type for _, type, _ in types} >= {"I", "E", "P", "N", None}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not in this checkout")
def test_every_sample_is_printed() -> None:
    for file in sorted(SAMPLES.rglob("*.xml")):
        content = file.read_bytes()
        try:
            reading = read_xml(content)
        except UnreadableDocument:
            continue
        assert printed(reading.kind, reading.record, certification(content)).startswith(b"%PDF"), file.name  # type: ignore[arg-type]


def test_a_payment_shows_each_invoice_with_its_balances() -> None:
    record: Any = read_xml(builders.payment()).record
    text = text_of(printed(Kind.INVOICE, record))
    for payment in record["payments"]:
        for settled in payment["settles"]:
            assert settled["uuid"] in text
            for name in ("previous_balance", "paid", "remaining_balance"):
                assert money(settled[name]) in text


def test_spanish_letters_and_the_amount_in_words() -> None:
    record = invoice(total="1234.50", currency="MXN")
    record["issuer"]["name"] = "Peñafiel Güemes & Cía. Ñoño ¿Qué?"
    text = text_of(printed(Kind.INVOICE, record))
    assert "Peñafiel Güemes & Cía. Ñoño ¿Qué?" in text
    assert "(MIL DOSCIENTOS TREINTA Y CUATRO PESOS 50/100 M.N.)" in text
    assert "Total MXN" in text and "$1,234.50" in text


def test_a_cancelled_document_is_marked_on_every_page_and_another_is_not() -> None:
    record = invoice(status="CANCELLED")
    record["line_items"] *= 120
    reader = PdfReader(io.BytesIO(printed(Kind.INVOICE, record)))
    assert len(reader.pages) > 2
    assert all("CANCELADO" in page.extract_text() for page in reader.pages)
    assert "CANCELADO" not in text_of(printed(Kind.INVOICE, invoice(status="ACTIVE")))


def test_hundreds_of_lines_go_on_over_pages_under_a_repeated_head_and_none_is_lost() -> None:
    record = invoice()
    record["line_items"] = [dict(record["line_items"][0], description=f"Renglón número {n}.") for n in range(300)]
    reader = PdfReader(io.BytesIO(printed(Kind.INVOICE, record)))
    texts = [page.extract_text() for page in reader.pages]
    assert all(f"Renglón número {n}." in "\n".join(texts) for n in range(300))
    with_lines = [text for text in texts if "Renglón" in text]
    assert len(with_lines) > 5
    assert all("DESCRIPCIÓN" in text for text in with_lines)
    assert all(f"Página {n} de {len(texts)}" in text for n, text in enumerate(texts, 1))


def test_a_description_longer_than_a_page_goes_on_on_the_next() -> None:
    record = invoice()
    words = [f"palabra{n}" for n in range(1500)]
    record["line_items"] = [dict(record["line_items"][0], description=" ".join(words))]
    pdf = printed(Kind.INVOICE, record)
    assert pages_of(pdf) > 1
    text = text_of(pdf).split()
    assert all(word in text for word in words)


def test_the_qr_code_holds_sats_address_and_stands_on_the_page() -> None:
    record = invoice()
    url = verification_url(record)
    assert url
    matrix = blocks._matrix(url)
    side = len(matrix)
    finder = [[1] * 7, [1, 0, 0, 0, 0, 0, 1], *[[1, 0, 1, 1, 1, 0, 1]] * 3, [1, 0, 0, 0, 0, 0, 1], [1] * 7]
    assert [list(row[:7]) for row in matrix[:7]] == finder
    assert [list(row[side - 7 :]) for row in matrix[:7]] == finder
    drawn = PdfReader(io.BytesIO(printed(Kind.INVOICE, record))).pages[0].get_contents()
    assert drawn is not None
    dark = sum(map(sum, matrix))
    runs = [part.split() for part in drawn.get_data().decode("latin-1").split(" re") if part.endswith(" 1")]
    assert sum(int(run[-2]) for run in runs) == dark


def test_the_proof_of_the_stamp_is_read_from_the_xml() -> None:
    content = (
        b'<tfd:TimbreFiscalDigital xmlns:tfd="x" Version="1.1" UUID="abc-1" FechaTimbrado="2024-01-31T10:00:00" '
        b'RfcProvCertif="SPR190613I52" Leyenda="a &amp;  b" SelloCFD="c2Vs" NoCertificadoSAT="0001" SelloSAT="U0FU"/>'
    )
    proof = certification(content)
    assert proof is not None
    assert proof.sat_seal == "U0FU"
    assert proof.original_string == "||1.1|abc-1|2024-01-31T10:00:00|SPR190613I52|a & b|c2Vs|0001||"
    assert certification(b"<cfdi:Comprobante/>") is None
    text = text_of(printed(Kind.INVOICE, invoice(), proof))
    assert "||1.1|abc-1|2024-01-31T10:00:00|SPR190613I52|a & b|c2Vs|0001||" in text


def test_the_same_record_gives_the_same_bytes() -> None:
    assert printed(Kind.INVOICE, invoice()) == printed(Kind.INVOICE, invoice())


def test_a_row_stored_before_its_record_had_a_key_is_printed() -> None:
    row = invoice()
    for key in ("payrolls", "waybill", "local_taxes", "payments_total", "confirmation"):
        del row[key]
    assert row["uuid"] in text_of(printed(Kind.INVOICE, row))


def test_a_record_that_says_nothing_is_printed_too() -> None:
    assert pages_of(printed(Kind.INVOICE, blank_invoice())) == 1
    assert pages_of(printed(Kind.WITHHOLDING, blank_withholding())) == 1


@settings(deadline=None, max_examples=examples(50))
@given(st.text(max_size=300))
def test_any_text_of_a_stranger_is_printed(text: str) -> None:
    record = invoice(series=text, payment_conditions=text)
    record["issuer"]["name"] = record["line_items"][0]["description"] = text
    assert printed(Kind.INVOICE, record).startswith(b"%PDF")


@settings(deadline=None, max_examples=examples(50))
@given(st.text(max_size=200), st.floats(20, 300))
def test_lines_are_no_wider_than_asked_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrapped(text, width, BODY)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0", "MXN", "CERO PESOS 00/100 M.N."),
        ("1", "MXN", "UN PESO 00/100 M.N."),
        ("21.5", "MXN", "VEINTIÚN PESOS 50/100 M.N."),
        ("100", "MXN", "CIEN PESOS 00/100 M.N."),
        ("101.01", "USD", "CIENTO UN DÓLARES 01/100 USD"),
        ("1000", "MXN", "MIL PESOS 00/100 M.N."),
        ("31546.999", "MXN", "TREINTA Y UN MIL QUINIENTOS CUARENTA Y SIETE PESOS 00/100 M.N."),
        ("1000000", "MXN", "UN MILLÓN DE PESOS 00/100 M.N."),
        ("2000100", "GBP", "DOS MILLONES CIEN GBP 00/100"),
        ("-1", "MXN", None),
        ("1000000000000", "MXN", None),
    ],
)
def test_amounts_in_words(amount: str, currency: str, words: str | None) -> None:
    assert in_words(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1234.5", "$1,234.50"), ("0.123456", "$0.123456"), ("-10", "-$10.00"), ("1000000.10", "$1,000,000.10")],
)
def test_amounts_keep_every_digit(text: str, shown: str) -> None:
    assert money(text) == shown
    assert number("4.000000") == "4"
