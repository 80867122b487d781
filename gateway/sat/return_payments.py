"""The payment of a return: what was to be paid, and what the return or its receipt shows to have been paid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from gateway.sat.dates import iso_date
from gateway.sat.lenient import fold
from gateway.sat.return_document import JSON, PDF, ReturnPayment, ReturnRow
from gateway.sat.return_rows import PAYMENT_PLACE, Section, words
from gateway.sat.return_sections import of_record

_EARLIER = re.compile(r"^(?:(?:declaracion|acuse|presentacion) )?(?:anterior|previa)$")
_BANK = frozenset(map(fold, ("Banco", "Institución de crédito", "Institución bancaria", "bank")))
_AMOUNT = frozenset(
    map(fold, ("Importe pagado", "Monto pagado", "Cantidad pagada", "Total pagado", "Importe efectivamente pagado",
               "paidAmount"))
)  # fmt: skip
_DATE = frozenset(map(fold, ("Fecha de pago", "Fecha y hora de pago", "Fecha del pago", "paymentDate", "paidAt")))
_OPERATION = frozenset(
    map(fold, ("Número de operación bancaria", "Llave de pago", "Número de operación del banco", "Folio de pago"))
)
_SHORT = {
    "amount": _AMOUNT | {"importe", "monto", "amount"},
    "date": _DATE | {"fecha", "fechahora", "date"},
    "bank": _BANK,
    "operation_number": _OPERATION | {"numerooperacion", "operationnumber", "folio"},
}
_LONG = {"amount": _AMOUNT, "date": _DATE, "bank": _BANK, "operation_number": _OPERATION}


def payment(record: Mapping[str, Any]) -> ReturnPayment:
    """Return the payment as the record of a return has it."""
    sections = [section for section in of_record(record) if not section.of_concept]
    found: dict[str, str | None] = dict.fromkeys(_LONG)
    read_from = None
    for source in (JSON, PDF):
        of_source = [section for section in sections if section.read_from == source]
        for name in _LONG:
            value = found[name] if found[name] is not None else _value(of_source, name)
            if name == "amount" and value is not None and source == JSON:
                value = _together(of_source) or value
            if found[name] is None and value is not None:
                found[name], read_from = value, read_from or source
    due, paid = record.get("amount_due"), found["amount"]
    return {
        "state": _state(due, paid, found["date"], record.get("concepts") or []),
        "capture_line": record.get("capture_line"),
        "amount_due": due,
        "due_date": record.get("due_date"),
        "amount": paid,
        "date": found["date"],
        "bank": found["bank"],
        "operation_number": found["operation_number"],
        "read_from": read_from,
    }


def payments_in(tree: Any) -> set[int]:
    """Return the ids of the objects that hold one payment."""
    return {id(value) for key, value in _objects(tree) if PAYMENT_PLACE.match(words(key))}


def earlier_in(tree: Any) -> set[int]:
    """Return the ids of the objects about another, earlier return: "declaracionAnterior"."""
    return {id(value) for key, value in _objects(tree) if _EARLIER.search(words(key))}


def _objects(tree: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    pending: list[tuple[str, Any]] = [("", tree)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, list):
            pending.extend((key, item) for item in value)
        elif isinstance(value, dict):
            yield key, value
            pending.extend(value.items())


def _value(sections: Iterable[Section], name: str) -> str | None:
    for section in sections:
        names = _SHORT if section.path and PAYMENT_PLACE.match(words(section.path[-1])) else _LONG
        for row in section.rows:
            if fold(row["name"] or "") in names[name] and (value := _as(name, row)) is not None:
                return value
    return None


def _together(sections: Iterable[Section]) -> str | None:
    """Return the sum of a list of payments, each counted once; None where no place holds several."""
    by_place: dict[tuple[str, ...], dict[str, str]] = {}
    for section in sections:
        if section.path and PAYMENT_PLACE.match(words(section.path[-1])):
            amount = _value([section], "amount")
            if amount is not None:
                by_place.setdefault(section.path, {})[repr(section.rows)] = amount
    several = next((list(held.values()) for held in by_place.values() if len(held) > 1), None)
    return str(sum(map(Decimal, several))) if several else None


def _as(name: str, row: ReturnRow) -> str | None:
    if name == "amount":
        return row["amount"]
    return iso_date(row["text"]) if name == "date" else row["text"].strip() or None


def _state(due: str | None, paid: str | None, date: str | None, concepts: list[Mapping[str, Any]]) -> str:
    to_pay = [one["amount_to_pay"] for one in concepts]
    if due is None and to_pay and None not in to_pay:
        due = str(sum(Decimal(amount) for amount in to_pay))
    if due is not None and Decimal(due) == 0:
        return "NOTHING_DUE"
    if paid is None:
        return "PAID" if date is not None else "UNKNOWN"
    if Decimal(paid) == 0:
        return "UNKNOWN"
    return "PAID" if due is None or Decimal(paid) >= Decimal(due) else "PARTLY_PAID"
