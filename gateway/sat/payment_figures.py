"""The figures of payments: what was paid, and what of it is whose.

The rules (complemento para recepción de pagos 1.0 and 2.0):
- Monto is in MonedaP, and Monto × TipoCambioP is pesos; MXN is 1.
- ImpPagado is in the invoice's currency; ÷ EquivalenciaDR it is in the payment's, and × TipoCambioP pesos. Two of one
  currency need no EquivalenciaDR. Pagos 1.0 has TipoCambioDR = 1 for a peso invoice that was paid in another
  currency: there ImpPagado is pesos, and the payment's currency follows from TipoCambioP.
- the taxes of a share are those of its ImpuestosDR, in the invoice's currency; Pagos 1.0 has none, and they are None.
- a credit note takes its total off the one invoice that it names (TipoRelacion 01, 03, 07); of one that names several
  nobody can tell how much is whose. An instalment of 3.2 is itself a payment of its original.
- what a CFDI of type P does not tell stands as an entry without amounts, which says why: one of which only the metadata
  came, one whose payments or taxes are not those of its Totales, a payment whose shares do not come to its Monto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.documents import Payment, Settlement
from gateway.sat.exact_sums import EXACT, IEPS, ISR, IVA, ONE, PESOS, decimal, divided, of_tax, summed, times
from gateway.sat.gaps import CENT, Gap, has_amounts, near
from gateway.sat.stamp import is_uuid

#: TipoRelacion: nota de crédito, devolución, aplicación de anticipo.
CREDITS = frozenset({"01", "03", "07"})
#: c_FormaPago: what settles a debt and moves no money. Dación en pago, subrogación, consignación, condonación,
#: compensación, novación, confusión, remisión, prescripción, a satisfacción del acreedor, aplicación de anticipos.
WITHOUT_MONEY = frozenset({"12", "13", "14", "15", "17", "23", "24", "25", "26", "27", "30"})
_WITH_MONEY = frozenset({"01", "02", "03", "04", "05", "06", "08", "28", "29", "31", "99"})
#: c_ObjetoImp but 02, which has taxes.
_NO_TAXES = frozenset({"01", "03", "04", "05", "06", "07", "08"})
#: Amounts of two currencies may differ by as much of them: rates are written with few digits.
_OF_RATES = Decimal("0.0001")
_WITHHELD = ("iva_withheld", "isr_withheld", "ieps_withheld")

Record = Mapping[str, Any]


class When(TypedDict):
    """Local time, the month that it is in, and why amounts are not known."""

    at: str | None
    month: str | None
    gap: Gap | None


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


def is_form(code: str | None) -> bool:
    """Return True of a FormaPago that says if money moved."""
    return code in WITHOUT_MONEY or code in _WITH_MONEY


def payments(record: Record, nature: str | None) -> list[Paid]:
    """Return the money that came in or went out on each day."""
    found = [_payment(payment, record) for payment in record.get("payments") or []]
    if nature != "PAYMENT":
        return found
    known, said = [one["mxn"] for one in found], decimal(record.get("payments_total"))
    gap = None if found else _of_nothing(record)
    if _repeats(record) or (None not in known and not near(summed(known), said, _tolerance(known))):
        gap = Gap.INCONSISTENT
    if gap:
        at = found[0]["at"] if found else None
        found.append({**_when(at, record, gap), "form": None, "currency": None, "amount": None, "mxn": None})
    return found


def _payment(payment: Payment, record: Record) -> Paid:
    amount, form = decimal(payment["amount"]), payment["payment_form"]
    gap = None if is_form(form) else Gap.UNKNOWN_PAYMENT
    if amount is None or not payment["currency"]:
        gap = Gap.MISSING_VALUE
    return {
        **_when(payment["paid_at"], record, gap),
        "form": form,
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
    held: Sequence[Payment] = record.get("payments") or []
    is_2_0 = bool(record.get("payments_totals")) or any(s["tax_object"] for p in held for s in p["settles"])
    found: list[Settles] = []
    for payment in held:
        shares = [_share(payment, settled, record, is_2_0) for settled in payment["settles"]]
        found += shares
        if nature == "PAYMENT" and not _come_to(payment, shares):
            found.append(_untold(record, payment["paid_at"], Gap.INCONSISTENT if shares else Gap.MISSING_VALUE))
    if nature == "PAYMENT" and (not held or _repeats(record) or not _are_of_the_totals(record, found)):
        at = held[0]["paid_at"] if held else None
        found.append(_untold(record, at, Gap.INCONSISTENT if held else _of_nothing(record)))
    return found


def _whole(record: Record, uuid: str, part: str, currency: str | None, rate: Decimal | None) -> Settles:
    total = decimal(record.get("total"))
    return {
        "uuid": uuid,
        "part": part,
        **_when(record.get("issued_at"), record, None),
        "currency": currency,
        "amount": total,
        "payment_currency": currency,
        "paid": total,
        "mxn": times(total, rate),
        "taxes": None,
        "taxes_mxn": None,
    }


def _untold(record: Record, at: str | None, gap: Gap) -> Settles:
    """Return an entry that stands for what the shares do not tell."""
    return {**_whole({**record, "total": None}, "", "PAID", None, None), **_when(at, record, gap), "uuid": None}


def _share(payment: Payment, settled: Settlement, record: Record, is_2_0: bool) -> Settles:
    amount = decimal(settled["paid"])
    before, after = decimal(settled["previous_balance"]), decimal(settled["remaining_balance"])
    if amount is None and before is not None and after is not None:
        amount = before - after
    rate, equivalence = _rate(payment), _equivalence(payment, settled)
    to_pesos = divided(rate, equivalence)
    paid = divided(amount, equivalence)
    taxes, are_missing = _taxes(settled, is_2_0)
    is_whole = amount is not None and settled["currency"] and payment["currency"] and not are_missing
    return {
        "uuid": settled["uuid"] if is_uuid(settled["uuid"] or "") else None,
        "part": "PAID",
        **_when(payment["paid_at"], record, None if is_whole else Gap.MISSING_VALUE),
        "currency": settled["currency"],
        "amount": amount,
        "payment_currency": payment["currency"],
        "paid": paid,
        "mxn": times(paid, rate),
        "taxes": taxes,
        "taxes_mxn": {name: times(tax, to_pesos) for name, tax in taxes.items()} if taxes and to_pesos else None,
    }


def _taxes(settled: Settlement, is_2_0: bool) -> tuple[dict[str, Decimal] | None, bool]:
    """Return the taxes, and whether they should be there and are not. Pagos 1.0 tells none."""
    transferred, withheld = settled.get("taxes_transferred") or [], settled.get("taxes_withheld") or []
    listed = [*transferred, *withheld]
    if not has_amounts(listed) or any(tax["tax"] not in (ISR, IVA, IEPS) for tax in listed):
        return None, True
    if not listed and settled["tax_object"] not in _NO_TAXES:
        return None, is_2_0
    return {
        "iva": of_tax(transferred, IVA),
        "ieps": of_tax(transferred, IEPS),
        "iva_withheld": of_tax(withheld, IVA),
        "isr_withheld": of_tax(withheld, ISR),
        "ieps_withheld": of_tax(withheld, IEPS),
    }, False


def _come_to(payment: Payment, shares: Sequence[Settles]) -> bool:
    """Return True where the shares are the whole of what was paid, with its taxes, or nobody can tell."""
    paid, rate = [share["paid"] for share in shares], _rate(payment)
    taxes = [share["taxes_mxn"] for share in shares if share["taxes_mxn"]]
    if len(taxes) == len(shares) and payment["taxes_transferred"]:
        told = [one["ieps"] for one in taxes]
        ieps = times(of_tax(payment["taxes_transferred"], IEPS), rate)
        if None not in told and not near(summed(told), ieps, _tolerance(told)):
            return False
    return None in paid or near(summed(paid), decimal(payment["amount"]), _tolerance(paid))


def _repeats(record: Record) -> bool:
    """Return True where a CFDI tells one payment twice: the same instalment of an invoice, or all of a Pago."""
    held: Sequence[Payment] = record.get("payments") or []
    shares = [(s["uuid"], s["instalment"]) for p in held for s in p["settles"] if s["uuid"] and s["instalment"]]
    return len(set(shares)) < len(shares) or any(one == other for n, one in enumerate(held) for other in held[:n])


def _are_of_the_totals(record: Record, shares: Sequence[Settles]) -> bool:
    """Return True where the taxes of all shares are those of Pagos 2.0's Totales, or nobody can tell."""
    totals = record.get("payments_totals")
    if not totals or any(share["taxes_mxn"] is None for share in shares):
        return True
    iva = [decimal(totals[name]) for name in ("iva_16", "iva_8", "iva_0")]
    said = {"iva": summed(iva), **{name: decimal(totals[name]) or Decimal(0) for name in _WITHHELD}}
    for name, amount in said.items():
        told = [share["taxes_mxn"][name] for share in shares if share["taxes_mxn"]]
        if None not in told and not near(summed(told), amount, _tolerance(told)):
            return False
    return True


def _tolerance(amounts: Sequence[Decimal | None]) -> Decimal:
    """Return by how much a sum of amounts may miss what it should be: each was rounded, and so were the rates."""
    return EXACT.add(EXACT.multiply(CENT, len(amounts) + 1), EXACT.multiply(abs(summed(amounts)), _OF_RATES))


def _rate(payment: Payment) -> Decimal | None:
    """Pesos for one unit of the payment's currency."""
    return ONE if payment["currency"] == PESOS else usable_rate(decimal(payment["exchange_rate"]))


def usable_rate(said: Decimal | None) -> Decimal | None:
    """Return the pesos for one unit of a foreign currency; None where what is said can be no rate.

    Software that knows no rate writes 1, which would make a sum in dollars one in pesos; no true rate is exactly 1.
    """
    return said if said is not None and said > 0 and said != ONE else None


def _equivalence(payment: Payment, settled: Settlement) -> Decimal | None:
    """Return units of the invoice's currency for one of the payment's."""
    said = decimal(settled["equivalence"]) or None
    if settled["currency"] == payment["currency"]:
        return said or ONE
    if settled["currency"] == PESOS and said == ONE:
        return _rate(payment)
    return said


def _of_nothing(record: Record) -> Gap:
    return Gap.METADATA_ONLY if record.get("version") is None else Gap.MISSING_VALUE


def _when(at: str | None, record: Record, gap: Gap | None) -> When:
    """Local time, which decides the month. What tells none has that of its document, and a gap."""
    known = at or record.get("issued_at") or (record.get("order") or "").partition("|")[0] or None
    return {"at": known, "month": known[:7] if known else None, "gap": gap if at or gap else Gap.MISSING_VALUE}
