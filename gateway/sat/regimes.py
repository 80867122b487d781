"""The name of a tax regime → its code: the constancia and CFDI 3.2 print names only."""

from __future__ import annotations

from functools import cache

from gateway.sat.catalogs import entries, label
from gateway.sat.dates import plain

#: The short forms on SAT's papers: beginnings of words that a name must all have, in this order of precedence. "" is
#: a regime that c_RegimenFiscal never had, though its name holds the words of another.
_SHORT_NAMES = (
    ("intermedio", ""),
    ("pequenos contribuyentes", ""),
    ("repeco", ""),
    ("plataforma", "625"),
    ("simplificado confianza", "626"),
    ("resico", "626"),
    ("incorporacion fiscal", "621"),
    ("coordinado", "624"),
    ("grupo sociedad", "623"),
    ("cooperativa", "620"),
    ("agricola", "622"),
    ("agapes", "622"),
    ("sector primario", "622"),
    ("no lucrativ", "603"),
    ("residente extranjero", "610"),
    ("sin obligacion", "616"),
    ("hidrocarburo", "628"),
    ("multinacional", "629"),
    ("fiscales preferente", "629"),
    ("enajenacion acciones", "630"),
    ("enajenacion bienes", "607"),
    ("adquisicion bienes", "607"),
    ("dividendo", "611"),
    ("premio", "615"),
    ("demas ingreso", "608"),
    ("otros ingreso", "608"),
    ("actividad empresarial profesional", "612"),
    ("interes", "614"),
    ("sueldo", "605"),
    ("salario", "605"),
    ("asalariado", "605"),
    ("asimilado", "605"),
    ("arrendamiento", "606"),
    ("servicio profesional", "612"),
    ("honorario", "612"),
    ("fisica actividad empresarial", "612"),
    ("consolidacion", "609"),
    ("general ley", "601"),
    ("general persona moral", "601"),
)


def code_of(name: str) -> str | None:
    """Return the code of a regime's name, long or short; None for one that c_RegimenFiscal does not have.

    By the end of the name first, since SAT prints "Régimen General de Ley Personas Morales" for "General de Ley
    Personas Morales".
    """
    words = plain(name).rstrip(".")
    if label("regime", words):
        return words
    # The longest label wins: "… Actividades Empresariales" ends more than one of them.
    ended = next((code for ending, code in _endings() if words.endswith(ending)), None)
    return ended or _by_words(words.replace(",", " ").split())


def _by_words(words: list[str]) -> str | None:
    for beginnings, code in _SHORT_NAMES:
        if all(any(word.startswith(beginning) for word in words) for beginning in beginnings.split()):
            return code or None
    return None


@cache
def _endings() -> list[tuple[str, str]]:
    labels = {plain(text).rstrip("."): code for code, text in reversed(entries("regime"))}
    return sorted(labels.items(), key=lambda item: len(item[0]), reverse=True)
