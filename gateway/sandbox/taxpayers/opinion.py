"""The opinión del cumplimiento (32-D), as PDF text and as Syncfy's JSON."""

from __future__ import annotations

from base64 import b64encode
from datetime import date

import msgspec

from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw, filler
from gateway.sandbox.taxpayers.months import add_months
from gateway.sandbox.taxpayers.pdf import Text, heading, title
from gateway.sandbox.taxpayers.spanish import MONTHS, lower_date

_POSITIVE = (
    "Se le informa que en los controles electrónicos institucionales del Servicio de Administración Tributaria, al "
    "momento de esta revisión, se encuentra al corriente en los puntos que revisa la opinión del cumplimiento de "
    "obligaciones fiscales."
)
_NEGATIVE = (
    "Se le informa que en los controles electrónicos institucionales del Servicio de Administración Tributaria, al "
    "momento de esta revisión, se detectan las obligaciones omitidas que se enlistan."
)
_NUMBER = "00001088888800000031"


class OmittedObligation(msgspec.Struct, frozen=True):
    """An obligation of a month that was not met."""

    descripcion_obligacion: str
    ejercicio: str
    periodo: str


class Opinion(msgspec.Struct, frozen=True):
    """The JSON file of an opinión, under Syncfy's keys."""

    denominacion_razon_social: str
    rfc: str
    folio: str
    estatus: str
    fecha_de_revision: str
    obligaciones: list[OmittedObligation]
    cadena_original_sello: str
    sello_digital: str


def opinion(key: bytes, me: Party, today: date) -> Opinion:
    """Make a taxpayer's opinión; about one taxpayer in eight is not up to date."""
    chance = draw(key, "opinion")
    positive = chance.random() < 0.87
    folio = f"{today:%y}{chance.choice(('NL', 'NE', 'JA', 'MX'))}{chance.randrange(10**6, 10**7)}"
    time = f"{chance.randrange(9, 18):02d}:{chance.randrange(60):02d}"
    letter = "P" if positive else "N"
    return Opinion(
        denominacion_razon_social=me.full_name,
        rfc=me.rfc,
        folio=folio,
        estatus="Positivo" if positive else "Negativo",
        fecha_de_revision=f"{lower_date(today)} a las {time} horas",
        obligaciones=[] if positive else _omitted(me, today),
        cadena_original_sello=f"||{me.rfc}|{folio}|{today:%d-%m-%Y}|{letter}||{_NUMBER}||",
        sello_digital=b64encode(filler(key, 128, "opinion", today.isoformat())).decode(),
    )


def pages(content: Opinion) -> list[Text]:
    """Print the opinión as SAT does in 2026: headings on one line, their values on the next."""
    omitted = [Text(f"{row.descripcion_obligacion} {row.periodo} {row.ejercicio}") for row in content.obligaciones]
    return [
        title("Opinión del cumplimiento de obligaciones fiscales"),
        heading("Nombre, denominación o razón social Sentido"),
        Text(f"{content.denominacion_razon_social} {content.estatus.upper()}"),
        heading("RFC Folio"),
        Text(f"{content.rfc} {content.folio}"),
        heading("Fecha y hora de emisión"),
        Text(content.fecha_de_revision),
        heading("Apreciable contribuyente"),
        Text(_NEGATIVE if omitted else _POSITIVE),
        *([heading("Obligaciones omitidas"), *omitted] if omitted else []),
        heading("Cadena Original"),
        Text(content.cadena_original_sello),
        heading("Sello Digital"),
        Text(content.sello_digital),
    ]


def _omitted(me: Party, today: date) -> list[OmittedObligation]:
    last = add_months(today.replace(day=1), -2)
    kind = "personas físicas" if me.person else "personas morales"
    names = (f"Pago provisional mensual de ISR {kind}", "Pago definitivo mensual de IVA")
    return [OmittedObligation(name, str(last.year), MONTHS[last.month - 1]) for name in names]
