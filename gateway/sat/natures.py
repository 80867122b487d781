"""The nature of a CFDI: its place in the books, which is not always that of its type. The one module that tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NATURES = {"I": "INCOME", "E": "CREDIT_NOTE", "P": "PAYMENT", "T": "TRANSFER", "N": "PAYROLL"}
_PAYROLL = "Nomina"


def nature(record: Mapping[str, Any]) -> str | None:
    """Return a CFDI's type in the books: its own, but for what 3.2 could not say in it. None for one of no known type.

    An instalment of 3.2 (it names its original) is money for an invoice that was counted, and no sale of its own.
    """
    if is_payroll(record):
        return "PAYROLL"
    kind = record.get("type")
    if kind == "I" and record.get("original") and record.get("payment_method") == "PPD":
        return "INSTALMENT"
    return _NATURES.get(kind or "")


def is_payroll(record: Mapping[str, Any]) -> bool:
    """Return True of type N, and of an egreso that names a Nómina: it is no credit note.

    The Nómina may be unreadable, or stand in a line instead of in the document's Complemento.
    """
    kind = record.get("type")
    if kind != "E":
        return kind == "N"
    kept = (other["name"] for other in record.get("other_complements") or ())
    return _PAYROLL in (record.get("complements") or ()) or _PAYROLL in kept
