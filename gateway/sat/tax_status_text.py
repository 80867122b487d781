"""The text of a constancia's PDF → the tree that Syncfy's JSON has. Layouts of 2021 and 2023.

Sections begin with their headings, which a page repeats when a table goes on on it. Within one, fields are told by
their labels and rows of tables by the dates that end them: no position counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway.sat import seals
from gateway.sat.dates import plain
from gateway.sat.pdf import labelled, one_line, tidy, without_accents

_IDENTITY = [
    "RFC",
    "CURP",
    "Nombre (s)",
    "Nombre(s)",
    "Nombre",
    "Primer Apellido",
    "Segundo Apellido",
    "Denominación/Razón Social",
    "Denominación o Razón Social",
    "Régimen Capital",
    "Régimen de Capital",
    "Nombre Comercial",
    "Fecha inicio de operaciones",
    "Fecha de inicio de operaciones",
    "Estatus en el padrón",
    "Fecha de último cambio de estado",
    "Fecha de último cambio de situación",
]
_HOME = [
    "Código Postal",
    "Tipo de Vialidad",
    "Nombre de Vialidad",
    "Nombre de la Vialidad",
    "Número Exterior",
    "Número Interior",
    "Nombre de la Colonia",
    "Colonia",
    "Nombre de la Localidad",
    "Localidad",
    "Nombre del Municipio o Demarcación Territorial",
    "Municipio o Demarcación Territorial",
    "Municipio",
    "Nombre de la Entidad Federativa",
    "Entidad Federativa",
    "Entre Calle",
    "Y Calle",
    "Correo Electrónico",
    "Estado del domicilio",
    "Estado del contribuyente en el domicilio",
]
#: The labels before a telephone's area code, and before the number that follows it.
_LANDLINE, _MOBILE = "tel_fijo", "tel_movil"
_AREA_CODES = {
    "Tel. Fijo Lada": _LANDLINE,
    "Teléfono Fijo Lada": _LANDLINE,
    "Tel. Móvil Lada": _MOBILE,
    "Teléfono Móvil Lada": _MOBILE,
    "Tel. Celular Lada": _MOBILE,
    "Lada": "",
}
_NUMBERS = {
    "Número": "",
    "Tel. Fijo Número": _LANDLINE,
    "Tel. Fijo": _LANDLINE,
    "Teléfono Fijo Número": _LANDLINE,
    "Teléfono Fijo": _LANDLINE,
    "Teléfono": _LANDLINE,
    "Teléfono Móvil": _MOBILE,
    "Teléfono Celular": _MOBILE,
    "Tel. Móvil Número": _MOBILE,
    "Tel. Móvil": _MOBILE,
}
_MOBILE_AREA_CODES = ("044", "045")
_IDENTIFICATION, _LOCATION = "datos de identificacion del contribuyente", "datos del domicilio registrado"
_ACTIVITIES, _REGIMES, _OBLIGATIONS = "actividades economicas", "regimenes", "obligaciones"
#: Each section by the beginning of its heading; the layout of 2021 calls the address "Datos de Ubicación".
_HEADINGS = {
    "datos de identificacion": _IDENTIFICATION,
    "datos de ubicacion": _LOCATION,
    "datos del domicilio": _LOCATION,
    "actividades economicas": _ACTIVITIES,
    "regimenes": _REGIMES,
    "obligaciones": _OBLIGATIONS,
}
#: What a heading's line may say after it: its own last words, or column heads.
_AFTER_HEADING = re.compile(
    r"(?: del contribuyente| registrado| fiscal(?:es)?)? ?:? ?(?:(?:orden actividad|regimen fecha|descripcion de) .*)?"
)
_LAST_WORDS = (" del contribuyente", " del contribuyente:", " registrado", " registrado:")
_END = ("sus datos personales", "cadena original sello", "sello digital", "si desea modificar")
_COLUMN_HEADS = {
    _ACTIVITIES: r"orden\s+actividad(?:es)?\s+economicas?\s+porcentaje\s+",
    _REGIMES: r"regimen(?:es)?\s+",
    _OBLIGATIONS: r"descripcion\s+(?:de\s+)?(?:la\s+)?obligacion\s+descripcion\s+(?:de\s+|del\s+)?vencimiento\s+",
}
_DATE_HEADS = r"fecha\s+(?:de\s+)?inicio\s+fecha\s+(?:de\s+)?fin\b"
#: A label that is none of those above. SAT's values are upper-case, or begin after a colon.
_OTHER_LABEL = re.compile(r"(?:^|\s)[A-ZÁÉÍÓÚ][a-záéíóúñü.]+(?: [a-záéíóúñüA-ZÁÉÍÓÚ.()/]+){0,6} ?:(?!//)", re.MULTILINE)

_ROW_END = re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4})(?:\s+([0-9]{2}/[0-9]{2}/[0-9]{4}))?[ \t]*$", re.MULTILINE)
_ACTIVITY = re.compile(r"\s*([0-9]{1,2})\s+(.*?)(?:\s+([0-9]{1,3}(?:\.[0-9]+)?)\s*%?)?\s*", re.DOTALL)
# The two columns of an obligation run into each other: the second always begins with one of these.
_DUE = re.compile(
    r"(?<!\S)(?:A\s+m[aá]s\s+tardar|Conjuntamente|Dentro\s+de|Durante|En\s+el\s+mes|En\s+los?\s|El\s+d[ií]a|Cuando\s+se"
    r"|Al\s+momento)"
)
_DUE_UPPER = re.compile(_DUE.pattern, re.IGNORECASE)
_PLACE = re.compile(
    r"Lugar\s+y\s+Fecha\s+de\s+Emision\s*:?\s*(.{1,200}?[0-9]{1,2}\s+DE\s+[A-Z]+\s+DEL?\s+[0-9]{4})", re.S | re.I
)
_CIF = re.compile(r"id\s?CIF\s*:?\s*([0-9]{8,14})", re.IGNORECASE)


def tree(text: str, problems: list[str]) -> dict[str, Any]:
    """Return the values under the keys of Syncfy's JSON; rows that can't be read whole are told in `problems`."""
    text = tidy(text)
    sections = _sections(text)
    place, cif = _PLACE.search(without_accents(text)), _CIF.search(text)
    return {
        "datos_de_identificacion_del_contribuyente": _fields(sections[_IDENTIFICATION], _IDENTITY),
        "datos_de_ubicacion": {**_fields(sections[_LOCATION], _HOME), **_phones(sections[_LOCATION])},
        "actividades_economicas": [_activity(*row) for row in _rows(sections, _ACTIVITIES, problems)],
        "regimenes": [
            {"regimen": one_line(row), "fecha_inicio": start, "fecha_fin": end}
            for row, start, end in _rows(sections, _REGIMES, problems)
        ],
        "obligaciones": [_obligation(*row) for row in _rows(sections, _OBLIGATIONS, problems)],
        "lugar_y_fecha_de_emision": one_line(text[place.start(1) : place.end(1)]) if place else None,
        "idcif": cif[1] if cif else None,
        "cadena_original_sello": seals.original_string(text),
        "sello_digital": seals.digital_seal(text),
    }


def _sections(text: str) -> dict[str, str]:
    """Return the lines of each section, of all pages, without headings and page marks."""
    lines: dict[str, list[str]] = {name: [] for name in _HEADINGS.values()}
    current: str | None = None
    for line in _joined_headings(text.splitlines()):
        folded = plain(line)
        if folded.startswith(_END):
            current = None
        elif heading := _heading(folded):
            current = heading
            if rest := line.partition(":")[2].strip():
                lines[current].append(rest)
        elif current is not None:
            lines[current].append(line)
    return {name: "\n".join(held) for name, held in lines.items()}


def _joined_headings(lines: list[str]) -> Iterator[str]:
    """Give the lines, and a heading that is broken into two as one."""
    place = 0
    while place < len(lines):
        both = " ".join(lines[place : place + 2])
        folded = plain(both)
        broken = _heading(folded) and (not _heading(plain(lines[place])) or folded.endswith(_LAST_WORDS))
        broken = broken or folded.startswith(_END)
        yield both if broken else lines[place]
        place += 2 if broken else 1


def _heading(folded: str) -> str | None:
    for words, section in _HEADINGS.items():
        if folded.startswith(words) and _AFTER_HEADING.fullmatch(folded[len(words) :]):
            return section
    return None


def _fields(text: str, labels: list[str]) -> dict[str, str]:
    """Return values by label. A label that is none of a constancia's known ones ends the value before it."""
    every = [*_IDENTITY, *_HOME, *_AREA_CODES, *_NUMBERS]
    known = {plain(label) for label in labels}
    found: dict[str, str] = {}
    for label, raw in labelled(text, every):
        other = _OTHER_LABEL.search(raw)
        value = one_line((raw[: other.start()] if other else raw).lstrip(": "))
        if value and plain(label) in known:
            found.setdefault(label, value)
    return found


def _phones(text: str) -> dict[str, str]:
    """Return the landline and the mobile: "Número" belongs to the area code (lada) that stands before it."""
    area_codes = {plain(label): of for label, of in _AREA_CODES.items()}
    numbers = {plain(label): of for label, of in _NUMBERS.items()}
    found: dict[str, str] = {}
    of = _LANDLINE
    for label, raw in labelled(text, [*_HOME, *_AREA_CODES, *_NUMBERS]):
        value = re.match(r"[\s:(]*([0-9+() .-]*[0-9])?", raw)
        digits = one_line((value[1] if value else None) or "")
        if plain(label) in area_codes:
            is_mobile = area_codes[plain(label)] == _MOBILE or digits in _MOBILE_AREA_CODES
            of = _MOBILE if is_mobile else _LANDLINE
            if digits:
                found.setdefault(f"{of}_lada", digits)
        elif plain(label) in numbers and digits:
            found.setdefault(f"{numbers[plain(label)] or of}_numero", digits)
    return found


def _rows(sections: dict[str, str], name: str, problems: list[str]) -> list[tuple[str, str | None, str | None]]:
    """Return the rows of a table with their dates. A row wraps over lines and ends in one or two dates."""
    table = _without_heads(sections[name], name)
    rows: list[tuple[str, str | None, str | None]] = []
    begin = 0
    for found in _ROW_END.finditer(table):
        row = table[begin : found.start()].strip()
        begin = found.end()
        if row:
            rows.append((row, found[1], found[2]))
        elif rows and rows[-1][2] is None:  # a second date, on a line of its own
            rows[-1] = (rows[-1][0], rows[-1][1], found[1])
    if rest := table[begin:].strip():
        rows.append((rest, None, None))
        problems.append(f"a row of the constancia's {name} is printed without its dates")
    return rows


def _without_heads(table: str, name: str) -> str:
    """Cut out the column heads, which each page repeats and lines break anywhere."""
    folded = without_accents(table)
    heads = re.compile(_COLUMN_HEADS[name] + _DATE_HEADS, re.IGNORECASE)
    kept, begin = [], 0
    for found in heads.finditer(folded):
        kept.append(table[begin : found.start()])
        begin = found.end()
    return "".join([*kept, table[begin:]])


def _activity(row: str, start: str | None, end: str | None) -> dict[str, str | None]:
    found = _ACTIVITY.fullmatch(row)
    order, name, percentage = found.groups() if found else (None, row, None)
    return {
        "orden": order,
        "actividad_economica": one_line(name),
        "porcentaje": percentage,
        "fecha_inicio": start,
        "fecha_fin": end,
    }


def _obligation(row: str, start: str | None, end: str | None) -> dict[str, str | None]:
    due = (_DUE_UPPER if row.isupper() else _DUE).search(row)
    split = due.start() if due else len(row)
    return {
        "descripcion_obligacion": one_line(row[:split]),
        "descripcion_vencimiento": one_line(row[split:]),
        "fecha_inicio": start,
        "fecha_fin": end,
    }
