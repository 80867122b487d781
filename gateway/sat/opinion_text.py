"""The head of an opinión's text: name, sentido, RFC, folio and date by their labels, in both layouts.

Until May 2025: boxes, a label above each value. Since June 2025: a table of two columns, whose labels share a line and
whose values share the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.sat.dates import plain
from gateway.sat.pdf import one_line, without_accents

FOLIO = re.compile(r"\b[0-9]{2}[A-Z]{2}[0-9]{7}\b", re.IGNORECASE)
RFC = re.compile(r"(?<![A-Z0-9&Ñ])[A-Z&Ñ]{3,4}[0-9]{6}[A-Z0-9]{3}(?![A-Z0-9])", re.IGNORECASE)
_SENSE = re.compile(
    r"\b(?:POSITIV[OA]|NEGATIV[OA]|(?:EN\s+)?SUSPENSION\s+DE\s+ACTIVIDADES"
    r"|INSCRIT[OA]\s+SIN\s+OBLIGACIONES(?:\s+FISCALES)?|NO\s+INSCRIT[OA])\b",
    re.IGNORECASE,
)
_DAY = r"[0-9]{1,2}\s+de\s+[a-z]+\s+del?\s+[0-9]{4}|[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = re.compile(rf"(?:{_DAY})(?:,?\s+(?:a\s+las?\s+)?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?P<name>nombre\s*,?\s*denominacion\s+o\s+razon\s+social|nombre,? o razon social|denominacion o razon social)"
    r"|(?P<sense>sentido(?: de la opinion)?)|(?P<folio>(?:numero de |no\. de )?folio)"
    r"|(?P<rfc>(?:clave\s+(?:de\s+|del\s+)?)?r\.?\s?f\.?\s?c\.?|registro\s+federal\s+de\s+contribuyentes)"
    r"|(?P<issued>fecha(?:\s+y\s+hora)?\s+de\s+(?:emision|revision))",
    re.IGNORECASE,
)
_AT_LINE = re.compile(rf"^(?:{_LABEL.pattern})", re.IGNORECASE | re.MULTILINE)
#: The words that begin what follows the head.
_BODY = re.compile(
    r"(?:apreciable|estimad[oa]|respuesta|en atencion|se le informa|presente|cadena original|creditos fiscales"
    r"|cumplimiento de (?:las )?obligaciones|descripcion de la|por lo que se emite|revision practicada"
    r"|(?:obligaciones|declaraciones)(?: fiscales)? (?:omitidas|pendientes|incumplidas|no presentadas))\b|notas?$|.*:$"
)
#: What may stand between the labels of one line, and after the last.
_GAP = re.compile(r"[\s:|]*")
_NOTES = re.compile(r"^[ \t]*notas?\b", re.IGNORECASE | re.MULTILINE)
_LONGEST_VALUE = 4  # lines


@dataclass(frozen=True, slots=True)
class Head:
    """The head's values as printed; None for what it does not state."""

    name: str | None
    sense: str | None
    rfc: str | None
    folio: str | None
    issued: str | None


def read(text: str) -> Head:
    """Return the head of the text of an opinión's PDF."""
    found: dict[str, str] = {}
    for labels, value in _blocks(text):
        for name, words in _told_apart(labels, value).items():
            found.setdefault(name, words)
    notes = _NOTES.search(text)
    body = text[: notes.start()] if notes else text
    rfc, folio = re.search(rf"^[ \t]*({RFC.pattern})", text, re.MULTILINE), FOLIO.search(text)
    return Head(
        name=found.get("name"),
        sense=found.get("sense") or _stated_sense(body),
        rfc=found.get("rfc") or (rfc[1] if rfc else None),
        folio=found.get("folio") or (folio[0] if folio else None),
        issued=found.get("issued") or _reviewed(body),
    )


def _blocks(text: str) -> Iterator[tuple[set[str], str]]:
    """Give the values with the labels that stand above or before them: those of one line have their values in one."""
    labels: set[str] = set()
    values: list[str] = []
    for line in filter(None, (" ".join(line.split()) for line in _with_whole_labels(text).splitlines())):
        own, rest = _labels(line)
        if own and values:
            yield labels, "\n".join(values)
            labels, values = set(), []
        labels |= own
        if (not own and _BODY.match(plain(line))) or len(values) == _LONGEST_VALUE:
            break
        if labels and rest:
            values.append(rest)
    if labels and values:
        yield labels, "\n".join(values)


def _with_whole_labels(text: str) -> str:
    """Join the labels that are broken into lines: a blank for each break, so that all else keeps its place."""
    found = text
    for mark in _AT_LINE.finditer(without_accents(text)):
        found = found[: mark.start()] + found[mark.start() : mark.end()].replace("\n", " ") + found[mark.end() :]
    return found


def _labels(line: str) -> tuple[set[str], str]:
    """Return the labels that a line begins with, and what follows them; none where the words are a value of their own.

    "RFC SOLUCIONES SA DE CV" is a name: without a colon, a label's line holds labels only, or a value of its form.
    """
    folded, found, end, has_colon = without_accents(line), set[str](), 0, False
    while mark := _LABEL.match(folded, end):
        gap = _GAP.match(folded, mark.end())
        after = gap.end() if gap else mark.end()
        if after == mark.end() and after < len(folded):
            break  # the beginning of a longer word
        found.add(mark.lastgroup or "")
        has_colon, end = has_colon or ":" in folded[mark.end() : after], after
    rest = line[end:]
    fits = not rest or has_colon or (found - {"name", "sense"} and (RFC.match(rest) or FOLIO.match(rest)))
    return (found, rest) if found and (fits or "name" in found) else (set(), line)


def _told_apart(labels: set[str], value: str) -> dict[str, str]:
    """Return the value of each label, by its form; a name is what the others leave."""
    found: dict[str, str] = {}
    forms = {"rfc": RFC, "folio": FOLIO, "issued": _MOMENT, "sense": _SENSE}
    for name, form in forms.items():
        if name in labels and (marks := list(form.finditer(without_accents(value)))):
            mark = marks[-1] if name == "sense" else marks[0]  # a name may hold the words of a sentido
            found[name] = " ".join(value[mark.start() : mark.end()].split())
            value = f"{value[: mark.start()]} {value[mark.end() :]}"
    if "name" in labels and (words := one_line(value)):
        found["name"] = words
    return found


def _stated_sense(body: str) -> str | None:
    """Return the sentido as the prose states it: "en sentido NEGATIVO", or else "se encuentra al corriente"."""
    folded = without_accents(body)
    stated = re.search(rf"sentido\s*:?\s*({_SENSE.pattern})", folded, re.IGNORECASE) or _SENSE.search(folded)
    stated = stated or re.search(r"(?:no\s+)?se\s+encuentra\s+al\s+corriente", folded, re.IGNORECASE)
    return one_line(body[stated.start(stated.lastindex or 0) : stated.end()]) if stated else None


def _reviewed(body: str) -> str | None:
    """Return the moment of "Revisión practicada el día 7 de enero de 2020, a las 10:20 horas"."""
    folded = without_accents(body)
    reviewed = re.search(r"revision\s+practicada\s+el(?:\s+dia)?\s+", folded, re.IGNORECASE)
    moment = _MOMENT.match(folded, reviewed.end()) if reviewed else None
    return one_line(moment[0]) if moment else None
