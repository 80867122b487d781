"""Withholding: a CFDI of retenciones e información de pagos, 1.0 or 2.0, in one normal form."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.documents.codes import Code, coded
from resolvers.documents.document import FiscalDocument, document
from resolvers.documents.invoices import RelatedInvoice
from resolvers.documents.withholding_complements import Dividends, Interest, PlatformServices
from resolvers.fields import resolved
from resolvers.scalars import Decimal, LocalDateTime, Rfc


@strawberry.enum(description="Nacionalidad of a receiver.")
class Nationality(Enum):
    NATIONAL = strawberry.enum_value("NATIONAL", description="Nacional.")
    FOREIGN = strawberry.enum_value("FOREIGN", description="Extranjero: without an RFC.")


@strawberry.type(description="Emisor: the taxpayer who withheld.")
class WithholdingIssuer:
    rfc: Rfc | None = strawberry.field(description="RFC.")
    name: str | None = strawberry.field(description="NomDenRazSocE.")
    curp: str | None = strawberry.field(description="CURP, only in 1.0.")
    regime: Code | None = coded("regime", "regime", "RegimenFiscalE, since 2.0.", context=())


@strawberry.type(description="Receptor: from whom was withheld.")
class WithholdingReceiver:
    nationality: Nationality | None = strawberry.field(description="Nacionalidad.")
    rfc: Rfc | None = strawberry.field(description="RFC; null for a foreign receiver.")
    name: str | None = strawberry.field(description="NomDenRazSocR.")
    curp: str | None = strawberry.field(description="CURP.")
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib of a foreign receiver.")
    postal_code: str | None = strawberry.field(description="DomicilioFiscalR, since 2.0.")


@strawberry.type(description="Periodo: the months that the retención covers.")
class WithholdingPeriod:
    month_from: int | None = strawberry.field(description="MesIni, 1 to 12.")
    month_to: int | None = strawberry.field(description="MesFin, 1 to 12.")
    year: int | None = strawberry.field(description="Ejercicio.")


@strawberry.type(description="ImpRetenidos: a tax withheld.")
class WithheldTax:
    tax: Code | None = coded("tax", "tax", "Impuesto: 001 ISR, 002 IVA, 003 IEPS (1.0's codes are mapped).", context=())
    base: Decimal | None = strawberry.field(description="BaseRet.")
    amount: Decimal | None = strawberry.field(description="MontoRet, in pesos.")
    payment_type: Code | None = coded(
        "payment_type", "withholding_payment_type", "TipoPagoRet: provisional or definitive, since 2.0.", context=()
    )
    payment_type_text: str | None = strawberry.field(description="TipoPagoRet as text, in 1.0.")


def _issued_at(root: Parent[Row]) -> LocalDateTime | None:
    # 1.0 writes FechaExp with an offset: the local time is what comes before it.
    text = root.get("issued_at")
    return LocalDateTime(text[:19]) if text else None


@document("CFDI de Retenciones e Información de Pagos, version 1.0 or 2.0.")
class Withholding(FiscalDocument):
    issued_at: LocalDateTime | None = resolved(
        _issued_at, LocalDateTime | None, "FechaExp, local time.", ("issued_at",)
    )
    withholding_key: Code | None = coded(
        "withholding_key",
        "withholding_key",
        "CveRetenc: purpose of the retención (dividends, interest, digital platforms …).",
    )
    description: str | None = strawberry.field(description="DescRetenc.")
    issuer: WithholdingIssuer = strawberry.field(description="Emisor.")
    receiver: WithholdingReceiver = strawberry.field(description="Receptor.")
    period: WithholdingPeriod = strawberry.field(description="Periodo.")
    total_operation: Decimal | None = strawberry.field(description="MontoTotOperacion, in pesos.")
    total_taxable: Decimal | None = strawberry.field(description="MontoTotGrav, in pesos.")
    total_exempt: Decimal | None = strawberry.field(description="MontoTotExent, in pesos.")
    total_withheld: Decimal | None = strawberry.field(description="MontoTotRet, in pesos.")
    bimonthly_profit: Decimal | None = strawberry.field(description="UtilidadBimestral, in pesos, since 2.0.")
    corresponding_isr: Decimal | None = strawberry.field(description="ISRCorrespondiente, in pesos, since 2.0.")
    taxes: list[WithheldTax] = strawberry.field(description="ImpRetenidos.")
    related: RelatedInvoice | None = strawberry.field(description="CfdiRetenRelacionados, since 2.0.")
    platform_services: PlatformServices | None = strawberry.field(description="PlataformasTecnologicas10.")
    dividends: Dividends | None = strawberry.field(description="Dividendos.")
    interest: Interest | None = strawberry.field(description="Intereses.")
