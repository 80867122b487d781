"""Complemento de pagos: what was paid, and which invoices it settles."""

from __future__ import annotations

import strawberry

from resolvers.codes import Code, coded
from resolvers.scalars import Decimal, LocalDateTime, Rfc, Uuid


@strawberry.type(description="DoctoRelacionado: a payment's share in one invoice.")
class Settlement:
    uuid: Uuid | None = strawberry.field(description="IdDocumento: the folio fiscal of the invoice that is paid.")
    series: str | None = strawberry.field(description="Serie of the invoice.")
    folio: str | None = strawberry.field(description="Folio of the invoice.")
    currency: Code | None = coded("currency", "currency", "MonedaDR: the invoice's currency.", context=())
    equivalence: Decimal | None = strawberry.field(
        description="EquivalenciaDR (1.0: TipoCambioDR): units of the invoice's currency for one of the payment's."
    )
    instalment: int | None = strawberry.field(description="NumParcialidad.")
    previous_balance: Decimal | None = strawberry.field(description="ImpSaldoAnt, in the invoice's currency.")
    paid: Decimal | None = strawberry.field(description="ImpPagado, in the invoice's currency.")
    remaining_balance: Decimal | None = strawberry.field(description="ImpSaldoInsoluto, in the invoice's currency.")
    tax_object: Code | None = coded("tax_object", "tax_object", "ObjetoImpDR, since Pagos 2.0.", context=())


@strawberry.type(description="Pago: a payment received.")
class Payment:
    paid_at: LocalDateTime | None = strawberry.field(description="FechaPago.")
    payment_form: Code | None = coded("payment_form", "payment_form", "FormaDePagoP (c_FormaPago).", context=())
    currency: Code | None = coded("currency", "currency", "MonedaP (c_Moneda).", context=())
    exchange_rate: Decimal | None = strawberry.field(description="TipoCambioP: pesos for one unit of the currency.")
    amount: Decimal | None = strawberry.field(description="Monto, in the payment's currency.")
    operation_number: str | None = strawberry.field(description="NumOperacion: check, transfer or reference number.")
    ordering_bank_rfc: Rfc | None = strawberry.field(description="RfcEmisorCtaOrd.")
    ordering_account: str | None = strawberry.field(description="CtaOrdenante.")
    beneficiary_bank_rfc: Rfc | None = strawberry.field(description="RfcEmisorCtaBen.")
    beneficiary_account: str | None = strawberry.field(description="CtaBeneficiario.")
    settles: list[Settlement] = strawberry.field(description="The invoices that it pays, with their balances.")
