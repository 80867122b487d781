"""Declaraciones, annual and monthly, from Syncfy's JSON or the text of the acuse.

Nobody documents that JSON: fields are found by any of their known names, at any depth, and a missing one is None.
What has no field of its own stays in `blocks` as it was given.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import iso_date, month_number, to_iso
from gateway.sat.documents import ReturnConcept, TaxReturn
from gateway.sat.lenient import Fields, fold
from gateway.sat.money import printed_amount
from gateway.sat.return_names import Names
from gateway.sat.rfc import normalize_rfc

_RFC = ("rfc", "claverfc", "taxid")
_NAME = (
    "denominacionorazonsocial",
    "denominacionrazonsocial",
    "nombredenominacionorazonsocial",
    "nombredenominacionrazonsocial",
    "razonsocial",
    "nombrecontribuyente",
    "nombrecompleto",
    "nombre",
    "name",
)
_OPERATION = (
    "numerooperacion",
    "numerodeoperacion",
    "numoperacion",
    "nooperacion",
    "operationnumber",
    "folio",
    "numerofolio",
)
_YEAR = ("ejercicio", "ejerciciofiscal", "anio", "ano", "fiscalyear", "year")
_PERIOD = ("perioddeclaracion", "periododeclaracion", "periodo", "mes", "period")
_PRESENTED = (
    "fechayhorapresentacion",
    "fechahorapresentacion",
    "fechapresentacion",
    "fecharecepcion",
    "fechayhorarecepcion",
    "presentedat",
)
_TYPE = ("tipodeclaracion", "tipodedeclaracion", "declarationtype", "tipo", "type")
_COMPLEMENTARY = (
    "tipocomplementaria",
    "subtipocomplementaria",
    "subtipodeclaracion",
    "subtipo",
    "complementaria",
    "complementary",
)
_DUE = (
    "importetotalapagar",
    "importetotalpagar",
    "totalapagar",
    "totalpagar",
    "importetotal",
    "amountdue",
    "dueamount",
)
_DUE_DATE = ("vigentehasta", "vigencia", "fechavigencia", "fechalimitepago", "fechavencimiento", "duedate")

# What makes an object a "Concepto de pago", and the field each name fills.
_AMOUNTS: dict[str, str] = {
    **dict.fromkeys(("acargo", "impuestoacargo", "importeacargo", "charge"), "charge"),
    **dict.fromkeys(("afavor", "impuestoafavor", "saldoafavor", "importeafavor", "favour"), "favour"),
    **dict.fromkeys(("parteactualizada", "actualizacion"), "update"),
    **dict.fromkeys(("recargos", "recargo"), "surcharges"),
    **dict.fromkeys(("multas", "multa", "multacorreccion"), "fines"),
    **dict.fromkeys(("montopagadoconanterioridad", "importepagadoconanterioridad"), "paid_before"),
    **dict.fromkeys(("cantidadacargo",), "charge_amount"),
    **dict.fromkeys(("cantidadafavor",), "favour_amount"),
    **dict.fromkeys(("cantidadapagar", "importeapagar"), "amount_to_pay"),
}
_CONCEPT_NAMES = (
    "conceptopago",
    "concepto",
    "nombreconcepto",
    "nombre",
    "impuesto",
    "descripcion",
    "obligacion",
    "name",
)
_PAID_BEFORE_ON = ("fechapagorealizadoconanterioridad", "fechapagoanterior", "fechapagoconanterioridad")


def read_tree(tree: Any, *, monthly: bool, file: str, names: Names) -> TaxReturn:
    """`names` is what the file's name or the title tells; the document itself goes before it.

    Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) when neither says which return this is.
    """
    if isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    if not isinstance(tree, dict | list):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "a return is a JSON object")
    concepts = _concept_objects(tree)
    fields = Fields(tree, without={id(concept) for _key, concept in concepts})
    period_text = fields.text(*_PERIOD)
    operation, rfc = _operation(fields) or names.operation_number, fields.text(*_RFC) or names.rfc
    year = _year(fields) or names.year
    if not (operation or rfc or year or concepts):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "nothing of a return in it")
    capture_line = fields.text("lineacaptura", "captureline")
    record: TaxReturn = {
        "operation_number": operation,
        "year": year,
        "period": _month(period_text, names) if monthly else None,
        "period_text": period_text,
        "periodicity": fields.text("periodicidad", "intervalunit", "periodicity"),
        "type": fields.text(*_TYPE),
        "complementary_type": fields.text(*_COMPLEMENTARY),
        "presented_at": to_iso(fields.text(*_PRESENTED)),
        "rfc": normalize_rfc(rfc).split()[0] if rfc else None,
        "name": _name(fields),
        "capture_line": capture_line.replace(" ", "") if capture_line else None,
        "amount_due": printed_amount(fields.value(*_DUE)),
        "due_date": iso_date(fields.text(*_DUE_DATE)),
        "concepts": [_concept(key, concept) for key, concept in concepts],
        "blocks": {},
        "file": file,
    }
    # A value that could not be read as what its name says is not lost.
    unread = {"year": _YEAR, "presented_at": _PRESENTED, "amount_due": _DUE, "due_date": _DUE_DATE}
    lost = {name for field, names_of in unread.items() if record.get(field) is None for name in names_of}
    record["blocks"] = _blocks(tree, fields.used - lost)
    return record


def _month(period_text: str | None, names: Names) -> int | None:
    return month_number(period_text) if period_text else names.month


def _operation(fields: Fields) -> str | None:
    text = fields.text(*_OPERATION)
    return text.replace(" ", "") if text else None


def _year(fields: Fields) -> int | None:
    found = re.search(r"(?<![0-9])20[0-9]{2}(?![0-9])", fields.text(*_YEAR) or "")
    return int(found[0]) if found else None


def _name(fields: Fields) -> str | None:
    name = fields.text(*_NAME)
    parts = (name, fields.text("primerapellido", "apellidopaterno"), fields.text("segundoapellido", "apellidomaterno"))
    return " ".join(part for part in parts if part) or None


def _concept_objects(tree: Any) -> list[tuple[str, dict[str, Any]]]:
    """(the key it stands under, the object), in document order. The root is the return itself, never a concept."""
    found: list[tuple[str, dict[str, Any]]] = []
    pending: list[tuple[str, Any]] = [("", tree)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, list):
            pending.extend((key, item) for item in reversed(value))
        elif isinstance(value, dict):
            if value is not tree and any(fold(name) in _AMOUNTS for name in value):
                found.append((key, value))
            else:
                pending.extend(reversed(value.items()))
    return found


def _concept(key: str, raw: dict[str, Any]) -> ReturnConcept:
    fields = Fields(raw)
    amounts: dict[str, str | None] = {}
    for name, field in _AMOUNTS.items():
        if amounts.get(field) is None:
            amounts[field] = printed_amount(fields.value(name))
    return {
        "name": fields.text(*_CONCEPT_NAMES) or key or None,
        "charge": amounts["charge"],
        "favour": amounts["favour"],
        "update": amounts["update"],
        "surcharges": amounts["surcharges"],
        "fines": amounts["fines"],
        "paid_before": amounts["paid_before"],
        "paid_before_on": iso_date(fields.text(*_PAID_BEFORE_ON)),
        "charge_amount": amounts["charge_amount"],
        "favour_amount": amounts["favour_amount"],
        "amount_to_pay": amounts["amount_to_pay"],
    }


def _blocks(tree: Any, used: set[str]) -> dict[str, Any]:
    """The top level without the plain values that became fields; objects and lists stay whole."""
    if not isinstance(tree, dict):
        return {"items": tree}
    return {key: value for key, value in tree.items() if isinstance(value, dict | list) or fold(key) not in used}
