"""A return as Syncfy and SAT give it: the JSON, and the printed acknowledgement with the working of its taxes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from gateway.sandbox.taxpayers.determinations import Part, Rows
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.pdf import Text, heading, title
from gateway.sandbox.taxpayers.spanish import pesos, slashed

_DECEMBER = 12
_WHOLE_SINCE = 2021  # the year of the first annual return whose JSON has more than the acuse
_BANKS = ("BBVA MEXICO", "BANORTE", "SANTANDER", "BANAMEX", "HSBC")
_LABELS = {
    "a_cargo": "A cargo",
    "a_favor": "A favor",
    "parte_actualizada": "Parte actualizada",
    "recargos": "Recargos",
    "fecha_pago_anterior": "Fecha del pago realizado con anterioridad",
    "monto_pagado_con_anterioridad": "Monto pagado con anterioridad",
    "cantidad_a_cargo": "Cantidad a cargo",
    "cantidad_a_pagar": "Cantidad a pagar",
}


class Concept(msgspec.Struct, omit_defaults=True):
    """A "Concepto de pago": text as printed, whole pesos with commas, under Syncfy's keys."""

    nombre: str
    a_favor: str | None = None
    a_cargo: str | None = None
    parte_actualizada: str | None = None
    recargos: str | None = None
    fecha_pago_anterior: str | None = None
    monto_pagado_con_anterioridad: str | None = None
    cantidad_a_cargo: str = ""
    cantidad_a_pagar: str = ""


class Content(msgspec.Struct, omit_defaults=True):
    """The JSON file of a return, under Syncfy's keys. Text as printed, whole pesos with commas."""

    rfc: str
    nombre_denominacion_o_razon_social: str
    numero_operacion: str
    ejercicio: str
    periodo: str
    periodicidad: str
    tipo_declaracion: str
    fecha_presentacion: str
    medio_presentacion: str
    linea_captura: str | None
    importe_total_a_pagar: str
    vigente_hasta: str | None
    conceptos: list[Concept]
    subtipo_complementaria: str | None = None
    determinacion_isr: dict[str, str] | None = None
    determinacion_iva: dict[str, str] | None = None
    determinacion_impuesto: dict[str, str] | None = None
    estado_de_posicion_financiera: dict[str, str] | None = None
    estado_de_resultados: dict[str, str] | None = None
    pago: dict[str, str] | None = None


@dataclass(frozen=True)
class Paper:
    """A return's JSON, and the parts that its PDF prints, which the JSON may lack."""

    content: Content
    parts: list[Part]


def pages(month: int | None, paper: Paper) -> list[Text]:
    """Print the acknowledgement as SAT does today."""
    content = paper.content
    name = "Nombre" if len(content.rfc) == 13 else "Denominación o razón social"
    scope = "ANUAL" if month is None else "PROVISIONAL O DEFINITIVA"
    period = "Del Ejercicio" if month is None else content.periodo
    lines = [
        title("ACUSE DE RECIBO"),
        title(f"DECLARACIÓN {scope} DE IMPUESTOS FEDERALES"),
        Text(f"RFC: {content.rfc}    Hoja 1 de 1"),
        Text(f"{name}: {content.nombre_denominacion_o_razon_social}"),
        Text(f"Tipo de declaración: {content.tipo_declaracion}"),
        *([Text(f"Tipo de complementaria: {kind}")] if (kind := content.subtipo_complementaria) else []),
        Text(f"Período de la declaración: {period}    Ejercicio: {content.ejercicio}"),
        Text(f"Fecha y hora de presentación: {content.fecha_presentacion}    Medio de presentación: Internet"),
        Text(f"Número de operación: {content.numero_operacion}"),
        heading("Impuestos que declara:"),
    ]
    for place, concept in enumerate(content.conceptos, 1):
        lines.append(Text(f"Concepto de pago {place}: {concept.nombre}"))
        lines += [Text(f"{label}: {text}") for name, label in _LABELS.items() if (text := getattr(concept, name))]
    if content.linea_captura:
        groups = content.linea_captura
        printed = " ".join(groups[i : i + 4] for i in range(0, len(groups), 4))
        lines.append(Text(f"Línea de Captura: {printed}    Importe total a pagar: ${content.importe_total_a_pagar}"))
        lines.append(Text(f"Vigente hasta: {content.vigente_hasta}"))
    for part in paper.parts:
        lines.append(heading(part.heading))
        lines += [Text(f"{label}: {_printed(value)}") for label, value in part.rows]
    return lines


def _printed(value: int | str) -> str:
    return value if isinstance(value, str) else pesos(value)


def paper_of(key: bytes, month: int | None, presented_at: datetime, content: Content, parts: list[Part]) -> Paper:
    """Put the parts into the JSON. That of an annual return of before 2021 and of a December has the acuse alone."""
    parts = [*parts, *_payment(key, presented_at, content)]
    only_printed = month == _DECEMBER or (month is None and int(content.ejercicio) < _WHOLE_SINCE)
    for part in [] if only_printed else parts:
        setattr(content, part.key, {_key(label): _printed(value) for label, value in part.rows})
    return Paper(content, parts)


def _key(label: str) -> str:
    """Return a label as a key of Syncfy's: "IVA a cargo" is iva_a_cargo."""
    folded = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    return folded.replace(" ", "_")


def _payment(key: bytes, presented_at: datetime, content: Content) -> list[Part]:
    """Tell of the payment of what was due; of one in four nothing tells."""
    chance = draw(key, "payment", content.numero_operacion)
    if not content.linea_captura or chance.random() < 0.25:
        return []
    paid_on = presented_at.date() + timedelta(days=chance.randrange(10))
    rows: Rows = [
        ("Banco", chance.choice(_BANKS)),
        ("Fecha de pago", slashed(paid_on)),
        ("Importe pagado", content.importe_total_a_pagar),
        ("Número de operación bancaria", str(chance.randrange(10**8, 10**9))),
    ]
    return [Part("pago", "Datos del pago", rows)]
