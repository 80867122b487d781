"""The figures of payments: what was paid, and what of it is whose.

The rules (complemento para recepción de pagos 1.0 and 2.0):
- Monto is in MonedaP, and Monto × TipoCambioP is pesos; MXN is 1.
- ImpPagado is in the invoice's currency; ÷ EquivalenciaDR it is in the payment's, and × TipoCambioP pesos. Two of one
  currency need no EquivalenciaDR. Pagos 1.0 has TipoCambioDR = 1 for a peso invoice that was paid in another
  currency: there ImpPagado is pesos, and the payment's currency follows from TipoCambioP.
- the taxes of a share are those of its ImpuestosDR, in the invoice's currency; Pagos 1.0 has none, and they are None.
- a credit note takes its total off the one invoice that it names (TipoRelacion 01, 03, 07); of one that names several
  nobody can tell how much is whose. An instalment of 3.2 is itself a payment of its original.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.documents import Payment, Settlement
from gateway.sat.exact_sums import IEPS, ISR, IVA, ONE, PESOS, decimal, divided, of_tax, times

#: TipoRelacion: nota de crédito, devolución, aplicación de anticipo.
CREDITS = frozenset({"01", "03", "07"})

Record = Mapping[str, Any]


class When(TypedDict):
    """Local time, and the month that it is in."""

    at: str | None
    month: str | None


class Paid(When):
    """Money that came in or went out."""

    form: str | None
    currency: str | None
    amount: Decimal | None
    mxn: Decimal | None


class Settles(When):
    """A sum that is taken off an invoice: `amount` in its currency, `paid` in that of the payment, `mxn` in pesos."""

    uuid: str | None
    part: str
    currency: str | None
    amount: Decimal | None
    payment_currency: str | None
    paid: Decimal | None
    mxn: Decimal | None
    taxes: dict[str, Decimal] | None
    taxes_mxn: Mapping[str, Decimal | None] | None


def payments(record: Record) -> list[Paid]:
    """Return the money that came in or went out on each day."""
    return [_payment(payment) for payment in record.get("payments") or []]


def _payment(payment: Payment) -> Paid:
    amount = decimal(payment["amount"])
    return {
        **_when(payment["paid_at"]),
        "form": payment["payment_form"],
        "currency": payment["currency"],
        "amount": amount,
        "mxn": times(amount, _rate(payment)),
    }


def settles(record: Record, nature: str | None, currency: str | None, rate: Decimal | None) -> list[Settles]:
    """Return what is taken off invoices: the shares of a payment, a credit note's total, an instalment of 3.2."""
    if nature == "CREDIT_NOTE":
        credited = {r["uuid"] for r in record.get("related") or [] if r["relation"] in CREDITS}
        return [_whole(record, credited.pop(), "CREDITED", currency, rate)] if len(credited) == 1 else []
    if nature == "INSTALMENT":
        original = record["original"].get("uuid")
        return [_whole(record, original, "PAID", currency, rate)] if original else []
    return [
        _share(payment, settled)
        for payment in record.get("payments") or []
        for settled in payment["settles"]
        if settled["uuid"]
    ]


def _whole(record: Record, uuid: str, part: str, currency: str | None, rate: Decimal | None) -> Settles:
    total = decimal(record.get("total"))
    return {
        "uuid": uuid,
        "part": part,
        **_when(record.get("issued_at")),
        "currency": currency,
        "amount": total,
        "payment_currency": currency,
        "paid": total,
        "mxn": times(total, rate),
        "taxes": None,
        "taxes_mxn": None,
    }


def _share(payment: Payment, settled: Settlement) -> Settles:
    amount = decimal(settled["paid"])
    before, after = decimal(settled["previous_balance"]), decimal(settled["remaining_balance"])
    if amount is None and before is not None and after is not None:
        amount = before - after
    rate, equivalence = _rate(payment), _equivalence(payment, settled)
    to_pesos = divided(rate, equivalence)
    paid = divided(amount, equivalence)
    taxes = _taxes(settled)
    return {
        "uuid": settled["uuid"],
        "part": "PAID",
        **_when(payment["paid_at"]),
        "currency": settled["currency"],
        "amount": amount,
        "payment_currency": payment["currency"],
        "paid": paid,
        "mxn": times(paid, rate),
        "taxes": taxes,
        "taxes_mxn": {name: times(tax, to_pesos) for name, tax in taxes.items()} if taxes and to_pesos else None,
    }


def _taxes(settled: Settlement) -> dict[str, Decimal] | None:
    """None where the share does not say: Pagos 1.0, and an ObjetoImpDR of "yes" without its ImpuestosDR."""
    transferred, withheld = settled.get("taxes_transferred") or [], settled.get("taxes_withheld") or []
    if settled["tax_object"] in (None, "02") and not transferred and not withheld:
        return None
    return {
        "iva": of_tax(transferred, IVA),
        "ieps": of_tax(transferred, IEPS),
        "iva_withheld": of_tax(withheld, IVA),
        "isr_withheld": of_tax(withheld, ISR),
        "ieps_withheld": of_tax(withheld, IEPS),
    }


def _rate(payment: Payment) -> Decimal | None:
    """Pesos for one unit of the payment's currency."""
    return ONE if payment["currency"] == PESOS else decimal(payment["exchange_rate"]) or None


def _equivalence(payment: Payment, settled: Settlement) -> Decimal | None:
    """Units of the invoice's currency for one of the payment's."""
    said = decimal(settled["equivalence"]) or None
    if settled["currency"] == payment["currency"]:
        return said or ONE
    if settled["currency"] == PESOS and said in (None, ONE):
        return _rate(payment)
    return said


def _when(at: str | None) -> When:
    """Local time, which decides the month."""
    return {"at": at, "month": at[:7] if at else None}
