"""Complemento de pagos: what was paid, and which invoices it settles."""

from __future__ import annotations

import strawberry

from resolvers.codes import Code, coded
from resolvers.parties import Tax
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
    taxes_transferred: list[Tax] = strawberry.field(
        description="TrasladosDR: the transferred taxes inside `paid`, in the invoice's currency; since Pagos 2.0."
    )
    taxes_withheld: list[Tax] = strawberry.field(
        description="RetencionesDR: the withheld taxes that belong to `paid`, in the invoice's currency."
    )


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
    ordering_bank_name: str | None = strawberry.field(description="NomBancoOrdExt: name of a foreign bank.")
    taxes_transferred: list[Tax] = strawberry.field(
        description="TrasladosP: the transferred taxes inside `amount`, in the payment's currency; since Pagos 2.0."
    )
    taxes_withheld: list[Tax] = strawberry.field(description="RetencionesP, in the payment's currency.")
    settles: list[Settlement] = strawberry.field(description="The invoices that it pays, with their balances.")


@strawberry.type(description="Totales of Pagos 2.0, in pesos, over all payments of the document.")
class PaymentTotals:
    total: Decimal | None = strawberry.field(description="MontoTotalPagos.")
    iva_withheld: Decimal | None = strawberry.field(description="TotalRetencionesIVA.")
    isr_withheld: Decimal | None = strawberry.field(description="TotalRetencionesISR.")
    ieps_withheld: Decimal | None = strawberry.field(description="TotalRetencionesIEPS.")
    base_iva_16: Decimal | None = strawberry.field(name="baseIva16", description="TotalTrasladosBaseIVA16.")
    iva_16: Decimal | None = strawberry.field(name="iva16", description="TotalTrasladosImpuestoIVA16.")
    base_iva_8: Decimal | None = strawberry.field(name="baseIva8", description="TotalTrasladosBaseIVA8.")
    iva_8: Decimal | None = strawberry.field(name="iva8", description="TotalTrasladosImpuestoIVA8.")
    base_iva_0: Decimal | None = strawberry.field(name="baseIva0", description="TotalTrasladosBaseIVA0.")
    iva_0: Decimal | None = strawberry.field(name="iva0", description="TotalTrasladosImpuestoIVA0.")
    base_iva_exempt: Decimal | None = strawberry.field(description="TotalTrasladosBaseIVAExento.")
