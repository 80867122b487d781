"""Opinión del cumplimiento de obligaciones fiscales (32-D), from Syncfy's JSON or from the PDF.

The cadena original `||RFC|FOLIO|dd-mm-aaaa|P||certificate||` is the firmest source: the printed table breaks into
lines.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import seals
from gateway.sat.dates import MONTHS, plain, to_iso
from gateway.sat.documents import ComplianceOpinion, OmittedObligation
from gateway.sat.lenient import Fields, listed
from gateway.sat.pdf import first_line, one_line, without_accents
from gateway.sat.rfc import normalize_rfc

_CHAIN_SENSES = {"P": "POSITIVE", "N": "NEGATIVE"}
# Rule 2.1.37 of the Resolución Miscelánea, and what readers of older layouts handle; the longer phrase first.
_SENSES = (
    ("sin obligaciones", "NO_OBLIGATIONS"),
    ("no inscrit", "NOT_REGISTERED"),
    ("suspension", "SUSPENDED"),
    ("suspendid", "SUSPENDED"),
    ("negativ", "NEGATIVE"),
    ("positiv", "POSITIVE"),
)
_SENSE_WORDS = r"(?:POSITIV[OA]|NEGATIV[OA]|EN SUSPENSI[OÓ]N DE ACTIVIDADES|INSCRITO SIN OBLIGACIONES|NO INSCRITO)"
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_PERIOD = re.compile(
    rf"(?:(?:{'|'.join(MONTHS)})(?:\s*(?:-|a|y)\s*(?:{'|'.join(MONTHS)}))?|ejercicio)\s*(?:de\s+|del\s+)?20[0-9]{{2}}.*$",
    re.IGNORECASE,
)


def read_json(tree: Any) -> ComplianceOpinion:
    fields = Fields(tree)
    chain = fields.text("cadenaoriginalsello", "cadenaoriginal", "originalstring")
    obligations = listed(tree, "obligacionesomitidas", "obligaciones", "obligacionespendientes", "omittedobligations")
    return _opinion(
        chain,
        {
            "folio": fields.text("folio", "numerofolio", "foliooperacion"),
            "rfc": fields.text("rfc", "claverfc", "taxid"),
            "name": fields.text(
                "denominacionrazonsocial",
                "denominacionorazonsocial",
                "nombredenominacionorazonsocial",
                "nombredenominacionrazonsocial",
                "razonsocial",
                "nombre",
                "name",
            ),
            "sense": fields.text("estatus", "sentido", "sentidoopinion", "resultado", "opinion", "status"),
            "issued": fields.text(
                "fecharevision", "fechayhoraemision", "fechahoraemision", "fechaemision", "fecha", "issuedat"
            ),
            "seal": fields.text("sellodigital", "sello"),
        },
        [_obligation(item) for item in obligations if item],
    )


def read_text(text: str) -> ComplianceOpinion:
    bare = without_accents(text)
    heading = re.search(r"razon social\s+Sentido\s*\n(.*)\n", bare, re.IGNORECASE)
    value = text[heading.start(1) : heading.end(1)].strip() if heading else ""
    sense = re.search(_SENSE_WORDS, value or text, re.IGNORECASE)
    folio = re.search(r"\b[0-9]{2}[A-Z]{2}[0-9]{7}\b", text)
    rfc = re.search(r"^[ \t]*([A-Z&Ñ]{3,4}[0-9]{6}[A-Z0-9]{3})\b", text, re.MULTILINE)
    issued = re.search(r"Fecha y hora de emision\s*:?\s*", bare, re.IGNORECASE)
    return _opinion(
        seals.original_string(text),
        {
            "folio": folio[0] if folio else None,
            "rfc": rfc[1] if rfc else None,
            "name": one_line(value[: sense.start()] if sense else value) if value else None,
            "sense": sense[0] if sense else None,
            "issued": first_line(text[issued.end() :]) if issued else None,
            "seal": seals.digital_seal(text),
        },
        _printed_obligations(text, bare),
    )


def sense_of(text: str | None) -> str:
    """The enum value for SAT's words; UNKNOWN for new ones, never an error."""
    words = plain(text or "")
    return next((sense for phrase, sense in _SENSES if phrase in words), "UNKNOWN")


def _opinion(chain: str | None, said: dict[str, str | None], omitted: list[OmittedObligation]) -> ComplianceOpinion:
    rfc, folio, issued, letter, *_rest = [*seals.parts(chain), "", "", "", ""]
    rfc, folio = rfc or said["rfc"] or "", folio or said["folio"] or ""
    if not rfc and not folio:
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no RFC and no folio of an opinión")
    return {
        "folio": folio or None,
        "rfc": normalize_rfc(rfc) or None,
        "name": said["name"],
        "sense": _CHAIN_SENSES.get(letter) or sense_of(said["sense"]),
        "sense_text": said["sense"],
        "issued_at": to_iso(said["issued"]) or to_iso(issued),
        "original_string": chain,
        "digital_seal": said["seal"],
        "omitted_obligations": omitted,
    }


def _obligation(item: Any) -> OmittedObligation:
    if not isinstance(item, dict):
        return _described(str(item))
    fields = Fields(item)
    description = fields.text(
        "descripcion", "descripcionobligacion", "obligacion", "concepto", "impuesto", "nombre", "description"
    )
    year = _YEAR.search(fields.text("ejercicio", "anio", "ano", "year", "periodo", "period") or "")
    return {
        "description": description,
        "period": fields.text("periodo", "mes", "period"),
        "year": int(year[1]) if year else None,
    }


def _described(line: str) -> OmittedObligation:
    """ "Pago provisional mensual de ISR Enero de 2026": what is owed, then for when."""
    period = _PERIOD.search(without_accents(line))
    year = _YEAR.search(period[0] if period else line)
    return {
        "description": one_line(line[: period.start()] if period else line),
        "period": one_line(line[period.start() :]) if period else None,
        "year": int(year[1]) if year else None,
    }


def _printed_obligations(text: str, bare: str) -> list[OmittedObligation]:
    heading = re.search(r"^.*obligaciones (?:fiscales )?(?:omitidas|pendientes).*$", bare, re.IGNORECASE | re.MULTILINE)
    if heading is None:
        return []
    stop = re.compile(r"^[ \t]*(?:Cadena Original|Creditos fiscales)", re.IGNORECASE | re.MULTILINE).search(
        bare, heading.end()
    )
    lines = text[heading.end() : stop.start() if stop else len(text)].splitlines()
    # Only a line that ends in a period is a row: the rest is SAT's prose.
    return [_described(line) for line in lines if _PERIOD.search(without_accents(line))]
