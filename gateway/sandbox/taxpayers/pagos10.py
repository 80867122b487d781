"""Pagos 1.0: the payment complement of CFDI 3.3. It says what was paid and nothing about taxes."""

from __future__ import annotations

from gateway.sandbox.taxpayers.model import Payment, Settled
from gateway.sandbox.taxpayers.xml import element, moment, money


def write(payment: Payment) -> str:
    """Write a payment as the complement Pagos 1.0."""
    foreign = payment.currency != "MXN"
    paid = element(
        "pago10:Pago",
        {
            "FechaPago": moment(payment.paid_at),
            "FormaDePagoP": payment.form,
            "MonedaP": payment.currency,
            "TipoCambioP": payment.rate if foreign else None,
            "Monto": money(payment.amount),
            "NumOperacion": payment.operation,
        },
        *(_document(row, payment) for row in payment.settled),
    )
    return element("pago10:Pagos", {"Version": "1.0"}, paid)


def _document(row: Settled, payment: Payment) -> str:
    return element(
        "pago10:DoctoRelacionado",
        {
            "IdDocumento": row.uuid,
            "Serie": row.series,
            "Folio": row.folio,
            "MonedaDR": row.currency,
            "TipoCambioDR": row.equivalence if row.currency != payment.currency else None,
            "MetodoDePagoDR": "PPD",
            "NumParcialidad": row.instalment,
            "ImpSaldoAnt": money(row.before),
            "ImpPagado": money(row.paid),
            "ImpSaldoInsoluto": money(row.after),
        },
    )
