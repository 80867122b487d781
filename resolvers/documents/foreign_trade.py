"""Complemento de comercio exterior: goods that leave the country for good."""

from __future__ import annotations

import strawberry

from resolvers.documents.codes import Code, coded
from resolvers.documents.complements import PostalAddress
from resolvers.scalars import Decimal


@strawberry.type(description="Emisor of the complement: data beyond the CFDI's own issuer.")
class ForeignTradeIssuer:
    curp: str | None = strawberry.field(description="Curp; only for a person.")
    address: PostalAddress | None = strawberry.field(description="Domicilio.")


@strawberry.type(description="Propietario: owner of goods that are moved without a sale.")
class ForeignTradeOwner:
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib.")
    tax_residence: Code | None = coded("tax_residence", "country", "ResidenciaFiscal (c_Pais).", context=())


@strawberry.type(description="Receptor of the complement: data beyond the CFDI's own receiver.")
class ForeignTradeReceiver:
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib, in 1.1.")
    address: PostalAddress | None = strawberry.field(description="Domicilio.")


@strawberry.type(description="Destinatario: who gets the goods when that is not the receiver.")
class ForeignTradeRecipient:
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib.")
    name: str | None = strawberry.field(description="Nombre.")
    addresses: list[PostalAddress] = strawberry.field(description="Domicilio.")


@strawberry.type(description="DescripcionesEspecificas of goods.")
class GoodsDetail:
    brand: str | None = strawberry.field(description="Marca.")
    model: str | None = strawberry.field(description="Modelo.")
    submodel: str | None = strawberry.field(description="SubModelo.")
    serial_number: str | None = strawberry.field(description="NumeroSerie.")


@strawberry.type(description="Mercancia: the goods of one line item.")
class ForeignTradeGoods:
    item_number: str | None = strawberry.field(description="NoIdentificacion of the line item.")
    tariff_fraction: str | None = strawberry.field(description="FraccionArancelaria (c_FraccionArancelaria).")
    customs_quantity: Decimal | None = strawberry.field(description="CantidadAduana, in `customsUnit`.")
    customs_unit: str | None = strawberry.field(description="UnidadAduana (c_UnidadAduana).")
    customs_unit_price: Decimal | None = strawberry.field(description="ValorUnitarioAduana, in US dollars.")
    value_usd: Decimal | None = strawberry.field(description="ValorDolares, in US dollars.")
    details: list[GoodsDetail] = strawberry.field(description="DescripcionesEspecificas.")


@strawberry.type(description="ComercioExterior 1.1 or 2.0.")
class ForeignTrade:
    version: str = strawberry.field(description="1.1 or 2.0.")
    transfer_reason: str | None = strawberry.field(description="MotivoTraslado (c_MotivoTraslado).")
    operation_type: str | None = strawberry.field(description="TipoOperacion, only in 1.1.")
    customs_document_key: str | None = strawberry.field(description="ClaveDePedimento (c_ClavePedimento).")
    has_certificate_of_origin: bool | None = strawberry.field(description="CertificadoOrigen.")
    certificate_of_origin: str | None = strawberry.field(description="NumCertificadoOrigen.")
    reliable_exporter: str | None = strawberry.field(description="NumeroExportadorConfiable.")
    incoterm: str | None = strawberry.field(description="Incoterm (c_INCOTERM).")
    subdivision: bool | None = strawberry.field(description="Subdivision, only in 1.1.")
    notes: str | None = strawberry.field(description="Observaciones.")
    exchange_rate_usd: Decimal | None = strawberry.field(description="TipoCambioUSD: pesos for one US dollar.")
    total_usd: Decimal | None = strawberry.field(description="TotalUSD, in US dollars.")
    issuer: ForeignTradeIssuer | None = strawberry.field(description="Emisor.")
    owners: list[ForeignTradeOwner] = strawberry.field(description="Propietario.")
    receiver: ForeignTradeReceiver | None = strawberry.field(description="Receptor.")
    recipients: list[ForeignTradeRecipient] = strawberry.field(description="Destinatario.")
    goods: list[ForeignTradeGoods] = strawberry.field(description="Mercancias.")
