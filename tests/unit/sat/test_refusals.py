"""What no reader reads, and what they forgive."""

from __future__ import annotations

import contextlib
import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import opinion, readers, return_names, returns, tax_status
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from tests.budget import examples
from tests.unit.sat.builders import LINE_40, cfdi32, cfdi40, every_version, payment, withholding20

DOCUMENTS = list(every_version())
READERS = [
    readers.read_xml,
    readers.read_tax_status,
    readers.read_compliance_opinion,
    readers.read_tax_status_pdf,
    readers.read_compliance_opinion_pdf,
    lambda content: readers.read_return(content, kind=Kind.MONTHLY_RETURN, file="a.json"),
    lambda content: readers.read_return_pdf(content, kind=Kind.ANNUAL_RETURN, file="a.pdf", title=None),
]


def refusal(content: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refused:
        read_xml(content)
    return refused.value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", UnreadableReason.MALFORMED),
        (b"<a>", UnreadableReason.MALFORMED),
        (b"<a b='1' b='2'/>", UnreadableReason.MALFORMED),
        (b"<a b='&#1;'/>", UnreadableReason.MALFORMED),
        (b"<a b='&nbsp;'/>", UnreadableReason.MALFORMED),
        (cfdi40()[:-4], UnreadableReason.MALFORMED),
        (b"<invoice/>", UnreadableReason.NOT_A_SAT_DOCUMENT),
        (cfdi40().replace(b'Version="4.0"', b'Version="5.0"'), UnreadableReason.UNKNOWN_VERSION),
        (cfdi32().replace(b'version="3.2"', b'version="2.2"'), UnreadableReason.UNSUPPORTED_VERSION),
        (cfdi32().replace(b'version="3.2"', b'version="3.0"'), UnreadableReason.UNSUPPORTED_VERSION),
        (cfdi40().replace(b'Version="4.0"', b""), UnreadableReason.UNKNOWN_VERSION),
        (withholding20().replace(b'Version="2.0"', b'Version="3.0"'), UnreadableReason.UNKNOWN_VERSION),
        (b"<!DOCTYPE a><a/>", UnreadableReason.FORBIDDEN),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a b="&x;"/>', UnreadableReason.FORBIDDEN),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), UnreadableReason.FORBIDDEN),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-', UnreadableReason.FORBIDDEN),
        (b"<a>" * 65 + b"</a>" * 65, UnreadableReason.FORBIDDEN),
        (b"<a>" * 5000, UnreadableReason.FORBIDDEN),
        (b"<a/>" + b" " * (20 * 1024 * 1024), UnreadableReason.FORBIDDEN),
    ],
)
def test_each_refusal_has_its_reason(content, reason):
    assert refusal(content).reason is reason


def test_a_billion_laughs_cost_nothing():
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
    started = time.process_time()
    assert (
        refusal(f'<!DOCTYPE a [<!ENTITY a0 "ha">{entities}]><a b="&a10;"/>'.encode()).reason
        is UnreadableReason.FORBIDDEN
    )
    assert time.process_time() - started < 0.5


def test_malformed_tells_the_line():
    assert "line 3" in refusal(b"<a>\n<b>\n</a>").detail


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "1e400", "1E2", "1,000.00", "0x10", "1_000", "١", "$5", "--1"]
)
def test_a_number_that_is_none_is_told_with_its_place(text):
    wrong = refusal(cfdi40(lines=LINE_40 + LINE_40.replace('Importe="1000.00"', f'Importe="{text}"')))
    assert wrong.reason is UnreadableReason.BAD_VALUE
    assert wrong.path == "Comprobante/Conceptos/Concepto[2]/@Importe"
    assert text not in str(wrong)
    assert refusal(cfdi40(total=text)).path == "Comprobante/@Total"


def test_what_makes_a_cfdi_is_needed():
    nothing = cfdi40(complement="").replace(b' Total="', b' Totall="').replace(b"Rfc=", b"Rf=")
    assert refusal(nothing).path == "Comprobante"
    nothing = (
        withholding20(receiver="<r:Receptor/>", stamped=False)
        .replace(b"MontoTotOperacion", b"X")
        .replace(b"RfcE", b"X")
    )
    assert refusal(nothing).path == "Retenciones"


def test_what_a_cfdi_lacks_is_noted_and_the_rest_is_read():
    reading = read_xml(cfdi40().replace(b' Total="', b' Totall="').replace(b"Rfc=", b"Rf="))
    assert reading.problems == ("neither an issuer nor a receiver", "Total is missing")
    assert reading.record["total"] is None and reading.record["subtotal"] == "1000.00"
    reading = read_xml(withholding20().replace(b"MontoTotOperacion", b"X"))
    assert reading.problems == ("MontoTotOperacion is missing",) and reading.record["total_withheld"] == "580.00"


def test_wrong_dates_are_told():
    assert refusal(cfdi40().replace(b"2024-03-05T12:58:00", b"2024-02-30T12:58:00")).path == "Comprobante/@Fecha"
    assert refusal(payment().replace(b"2024-03-01T12:00:00", b"yesterday")).path == (
        "Comprobante/Complemento/Pagos/Pago/@FechaPago"
    )


def test_an_empty_attribute_is_an_absent_one():
    read = read_xml(cfdi40().replace(b'Descuento="10.00" Moneda="MXN"', b'Descuento="" Moneda=" "')).record
    assert read["discount"] is None and read["currency"] is None


class TestForgiven:
    expected = read_xml(cfdi40()).record

    @pytest.mark.parametrize(
        "dirty",
        [
            b"\xef\xbb\xbf" + cfdi40(),
            b"\n  " + cfdi40() + b"\n\x00\x00",
            b"\xef\xbb\xbf\xef\xbb\xbf" + cfdi40(),
            b"\xc3\xaf\xc2\xbb\xc2\xbf" + cfdi40(),
            cfdi40().replace(b"<cfdi:Conceptos>", b"<!-- c --><?p i?><cfdi:Conceptos>"),
        ],
    )
    def test_without_a_word(self, dirty):
        reading = read_xml(dirty)
        assert reading.record == self.expected and reading.problems == ()

    @pytest.mark.parametrize(
        ("dirty", "problem"),
        [
            (b"HTTP junk " + cfdi40(), "10 bytes before the XML declaration were left out"),
            (cfdi40().decode().encode("cp1252"), "the declared encoding is wrong"),
            (cfdi40().replace(b"UTF-8", b"ISO-8859-1"), "the text is UTF-8 although"),
            (cfdi40().replace(b"UTF-8", b"UTF-16"), "the text is UTF-8 although"),
            (cfdi40().replace(b"UTF-8", b"utf-88"), "the text is UTF-8 although"),
            (cfdi40().decode().replace("UTF-8", "UTF-16").encode("utf-16"), "the text is UTF-16"),
            (
                cfdi40(after="<cfdi:Addenda><add:point add:total='1'/></cfdi:Addenda>"),
                "a namespace prefix is not declared",
            ),
            (cfdi40().replace(b'xmlns:cfdi="http://www.sat.gob.mx/cfd/4"', b""), "a namespace prefix is not declared"),
        ],
    )
    def test_with_a_problem_noted(self, dirty, problem):
        reading = read_xml(dirty)
        assert reading.record == self.expected
        assert len(reading.problems) == 1 and reading.problems[0].startswith(problem)

    def test_a_declared_latin_encoding_that_is_true(self):
        honest = cfdi40().decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
        assert read_xml(honest).record == self.expected and read_xml(honest).problems == ()

    def test_an_undeclared_prefix_excuses_nothing_else(self):
        assert refusal(b"<a><b:c><d></b:c></a>").reason is UnreadableReason.MALFORMED

    def test_somebody_elses_attribute_never_stands_in(self):
        foreign = cfdi40(attributes='xmlns:o="urn:o" o:Total="1.00" o:Folio="X"')
        assert read_xml(foreign).record == self.expected

    def test_of_two_spellings_the_official_one_counts(self):
        assert read_xml(cfdi40(attributes='total="1.00" TOTAL="2.00"')).record == self.expected

    def test_an_addenda_with_a_doctype_in_its_text(self):
        page = cfdi40(after="<cfdi:Addenda><![CDATA[<!DOCTYPE html><html/>]]></cfdi:Addenda>")
        assert read_xml(page).record == self.expected


@given(st.sampled_from(READERS), st.binary(max_size=400))
@settings(max_examples=examples(400), deadline=None)
def test_random_bytes_are_read_or_refused(read, content):
    try:
        read(content)
    except UnreadableDocument as refused:
        assert isinstance(refused.reason, UnreadableReason)


@given(st.data())
@settings(max_examples=examples(400), deadline=None)
def test_mutated_documents_are_read_or_refused(data):
    content = bytearray(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 12))
        content[place : place + length] = data.draw(
            st.sampled_from([b"", b"\x00", b"\xf1", b"<", b'"', b"&", b"9", b"-"]) | st.binary(max_size=8)
        )
    try:
        reading = read_xml(bytes(content))
    except UnreadableDocument:
        return
    assert reading.record["version"] in {"3.2", "3.3", "4.0", "1.0", "2.0"}


KEYS = [
    "rfc", "conceptos", "a cargo", "CFDI:COMPROBANTE", "n", "a", "c", "folio", "obligaciones", "regimenes", "ejercicio",
    "VERSION", "json", "extra", "importe total a pagar", "fecha_inicio",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=25,
)


@given(TREES)
@settings(max_examples=examples(400), deadline=None)
def test_any_json_is_read_or_refused(tree):
    content = json.dumps(tree).encode()
    for read in READERS[1:5] + READERS[7:8]:
        try:
            record = read(content).record
        except UnreadableDocument:
            continue
        assert json.dumps(record, ensure_ascii=False).encode()


WORDS = [
    "RFC:", "Concepto de pago 1:", "A cargo:", "Ejercicio:", "2026", "17/02/2026", "Actividades Económicas:", "||",
    "|P|", "Datos de Identificación del Contribuyente:", "Obligaciones fiscales omitidas", "Enero", "AAA010101AAA",
    "1,000", "\n",
    "Nombre, denominación o razón social Sentido", "Sello Digital:", "Número de operación:", " ", "26NL1234567",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=40).map("".join))
@settings(max_examples=examples(300), deadline=None)
def test_any_printed_text_is_read_or_refused(text):
    names = return_names.read(text[:60])
    for read in (
        lambda: opinion.read_text(text, []),
        lambda: tax_status.read_text(text, []),
        lambda: returns.read_text(text, monthly=True, file="x", names=names),
    ):
        with contextlib.suppress(UnreadableDocument):
            assert json.dumps(read())


@pytest.mark.parametrize("filler", [" ", "\n", "|", "RFC: ", "a", "Concepto de pago 1: ", "01/01/2026 ", "A 1 DE "])
def test_no_text_takes_long(filler):
    text = "Datos de Ubicación:\nRegímenes:\n" + filler * (200_000 // len(filler))
    started = time.process_time()
    for read in (opinion.read_text, tax_status.read_text):
        with contextlib.suppress(UnreadableDocument):
            read(text, [])
    with contextlib.suppress(UnreadableDocument):
        returns.read_text(text, monthly=True, file="x", names=return_names.read("x"))
    with contextlib.suppress(UnreadableDocument):
        readers.read_tax_status(json.dumps({"rfc": "A", "lugar_y_fecha_de_emision": text}).encode())
    assert time.process_time() - started < 5


def test_byte_order_marks_without_end_take_no_time():
    started = time.process_time()
    assert refusal(b"\xef\xbb\xbf" * 5_000_000).reason is UnreadableReason.MALFORMED
    assert time.process_time() - started < 2


def test_deep_json_is_refused():
    for read in READERS[1:5]:
        for content in (b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70):
            with pytest.raises(UnreadableDocument):
                read(content)


def test_ten_megabytes_are_read_whole():
    large = cfdi40(lines=LINE_40 * (10_000_000 // len(LINE_40)))
    assert len(read_xml(large).record["line_items"]) == 10_000_000 // len(LINE_40)


def test_a_large_addenda_costs_no_memory():
    large = cfdi40(after="<cfdi:Addenda>" + "<a b='1'>text</a>" * 300_000 + "</cfdi:Addenda>")
    tracemalloc.start()
    read_xml(large)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
