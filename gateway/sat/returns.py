"""Declaraciones, annual and monthly, from Syncfy's JSON or the text of the acuse.

Nobody documents that JSON: fields are found by any of their known names, at any depth, and a missing one is None.
What has no field of its own stays in `blocks` as it was given, and its rows give the figures (`return_figures`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import return_figures, return_names, return_payments, return_printed, return_rows, return_text
from gateway.sat.dates import iso_date, month_number, to_iso
from gateway.sat.lenient import Fields, fold
from gateway.sat.money import printed_amount
from gateway.sat.return_concepts import concept_of, concepts_in
from gateway.sat.return_document import TaxReturn
from gateway.sat.return_names import Names
from gateway.sat.rfc import normalize_rfc

Returned = tuple[TaxReturn, tuple[str, ...]]
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

#: Keys that a PDF may fill where the JSON lacks them.
_FILLED = (
    "operation_number", "year", "period", "period_text", "periodicity", "type", "complementary_type", "presented_at",
    "rfc", "name", "capture_line", "amount_due", "due_date", "concepts",
)  # fmt: skip


def read_json(tree: Any, *, monthly: bool, file: str, names: Names, text: str | None = None) -> Returned:
    """Read Syncfy's JSON, and complete it from the text of the PDF beside it where that is of the same return.

    `names` is what the file's name or the title tells; the document itself goes before it.
    Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) when neither says which return this is.
    """
    record = _record(tree, monthly=monthly, file=file, names=names)
    problems: tuple[str, ...] = ()
    if text:
        printed = _record(return_text.tree(text), monthly=monthly, file=file, names=names)
        if all(record[key] in (None, printed[key]) or printed[key] is None for key in ("operation_number", "rfc")):
            record["fields_from_pdf"] = _fill(record, printed)
            left = return_rows.lacking(return_printed.sections(text), return_rows.of_tree(tree))
            record["printed"] = [section.record for section in left]
        else:
            problems = ("the PDF beside the JSON is of another return",)
    return _finished(record, monthly), problems


def read_text(text: str, *, monthly: bool, file: str, names: Names) -> TaxReturn:
    """Read the text of a return's PDF alone. Raises as `read_json` does."""
    record = _record(return_text.tree(text), monthly=monthly, file=file, names=names)
    record["blocks"] = {}
    record["printed"] = [section.record for section in return_printed.sections(text)]
    record["fields_from_pdf"] = [key for key in _FILLED if record.get(key) not in (None, [])]
    return _finished(record, monthly)


def _finished(record: TaxReturn, monthly: bool) -> TaxReturn:
    record["declared"] = return_figures.declared(record, monthly=monthly)
    record["payment"] = return_payments.payment(record)
    return record


def _fill(record: TaxReturn, printed: TaxReturn) -> list[str]:
    filled = [key for key in _FILLED if record.get(key) in (None, []) and printed.get(key) not in (None, [])]
    record.update({key: printed.get(key) for key in filled})  # type: ignore[typeddict-item]
    return filled


def _record(tree: Any, *, monthly: bool, file: str, names: Names) -> TaxReturn:
    """Return the record as a tree gives it, before its figures are known."""
    if isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    if not isinstance(tree, dict | list):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "a return is a JSON object")
    concepts = concepts_in(tree)
    apart = {id(concept) for _key, concept in concepts} | return_rows.pairs_in(tree)
    apart |= return_payments.earlier_in(tree)
    fields = Fields(tree, without=apart)
    period_text = fields.text(*_PERIOD)
    # A payment has an operation number too: the bank's.
    numbers = Fields(tree, without=apart | return_payments.payments_in(tree))
    operation, rfc = _operation(numbers) or names.operation_number, fields.text(*_RFC) or names.rfc
    year = _year(fields) or names.year
    if not (operation or rfc or year or concepts):
        raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "nothing of a return in it")
    capture_line = fields.text("lineacaptura", "captureline")
    record: dict[str, Any] = {
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
        "concepts": [concept_of(key, concept) for key, concept in concepts],
    }
    # A value that could not be read as what its name says is not lost.
    unread = {"year": _YEAR, "presented_at": _PRESENTED, "amount_due": _DUE, "due_date": _DUE_DATE}
    lost = {name for field, names_of in unread.items() if record.get(field) is None for name in names_of}
    blocks = _blocks(tree, fields, (fields.used | numbers.used) - lost, record)
    whole = {**record, "declared": {}, "payment": {}, "blocks": blocks, "printed": [], "fields_from_pdf": []}
    return cast(TaxReturn, {**whole, "file": file})


def _month(period_text: str | None, names: Names) -> int | None:
    return month_number(period_text) or return_names.month_in(period_text) if period_text else names.month


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


def _blocks(tree: Any, fields: Fields, used: set[str], record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the top level without the plain values that became fields; objects and lists stay whole."""
    if not isinstance(tree, dict):
        return {"items": tree}
    # A year or an RFC among other words is a field, and its words are more than that; so is the hour of a last day.
    exact = {*map(str, record.values())}
    cut = {name for name in (*_YEAR, *_RFC) if str(fields.held(name)).strip().upper() not in exact}
    cut |= {name for name in _DUE_DATE if to_iso(fields.held(name)) != record["due_date"]}
    return {
        key: value
        for key, value in tree.items()
        if isinstance(value, dict | list | bool) or fold(key) not in used - cut or value != fields.held(fold(key))
    }
