"""A CFDI inside of bytes that are no XML document as a whole: it is read, and what was left out is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.readers import Reading, read_xml
from gateway.sat.xml_bounds import looks_like_xml
from tests.budget import examples
from tests.unit.sat.builders import cfdi32, cfdi33, cfdi40, withholding10

EXPECTED = read_xml(cfdi40())
BARE = cfdi40().partition(b"?>")[2].lstrip()
END = b"</cfdi:Comprobante>"


def with_addenda(inside: str | bytes, *, closing: bytes = b"</cfdi:Addenda>") -> bytes:
    text = inside.encode() if isinstance(inside, str) else inside
    return cfdi40().replace(END, b"<cfdi:Addenda>" + text + closing + END)


def is_the_document(reading: Reading, *problems: str) -> None:
    assert reading.record == EXPECTED.record
    assert reading.problems == problems


@pytest.mark.parametrize(
    ("before", "count"),
    [
        (b"<!-- bajado -->\n", 16),
        (b"<!-- <cfdi:Comprobante Version='4.0'/> -->", 42),
        (b"<!-- never closed ", 18),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n", 43),
        (b"<html><body>", 12),
        (b"<br/>", 5),
        (b"x" * 5000, 5000),
        (b"?>\xef\xbb\xbf", 5),
        (b"\xf1and\xfa ", 6),
        (b"<![CDATA[", 9),
        (b'<?xml version="1.0"?>', 21),
    ],
)
def test_bytes_before_the_declaration_are_left_out_with_their_number(before: bytes, count: int) -> None:
    is_the_document(read_xml(before + cfdi40()), f"{count} bytes before the XML declaration were left out")


def test_bytes_before_a_root_without_a_declaration_are_left_out() -> None:
    is_the_document(read_xml(b"junk " + BARE), "5 bytes before the document were left out")
    between = cfdi40().replace(b"?>\n", b"?>\njunk ", 1)
    is_the_document(read_xml(between), "4 bytes before the document were left out")


@pytest.mark.parametrize(
    "after",
    [
        b"?>",
        END,
        b"<!-- Served by proxy --><script>if (a < b && c) {}</script>",
        b"\x00\x00\x00tail",
        b"&nbsp;",
        b"<!DOCTYPE html><html>",
        b"\xff\xfe\xfd",
        b"]]>",
    ],
)
def test_bytes_after_the_root_are_left_out_with_their_number(after: bytes) -> None:
    is_the_document(read_xml(cfdi40() + after), f"{len(after)} bytes after the document were left out")


def test_another_document_after_the_root_is_told() -> None:
    told = f"{len(cfdi32())} bytes after the document were left out, in which another document begins"
    is_the_document(read_xml(cfdi40() + cfdi32()), told)
    junk = read_xml(b"junk" + cfdi40() + b"\n" + cfdi40()[:-30])
    assert junk.record == EXPECTED.record
    assert len(junk.problems) == 2


@pytest.mark.parametrize(
    "inside",
    [
        "A & B",
        "<open><b></open>",
        "<a b=c/>",
        "</never:opened>",
        "1 < 2",
        "<!DOCTYPE html><html/>",
        "\x0b\x01",
        "<?xml version='1.0'?><copy/>",
        '<a b="1" b="2"/>',
        "<cfdi:Addenda>&</cfdi:Addenda>",
        "<!-- -- -->",
        "<![CDATA[ </cfdi:Addenda></cfdi:Comprobante> ]]> &",
        "<![CDATA[ never closed",
        "<cfdi:Comprobante Version='4.0'>&</cfdi:Comprobante>",
    ],
)
def test_a_broken_addenda_is_cut_out(inside: str) -> None:
    told = len(f"<cfdi:Addenda>{inside}</cfdi:Addenda>")
    broken = with_addenda(inside)
    is_the_document(read_xml(broken), f"the Addenda is not well-formed: its {told} bytes were left out")


@pytest.mark.parametrize("opening", ['<cfdi:Addenda id="1>', "<cfdi:Addenda id='1>", '<Addenda a="1" b=">'])
def test_an_addenda_with_a_quote_that_never_closes_is_cut_out(opening: str) -> None:
    name = opening.split()[0][1:]
    added = f"{opening}<a/></{name}>"
    content = cfdi40().replace(b"</cfdi:Comprobante>", f"{added}</cfdi:Comprobante>".encode())
    is_the_document(read_xml(content), f"the Addenda is not well-formed: its {len(added)} bytes were left out")


def test_an_addenda_that_is_never_closed_ends_with_the_document() -> None:
    told = "the Addenda is not well-formed: its 18 bytes were left out"
    is_the_document(read_xml(with_addenda("<a/>", closing=b"")), told)


def test_a_file_that_ends_inside_of_its_addenda_has_all_of_its_document() -> None:
    cut = with_addenda("<a>text</a>").partition(b"text")[0]
    is_the_document(read_xml(cut), "the Addenda is not well-formed: its 17 bytes were left out")
    with pytest.raises(UnreadableDocument):
        read_xml(cut.replace(b"TimbreFiscalDigital", b"Timbre"))


def test_a_complement_after_a_broken_addenda_is_kept() -> None:
    content = cfdi40()
    at = content.index(b"<cfdi:Complemento>")
    reading = read_xml(content[:at] + b"<cfdi:Addenda>&</cfdi:Addenda>" + content[at:])
    assert reading.record == EXPECTED.record


def test_a_broken_addenda_and_bytes_around_the_document_go_together() -> None:
    reading = read_xml(b"junk" + with_addenda("&") + b"?>")
    assert reading.record == EXPECTED.record
    assert len(reading.problems) == 3


@pytest.mark.parametrize(
    "text",
    ["<![CDATA[<cfdi:Addenda>&</cfdi:Addenda>]]>", "<!-- <cfdi:Addenda>&</cfdi:Addenda> -->"],
)
def test_an_addenda_in_text_is_none(text: str) -> None:
    inside = text.encode() + b"<cfdi:Emisor"
    is_the_document(
        read_xml(cfdi40().replace(b"<cfdi:Emisor", inside) + b"?>"), "2 bytes after the document were left out"
    )


def test_a_well_formed_addenda_is_not_called_broken() -> None:
    is_the_document(read_xml(with_addenda("<a>&amp;</a>") + b"?>"), "2 bytes after the document were left out")
    is_the_document(read_xml(with_addenda("<a>" * 150 + "</a>" * 150)))


@pytest.mark.parametrize(
    "broken",
    [
        cfdi40().replace(b"<cfdi:Conceptos>", b"<cfdi:Conceptos>&"),
        cfdi40().replace(b"</cfdi:Conceptos>", b""),
        b"junk" + cfdi40()[:-200],
        with_addenda("&").replace(b"<cfdi:Conceptos>", b"<cfdi:Conceptos>&"),
    ],
)
def test_a_document_that_is_broken_itself_is_refused(broken: bytes) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_xml(broken)
    assert refused.value.reason is UnreadableReason.MALFORMED


def test_a_doctype_before_the_document_is_refused_with_whatever_around_it() -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_xml(b'<br><!DOCTYPE a [<!ENTITY x "y">]>' + cfdi40())
    assert refused.value.reason is UnreadableReason.FORBIDDEN


@pytest.mark.parametrize("content", [cfdi32(), cfdi33(), withholding10()])
def test_every_kind_of_document_is_found(content: bytes) -> None:
    assert read_xml(b"junk" + content + b"junk").record == read_xml(content).record


@pytest.mark.parametrize(
    "envelope",
    [
        "<s:Envelope xmlns:s='urn:s'><s:Body>{}</s:Body></s:Envelope>",
        "<answer><xml><![CDATA[{}]]></xml></answer>",
        "<?xml version='1.0'?><a>{}</a>",
        "<html><body>{}</body></html>",
    ],
)
def test_a_document_in_an_envelope_is_read(envelope: str) -> None:
    reading = read_xml(envelope.format(BARE.decode()).encode())
    assert reading.record == EXPECTED.record
    assert [problem for problem in reading.problems if "before" in problem or "after" in problem] != []


def test_of_several_documents_in_an_envelope_none_is_taken_for_all() -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_xml(b"<all>" + BARE + BARE + b"</all>")
    assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT


NOISE = st.lists(
    st.binary(max_size=6)
    | st.sampled_from([b"<!--", b"-->", b"<?", b"?>", b"<![CDATA[", b"]]>", b"<a>", b"</a>", b'"', b"&"]),
    max_size=8,
).map(b"".join)


@given(before=NOISE, after=NOISE)
@settings(max_examples=examples(300), deadline=None)
def test_whatever_surrounds_a_document_changes_nothing_in_it(before: bytes, after: bytes) -> None:
    reading = read_xml(b"." + before + cfdi40() + after)
    assert reading.record == EXPECTED.record


@given(inside=NOISE)
@settings(max_examples=examples(300), deadline=None)
def test_whatever_an_addenda_holds_changes_nothing_in_the_document(inside: bytes) -> None:
    assert read_xml(with_addenda(inside)).record == EXPECTED.record


@pytest.mark.parametrize(
    "piece",
    [b"<", b"<!--", b"<?", b"<![CDATA[", b"<cfdi:Comprobante ", b"</cfdi:Addenda>", b'<a b="', b"<a ", b" ", b"&"],
)
def test_no_content_takes_long(piece: bytes) -> None:
    flood = piece * (2_000_000 // len(piece))
    started = time.process_time()
    for content in (flood + cfdi40(), cfdi40() + flood, with_addenda(flood), with_addenda(flood, closing=b"")):
        try:
            read_xml(content)
        except UnreadableDocument:
            continue
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "content", [cfdi40(), b"\xef\xbb\xbf \n" + cfdi40(), b"junk" + cfdi40(), cfdi40().decode().encode("utf-16")]
)
def test_what_holds_a_document_looks_like_xml(content: bytes) -> None:
    assert looks_like_xml(content)
    assert not looks_like_xml(b"%PDF-1.4 <x") and not looks_like_xml(b"")
