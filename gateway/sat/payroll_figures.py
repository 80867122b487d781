"""The figures of a payroll: what was paid to one employee, and withheld. All Nómina of a document together, in pesos.

A total is what the complement says; 1.1 leaves totals out, and then it is the sum of the parts. ISR withheld is
TotalImpuestosRetenidos (1.2), or the deductions of type 002.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.sat.exact import decimal, summed
from gateway.sat.rfc import GENERIC_RFCS

_ISR = "002"


def of(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """None when the document has no Nómina that could be read."""
    payrolls: Sequence[Mapping[str, Any]] = record.get("payrolls") or []
    if not payrolls:
        return None
    return {
        "employee": _employee(record, payrolls[0]["employee"]),
        "perceptions": summed(_total(p, "total_perceptions", "perceptions") for p in payrolls),
        "deductions": summed(_total(p, "total_deductions", "deductions") for p in payrolls),
        "other_payments": summed(_total(p, "total_other_payments", "other_payments") for p in payrolls),
        "isr_withheld": summed(_isr(p) for p in payrolls),
    }


def _employee(record: Mapping[str, Any], employee: Mapping[str, Any]) -> str | None:
    """Return the employee's key, so that two payrolls of one person count once."""
    rfc = (record.get("receiver") or {}).get("rfc")
    known = None if rfc in GENERIC_RFCS else rfc
    return known or employee.get("curp") or employee.get("number")


def _total(payroll: Mapping[str, Any], total: str, parts: str) -> Decimal:
    said = decimal(payroll[total])
    return summed(_amount(part) for part in payroll[parts]) if said is None else said


def _amount(part: Mapping[str, Any]) -> Decimal:
    """Importe, or of 1.1 its taxable and its exempt part."""
    whole = decimal(part.get("amount"))
    return summed((decimal(part.get("taxable")), decimal(part.get("exempt")))) if whole is None else whole


def _isr(payroll: Mapping[str, Any]) -> Decimal:
    said = decimal(payroll["total_taxes_withheld"])
    if said is not None:
        return said
    return summed(_amount(part) for part in payroll["deductions"] if part["type"] == _ISR)
