"""One CFDI in the copies of it that the world keeps: each says the same, in other bytes."""

from __future__ import annotations

import unicodedata

from tests.unit.sat.builders import SEAL, cfdi40, stamp

NAME, OTHER_NAME = "COMPAÑÍA ESPAÑOLA", "PÚBLICO EN GENERAL"
_TWO_COMPLEMENTS = "</cfdi:Complemento>\n <cfdi:Complemento>"

ORIGINAL = (
    cfdi40(complement="<x:Own xmlns:x='urn:x' a='1'/>" + _TWO_COMPLEMENTS + stamp())
    .replace("EMPRESA Ñ &amp; CIA".encode(), NAME.encode())
    .replace(b"PUBLICO EN GENERAL", OTHER_NAME.encode())
    .replace(b"aaa010101aaa", "AÑA010101aaa".encode())
)
_TEXT = ORIGINAL.decode()


def _named(change: dict[str, str]) -> bytes:
    text = _TEXT
    for old, new in change.items():
        text = text.replace(old, new)
    return text.encode()


def _each_decoded(encoding: str) -> bytes:
    texts = (NAME, OTHER_NAME, "AÑA010101aaa")
    return _named({text: text.encode().decode(encoding, "replace") for text in texts})


COPIES = {
    "the original": ORIGINAL,
    "one Complemento": _named({_TWO_COMPLEMENTS: ""}),
    "an Addenda": _named({"</cfdi:Comprobante>": "<cfdi:Addenda><a b='1'/></cfdi:Addenda></cfdi:Comprobante>"}),
    "a broken Addenda": _named({"</cfdi:Comprobante>": "<cfdi:Addenda>&</cfdi:Addenda></cfdi:Comprobante>"}),
    "a seal of two lines": _named({SEAL: SEAL[:9] + "&#10;" + SEAL[9:]}),
    "a seal out of a URL": _named({SEAL: SEAL.replace("+", " ")}),
    "another prefix": _named({"cfdi:": "fe:", "xmlns:cfdi": "xmlns:fe"}),
    "bytes around": b"junk" + ORIGINAL + b"junk",
    "UTF-16": _TEXT.replace("UTF-8", "UTF-16").encode("utf-16"),
    "another total": _named({'Total="1049.40"': 'Total="1049.4"'}),
    "damaged: as Windows-1252": _each_decoded("cp1252"),
    "damaged: as Latin-1": _each_decoded("latin-1"),
    "damaged: as a DOS text": _each_decoded("cp437"),
    "damaged: decomposed": unicodedata.normalize("NFD", _TEXT).encode(),
    "damaged: question marks": _named(dict.fromkeys("ÑÍÚ", "?")),
    "damaged: replaced": _named(dict.fromkeys("ÑÍÚ", "�")),
    "damaged: escaped twice": _named({"Ñ": "&amp;Ntilde;", "Í": "&amp;#205;"}),
    "damaged: without accents": _named({NAME: "COMPANIA ESPANOLA", OTHER_NAME: "PUBLICO EN GENERAL"}),
    "damaged: without an attribute": _named({'CondicionesDePago="Contado"': ""}),
}
