"""Pagos 2.0: the payment complement of CFDI 4.0, with the taxes of every document paid and their totals in pesos."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gateway.sandbox.taxpayers.model import Payment, Settled, Tax
from gateway.sandbox.taxpayers.payments import half_up_decimal
from gateway.sandbox.taxpayers.xml import element, moment, money

_TRANSFERRED_TOTALS = {"0.160000": "IVA16", "0.080000": "IVA8", "0.000000": "IVA0"}
_WITHHELD_TOTALS = {"001": "TotalRetencionesISR", "002": "TotalRetencionesIVA", "003": "TotalRetencionesIEPS"}


def write(payment: Payment) -> str:
    """Write a payment as the complement Pagos 2.0."""
    transferred = _converted(payment, [(row, tax) for row in payment.settled for tax in row.transferred])
    withheld = _converted(payment, [(row, tax) for row in payment.settled for tax in row.withheld])
    paid = element(
        "pago20:Pago",
        {
            "FechaPago": moment(payment.paid_at),
            "FormaDePagoP": payment.form,
            "MonedaP": payment.currency,
            "TipoCambioP": payment.rate,
            "Monto": money(payment.amount),
            "NumOperacion": payment.operation,
        },
        *(_document(row) for row in payment.settled),
        _of_payment(transferred, withheld),
    )
    return element("pago20:Pagos", {"Version": "2.0"}, _totals(payment, transferred, withheld), paid)


def _converted(payment: Payment, taxes: Iterable[tuple[Settled, Tax]]) -> list[Tax]:
    """Taxes of the documents in the payment's currency, one row for each code, factor and rate."""
    rows: dict[tuple[str, str, str | None], tuple[int, int]] = {}
    for document, tax in taxes:
        per_unit = Decimal(document.equivalence)
        base, amount = rows.get((tax.code, tax.factor, tax.rate), (0, 0))
        base += half_up_decimal(Decimal(tax.base) / per_unit)
        amount += half_up_decimal(Decimal(tax.amount or 0) / per_unit)
        rows[tax.code, tax.factor, tax.rate] = (base, amount)
    return [Tax(*what, base, None if what[2] is None else amount) for what, (base, amount) in rows.items()]


def _totals(payment: Payment, transferred: list[Tax], withheld: list[Tax]) -> str:
    pesos = Decimal(payment.rate)
    values: dict[str, int] = {}
    for tax in withheld:
        name = _WITHHELD_TOTALS[tax.code]
        values[name] = values.get(name, 0) + half_up_decimal((tax.amount or 0) * pesos)
    for tax in transferred:
        if tax.code != "002":
            continue  # the totals have no place for IEPS
        if tax.rate is None:
            values["TotalTrasladosBaseIVAExento"] = half_up_decimal(tax.base * pesos)
            continue
        kind = _TRANSFERRED_TOTALS[tax.rate]
        values[f"TotalTrasladosBase{kind}"] = half_up_decimal(tax.base * pesos)
        values[f"TotalTrasladosImpuesto{kind}"] = half_up_decimal((tax.amount or 0) * pesos)
    values["MontoTotalPagos"] = half_up_decimal(payment.amount * pesos)
    return element("pago20:Totales", {name: money(cents) for name, cents in values.items()})


def _document(row: Settled) -> str:
    taxed = bool(row.transferred or row.withheld)
    return element(
        "pago20:DoctoRelacionado",
        {
            "IdDocumento": row.uuid,
            "Serie": row.series,
            "Folio": row.folio,
            "MonedaDR": row.currency,
            "EquivalenciaDR": row.equivalence,
            "NumParcialidad": row.instalment,
            "ImpSaldoAnt": money(row.before),
            "ImpPagado": money(row.paid),
            "ImpSaldoInsoluto": money(row.after),
            "ObjetoImpDR": "02" if taxed else "01",
        },
        _of_document(row) if taxed else "",
    )


def _of_document(row: Settled) -> str:
    withheld = "".join(element("pago20:RetencionDR", _tax(tax, "DR")) for tax in row.withheld)
    transferred = "".join(element("pago20:TrasladoDR", _tax(tax, "DR")) for tax in row.transferred)
    return element(
        "pago20:ImpuestosDR",
        {},
        element("pago20:RetencionesDR", {}, withheld) if withheld else "",
        element("pago20:TrasladosDR", {}, transferred) if transferred else "",
    )


def _of_payment(transferred: list[Tax], withheld: list[Tax]) -> str:
    by_code: dict[str, int] = {}
    for tax in withheld:
        by_code[tax.code] = by_code.get(tax.code, 0) + (tax.amount or 0)
    kept = "".join(
        element("pago20:RetencionP", {"ImpuestoP": code, "ImporteP": money(cents)}) for code, cents in by_code.items()
    )
    rows = "".join(element("pago20:TrasladoP", _tax(tax, "P")) for tax in transferred)
    if not kept and not rows:
        return ""
    return element(
        "pago20:ImpuestosP",
        {},
        element("pago20:RetencionesP", {}, kept) if kept else "",
        element("pago20:TrasladosP", {}, rows) if rows else "",
    )


def _tax(tax: Tax, suffix: str) -> dict[str, object | None]:
    return {
        f"Base{suffix}": money(tax.base),
        f"Impuesto{suffix}": tax.code,
        f"TipoFactor{suffix}": tax.factor,
        f"TasaOCuota{suffix}": tax.rate,
        f"Importe{suffix}": None if tax.amount is None else money(tax.amount),
    }
