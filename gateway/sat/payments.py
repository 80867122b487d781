"""The complement Pagos, 1.0 and 2.0: which invoices a CFDI of type P paid, and how much of each."""

from __future__ import annotations

from typing import cast

from gateway.sat import payment_equivalence, taxes
from gateway.sat.documents import Payment, PaymentTotals, Settlement
from gateway.sat.exact_sums import decimal, summed
from gateway.sat.node import Node
from gateway.sat.values import moment, number, rfc, upper, uuid


def read(invoice: Node, notes: list[str]) -> list[Payment]:
    found = [_payment(node, notes) for node in invoice.all("Complemento", "Pagos", "Pago")]
    for payment in found:
        payment_equivalence.check(payment, notes)
    heads = [payment for payment in found if not _is_headless(payment)]
    if len(heads) == 1 and len(found) > 1:
        notes.append("a Pago without a date, currency and amount: its documents are of the only one that has them")
        heads[0]["settles"] = [settled for payment in found for settled in payment["settles"]]
        return heads
    return found


def _is_headless(payment: Payment) -> bool:
    return payment["paid_at"] is None and payment["amount"] is None and payment["currency"] is None


_TOTALS = {
    "iva_withheld": "TotalRetencionesIVA",
    "isr_withheld": "TotalRetencionesISR",
    "ieps_withheld": "TotalRetencionesIEPS",
    "base_iva_16": "TotalTrasladosBaseIVA16",
    "iva_16": "TotalTrasladosImpuestoIVA16",
    "base_iva_8": "TotalTrasladosBaseIVA8",
    "iva_8": "TotalTrasladosImpuestoIVA8",
    "base_iva_0": "TotalTrasladosBaseIVA0",
    "iva_0": "TotalTrasladosImpuestoIVA0",
    "base_iva_exempt": "TotalTrasladosBaseIVAExento",
    "total": "MontoTotalPagos",
}


def read_totals(invoice: Node) -> PaymentTotals | None:
    """Pagos 2.0's Totales, in MXN: what was paid, and the taxes inside it. Of several complements, added up."""
    held = list(invoice.all("Complemento", "Pagos", "Totales"))
    if not held:
        return None
    found = {key: [number(totals, name) for totals in held] for key, name in _TOTALS.items()}
    return cast(PaymentTotals, {key: _added(amounts) for key, amounts in found.items()})


def _added(amounts: list[str | None]) -> str | None:
    known = [amount for amount in amounts if amount is not None]
    return f"{summed(map(decimal, known)):f}" if len(known) > 1 else next(iter(known), None)


def _payment(node: Node, notes: list[str]) -> Payment:
    get = node.attributes.get
    amount = number(node, "Monto")
    settles = [_settlement(document, notes) for document in node.children if document.name == "DoctoRelacionado"]
    # Pagos 1.0 lets ImpPagado out when the payment settles one document only: then it is the whole payment.
    if len(settles) == 1 and settles[0]["paid"] is None:
        settles[0]["paid"] = amount
    # 1.0's Impuestos may be several and have the names of an invoice's. SAT's guide wants none there, and some are.
    suffix = "P" if node.child("ImpuestosP") else ""
    held = [child for child in node.children if child.name == "Impuestos" + suffix]
    return {
        "paid_at": moment(node, "FechaPago", notes),
        "payment_form": get("FormaDePagoP"),
        "currency": upper(node, "MonedaP"),
        "exchange_rate": number(node, "TipoCambioP"),
        "amount": amount,
        "operation_number": get("NumOperacion"),
        "ordering_bank_rfc": rfc(node, "RfcEmisorCtaOrd", notes),
        "ordering_account": get("CtaOrdenante"),
        "beneficiary_bank_rfc": rfc(node, "RfcEmisorCtaBen", notes),
        "beneficiary_account": get("CtaBeneficiario"),
        "ordering_bank_name": get("NomBancoOrdExt"),
        "taxes_transferred": [tax for child in held for tax in taxes.transferred(child, suffix)],
        "taxes_withheld": [tax for child in held for tax in taxes.withheld(child, suffix)],
        "settles": settles,
    }


def _settlement(node: Node, notes: list[str]) -> Settlement:
    get = node.attributes.get
    # TipoCambioDR and EquivalenciaDR mean the same: units of the invoice's currency for one of the payment's.
    document_taxes = node.child("ImpuestosDR")
    equivalence = "EquivalenciaDR" if "EquivalenciaDR" in node.attributes else "TipoCambioDR"
    return {
        "uuid": uuid(node, "IdDocumento", notes),
        "series": get("Serie"),
        "folio": get("Folio"),
        "currency": upper(node, "MonedaDR"),
        "equivalence": number(node, equivalence),
        "instalment": _instalment(node, notes),
        "previous_balance": number(node, "ImpSaldoAnt"),
        "paid": number(node, "ImpPagado"),
        "remaining_balance": number(node, "ImpSaldoInsoluto"),
        "tax_object": get("ObjetoImpDR"),
        "taxes_transferred": taxes.transferred(document_taxes, "DR"),
        "taxes_withheld": taxes.withheld(document_taxes, "DR"),
    }


def _instalment(node: Node, notes: list[str]) -> int | None:
    text = node.attributes.get("NumParcialidad")
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    # A label only: not worth losing the payment for.
    notes.append("NumParcialidad is not a whole number")
    return None
