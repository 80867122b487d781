"""The figures of a return, found in its rows by their labels.

The JSON goes before the PDF. Where several rows have a figure's label and do not agree, those of a determination go
before the others; where they still do not agree the figure is None, for none of them is known to be the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from gateway.sat import return_labels
from gateway.sat.declared_taxes import DeclaredTax, tax_of
from gateway.sat.lenient import fold
from gateway.sat.return_document import JSON, PDF, DeclaredAmount, DeclaredFigures, ReturnRow
from gateway.sat.return_rows import Section, words
from gateway.sat.return_sections import of_record

_ISR, _IVA = re.compile(r"\b(?:isr|impuesto sobre la renta)\b"), re.compile(r"\b(?:iva|valor agregado)\b")
#: Of the books, of another year, or of how the ones become the others: no figure of the tax.
_APART = re.compile(
    r"\b(?:balance|posicion financiera|situacion financiera|estado (?:de )?resultados|balance sheet|income statement|"
    r"conciliacion|anterior)\b"
)
_DETERMINATION = re.compile(r"\b(?:determinacion|resumen|total(?:es)?)\b")
_EARLIER_MONTHS = re.compile(r"\bingresos?\b.*\b(?:anterior|anteriores)\b")
_OF_IVA = "iva_"
#: Of each balance that a return may state in its conceptos de pago alone: the tax and the amounts of its concept.
_BALANCES = {
    "balance_due": (DeclaredTax.ISR, ("charge", "charge_amount")),
    "balance_in_favour": (DeclaredTax.ISR, ("favour", "favour_amount")),
    "iva_balance_due": (DeclaredTax.IVA, ("charge", "charge_amount")),
    "iva_balance_in_favour": (DeclaredTax.IVA, ("favour", "favour_amount")),
}


def declared(record: Mapping[str, Any], *, monthly: bool) -> DeclaredFigures:
    """Return the figures of a return as its record has it. Pure: an old record gives what a new one does."""
    rows = _Rows(of_record(record))
    found: dict[str, DeclaredAmount | None] = {}
    for name, labels in return_labels.of_return(monthly=monthly).items():
        found[name] = rows.amount(labels, of_iva=name.startswith(_OF_IVA))
    if monthly and rows.has_earlier_months:
        # Totals beside the income of earlier months are of all of them.
        own = tuple(label for label in return_labels.MONTHLY["income"] if label not in return_labels.MAY_BE_TO_DATE)
        to_date = return_labels.MONTHLY["income_to_date"] + return_labels.MAY_BE_TO_DATE
        found["income"], found["income_to_date"] = rows.amount(own, of_iva=False), rows.amount(to_date, of_iva=False)
    for name in _BALANCES:
        found[name] = found[name] or _of_concept(record, name)
    return cast(DeclaredFigures, {name: found[name] for name in DeclaredFigures.__annotations__})


class _Rows:
    """The rows that may hold figures, by source, tax and folded label."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._held: dict[tuple[str, bool, str], list[tuple[Section, ReturnRow]]] = {}
        self.has_earlier_months = False
        for section in sections:
            if not section.of_concept and not any(_APART.search(words(place)) for place in section.path):
                self._note(section)

    def _note(self, section: Section) -> None:
        all_of_iva = _is_of_iva_alone(section)
        for row in section.rows:
            name = words(row["name"] or "")
            if row["amount"] is None or not name:
                continue
            self.has_earlier_months |= _EARLIER_MONTHS.search(name) is not None
            of_iva = _is_iva(name, section, all_of_iva)
            if of_iva is not None:
                self._held.setdefault((section.read_from, of_iva, fold(row["name"] or "")), []).append((section, row))

    def amount(self, labels: Sequence[str], *, of_iva: bool) -> DeclaredAmount | None:
        for source in (JSON, PDF):
            for label in labels:
                if held := self._held.get((source, of_iva, label)):
                    return _agreed(held)
        return None


def _agreed(held: list[tuple[Section, ReturnRow]]) -> DeclaredAmount | None:
    for some in held, [one for one in held if _is_determination(one[0])]:
        if some and len({Decimal(row["amount"] or 0) for _, row in some}) == 1 and not _are_parts(some):
            section, row = some[0]
            return {"amount": row["amount"] or "", "label": row["name"] or "", "read_from": section.read_from}
    return None


def _are_parts(some: list[tuple[Section, ReturnRow]]) -> bool:
    """Return True for items of one list of the JSON, as two employers are: equal amounts do not make them one."""
    places = {section.path: id(section) for section, _ in some}
    is_repeated = any(places[section.path] != id(section) for section, _ in some)
    return is_repeated and some[0][0].read_from == JSON and Decimal(some[0][1]["amount"] or 0) != 0


def _is_determination(section: Section) -> bool:
    return any(_DETERMINATION.search(words(place)) for place in section.path)


def _is_of_iva_alone(section: Section) -> bool:
    names = [words(row["name"] or "") for row in section.rows]
    return any(map(_IVA.search, names)) and not any(map(_ISR.search, names))


def _is_iva(name: str, section: Section, all_of_iva: bool) -> bool | None:
    """Return True for a row of IVA, False for one of ISR or of no tax; None for one of another or a withheld tax."""
    for place in reversed(section.path):
        tax = tax_of(words(place))
        if tax is DeclaredTax.OTHER:
            continue
        if tax not in (DeclaredTax.IVA, DeclaredTax.ISR):
            return None
        return True if _IVA.search(name) else False if _ISR.search(name) else tax is DeclaredTax.IVA
    return _IVA.search(name) is not None or (all_of_iva and _ISR.search(name) is None)


def _of_concept(record: Mapping[str, Any], name: str) -> DeclaredAmount | None:
    """Return a balance as the one concept of its tax states it; None where several do, or it states the other side."""
    tax, keys = _BALANCES[name]
    concepts = [one for one in record.get("concepts") or [] if tax_of(one["name"] or "") is tax]
    if len(concepts) != 1:
        return None
    # Cantidad a cargo and a favor are what is left after payments: they count where the tax itself is not stated.
    is_tax_stated = concepts[0]["charge"] is not None or concepts[0]["favour"] is not None
    amount = concepts[0][keys[0] if is_tax_stated else keys[1]]
    if amount is None:
        return None
    from_pdf = record.get("read_from") == PDF or "concepts" in (record.get("fields_from_pdf") or [])
    return {"amount": amount, "label": concepts[0]["name"] or "", "read_from": PDF if from_pdf else JSON}
