"""The payments of a CFDI of type P, each with the invoices that it settles."""

from __future__ import annotations

from gateway.printing import blocks
from gateway.printing.sheet import BODY, BOLD, SMALL, Cell, Column, Sheet
from gateway.printing.texts import joined, labelled, moment, money, number
from gateway.sat.documents import Invoice, Payment, Settlement

_COLUMNS = [
    Column("FACTURA QUE SE PAGA", 188),
    Column("MONEDA", 58),
    Column("PARC.", 34, right=True),
    Column("SALDO ANTERIOR", 84, right=True),
    Column("PAGADO", 84, right=True),
    Column("SALDO INSOLUTO", 84, right=True),
]


def draw(sheet: Sheet, record: Invoice) -> None:
    """Draw each payment with its settlements, and the total in pesos."""
    for count, payment in enumerate(record["payments"], 1):
        _payment(sheet, payment, count if len(record["payments"]) > 1 else None)
    if record["payments_total"] is not None:
        blocks.totals(sheet, [], ("Total de pagos MXN", money(record["payments_total"])), [])


def _payment(sheet: Sheet, payment: Payment, count: int | None) -> None:
    sheet.need(110)
    currency = payment["currency"]
    blocks.facts(
        sheet,
        [
            (
                f"Pago {count}" if count else "Pago",
                [
                    ("Fecha de pago", moment(payment["paid_at"])),
                    ("Forma de pago", labelled("payment_form", payment["payment_form"])),
                    ("Monto", joined(money(payment["amount"]), currency, between=" ")),
                    ("Tipo de cambio", number(payment["exchange_rate"]) if currency != "MXN" else None),
                ],
            ),
            (
                "Operación",
                [
                    ("Número", payment["operation_number"]),
                    ("Cuenta ordenante", joined(payment["ordering_account"], payment["ordering_bank_rfc"])),
                    ("Cuenta beneficiaria", joined(payment["beneficiary_account"], payment["beneficiary_bank_rfc"])),
                ],
            ),
        ],
    )
    if payment["settles"]:
        sheet.y -= 4
        sheet.table(_COLUMNS, [_settlement(settled, currency) for settled in payment["settles"]])


def _settlement(settled: Settlement, currency: str | None) -> list[Cell]:
    folio = joined(settled["series"], settled["folio"], between=" ")
    foreign = settled["currency"] not in (None, currency) and settled["equivalence"]
    return [
        [(folio, BOLD), (settled["uuid"] or "", SMALL)],
        [(settled["currency"] or "", BODY), (f"equiv. {number(settled['equivalence'])}" if foreign else "", SMALL)],
        [(str(settled["instalment"] or ""), BODY)],
        [(money(settled["previous_balance"]), BODY)],
        [(money(settled["paid"]), BOLD)],
        [(money(settled["remaining_balance"]), BODY)],
    ]
