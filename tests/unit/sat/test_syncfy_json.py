"""Syncfy's upper-cased JSON and its /extra tree give the record that the XML gives."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.identity import fingerprint
from gateway.sat.readers import read_extra, read_syncfy_json, read_xml
from tests.unit.sat.builders import LINE_40, cfdi40, every_version

# The prefix does not matter to a reader; that there is one does to the JSON's shape.
PREFIXES = {"TimbreFiscalDigital": "TFD", "Pagos": "PAGO20", "Nomina": "NOMINA12"}


def upper_name(tag: str) -> str:
    local = tag.rpartition("}")[2]
    return f"{PREFIXES.get(local, 'CFDI')}:{local.upper()}"


def attributes(element: ET.Element) -> dict[str, str]:
    return {name.rpartition("}")[2].upper(): text for name, text in element.items()}


def as_extra(element: ET.Element) -> dict[str, Any]:
    children = [as_extra(child) for child in element]
    return {"n": upper_name(element.tag), "a": attributes(element), "c": children}


def as_json(element: ET.Element) -> Any:
    """An object; a list of one-key objects when names repeat; null when there is nothing to say."""
    children = [(upper_name(child.tag), as_json(child)) for child in element]
    own = attributes(element)
    if len({name for name, _value in children}) < len(children):
        return [{name: text} for name, text in own.items()] + [{name: value} for name, value in children]
    return {**own, **dict(children)} or None


def both_ways(content: bytes) -> list[Any]:
    root = ET.fromstring(content)
    answer = {"id_attachment": "603747875c21564651572f86", "file": "x.xml"}
    return [
        read_syncfy_json(json.dumps([answer | {"json": {upper_name(root.tag): as_json(root)}}]).encode()),
        read_extra(json.dumps(answer | {"extra": [as_extra(root)]}).encode()),
    ]


@pytest.mark.parametrize("content", list(every_version()))
def test_every_version_reads_the_same(content):
    expected = read_xml(content)
    for reading in both_ways(content):
        assert reading == expected
        assert fingerprint(reading.record) == fingerprint(expected.record)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='<&"￾￿'), max_size=20)
NUMBERS = st.decimals(0, 10**9, places=2).map(str)


@given(TEXT, NUMBERS, st.lists(st.tuples(TEXT, NUMBERS), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_text_and_any_number_of_lines_read_the_same(series, total, lines):
    concepts = "".join(
        LINE_40.replace("Servicio de prueba", text).replace('Importe="1000.00"', f'Importe="{amount}"')
        for text, amount in lines
    )
    content = cfdi40(total=total, lines=concepts).replace(b'Serie="F"', f'Serie="{series}"'.encode())
    expected = read_xml(content)
    assert [line["amount"] for line in expected.record["line_items"]] == [amount for _text, amount in lines]
    assert [reading == expected for reading in both_ways(content)] == [True, True]


def test_the_documented_polymorphism():
    root = {"VERSION": "4.0", "TOTAL": "1", "CFDI:EMISOR": {"RFC": "AAA010101AAA"}, "CFDI:COMPLEMENTO": None}
    line = {"CANTIDAD": "1", "IMPORTE": "1"}
    shapes = [
        {"CFDI:CONCEPTO": line},
        [{"CFDI:CONCEPTO": line}],
        [{"CFDI:CONCEPTO": line}, {"CFDI:CONCEPTO": line}],
        {"CFDI:CONCEPTO": [line, line]},
    ]
    documents = [json.dumps({"CFDI:COMPROBANTE": root | {"CFDI:CONCEPTOS": shape}}).encode() for shape in shapes]
    counts = [len(read_syncfy_json(document).record["line_items"]) for document in documents]
    assert counts == [1, 1, 2, 2]


@pytest.mark.parametrize("content", [b"null", b"[]", b'{"json": {}}', b'{"extra": null}', b'{"CFDI:NADA": {}}'])
def test_anything_else_is_no_sat_document(content):
    for read in (read_syncfy_json, read_extra):
        with pytest.raises(UnreadableDocument) as refused:
            read(content)
        assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT
