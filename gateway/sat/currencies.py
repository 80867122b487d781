"""The currency of a CFDI 3.2, where Moneda is free text: "Pesos", "M.N.", "Dólares (USD)", "MXN - Peso mexicano"."""

from __future__ import annotations

import re
from functools import lru_cache

from gateway.sat.catalogs import label
from gateway.sat.dates import plain

# Each word stands for one of its currencies; of several that remain the first is meant in a Mexican invoice.
_WORDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("PESO", "PESOS"), ("MXN", "ARS", "CLP", "COP", "CUP", "DOP", "PHP", "UYU")),
    **dict.fromkeys(
        ("MEXICANO", "MEXICANOS", "MEXICAN", "MEXICO", "MEX", "MX", "MN", "NACIONAL", "MXP", "$"), ("MXN",)
    ),
    **dict.fromkeys(
        ("DOLAR", "DOLARES", "DOLLAR", "DOLLARS", "DLL", "DLLS", "DLS", "DLRS"),
        ("USD", "AUD", "BZD", "CAD", "HKD", "NZD", "SGD"),
    ),
    **dict.fromkeys(
        (
            "AMERICANO",
            "AMERICANOS",
            "NORTEAMERICANO",
            "NORTEAMERICANOS",
            "ESTADOUNIDENSE",
            "ESTADOUNIDENSES",
            "AMERICA",
        ),
        ("USD",),
    ),
    **dict.fromkeys(("US", "USA", "EUA"), ("USD",)),
    **dict.fromkeys(("CANADIENSE", "CANADIENSES"), ("CAD",)),
    **dict.fromkeys(("EURO", "EUROS"), ("EUR",)),
    **dict.fromkeys(("LIBRA", "LIBRAS", "ESTERLINA", "ESTERLINAS"), ("GBP",)),
    **dict.fromkeys(("YEN", "YENES", "JAPONES", "JAPONESES"), ("JPY",)),
    **dict.fromkeys(("FRANCO", "FRANCOS", "SUIZO", "SUIZOS"), ("CHF",)),
    **dict.fromkeys(("ARGENTINO", "ARGENTINOS"), ("ARS",)),
    **dict.fromkeys(("COLOMBIANO", "COLOMBIANOS"), ("COP",)),
    **dict.fromkeys(("CHILENO", "CHILENOS"), ("CLP",)),
}
# They name no currency by themselves: "moneda nacional", "unidad de inversión" is no such thing.
_FILLERS = frozenset({"DE", "LA", "LOS", "EN", "MONEDA", "CORRIENTE", "ESTADOS", "UNIDOS", "S", "ES"})
# "M.N.", "U.S." and "M. N." are one word each.
_SPELT = re.compile(r"(?<![A-Z])(?:[A-Z][.\s]{1,3})+[A-Z](?![A-Z])")
_LONGEST = 60


def read(text: str | None, notes: list[str]) -> str | None:
    """Return the code of a currency, and another text as it is: none is assumed where words contradict each other."""
    if text is None or label("currency", text) is not None:
        return text
    code = _code_of(text[:_LONGEST])
    notes.append("Moneda is written in words" if code else "Moneda is no currency that is known")
    return code or text


@lru_cache(maxsize=512)
def _code_of(text: str) -> str | None:
    words = re.findall(r"[A-Z]+|\$", _SPELT.sub(lambda spelt: re.sub("[^A-Z]", "", spelt[0]), plain(text).upper()))
    left: tuple[str, ...] | None = None
    for word in words:
        if word in _FILLERS or (word == "$" and len(words) > 1):
            continue
        meant = _WORDS.get(word) or ((word,) if label("currency", word) is not None else ())
        left = meant if left is None else tuple(code for code in left if code in meant)
        if not left:
            return None
    return left[0] if left else None
