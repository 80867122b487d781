"""What a filter of invoices means, over plain records in memory: written without a look at how MongoDB is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Record = dict[str, Any]


def folded(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return " ".join(bare.casefold().split())


def counterparty(record: Record) -> Record:
    found: Record = record["receiver"] if record["direction"] == "ISSUED" else record["issuer"]
    return found


def matches(record: Record, filter: Record) -> bool:
    return all(_holds(record, key, value) for key, value in filter.items())


def _holds(record: Record, key: str, value: Any) -> bool:
    if key == "and":
        return all(matches(record, part) for part in value)
    if key == "or":
        return any(matches(record, part) for part in value)
    if key == "not":
        return not matches(record, value)
    return _FIELDS[key](record, value)


def _in(*path: str) -> Callable[[Record, Any], bool]:
    def holds(record: Record, values: Any) -> bool:
        found: Any = record
        for key in path:
            found = found[key]
        return found in values

    return holds


def _amount(key: str) -> Callable[[Record, Any], bool]:
    def holds(record: Record, value: Any) -> bool:
        if record[key] is None:
            return False
        amount = Decimal(record[key])
        return Decimal(value.get("from", "-Infinity")) <= amount <= Decimal(value.get("to", "Infinity"))

    return holds


def _is_payroll(record: Record) -> bool:
    return record["type"] == "N" or (record["type"] == "E" and "Nomina" in record["complements"])


def _day(text: str | None, value: Any) -> bool:
    return text is not None and value.get("from", "0") <= text[:10] <= value.get("to", "9")


def _line(record: Record, value: Any) -> bool:
    def meets(line: Record) -> bool:
        keys, description = value.get("product_key"), value.get("description")
        if keys is not None and not any((line["product_key"] or "").startswith(key) for key in keys):
            return False
        return description is None or folded(description) in folded(line["description"])

    return any(meets(line) for line in record["line_items"])


_FIELDS: dict[str, Callable[[Record, Any], bool]] = {
    "uuid": _in("uuid"),
    "type": _in("type"),
    "direction": _in("direction"),
    "status": _in("status"),
    "currency": _in("currency"),
    "payment_method": _in("payment_method"),
    "use": _in("receiver", "use"),
    "issuer_rfc": _in("issuer", "rfc"),
    "counterparty_rfc": lambda record, values: counterparty(record)["rfc"] in values,
    "counterparty_name": lambda record, text: folded(text) in folded(counterparty(record)["name"] or ""),
    "issued_at": lambda record, value: _day(record["issued_at"], value),
    "stamped_at": lambda record, value: _day(record["stamped_at"], value),
    "month": lambda record, values: (record["issued_at"] or "")[:7] in values,
    "total": _amount("total"),
    "subtotal": _amount("subtotal"),
    "has_xml": lambda record, value: record["has_xml"] is value,
    "complement": lambda record, values: bool(set(record["complements"]) & set(values)),
    "line_item": _line,
    "paid_at": lambda record, value: any(_day(payment["paid_at"], value) for payment in record["payments"]),
    "related": lambda record, value: any(related["uuid"] in value["uuid"] for related in record["related"]),
    "employee_rfc": lambda record, values: _is_payroll(record) and record["receiver"]["rfc"] in values,
}
FIELDS = tuple(_FIELDS)


def sort_key(order: str, record: Record) -> Any:
    """By what an order sorts; equal ones by date and UUID. What is not said comes before what is."""
    date = (record["order_date"], record["uuid"])
    total = Decimal(record["total"]) if record["total"] is not None else None
    value = {
        "ISSUED_AT": None,
        "STAMPED_AT": record["stamped_at"] or "",
        "TOTAL": (total is not None, total or 0),
        "COUNTERPARTY": folded(counterparty(record)["name"] or ""),
    }[order]
    return (value, date) if value is not None else date
