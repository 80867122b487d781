"""The text of a constancia's PDF → the tree that Syncfy's JSON has. Layouts of 2021 and 2023."""

from __future__ import annotations

import re
from typing import Any

from gateway.sat import seals
from gateway.sat.pdf import between, labelled, one_line, without_accents

_IDENTITY = [
    "RFC",
    "CURP",
    "Nombre (s)",
    "Primer Apellido",
    "Segundo Apellido",
    "Denominación/Razón Social",
    "Régimen Capital",
    "Nombre Comercial",
    "Fecha inicio de operaciones",
    "Estatus en el padrón",
    "Fecha de último cambio de estado",
]
_HOME = [
    "Código Postal",
    "Tipo de Vialidad",
    "Nombre de Vialidad",
    "Número Exterior",
    "Número Interior",
    "Nombre de la Colonia",
    "Nombre de la Localidad",
    "Nombre del Municipio o Demarcación Territorial",
    "Nombre de la Entidad Federativa",
    "Entre Calle",
    "Y Calle",
    "Correo Electrónico",
    "Tel. Fijo Lada",
    "Número",
    "Estado del domicilio",
    "Estado del contribuyente en el domicilio",
]
_SECTIONS = (
    "Datos de Ubicación",
    "Datos del domicilio registrado",
    "Actividades Económicas",
    "Regímenes",
    "Obligaciones",
)
_END = ("Sus datos personales", "Cadena Original Sello", "Sello Digital")

_DATES = r"([0-9]{2}/[0-9]{2}/[0-9]{4})(?:\s+([0-9]{2}/[0-9]{2}/[0-9]{4}))?"
_ROW_END = re.compile(rf"{_DATES}[ \t]*$", re.MULTILINE)
_ACTIVITY = re.compile(r"^\s*([0-9]{1,2})\s+(.*?)\s+([0-9]{1,3}(?:\.[0-9]+)?)\s*$", re.DOTALL)
# The two columns of an obligation run into each other: the second always begins with one of these.
_DUE = re.compile(
    r"(?:A m[aá]s tardar|Conjuntamente|Dentro de|Durante|En el mes|En los? |El d[ií]a|Cuando se|Al momento)"
)
_PLACE = re.compile(
    r"Lugar y Fecha de Emision\s*:?\s*(.{1,200}?[0-9]{1,2}\s+DE\s+[A-Z]+\s+DEL?\s+[0-9]{4})", re.S | re.I
)
_CIF = re.compile(r"idCIF\s*:?\s*([0-9]{8,14})")


def tree(text: str) -> dict[str, Any]:
    identity = between(text, "Datos de Identificación del Contribuyente", *_SECTIONS, *_END)
    home = between(text, "Datos de Ubicación", *_SECTIONS[2:], *_END) or between(
        text, "Datos del domicilio registrado", *_SECTIONS[2:], *_END
    )
    place, cif = _PLACE.search(without_accents(text)), _CIF.search(text)
    return {
        "datos_de_identificacion_del_contribuyente": _fields(identity, _IDENTITY),
        "datos_de_ubicacion": _fields(home, _HOME),
        "actividades_economicas": _activities(_table(text, "Actividades Económicas")),
        "regimenes": [
            {"regimen": one_line(row), "fecha_inicio": start, "fecha_fin": end}
            for row, start, end in _rows(_table(text, "Regímenes"))
        ],
        "obligaciones": [_obligation(*row) for row in _rows(_table(text, "Obligaciones"))],
        "lugar_y_fecha_de_emision": one_line(text[place.start(1) : place.end(1)]) if place else None,
        "idcif": cif[1] if cif else None,
        "cadena_original_sello": seals.original_string(text),
        "sello_digital": seals.digital_seal(text),
    }


def _fields(text: str, labels: list[str]) -> dict[str, str]:
    return {label: value for label, raw in labelled(text, labels) if (value := one_line(raw.lstrip(": ")))}


def _table(text: str, heading: str) -> str:
    """The rows without the line of column titles."""
    body = between(text, heading, *(other for other in _SECTIONS if other != heading), *_END).lstrip(": \t")
    titles = re.search(r"Fecha Inicio\s+Fecha Fin[ \t]*\n?", body, re.IGNORECASE)
    return body[titles.end() :] if titles else body


def _rows(table: str) -> list[tuple[str, str, str | None]]:
    """A row wraps over lines and ends in one or two dates, which may stand on a line of their own."""
    rows: list[tuple[str, str, str | None]] = []
    begin = 0
    for found in _ROW_END.finditer(table):
        row = table[begin : found.start()].strip()
        begin = found.end()
        if row:
            rows.append((row, found[1], found[2]))
    return rows


def _activities(table: str) -> list[dict[str, str | None]]:
    activities: list[dict[str, str | None]] = []
    for row, start, end in _rows(table):
        found = _ACTIVITY.match(row)
        order, name, percentage = found.groups() if found else (None, row, None)
        activities.append(
            {
                "orden": order,
                "actividad_economica": one_line(name),
                "porcentaje": percentage,
                "fecha_inicio": start,
                "fecha_fin": end,
            }
        )
    return activities


def _obligation(row: str, start: str, end: str | None) -> dict[str, str | None]:
    due = _DUE.search(row)
    split = due.start() if due else len(row)
    return {
        "descripcion_obligacion": one_line(row[:split]),
        "descripcion_vencimiento": one_line(row[split:]),
        "fecha_inicio": start,
        "fecha_fin": end,
    }
