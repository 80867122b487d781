"""The opinión del cumplimiento (32-D), as PDF text and as Syncfy's JSON."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any

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


def opinion(key: bytes, me: Party, today: date) -> dict[str, Any]:
    """Syncfy's JSON, key for key. About one taxpayer in eight is not up to date."""
    chance = draw(key, "opinion")
    positive = chance.random() < 0.87
    folio = f"{today:%y}{chance.choice(('NL', 'NE', 'JA', 'MX'))}{chance.randrange(10**6, 10**7)}"
    time = f"{chance.randrange(9, 18):02d}:{chance.randrange(60):02d}"
    letter = "P" if positive else "N"
    return {
        "denominacion_razon_social": me.full_name,
        "rfc": me.rfc,
        "folio": folio,
        "estatus": "Positivo" if positive else "Negativo",
        "fecha_de_revision": f"{lower_date(today)} a las {time} horas",
        "obligaciones": [] if positive else _omitted(me, today),
        "cadena_original_sello": f"||{me.rfc}|{folio}|{today:%d-%m-%Y}|{letter}||{_NUMBER}||",
        "sello_digital": b64encode(filler(key, 128, "opinion", today.isoformat())).decode(),
    }


def pages(content: dict[str, Any]) -> list[Text]:
    """As printed in 2026: headings on one line, their values on the next."""
    omitted = [
        Text(f"{row['descripcion_obligacion']} {row['periodo']} {row['ejercicio']}") for row in content["obligaciones"]
    ]
    return [
        title("Opinión del cumplimiento de obligaciones fiscales"),
        heading("Nombre, denominación o razón social Sentido"),
        Text(f"{content['denominacion_razon_social']} {content['estatus'].upper()}"),
        heading("RFC Folio"),
        Text(f"{content['rfc']} {content['folio']}"),
        heading("Fecha y hora de emisión"),
        Text(content["fecha_de_revision"]),
        heading("Apreciable contribuyente"),
        Text(_NEGATIVE if omitted else _POSITIVE),
        *([heading("Obligaciones omitidas"), *omitted] if omitted else []),
        heading("Cadena Original"),
        Text(content["cadena_original_sello"]),
        heading("Sello Digital"),
        Text(content["sello_digital"]),
    ]


def _omitted(me: Party, today: date) -> list[dict[str, str]]:
    last = add_months(today.replace(day=1), -2)
    kind = "personas físicas" if me.person else "personas morales"
    return [
        {
            "descripcion_obligacion": f"Pago provisional mensual de ISR {kind}",
            "ejercicio": str(last.year),
            "periodo": MONTHS[last.month - 1],
        },
        {
            "descripcion_obligacion": "Pago definitivo mensual de IVA",
            "ejercicio": str(last.year),
            "periodo": MONTHS[last.month - 1],
        },
    ]
