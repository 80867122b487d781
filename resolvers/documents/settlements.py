"""The settlement of an invoice, and the problems in its chain of payments."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import payment_chain
from gateway.store.mongo import Row, mexican_month
from resolvers.scalars import Decimal, LocalDateTime, Uuid


@strawberry.enum(
    description="How much of an invoice is paid. A client must treat a value that it does not know as UNPAID."
)
class SettlementState(Enum):
    UNPAID = strawberry.enum_value("UNPAID", description="Nothing is paid or credited.")
    PARTIALLY_PAID = strawberry.enum_value(
        "PARTIALLY_PAID", description="Part of the invoice is paid or credited, and a balance is outstanding."
    )
    PAID = strawberry.enum_value("PAID", description="Nothing is outstanding.")
    OVERPAID = strawberry.enum_value("OVERPAID", description="The invoice was paid and credited beyond its total.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="The invoice is cancelled: nothing is owed.")


@strawberry.enum(description="Kind of problem in a chain of payments (complementos de pago).")
class ChainProblemCode(Enum):
    MISSING_PAYMENT_COMPLEMENT = strawberry.enum_value(
        "MISSING_PAYMENT_COMPLEMENT",
        description="A PPD invoice of an earlier month, issued since September 2018, is paid by no complemento held "
        "here.",
    )
    INSTALMENT_GAP = strawberry.enum_value(
        "INSTALMENT_GAP", description="NumParcialidad skips numbers: `expected` was due, `found` came."
    )
    INSTALMENT_REPEATED = strawberry.enum_value(
        "INSTALMENT_REPEATED", description="Two payments in force have the same NumParcialidad."
    )
    BALANCE_MISMATCH = strawberry.enum_value(
        "BALANCE_MISMATCH",
        description="ImpSaldoInsoluto is not ImpSaldoAnt less ImpPagado, or ImpSaldoAnt is not the previous balance.",
    )
    OVERPAID = strawberry.enum_value("OVERPAID", description="The invoice was paid and credited beyond its total.")
    PAID_WHEN_CANCELLED = strawberry.enum_value(
        "PAID_WHEN_CANCELLED", description="The invoice is cancelled, and payments that settle it are still in force."
    )
    CURRENCY_MISMATCH = strawberry.enum_value(
        "CURRENCY_MISMATCH",
        description="MonedaDR, or the credit note's Moneda, is not the invoice's currency: the document is not "
        "counted.",
    )
    OTHER_ISSUER = strawberry.enum_value(
        "OTHER_ISSUER", description="The payment or credit note has another issuer than the invoice: it is not counted."
    )
    AMOUNT_MISSING = strawberry.enum_value(
        "AMOUNT_MISSING", description="The payment does not state its share in this invoice: it is not counted."
    )
    CREDIT_UNDIVIDED = strawberry.enum_value(
        "CREDIT_UNDIVIDED",
        description="A credit note names several invoices and no amount for each: it is not counted.",
    )
    ORPHAN_SETTLEMENT = strawberry.enum_value(
        "ORPHAN_SETTLEMENT", description="A payment (type P) settles an invoice that is not held here."
    )


@strawberry.type(description="A problem in a chain of payments. `code` decides which values it has.")
class ChainProblem:
    code: ChainProblemCode = strawberry.field(description="The kind of problem.")
    document: Uuid | None = strawberry.field(
        description="Folio fiscal of the payment or credit note concerned; for ORPHAN_SETTLEMENT, of the invoice."
    )
    instalment: int | None = strawberry.field(description="NumParcialidad concerned.")
    expected: str | None = strawberry.field(description="The expected value: an amount, a currency or a number.")
    found: str | None = strawberry.field(description="The value found instead.")


@strawberry.type(
    description="How much of an invoice is paid, from every payment (type P, Pagos 1.0 and 2.0) and credit note (type "
    "E, TipoRelacion 01, 03 or 07) in force that names it. Amounts are in the invoice's currency."
)
class InvoiceSettlement:
    state: SettlementState = strawberry.field(description="How much of the invoice is paid.")
    paid: Decimal = strawberry.field(description="Sum of ImpPagado.")
    credited: Decimal = strawberry.field(description="Sum of the credit notes that name this invoice alone.")
    outstanding: Decimal = strawberry.field(
        description="Outstanding balance: Total less `paid` and `credited`. Negative when OVERPAID, 0 when CANCELLED."
    )
    instalments: int = strawberry.field(description="Number of payments counted.")
    last_paid_at: LocalDateTime | None = strawberry.field(description="The latest FechaPago.")
    problems: list[ChainProblem] = strawberry.field(description="Problems in its chain of payments.")


def settlement_field() -> Any:
    def resolve(root: Parent[Row]) -> Row | None:
        found = root.get("settlement")
        if not found:
            return None
        over = payment_chain.is_over(root.get("issued_at"), mexican_month())
        problems = [p for p in found["problems"] if over or p["code"] != payment_chain.MISSING]
        return {**found, "problems": problems}

    return strawberry.field(
        resolver=resolve,
        graphql_type=InvoiceSettlement | None,
        description="How much of the invoice is paid. Only for PPD invoices of type I, and in 3.2 for originals whose "
        "instalments are held. Null for all others: a PUE invoice has no complemento de pago.",
        metadata={"needs": ("settlement", "issued_at")},
    )
