"""How far an invoice is paid, and what is wrong with its chain of payments."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry
from strawberry import Parent

from gateway.sat import payment_chain
from gateway.store.mongo import Row, mexican_month
from resolvers.scalars import Decimal, LocalDateTime, Uuid


@strawberry.enum(description="How far an invoice is paid. A client must take a value it does not know for UNPAID.")
class SettlementState(Enum):
    UNPAID = strawberry.enum_value("UNPAID", description="Nothing was paid or credited.")
    PARTIALLY_PAID = strawberry.enum_value("PARTIALLY_PAID", description="Something was, and something is left.")
    PAID = strawberry.enum_value("PAID", description="Nothing is left.")
    OVERPAID = strawberry.enum_value("OVERPAID", description="More was paid and credited than the total.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="The invoice is cancelled: nothing is owed.")


@strawberry.enum(description="What can be wrong with a chain of payments (complementos de pago).")
class ChainProblemCode(Enum):
    MISSING_PAYMENT_COMPLEMENT = strawberry.enum_value(
        "MISSING_PAYMENT_COMPLEMENT",
        description="A PPD invoice of an earlier month, of September 2018 or later, that no complement held here pays.",
    )
    INSTALMENT_GAP = strawberry.enum_value(
        "INSTALMENT_GAP", description="NumParcialidad leaves numbers out: from `expected` up to `found`."
    )
    INSTALMENT_REPEATED = strawberry.enum_value(
        "INSTALMENT_REPEATED", description="Two payments in force have the same NumParcialidad."
    )
    BALANCE_MISMATCH = strawberry.enum_value(
        "BALANCE_MISMATCH",
        description="ImpSaldoInsoluto is not ImpSaldoAnt less ImpPagado, or ImpSaldoAnt is not what was left before.",
    )
    OVERPAID = strawberry.enum_value("OVERPAID", description="More was paid and credited than the total.")
    PAID_WHEN_CANCELLED = strawberry.enum_value(
        "PAID_WHEN_CANCELLED", description="The invoice is cancelled, and payments of it are still in force."
    )
    CURRENCY_MISMATCH = strawberry.enum_value(
        "CURRENCY_MISMATCH", description="MonedaDR or the credit note's Moneda is not the invoice's: it is not counted."
    )
    OTHER_ISSUER = strawberry.enum_value(
        "OTHER_ISSUER", description="Issued by somebody else than the invoice: it is not counted."
    )
    AMOUNT_MISSING = strawberry.enum_value(
        "AMOUNT_MISSING", description="The payment does not say how much of it is this invoice's: it is not counted."
    )
    CREDIT_UNDIVIDED = strawberry.enum_value(
        "CREDIT_UNDIVIDED",
        description="A credit note names several invoices and not how much is whose: it is not counted.",
    )
    ORPHAN_SETTLEMENT = strawberry.enum_value(
        "ORPHAN_SETTLEMENT", description="A payment (type P) settles an invoice that is not held here."
    )


@strawberry.type(description="Something wrong with a chain of payments. Which values it has depends on its code.")
class ChainProblem:
    code: ChainProblemCode = strawberry.field(description="What is wrong.")
    document: Uuid | None = strawberry.field(
        description="Folio fiscal of the payment or credit note that it is about; of the invoice for ORPHAN_SETTLEMENT."
    )
    instalment: int | None = strawberry.field(description="NumParcialidad that it is about.")
    expected: str | None = strawberry.field(description="What would be right: an amount, a currency or a number.")
    found: str | None = strawberry.field(description="What is there instead.")


@strawberry.type(
    description="How far an invoice is paid, from every payment (type P, Pagos 1.0 and 2.0) and credit note (type E "
    "with relation 01, 03 or 07) in force that names it. All amounts are in the invoice's currency."
)
class InvoiceSettlement:
    state: SettlementState = strawberry.field(description="How far it is paid.")
    paid: Decimal = strawberry.field(description="Sum of ImpPagado.")
    credited: Decimal = strawberry.field(description="Sum of the credit notes that name this invoice alone.")
    outstanding: Decimal = strawberry.field(
        description="Total less `paid` and `credited`: negative when OVERPAID, 0 when CANCELLED."
    )
    instalments: int = strawberry.field(description="How many payments are counted.")
    last_paid_at: LocalDateTime | None = strawberry.field(description="The latest FechaPago.")
    problems: list[ChainProblem] = strawberry.field(description="What is wrong with its chain of payments.")


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
        description="How far it is paid. For type I that is paid in instalments or later (PPD); of 3.2 for originals "
        "whose instalments are held. Null for all else: what was paid at once (PUE) has no complement that would tell.",
        metadata={"needs": ("settlement", "issued_at")},
    )
