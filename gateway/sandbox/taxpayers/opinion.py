"""The opinión del cumplimiento (32-D), as Syncfy's JSON and as PDF text in both layouts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import msgspec

from gateway.sandbox.taxpayers import duties
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw, filler
from gateway.sandbox.taxpayers.pdf import Text, heading, title
from gateway.sandbox.taxpayers.spanish import MONTHS, lower_date

_POSITIVE = (
    "Se le informa que en los controles electrónicos institucionales del Servicio de Administración Tributaria, al "
    "momento de esta revisión, se encuentra al corriente en los puntos que revisa la opinión del cumplimiento de "
    "obligaciones fiscales."
)
_NEGATIVE = (
    "Se le informa que en los controles electrónicos institucionales se detectan inconsistencias u omisiones en su "
    "situación fiscal, las cuales se detallan a continuación:"
)
_NOTES = (
    "1.- La opinión del cumplimiento se genera en los siguientes sentidos: POSITIVA.- Cuando el contribuyente está "
    "inscrito y al corriente; NEGATIVA.- Cuando el contribuyente no esté al corriente; INSCRITO SIN OBLIGACIONES.- "
    "Cuando el contribuyente no tiene obligaciones fiscales."
)
_NUMBER = "00001088888800000031"
#: The month in which SAT began to print the opinión anew.
_NEW_LAYOUT = date(2025, 6, 1)


class OmittedObligation(msgspec.Struct, frozen=True):
    """An obligation that was not met in months of a year."""

    descripcion_obligacion: str
    ejercicio: str
    periodo: str


class Content(msgspec.Struct, frozen=True):
    """The JSON file of an opinión, under Syncfy's keys."""

    denominacion_razon_social: str
    rfc: str
    folio: str
    estatus: str
    fecha_de_revision: str
    obligaciones: list[OmittedObligation]
    cadena_original_sello: str
    sello_digital: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinión; `credit` and `authority` (of a tax credit) are on the PDF only."""

    content: Content
    issued_on: date
    time: str
    credit: str | None
    authority: str


def opinion(key: bytes, me: Party, today: date, missed: Sequence[date]) -> Opinion:
    """Make a taxpayer's opinión: negative where it missed months, and then it owes a tax credit too."""
    chance = draw(key, "opinion")
    chance.random()  # what told whether it missed months
    folio = f"{today:%y}{chance.choice(('NL', 'NE', 'JA', 'MX'))}{chance.randrange(10**6, 10**7)}"
    time = f"{chance.randrange(9, 18):02d}:{chance.randrange(60):02d}"
    letter = "N" if missed else "P"
    content = Content(
        denominacion_razon_social=me.full_name,
        rfc=me.rfc,
        folio=folio,
        estatus="Negativo" if missed else "Positivo",
        fecha_de_revision=f"{lower_date(today)} a las {time} horas",
        obligaciones=[
            OmittedObligation(name, str(year), " | ".join(MONTHS[first.month - 1] for first in months))
            for name in duties.monthly(me)
            for year, months in groupby(missed, lambda first: first.year)
        ],
        cadena_original_sello=f"||{me.rfc}|{folio}|{today:%d-%m-%Y}|{letter}||{_NUMBER}||",
        sello_digital=b64encode(filler(key, 128, "opinion", today.isoformat())).decode(),
    )
    credit = f"{chance.randrange(10**11, 10**12)}" if missed else None
    return Opinion(content, today, time, credit, f"ADR {me.city.municipality}")


def pages(made: Opinion) -> list[Text]:
    """Print the opinión as SAT did on its day."""
    content = made.content
    lines = _since_june_2025(made) if made.issued_on >= _NEW_LAYOUT else _until_may_2025(made)
    return [
        title("Opinión del cumplimiento de obligaciones fiscales"),
        *lines,
        heading("Cadena Original"),
        Text(content.cadena_original_sello),
        heading("Sello Digital"),
        Text(content.sello_digital),
    ]


def _since_june_2025(made: Opinion) -> list[Text]:
    """Headings of two columns on one line, their values on the next; sections with an opening sentence."""
    content = made.content
    omitted = [
        Text(line)
        for row in content.obligaciones
        for line in (row.descripcion_obligacion, f"Ejercicio {row.ejercicio}", row.periodo)
    ]
    credits = [
        heading("Créditos fiscales"),
        Text("Se ubican los siguientes créditos fiscales firmes o no garantizados a su cargo:"),
        Text(made.credit or ""),
    ]
    omissions = [
        heading("Cumplimiento de obligaciones"),
        Text("Se detectan omisiones en la presentación de las siguientes obligaciones que tiene registradas:"),
        *omitted,
        heading("Información importante"),
        Text("Si no estás de acuerdo con el resultado puedes presentar una aclaración."),
    ]
    return [
        heading("Nombre, denominación o razón social Sentido"),
        Text(f"{content.denominacion_razon_social} {content.estatus.upper()}"),
        heading("RFC Folio"),
        Text(f"{content.rfc} {content.folio}"),
        heading("Fecha y hora de emisión"),
        Text(content.fecha_de_revision),
        heading("Apreciable contribuyente"),
        Text(_NEGATIVE if omitted else _POSITIVE),
        *(credits if made.credit else []),
        *(omissions if omitted else []),
    ]


def _until_may_2025(made: Opinion) -> list[Text]:
    """Boxes with a label above each value; tables of what is omitted and owed; the sentido in a sentence."""
    content = made.content
    tables = [
        heading("Obligaciones omitidas"),
        Text("Descripción de la obligación Ejercicio Periodo"),
        *(
            Text(f"{row.descripcion_obligacion} {row.ejercicio} {month}")
            for row in content.obligaciones
            for month in row.periodo.split(" | ")
        ),
        heading("Créditos fiscales"),
        Text("Número de crédito Autoridad"),
        Text(f"{made.credit} {made.authority}"),
    ]
    return [
        heading("Folio"),
        Text(content.folio),
        heading("Clave de R.F.C."),
        Text(content.rfc),
        heading("Nombre, Denominación o Razón social"),
        Text(content.denominacion_razon_social),
        heading("Estimado contribuyente"),
        heading("Respuesta de opinión:"),
        Text(_NEGATIVE if made.credit else _POSITIVE),
        *(tables if made.credit else []),
        Text(f"Por lo que se emite esta opinión en sentido {content.estatus.upper()}."),
        Text(f"Revisión practicada el día {lower_date(made.issued_on)}, a las {made.time} horas"),
        heading("Notas"),
        Text(_NOTES),
    ]
