"""Complemento de pagos: what was paid, and which invoices it settles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import spend_rows
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import Code, coded
from resolvers.documents.complements import listed
from resolvers.documents.parties import Tax
from resolvers.fields import resolved
from resolvers.scalars import Decimal, LocalDateTime, Rfc, Uuid

_Invoice = Annotated["Invoice", strawberry.lazy("resolvers.documents.invoices")]  # type: ignore[name-defined] # noqa: F821


async def _invoice(root: Parent[Row], info: Info) -> Row | None:
    if not root["uuid"]:
        return None
    spend_rows(1)
    return await info.context.loaders.documents[Kind.INVOICE].load(f"{root['taxpayer']}:{root['uuid']}")


def with_taxpayer(part: Row, row: Mapping[str, Any]) -> Row:
    """A payment or a settlement that knows whose it is: what is inside a row says nothing of it, and links need it."""
    return {**part, "taxpayer": row["taxpayer"]}


def _settles(root: Parent[Row]) -> list[Row]:
    return [with_taxpayer(settled, root) for settled in root["settles"]]


@strawberry.type(description="DoctoRelacionado: a payment's share in one invoice.")
class Settlement:
    uuid: Uuid | None = strawberry.field(description="IdDocumento: the folio fiscal of the invoice that is paid.")
    invoice: _Invoice | None = resolved(
        _invoice, _Invoice | None, "The invoice that is paid; null when it is not held here."
    )
    series: str | None = strawberry.field(description="Serie of the invoice.")
    folio: str | None = strawberry.field(description="Folio of the invoice.")
    currency: Code | None = coded("currency", "currency", "MonedaDR: the invoice's currency.", context=())
    equivalence: Decimal | None = strawberry.field(
        description="EquivalenciaDR (in 1.0 TipoCambioDR): units of the invoice's currency for one unit of the "
        "payment's currency."
    )
    instalment: int | None = strawberry.field(description="NumParcialidad.")
    previous_balance: Decimal | None = strawberry.field(description="ImpSaldoAnt, in the invoice's currency.")
    paid: Decimal | None = strawberry.field(description="ImpPagado, in the invoice's currency.")
    remaining_balance: Decimal | None = strawberry.field(description="ImpSaldoInsoluto, in the invoice's currency.")
    tax_object: Code | None = coded("tax_object", "tax_object", "ObjetoImpDR, since Pagos 2.0.", context=())
    taxes_transferred: list[Tax] = listed(
        "taxes_transferred",
        Tax,
        "TrasladosDR: transferred taxes included in `paid`, in the invoice's currency, since Pagos 2.0.",
    )
    taxes_withheld: list[Tax] = listed(
        "taxes_withheld",
        Tax,
        "RetencionesDR: withheld taxes that belong to `paid`, in the invoice's currency.",
    )


@strawberry.type(description="Pago: one payment of a complemento de pago.")
class Payment:
    paid_at: LocalDateTime | None = strawberry.field(description="FechaPago.")
    payment_form: Code | None = coded("payment_form", "payment_form", "FormaDePagoP (c_FormaPago).", context=())
    currency: Code | None = coded("currency", "currency", "MonedaP (c_Moneda).", context=())
    exchange_rate: Decimal | None = strawberry.field(description="TipoCambioP: pesos for one unit of the currency.")
    amount: Decimal | None = strawberry.field(description="Monto, in the payment's currency.")
    operation_number: str | None = strawberry.field(
        description="NumOperacion: number of the cheque, transfer or reference."
    )
    ordering_bank_rfc: Rfc | None = strawberry.field(description="RfcEmisorCtaOrd.")
    ordering_account: str | None = strawberry.field(description="CtaOrdenante.")
    beneficiary_bank_rfc: Rfc | None = strawberry.field(description="RfcEmisorCtaBen.")
    beneficiary_account: str | None = strawberry.field(description="CtaBeneficiario.")
    ordering_bank_name: str | None = strawberry.field(description="NomBancoOrdExt: name of a foreign bank.")
    taxes_transferred: list[Tax] = listed(
        "taxes_transferred",
        Tax,
        "TrasladosP: transferred taxes included in `amount`, in the payment's currency, since Pagos 2.0.",
    )
    taxes_withheld: list[Tax] = listed("taxes_withheld", Tax, "RetencionesP, in the payment's currency.")
    settles: list[Settlement] = resolved(
        _settles,
        list[Settlement],
        "DoctoRelacionado: the payment's share in each invoice that it settles.",
        ("settles",),
    )


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


def payments_field() -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        return [with_taxpayer(payment, root) for payment in root.get("payments") or []]

    return resolved(resolve, list[Payment], "Pagos of the complement (type P).", ("payments", "taxpayer"))
