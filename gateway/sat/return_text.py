"""The acuse's own fields in the text of a PDF → a tree of the kind that `returns` reads. It has three known layouts."""

from __future__ import annotations

import re
from typing import Any

from gateway.sat.pdf import first_line, labelled, labelled_marks, without_accents

HEADER = [
    "RFC",
    "Denominación o razón social",
    "Nombre",
    "Tipo de declaración",
    "Tipo de complementaria",
    "Período de la declaración",
    "Periodicidad",
    "Ejercicio",
    "Fecha y hora de presentación",
    "Medio de presentación",
    "Número de operación",
    "Impuestos que declara",
    "Línea de captura",
    "Importe total a pagar",
    "Vigente hasta",
    "Hoja",
]
AMOUNTS = [
    "A cargo",
    "Impuesto a cargo",
    "A favor",
    "Impuesto a favor",
    "Parte actualizada",
    "Recargos",
    "Multas",
    "Multa por corrección",
    "Monto pagado con anterioridad",
    "Fecha del pago realizado con anterioridad",
    "Cantidad a cargo",
    "Cantidad a favor",
    "Cantidad a pagar",
]
#: Words of the headings of a declaración's parts, which may follow the acuse's concepts in one PDF.
PARTS = re.compile(
    r"^(?:determinacion|balance|estado de (?:posicion|situacion) financiera|estado de resultados|conciliacion|"
    r"datos del pago|informacion del pago|deducciones personales|detalle|datos informativos)\b",
    re.IGNORECASE,
)
_PART = re.compile(rf"{PARTS.pattern}[^:0-9]*$", re.IGNORECASE | re.MULTILINE)
_NEARBY = 300  # characters: a wrapped name is a line or two away
CONCEPT = re.compile(r"Concepto de pago\s+[0-9]{1,3}\s*:[ \t]*(.*)", re.IGNORECASE)


def tree(text: str) -> dict[str, Any]:
    marks = list(CONCEPT.finditer(without_accents(text)))
    header = text[: marks[0].start()] if marks else text
    ends = ([mark.start() for mark in marks] + [_end_of_concepts(text, marks)])[1:]
    fields = _fields(header, HEADER)
    if marks:
        # The payment's line, with the total and its due date, stands below the concepts.
        fields |= {key: value for key, value in _fields(text[marks[-1].end() :], HEADER).items() if key not in fields}
    concepts = [
        {
            "concepto": _name(text, mark, end),
            **_fields(text[_after_name(text, mark) : end], AMOUNTS + HEADER, only=AMOUNTS),
        }
        for mark, end in zip(marks, ends, strict=True)
    ]
    return {**fields, "conceptos": concepts}


def concept_line(words: str) -> tuple[str, int]:
    """Return a concept's name on its label's line, and where the amounts that share the line begin."""
    first = next(iter(labelled_marks(words, AMOUNTS)), None)
    end = first.start() if first else len(words)
    return words[:end].strip(), end


def _after_name(text: str, mark: re.Match[str]) -> int:
    return mark.start(1) + concept_line(text[mark.start(1) : mark.end(1)])[1]


def _end_of_concepts(text: str, marks: list[re.Match[str]]) -> int:
    part = _PART.search(without_accents(text), marks[-1].end()) if marks else None
    return part.start() if part else len(text)


def _fields(text: str, labels: list[str], only: list[str] | None = None) -> dict[str, str]:
    wanted = {without_accents(label).lower() for label in only or labels}
    found: dict[str, str] = {}
    for label, raw in labelled(text, labels):
        value = first_line(raw)
        if value and label.lower() in wanted:
            found.setdefault(label, value)
    return found


def _name(text: str, mark: re.Match[str], end: int) -> str | None:
    """On the label's own line, or (the legacy layout, which prints a number there) on the lines around it."""
    own, _ = concept_line(text[mark.start(1) : mark.end(1)])
    if own and not own.isdigit():
        return own
    above = [line.strip() for line in text[max(0, mark.start() - _NEARBY) : mark.start()].splitlines() if line.strip()][
        -1:
    ]
    below = [line.strip() for line in text[mark.end() : min(end, mark.end() + _NEARBY)].splitlines() if line.strip()][
        :1
    ]
    return " ".join(line for line in above + below if ":" not in line) or own or None
