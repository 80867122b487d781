"""The figures of a document: what sums, insights and balances are made of, from its record alone.

Exact decimals in the document's own currency (`own`) and in pesos (`mxn`). Either is None unless all of its figures are
known: a figure is never guessed, and what is None lowers the coverage of the insight that wanted it.

The rules, with where they come from (Anexo 20 of each version; the complements' own standards):
- net = SubTotal − Descuento; Total has the taxes, the local ones too, which `Impuestos` has not.
- pesos = amount × TipoCambio, unrounded; MXN and XXX are 1; another currency without a TipoCambio has no pesos.
  CFDI 3.2 may leave Moneda out: then it is pesos, as the Ley Monetaria has it, unless there is a TipoCambio.
- a tax is what the document's summary says of it; where it lists none, what its lines say (3.2 has none in its lines).
- a payroll of 3.2 is an egreso with a Nómina, and no credit note; an instalment of 3.2 (it names its original) is
  money for an invoice that was counted, and no sale of its own.
- withholdings (retenciones) are in pesos.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat import line_figures, payment_figures, payroll_figures
from gateway.sat.exact_sums import EXACT, IEPS, ISR, IVA, ONE, PESOS, decimal, difference, of_tax, summed, times
from gateway.sat.line_figures import LineFigures
from gateway.sat.payment_figures import Paid, Settles
from gateway.sat.payroll_figures import PayrollFigures

Record = Mapping[str, Any]


class InvoiceFigures(TypedDict):
    """`rate`: pesos for one unit of the currency. `own` and `mxn`: None unless every figure is known."""

    nature: str | None
    currency: str | None
    rate: Decimal | None
    own: dict[str, Decimal] | None
    mxn: dict[str, Decimal] | None
    total: Decimal | None
    total_mxn: Decimal | None
    lines: list[LineFigures]
    payments: list[Paid]
    settles: list[Settles]
    payroll: PayrollFigures | None


class WithholdingFigures(TypedDict):
    year: int | None
    month_from: int | None
    month_to: int | None
    operation: Decimal | None
    taxable: Decimal | None
    exempt: Decimal | None
    withheld: Decimal | None
    isr_withheld: Decimal | None
    iva_withheld: Decimal | None
    ieps_withheld: Decimal | None


_NATURES = {"I": "INCOME", "E": "CREDIT_NOTE", "P": "PAYMENT", "T": "TRANSFER", "N": "PAYROLL"}


def of_invoice(record: Record) -> InvoiceFigures:
    currency, rate = _currency(record)
    kind, own, total = nature(record), _own(record), decimal(record.get("total"))
    return {
        "nature": kind,
        "currency": currency,
        "rate": rate,
        "own": own,
        "mxn": in_pesos(own, rate),
        "total": total,
        "total_mxn": times(total, rate),
        "lines": line_figures.of(record, rate) if kind in ("INCOME", "CREDIT_NOTE") else [],
        "payments": payment_figures.payments(record),
        "settles": payment_figures.settles(record, kind, currency, rate),
        "payroll": payroll_figures.of(record) if kind == "PAYROLL" else None,
    }


def of_withholding(record: Record) -> WithholdingFigures:
    taxes, period = record.get("taxes") or [], record.get("period") or {}
    return {
        "year": period.get("year"),
        "month_from": period.get("month_from"),
        "month_to": period.get("month_to"),
        "operation": decimal(record.get("total_operation")),
        "taxable": decimal(record.get("total_taxable")),
        "exempt": decimal(record.get("total_exempt")),
        "withheld": decimal(record.get("total_withheld")),
        "isr_withheld": of_tax(taxes, ISR) if taxes else None,
        "iva_withheld": of_tax(taxes, IVA) if taxes else None,
        "ieps_withheld": of_tax(taxes, IEPS) if taxes else None,
    }


def nature(record: Record) -> str | None:
    """Return a CFDI's type in the books: its own, but for what 3.2 could not say in it."""
    kind = record.get("type")
    if kind == "I" and record.get("original") and record.get("payment_method") == "PPD":
        return "INSTALMENT"
    if kind == "E" and record.get("payrolls"):
        return "PAYROLL"
    return _NATURES.get(kind or "")


def in_pesos(amounts: dict[str, Decimal] | None, rate: Decimal | None) -> dict[str, Decimal] | None:
    if amounts is None or rate is None:
        return None
    return {name: EXACT.multiply(amount, rate) for name, amount in amounts.items()} if rate is not ONE else amounts


def _own(record: Record) -> dict[str, Decimal] | None:
    local = record.get("local_taxes") or {}
    found = {
        "net": difference(decimal(record.get("subtotal")), decimal(record.get("discount"))),
        "iva": _tax(record, "transferred", IVA),
        "ieps": _tax(record, "transferred", IEPS),
        "iva_withheld": _tax(record, "withheld", IVA),
        "isr_withheld": _tax(record, "withheld", ISR),
        "ieps_withheld": _tax(record, "withheld", IEPS),
        "local_transferred": _local(local, "transferred"),
        "local_withheld": _local(local, "withheld"),
        "total": decimal(record.get("total")),
    }
    known = {name: amount for name, amount in found.items() if amount is not None}
    return known if len(known) == len(found) else None


def _tax(record: Record, side: str, code: str) -> Decimal | None:
    """None when the document has taxes on this side and says nowhere which."""
    listed = record.get(f"taxes_{side}") or []
    if not listed:
        listed = [tax for line in record.get("line_items") or [] for tax in line[f"taxes_{side}"]]
    if not listed and decimal(record.get(f"taxes_{side}_total")):
        return None
    return of_tax(listed, code)


def _local(local: Record, side: str) -> Decimal:
    total = decimal(local.get(f"total_{side}"))
    return summed(decimal(tax["amount"]) for tax in local.get(side) or []) if total is None else total


def _currency(record: Record) -> tuple[str | None, Decimal | None]:
    """The currency, and the pesos for one unit of it when they are known."""
    currency, rate = record.get("currency"), decimal(record.get("exchange_rate"))
    if currency in (PESOS, "XXX"):
        return currency, ONE
    if currency is None and record.get("version") == "3.2" and rate in (None, ONE):
        return PESOS, ONE
    return currency, rate or None
