"""The figures of a payroll: what was paid to one employee, and withheld. All Nómina of a document together, in pesos.

A total is what the complement says; 1.1 leaves totals out, and then it is the sum of the parts. ISR withheld is
TotalImpuestosRetenidos (1.2), or the deductions of type 002. Perceptions and other payments less deductions are the
Total of the CFDI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.exact_sums import EXACT, decimal, summed
from gateway.sat.gaps import CENT, Gap, kept_as_tree, near
from gateway.sat.payroll_document import Deduction, OtherPayment, Payroll, PayrollEmployee, Perception
from gateway.sat.rfc import GENERIC_RFCS

_ISR = "002"
_TYPE = re.compile(r"[0-9]{3}")


class PayrollFigures(TypedDict):
    employee: str | None
    perceptions: Decimal
    deductions: Decimal
    other_payments: Decimal
    isr_withheld: Decimal


def of(record: Mapping[str, Any]) -> tuple[PayrollFigures | None, Gap | None]:
    """Return the figures, None unless all are known, and why they are not, or are not to be trusted."""
    payrolls: Sequence[Payroll] = record.get("payrolls") or []
    total, rfc = decimal(record.get("total")), (record.get("receiver") or {}).get("rfc")
    if record.get("version") is None:
        return None, Gap.METADATA_ONLY
    if kept_as_tree(record, "Nomina"):
        return None, Gap.UNREADABLE_PART
    perceptions = _added(_total(p["total_perceptions"], map(_perceived, p["perceptions"])) for p in payrolls)
    deductions = _added(_total(p["total_deductions"], map(_deducted, p["deductions"])) for p in payrolls)
    other_payments = _added(_total(p["total_other_payments"], map(_paid, p["other_payments"])) for p in payrolls)
    isr_withheld = _added(_isr(p) for p in payrolls)
    if perceptions is None or deductions is None or other_payments is None or isr_withheld is None:
        return None, Gap.MISSING_VALUE
    employee = _employee(rfc, payrolls[0]["employee"]) if payrolls and rfc else None
    if employee is None or total is None:
        return None, Gap.MISSING_VALUE
    paid = EXACT.subtract(EXACT.add(perceptions, other_payments), deductions)
    agrees = near(paid, total, CENT) and all(_deductions_agree(p) and _isr_agrees(p) for p in payrolls)
    found: PayrollFigures = {
        "employee": employee,
        "perceptions": perceptions,
        "deductions": deductions,
        "other_payments": other_payments,
        "isr_withheld": isr_withheld,
    }
    return found, None if agrees else Gap.INCONSISTENT


def _employee(rfc: str, employee: PayrollEmployee) -> str | None:
    """Return the employee's key, so that two payrolls of one person count once."""
    known: str | None = None if rfc in GENERIC_RFCS else rfc
    return known or employee["curp"] or employee["number"]


def _added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return their sum; None unless all of them are known."""
    held = list(amounts)
    return None if None in held else summed(held)


def _total(said: str | None, parts: Iterable[Decimal | None]) -> Decimal | None:
    total = decimal(said)
    return _added(parts) if total is None else total


def _perceived(part: Perception | Deduction) -> Decimal | None:
    """Return its taxable and its exempt part."""
    return _added((decimal(part["taxable"]), decimal(part["exempt"])))


def _deducted(part: Deduction) -> Decimal | None:
    """Return Importe, or of 1.1 its two amounts."""
    whole = decimal(part["amount"])
    return _perceived(part) if whole is None else whole


def _paid(part: OtherPayment) -> Decimal | None:
    return decimal(part["amount"])


def _isr(payroll: Payroll) -> Decimal | None:
    said, deductions = decimal(payroll["total_taxes_withheld"]), payroll["deductions"]
    if said is not None:
        return said
    if not all(_TYPE.fullmatch(part["type"] or "") for part in deductions):
        return None
    # What the deductions come to is said, and not one of them: nobody can tell how much of it is ISR.
    if not deductions and decimal(payroll["total_deductions"]):
        return None
    return _added(_deducted(part) for part in deductions if part["type"] == _ISR)


def _deductions_agree(payroll: Payroll) -> bool:
    parts = [_deducted(part) for part in payroll["deductions"]]
    said = decimal(payroll["total_deductions"])
    return None in parts or near(summed(parts), said, EXACT.multiply(CENT, len(parts) + 1))


def _isr_agrees(payroll: Payroll) -> bool:
    """Return True where TotalImpuestosRetenidos is the sum of the deductions of type 002 (SAT's NOM191)."""
    deductions, said = payroll["deductions"], decimal(payroll["total_taxes_withheld"])
    parts = [_deducted(part) for part in deductions if part["type"] == _ISR]
    if not deductions or None in parts:
        return True
    return near(summed(parts), said, EXACT.multiply(CENT, len(parts) + 1))
