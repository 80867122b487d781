"""The two parties of a CFDI, its taxes and its stamp."""

from __future__ import annotations

import strawberry

from gateway.sat import terms
from resolvers.blacklist import BlacklistEntry, blacklist_field
from resolvers.documents.codes import Code, coded
from resolvers.documents.complements import PostalAddress
from resolvers.documents.terms import TaxFactor
from resolvers.fields import termed
from resolvers.scalars import Decimal, LocalDateTime, Rfc, Uuid


@strawberry.type(description="Emisor: the issuer of a CFDI.")
class Issuer:
    rfc: Rfc | None = strawberry.field(description="RFC, as the document states it, in upper case.")
    name: str | None = strawberry.field(description="Nombre o razón social.")
    regime: Code | None = coded("regime", "regime", "RegimenFiscal (c_RegimenFiscal); text in 3.2.", context=())
    regimes: list[str] = strawberry.field(description="All RegimenFiscal; 3.2 may state several.")
    acquirer_registration: str | None = strawberry.field(
        description="FacAtrAdquirente, since 4.0: registration of a buyer who issues on the seller's behalf."
    )
    address: PostalAddress | None = strawberry.field(description="DomicilioFiscal, only in 3.2.")
    branch: PostalAddress | None = strawberry.field(description="ExpedidoEn: place of issue, only in 3.2.")
    blacklist: BlacklistEntry | None = blacklist_field()


@strawberry.type(description="Receptor: the receiver of a CFDI.")
class Receiver:
    rfc: Rfc | None = strawberry.field(description="RFC, as the document states it, in upper case.")
    name: str | None = strawberry.field(description="Nombre o razón social.")
    use: Code | None = coded("use", "cfdi_use", "UsoCFDI (c_UsoCFDI), since 3.3.", context=())
    regime: Code | None = coded("regime", "regime", "RegimenFiscalReceptor, since 4.0.", context=())
    postal_code: str | None = strawberry.field(description="DomicilioFiscalReceptor, since 4.0.")
    tax_residence: Code | None = coded(
        "tax_residence", "country", "ResidenciaFiscal of a foreign receiver (c_Pais).", context=()
    )
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib of a foreign receiver.")
    address: PostalAddress | None = strawberry.field(description="Domicilio, only in 3.2.")
    blacklist: BlacklistEntry | None = blacklist_field()


@strawberry.type(description="A tax transferred (trasladado) or withheld (retenido).")
class Tax:
    tax: Code | None = coded("tax", "tax", "Impuesto: 001 ISR, 002 IVA, 003 IEPS.", context=())
    factor: TaxFactor | None = termed("factor", TaxFactor, terms.TaxFactor, "TipoFactor; null in 3.2.")
    rate: Decimal | None = strawberry.field(
        description="TasaOCuota as a fraction (0.160000); percentages of 3.2 are converted."
    )
    base: Decimal | None = strawberry.field(description="Base: amount on which the tax is computed.")
    amount: Decimal | None = strawberry.field(description="Importe; null when exempt.")


@strawberry.type(description="TimbreFiscalDigital: the certification of a CFDI or retención.")
class Stamp:
    uuid: Uuid | None = strawberry.field(description="Folio fiscal.")
    version: str | None = strawberry.field(description="1.0 or 1.1.")
    stamped_at: LocalDateTime | None = strawberry.field(
        description="FechaTimbrado: always central Mexico time, which may differ from the place of issue."
    )
    pac_rfc: Rfc | None = strawberry.field(description="RfcProvCertif: RFC of the certifying PAC.")
    sat_certificate_number: str | None = strawberry.field(description="NoCertificadoSAT.")
    legend: str | None = strawberry.field(description="Leyenda.")
