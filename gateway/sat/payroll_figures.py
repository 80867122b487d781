"""The figures of a payroll: what was paid to one employee, and withheld. All Nómina of a document together, in pesos.

A total is what the complement says; 1.1 leaves totals out, and then it is the sum of the parts. ISR withheld is
TotalImpuestosRetenidos (1.2), or the deductions of type 002.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.exact_sums import decimal, summed
from gateway.sat.payroll_document import Deduction, OtherPayment, Payroll, PayrollEmployee, Perception
from gateway.sat.rfc import GENERIC_RFCS

_ISR = "002"


class PayrollFigures(TypedDict):
    employee: str | None
    perceptions: Decimal
    deductions: Decimal
    other_payments: Decimal
    isr_withheld: Decimal


def of(record: Mapping[str, Any]) -> PayrollFigures | None:
    """None when the document has no Nómina that could be read."""
    payrolls: Sequence[Payroll] = record.get("payrolls") or []
    if not payrolls:
        return None
    return {
        "employee": _employee(record, payrolls[0]["employee"]),
        "perceptions": summed(_total(p["total_perceptions"], map(_perceived, p["perceptions"])) for p in payrolls),
        "deductions": summed(_total(p["total_deductions"], map(_deducted, p["deductions"])) for p in payrolls),
        "other_payments": summed(_total(p["total_other_payments"], map(_paid, p["other_payments"])) for p in payrolls),
        "isr_withheld": summed(_isr(p) for p in payrolls),
    }


def _employee(record: Mapping[str, Any], employee: PayrollEmployee) -> str | None:
    """Return the employee's key, so that two payrolls of one person count once."""
    rfc = (record.get("receiver") or {}).get("rfc")
    known: str | None = None if rfc in GENERIC_RFCS else rfc
    return known or employee["curp"] or employee["number"]


def _total(said: str | None, parts: Iterable[Decimal | None]) -> Decimal:
    total = decimal(said)
    return summed(parts) if total is None else total


def _perceived(part: Perception | Deduction) -> Decimal:
    """Return its taxable and its exempt part."""
    return summed((decimal(part["taxable"]), decimal(part["exempt"])))


def _deducted(part: Deduction) -> Decimal:
    """Return Importe, or of 1.1 its two amounts."""
    whole = decimal(part["amount"])
    return _perceived(part) if whole is None else whole


def _paid(part: OtherPayment) -> Decimal | None:
    return decimal(part["amount"])


def _isr(payroll: Payroll) -> Decimal:
    said = decimal(payroll["total_taxes_withheld"])
    if said is not None:
        return said
    return summed(_deducted(part) for part in payroll["deductions"] if part["type"] == _ISR)
