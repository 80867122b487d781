"""Opinión del cumplimiento de obligaciones fiscales (32-D), from Syncfy's JSON or from the PDF.

The cadena original `||RFC|FOLIO|dd-mm-aaaa|P||certificate||` is the firmest source: the printed table breaks into
lines.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import opinion_rows, opinion_text, owed_periods, seals
from gateway.sat.dates import iso_date, month_number, plain, to_iso
from gateway.sat.documents import ComplianceOpinion, OmittedObligation, TaxCredit
from gateway.sat.lenient import Fields, listed, walk
from gateway.sat.money import printed_amount
from gateway.sat.pdf import one_line, tidy
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
    ("no se encuentra al corriente", "NEGATIVE"),
    ("se encuentra al corriente", "POSITIVE"),
)
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


def read_json(tree: Any, problems: list[str]) -> ComplianceOpinion:
    """Return what Syncfy's JSON says. Raises UnreadableDocument(NOT_A_SAT_DOCUMENT)."""
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
        [_obligation(part) for item in obligations if item for part in _by_year(item)],
        [_credit(item) for item in listed(tree, "creditosfiscales", "creditos", "taxcredits") if item],
        problems,
    )


def read_text(text: str, problems: list[str]) -> ComplianceOpinion:
    """Return what the text of a PDF says. Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) for no opinión of SAT's."""
    text = tidy(text)
    head = opinion_text.read(text)
    omitted, tax_credits = opinion_rows.read(text, problems)
    said = {"folio": head.folio, "rfc": head.rfc, "name": head.name, "sense": head.sense, "issued": head.issued}
    said["seal"] = seals.digital_seal(text)
    return _opinion(seals.original_string(text), said, omitted, tax_credits, problems)


def lacks(record: ComplianceOpinion) -> list[str]:
    """Say what an opinión must state and this one does not."""
    if record["sense"] == "UNKNOWN":
        return ["the sentido could not be read"]
    if record["sense"] == "NEGATIVE" and not record["omitted_obligations"] and not record["tax_credits"]:
        return ["no reason of a negative opinión could be read: neither an omitted obligation nor a tax credit"]
    return []


def sense_of(text: str | None) -> str:
    """Return the enum value for SAT's words; UNKNOWN for new ones, never an error."""
    words = plain(text or "")
    return next((sense for phrase, sense in _SENSES if phrase in words), "UNKNOWN")


def _opinion(
    chain: str | None,
    said: dict[str, str | None],
    omitted: list[OmittedObligation],
    tax_credits: list[TaxCredit],
    problems: list[str],
) -> ComplianceOpinion:
    rfc, folio, issued, letter, *_rest = [*seals.parts(chain), "", "", "", ""]
    rfc, folio = rfc or said["rfc"] or "", folio or said["folio"] or ""
    if not rfc and not folio:
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no RFC and no folio of an opinión")
    sealed, printed = _CHAIN_SENSES.get(letter.upper()), sense_of(said["sense"])
    if sealed and printed not in (sealed, "UNKNOWN"):
        problems.append("the printed sentido is not that of the cadena original, which counts")
    return {
        "folio": folio.upper() or None,
        "rfc": normalize_rfc(rfc) or None,
        "name": said["name"],
        "sense": sealed or printed,
        "sense_text": said["sense"],
        "issued_at": _issued(said["issued"], issued, problems),
        "original_string": chain,
        "digital_seal": said["seal"],
        "omitted_obligations": omitted,
        "tax_credits": tax_credits,
        "fields_from_pdf": [],
    }


def _issued(printed: str | None, sealed: str, problems: list[str]) -> str | None:
    """Return the printed moment, or the day of the cadena original where there is none or it is of another day."""
    moment, day = to_iso(printed), iso_date(sealed)
    if moment and day and moment[:10] != day:
        problems.append("the printed day of issue is not that of the cadena original, which counts")
        return day
    return moment or day


def _obligation(item: Any) -> OmittedObligation:
    if not isinstance(item, dict):
        return _described(str(item))
    fields = Fields(item)
    description = fields.text(
        "descripcion", "descripcionobligacion", "obligacion", "concepto", "impuesto", "nombre", "description"
    )
    period = " | ".join(_all_of(item, "periodo", "periodos", "mes", "meses", "period")) or None
    year = _YEAR.search(fields.text("ejercicio", "anio", "ano", "year") or period or "")
    owed = owed_periods.periods(period or "")
    numbers = [month_number(part.strip()) for part in re.split(r"[|,;]", period or "")]
    months = [month for one in owed for month in one.months] or [number for number in numbers if number]
    return {
        "description": description,
        "period": period,
        "year": int(year[1]) if year else None,
        "months": list(dict.fromkeys(months)),
    }


def _by_year(item: Any) -> list[Any]:
    """Return an obligation once for each of the years that a list in it has: `{"detalle": [{"ejercicio": 2025 …}]}`."""
    years = [
        (key, part)
        for key, value in (item.items() if isinstance(item, dict) else ())
        if isinstance(value, list)
        for part in value
        if isinstance(part, dict)
    ]
    if not years or not all(Fields(part).text("ejercicio", "anio", "ano", "year") for _, part in years):
        return [item]
    return [{**item, key: part} for key, part in years]


def _all_of(item: dict[str, Any], *names: str) -> list[str]:
    """Return the values under the first of the keys that has some: "periodos": ["Octubre", "Noviembre"]."""
    for name in names:
        held = [value for key, value, _ in walk(item) if key == name and isinstance(value, str | int)]
        if found := [str(value).strip() for value in held if not isinstance(value, bool) and str(value).strip()]:
            return found
    return []


def _described(line: str) -> OmittedObligation:
    """ "Pago provisional mensual de ISR Enero de 2026": what is owed, then for when."""
    words, owed = owed_periods.split(line)
    first = next(iter(owed_periods.periods(owed)), None)
    return {
        "description": one_line(words),
        "period": one_line(owed),
        "year": first.year if first else None,
        "months": list(first.months) if first else [],
    }


def _credit(item: Any) -> TaxCredit:
    if not isinstance(item, dict):
        whole: TaxCredit = {"number": one_line(str(item)), "authority": None, "amount": None, "text": str(item)}
        told = opinion_rows.credits_of([str(item)], [])
        return told[0] if len(told) == 1 and told[0]["number"] else whole
    fields = Fields(item)
    return {
        "number": fields.text("numerocredito", "numero", "credito", "creditofiscal", "resolucion", "folio", "number"),
        "authority": fields.text("autoridad", "autoridademisora", "administracion", "authority"),
        "amount": printed_amount(fields.value("importe", "monto", "saldo", "amount")),
        "text": " ".join(str(value) for value in item.values() if value is not None and value != ""),
    }
