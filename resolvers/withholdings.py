"""Withholding: a CFDI of retenciones e información de pagos, 1.0 or 2.0, in one normal form."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.sat.kinds import Kind
from gateway.sat.verification import verification_url
from gateway.store.mongo import Row
from resolvers.codes import Code, coded
from resolvers.complements import OtherComplement, other_complements_field
from resolvers.fields import resolved
from resolvers.files import Download, File, files_field, json_field, pdf_field, xml_field
from resolvers.invoices import RelatedInvoice
from resolvers.node import Node, id_field, is_row
from resolvers.parties import Stamp
from resolvers.party_links import LazyCounterparty, counterparty_field
from resolvers.records import (
    Direction,
    FiscalStatus,
    HistoryEntry,
    ParseStatus,
    ReadFrom,
    history_field,
    status_at_field,
)
from resolvers.return_links import LazyMonthlyReturn, monthly_returns_field
from resolvers.scalars import DateTime, Decimal, LocalDateTime, Rfc, Uuid
from resolvers.withholding_complements import Dividends, Interest, PlatformServices


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


def _verification_url(root: Parent[Row]) -> str | None:
    return verification_url(root)


@strawberry.type(description="CFDI de Retenciones e Información de Pagos, version 1.0 or 2.0.")
class Withholding(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Withholding")
    uuid: Uuid | None = strawberry.field(description="Folio fiscal; null without a stamp (timbre).")
    version: str | None = strawberry.field(description="1.0 or 2.0.")
    direction: Direction = strawberry.field(description="Whether the taxpayer issued or received it.")
    status: FiscalStatus = strawberry.field(description="Status at SAT.")
    status_at: FiscalStatus | None = status_at_field()
    cancelled_at: LocalDateTime | None = strawberry.field(
        description="When it was cancelled, SAT's local time; null while in force, and when the date is unknown."
    )
    folio: str | None = strawberry.field(description="FolioInt: the issuer's own number.")
    issued_at: LocalDateTime | None = resolved(
        _issued_at, LocalDateTime | None, "FechaExp, local time.", ("issued_at",)
    )
    withholding_key: Code | None = coded(
        "withholding_key",
        "withholding_key",
        "CveRetenc: purpose of the retención (dividends, interest, digital platforms …).",
    )
    description: str | None = strawberry.field(description="DescRetenc.")
    place_of_issue: str | None = strawberry.field(description="LugarExpRetenc, since 2.0.")
    issuer: WithholdingIssuer = strawberry.field(description="Emisor.")
    receiver: WithholdingReceiver = strawberry.field(description="Receptor.")
    counterparty: LazyCounterparty | None = counterparty_field()
    monthly_returns: list[LazyMonthlyReturn] = monthly_returns_field()
    period: WithholdingPeriod = strawberry.field(description="Periodo.")
    total_operation: Decimal | None = strawberry.field(description="MontoTotOperacion, in pesos.")
    total_taxable: Decimal | None = strawberry.field(description="MontoTotGrav, in pesos.")
    total_exempt: Decimal | None = strawberry.field(description="MontoTotExent, in pesos.")
    total_withheld: Decimal | None = strawberry.field(description="MontoTotRet, in pesos.")
    bimonthly_profit: Decimal | None = strawberry.field(description="UtilidadBimestral, in pesos, since 2.0.")
    corresponding_isr: Decimal | None = strawberry.field(description="ISRCorrespondiente, in pesos, since 2.0.")
    taxes: list[WithheldTax] = strawberry.field(description="ImpRetenidos.")
    related: RelatedInvoice | None = strawberry.field(description="CfdiRetenRelacionados, since 2.0.")
    stamp: Stamp | None = strawberry.field(description="TimbreFiscalDigital; null without one.")
    certificate_number: str | None = strawberry.field(description="NoCertificado of the issuer.")
    complements: list[str] = strawberry.field(description="Names of the complements in the document.")
    platform_services: PlatformServices | None = strawberry.field(description="PlataformasTecnologicas10.")
    dividends: Dividends | None = strawberry.field(description="Dividendos.")
    interest: Interest | None = strawberry.field(description="Intereses.")
    other_complements: list[OtherComplement] = other_complements_field()
    verification_url: str | None = resolved(
        _verification_url,
        str | None,
        "URL of SAT's page that verifies the document, as in its QR code.",
        ("version", "uuid", "issuer", "receiver", "total_operation", "seal", "stamp"),
    )
    parse_status: ParseStatus = strawberry.field(description="How much of the document was read.")
    read_from: ReadFrom | None = strawberry.field(description="The source that the document was read from.")
    problems: list[str] = strawberry.field(
        description="Problems found while reading the document; empty when there were none."
    )
    xml: Download | None = xml_field()
    pdf: Download | None = pdf_field(Kind.WITHHOLDING)
    json: Download | None = json_field(Kind.WITHHOLDING)
    files: list[File] = files_field()
    history: list[HistoryEntry] = history_field()
    first_seen_at: DateTime = strawberry.field(description="When the document first arrived here.")
    updated_at: DateTime = strawberry.field(description="When the document last changed here.")
