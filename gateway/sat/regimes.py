"""The name of a tax regime → its code: the constancia and CFDI 3.2 print names only."""

from __future__ import annotations

from functools import cache

from gateway.sat.catalogs import entries, label
from gateway.sat.dates import plain


def code_of(name: str) -> str | None:
    """By suffix, since SAT prints "Régimen General de Ley Personas Morales" for "General de Ley Personas Morales"."""
    words = plain(name).rstrip(".")
    if label("regime", words):
        return words
    # The longest label wins: "… Actividades Empresariales" ends more than one of them.
    return next((code for ending, code in _endings() if words.endswith(ending)), None)


@cache
def _endings() -> list[tuple[str, str]]:
    labels = {plain(text).rstrip("."): code for code, text in reversed(entries("regime"))}
    return sorted(labels.items(), key=lambda item: len(item[0]), reverse=True)
