"""The figures of a document: what sums, insights and balances are made of, from its record alone.

Exact decimals in the document's own currency (`own`) and in pesos (`mxn`). Either is None unless all of its figures are
known: a figure is never guessed. `gaps` says why one is not known, and lowers the coverage of the insights that wanted
it. One gap leaves the amounts where they are: INCONSISTENT, of a document whose own amounts contradict each other.

The rules, with where they come from (Anexo 20 of each version; the complements' own standards):
- net = SubTotal − Descuento; Total has the taxes, the local ones too, which `Impuestos` has not.
- pesos = amount × TipoCambio, unrounded; MXN is 1, as is XXX of what has no amounts; another currency without a
  TipoCambio above zero, or at exactly 1, has no pesos. CFDI 3.2 may leave Moneda out: then it is pesos, as the Ley
  Monetaria has it, unless there is a TipoCambio.
- a tax is what the document's summary says of it; where it lists none, what its lines say (3.2 has none in its lines).
- `natures` says what is a payroll, a credit note and an instalment, and `figure_days` on which day each counts.
- withholdings (retenciones) are in pesos, and count in the last month of their period.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat import cash_gaps, figure_days, line_figures, payment_figures, payroll_figures
from gateway.sat.exact_sums import EXACT, IEPS, ISR, IVA, ONE, PESOS, decimal, difference, of_tax, summed, times
from gateway.sat.gaps import CENT, Gap, first, has_amounts, kept_as_tree, near
from gateway.sat.line_figures import LineFigures
from gateway.sat.natures import nature
from gateway.sat.payment_figures import Paid, Settles
from gateway.sat.payroll_figures import PayrollFigures

Record = Mapping[str, Any]


class Gaps(TypedDict, total=False):
    """The reasons for which figures are not known. Where a key is not there, they are.

    `amounts`: `own`, or of a payroll its `payroll`. `cash`: the money that moved on the document's own day. `lines`:
    the lines. `balance`: what it leaves or takes of what is owed.
    """

    amounts: Gap
    cash: Gap
    lines: Gap
    balance: Gap


class InvoiceFigures(TypedDict):
    """`rate`: pesos for one unit of the currency. `day`: the day on which it counts, AAAA-MM-DD."""

    nature: str | None
    day: str | None
    gaps: Gaps
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
    """`month`: AAAA-MM, the last of its period. `gap`: why the taxes are not known or not to be trusted."""

    month: str | None
    gap: Gap | None
    operation: Decimal | None
    taxable: Decimal | None
    exempt: Decimal | None
    withheld: Decimal | None
    isr_withheld: Decimal | None
    iva_withheld: Decimal | None
    ieps_withheld: Decimal | None


_ADDS_UP = ("INCOME", "CREDIT_NOTE", "INSTALMENT")
#: The Moneda of payments and transfers, which have no amounts of their own: those of another type are in no currency.
_NO_CURRENCY, _WITHOUT_AMOUNTS = "XXX", ("P", "T")
_ADDED = ("net", "iva", "ieps", "local_transferred")
_TAKEN_OFF = ("iva_withheld", "isr_withheld", "ieps_withheld", "local_withheld")


def of_invoice(record: Record) -> InvoiceFigures:
    """Return the figures of a CFDI; `gap` says why some are not known."""
    currency, rate = _currency(record)
    kind, total = nature(record), decimal(record.get("total"))
    day, undated = figure_days.of_invoice(record, kind)
    own, gap = _own(record, kind)
    payroll, unpaid = payroll_figures.of(record) if kind == "PAYROLL" else (None, None)
    gap = first((gap if kind != "PAYROLL" else unpaid, undated))
    if gap not in (None, Gap.INCONSISTENT):
        own = payroll = None
    payments = payment_figures.payments(record, kind)
    settles = payment_figures.settles(record, kind, currency, rate)
    found = {
        "amounts": gap,
        "cash": cash_gaps.of_cash(record, kind, undated),
        "lines": _of_lines(record, kind, undated),
        "balance": cash_gaps.of_balance(record, kind, payments, settles),
    }
    return {
        "nature": kind,
        "day": day,
        "gaps": {name: why for name, why in found.items() if why is not None},  # type: ignore[typeddict-item]
        "currency": currency,
        "rate": rate,
        "own": own,
        "mxn": in_pesos(own, rate),
        "total": total,
        "total_mxn": times(total, rate),
        "lines": line_figures.of(record, rate) if kind in ("INCOME", "CREDIT_NOTE") else [],
        "payments": payments,
        "settles": settles,
        "payroll": payroll,
    }


def of_withholding(record: Record) -> WithholdingFigures:
    """Return the figures of a retención; `gap` says why some are not known."""
    taxes, withheld = record.get("taxes") or [], decimal(record.get("total_withheld"))
    month, undated = figure_days.of_withholding(record)
    gap = _withheld_gap(record, taxes, withheld)
    known = gap in (None, Gap.INCONSISTENT)
    return {
        "month": month,
        "gap": first((gap, undated)),
        "operation": decimal(record.get("total_operation")),
        "taxable": decimal(record.get("total_taxable")),
        "exempt": decimal(record.get("total_exempt")),
        "withheld": withheld,
        "isr_withheld": of_tax(taxes, ISR) if known else None,
        "iva_withheld": of_tax(taxes, IVA) if known else None,
        "ieps_withheld": of_tax(taxes, IEPS) if known else None,
    }


def _withheld_gap(record: Record, taxes: list[Any], withheld: Decimal | None) -> Gap | None:
    if record.get("version") is None:
        return Gap.METADATA_ONLY
    if any(tax["tax"] is None or tax["amount"] is None for tax in taxes) or (not taxes and withheld != 0):
        return Gap.MISSING_VALUE
    told = summed(of_tax(taxes, code) for code in (ISR, IVA, IEPS))
    return None if withheld is not None and near(told, withheld, CENT) else Gap.INCONSISTENT


def _of_lines(record: Record, kind: str | None, undated: Gap | None) -> Gap | None:
    if kind in ("INCOME", "CREDIT_NOTE"):
        return line_figures.gap_of(record, undated)
    return Gap.MISSING_VALUE if kind is None else None


def in_pesos(amounts: dict[str, Decimal] | None, rate: Decimal | None) -> dict[str, Decimal] | None:
    """Multiply each amount by a rate; None where either is not known."""
    if amounts is None or rate is None:
        return None
    return {name: EXACT.multiply(amount, rate) for name, amount in amounts.items()} if rate is not ONE else amounts


def _own(record: Record, kind: str | None) -> tuple[dict[str, Decimal] | None, Gap | None]:
    if record.get("version") is None:
        return None, Gap.METADATA_ONLY
    if kind is None:
        return None, Gap.MISSING_VALUE
    if kept_as_tree(record, "ImpuestosLocales"):
        return None, Gap.UNREADABLE_PART
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
    if len(known) < len(found):
        return None, Gap.MISSING_VALUE
    agrees = kind not in _ADDS_UP or (_adds_up(known) and not _lacks_summary(record))
    return known, None if agrees else Gap.INCONSISTENT


def _adds_up(own: dict[str, Decimal]) -> bool:
    parts = summed(own[name] for name in _ADDED)
    return near(EXACT.subtract(parts, summed(own[name] for name in _TAKEN_OFF)), own["total"], CENT)


def _lacks_summary(record: Record) -> bool:
    """Return True where the lines have taxes and the document, which must sum them up, has none. 3.2 has no lines'."""
    return any(
        decimal(tax["amount"])
        for side in ("transferred", "withheld")
        if not record.get(f"taxes_{side}")
        for line in record.get("line_items") or []
        for tax in line[f"taxes_{side}"]
    )


def _tax(record: Record, side: str, code: str) -> Decimal | None:
    """Return None when the document has taxes on this side and does not say which, or how much."""
    listed = record.get(f"taxes_{side}") or []
    if not listed:
        listed = [tax for line in record.get("line_items") or [] for tax in line[f"taxes_{side}"]]
    if not listed and decimal(record.get(f"taxes_{side}_total")):
        return None
    return of_tax(listed, code) if has_amounts(listed) else None


def _local(local: Record, side: str) -> Decimal | None:
    total = decimal(local.get(f"total_{side}"))
    if total is not None:
        return total
    parts = [decimal(tax["amount"]) for tax in local.get(side) or []]
    return None if None in parts else summed(parts)


def _currency(record: Record) -> tuple[str | None, Decimal | None]:
    """Return the currency, and the pesos for one unit of it when they are known."""
    currency, rate = record.get("currency"), decimal(record.get("exchange_rate"))
    if currency == PESOS:
        return currency, ONE
    if currency == _NO_CURRENCY:
        return currency, ONE if record.get("type") in _WITHOUT_AMOUNTS or not decimal(record.get("total")) else None
    if currency is None and record.get("version") == "3.2" and rate in (None, ONE):
        return PESOS, ONE
    return currency, payment_figures.usable_rate(rate)
