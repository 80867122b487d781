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
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Any

Figures = dict[str, Any]

#: Wider than the 18 + 6 digits of an amount by the 6 + 6 of a rate: a product is never rounded.
EXACT = Context(prec=80)

ISR, IVA, IEPS = "001", "002", "003"
PESOS = "MXN"
_ONE = Decimal(1)


def of_invoice(record: Any) -> Figures:
    """Every key is always there."""
    currency, rate = _currency(record)
    own = _own(record)
    total = decimal(record.get("total"))
    return {
        "nature": nature(record),
        "currency": currency,
        "rate": rate,
        "own": own,
        "mxn": {name: times(amount, rate) for name, amount in own.items()} if own and rate is not None else None,
        "total": total,
        "total_mxn": times(total, rate),
    }


def nature(record: Any) -> str | None:
    """What a CFDI is in the books: its type, but for what 3.2 could not say in it."""
    match record.get("type"):
        case "I" if record.get("original") and record.get("payment_method") == "PPD":
            return "INSTALMENT"
        case "E" | "N" if record.get("payrolls") or record["type"] == "N":
            return "PAYROLL"
        case kind:
            return {"I": "INCOME", "E": "CREDIT_NOTE", "P": "PAYMENT", "T": "TRANSFER"}.get(kind or "")


def _own(record: Any) -> dict[str, Decimal] | None:
    subtotal, total = decimal(record.get("subtotal")), decimal(record.get("total"))
    local = record.get("local_taxes") or {}
    found = {
        "net": None if subtotal is None else EXACT.subtract(subtotal, decimal(record.get("discount")) or Decimal(0)),
        "iva": _tax(record, "transferred", IVA),
        "ieps": _tax(record, "transferred", IEPS),
        "iva_withheld": _tax(record, "withheld", IVA),
        "isr_withheld": _tax(record, "withheld", ISR),
        "ieps_withheld": _tax(record, "withheld", IEPS),
        "local_transferred": decimal(local.get("total_transferred")) or Decimal(0),
        "local_withheld": decimal(local.get("total_withheld")) or Decimal(0),
        "total": total,
    }
    known = {name: amount for name, amount in found.items() if amount is not None}
    return known if len(known) == len(found) else None


def _tax(record: Any, side: str, code: str) -> Decimal | None:
    """None when the document has taxes on this side and says nowhere which."""
    listed = record.get(f"taxes_{side}") or []
    if not listed:
        listed = [tax for line in record.get("line_items") or [] for tax in line[f"taxes_{side}"]]
    if not listed and decimal(record.get(f"taxes_{side}_total")):
        return None
    return summed(decimal(tax["amount"]) for tax in listed if tax["tax"] == code)


def _currency(record: Any) -> tuple[str | None, Decimal | None]:
    """The currency, and the pesos for one unit of it when they are known."""
    currency, rate = record.get("currency"), decimal(record.get("exchange_rate"))
    if currency in (PESOS, "XXX"):
        return currency, _ONE
    if currency is None and record.get("version") == "3.2" and rate in (None, _ONE):
        return PESOS, _ONE
    return currency, rate or None


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def times(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    return None if amount is None or rate is None else EXACT.multiply(amount, rate)


def summed(amounts: Iterable[Decimal | None]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        if amount is not None:
            total = EXACT.add(total, amount)
    return total
