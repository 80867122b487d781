"""The line items (conceptos) of a CFDI."""

from __future__ import annotations

import strawberry

from resolvers.documents.codes import Code, ProductKey, coded, product_key
from resolvers.documents.parties import Tax
from resolvers.scalars import Decimal, Rfc


@strawberry.type(description="ACuentaTerceros: the third party on whose account a line item is charged.")
class ThirdParty:
    rfc: Rfc | None = strawberry.field(description="RFC of the third party.")
    name: str | None = strawberry.field(description="Name of the third party.")
    regime: Code | None = coded("regime", "regime", "RegimenFiscal of the third party.", context=())
    postal_code: str | None = strawberry.field(description="Postal code of the third party.")


@strawberry.type(description="Parte: a component of a line item.")
class Part:
    product_key: ProductKey | None = product_key("ClaveProdServ.")
    item_number: str | None = strawberry.field(description="NoIdentificacion.")
    quantity: Decimal | None = strawberry.field(description="Cantidad.")
    unit: str | None = strawberry.field(description="Unidad, as text.")
    description: str | None = strawberry.field(description="Descripcion.")
    unit_price: Decimal | None = strawberry.field(description="ValorUnitario, up to 6 decimals.")
    amount: Decimal | None = strawberry.field(description="Importe.")
    customs_documents: list[str] = strawberry.field(description="NumeroPedimento of each InformacionAduanera.")


@strawberry.type(description="Concepto: a line item of a CFDI.")
class LineItem:
    product_key: ProductKey | None = product_key("ClaveProdServ (c_ClaveProdServ), since 3.3.")
    item_number: str | None = strawberry.field(description="NoIdentificacion: the issuer's own number (SKU).")
    quantity: Decimal | None = strawberry.field(description="Cantidad, up to 6 decimals.")
    unit_key: Code | None = coded("unit_key", "unit_key", "ClaveUnidad (c_ClaveUnidad), since 3.3.", context=())
    unit: str | None = strawberry.field(description="Unidad, as text.")
    description: str | None = strawberry.field(description="Descripcion.")
    unit_price: Decimal | None = strawberry.field(description="ValorUnitario, up to 6 decimals.")
    amount: Decimal | None = strawberry.field(description="Importe: quantity times unit price, before discount.")
    discount: Decimal | None = strawberry.field(description="Descuento of the line item.")
    tax_object: Code | None = coded("tax_object", "tax_object", "ObjetoImp (c_ObjetoImp), since 4.0.", context=())
    taxes_transferred: list[Tax] = strawberry.field(description="Traslados of the line item; none in 3.2.")
    taxes_withheld: list[Tax] = strawberry.field(description="Retenciones of the line item; none in 3.2.")
    customs_documents: list[str] = strawberry.field(description="NumeroPedimento of each InformacionAduanera.")
    property_accounts: list[str] = strawberry.field(description="CuentaPredial of the leased property.")
    third_party: ThirdParty | None = strawberry.field(description="ACuentaTerceros, since 4.0.")
    parts: list[Part] = strawberry.field(description="Partes of the line item.")
