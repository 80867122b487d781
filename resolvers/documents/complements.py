"""Complements without a type of their own, local taxes, and what several complements share."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.documents.codes import Code, coded
from resolvers.scalars import Decimal


@strawberry.type(
    description="A complement without a type of its own, or with a value that could not be read. It is kept whole."
)
class OtherComplement:
    name: str = strawberry.field(description="Name of its XML element, such as `Donatarias` or `detallista`.")
    version: str | None = strawberry.field(description="Version, as the complement states it.")
    line_item: int | None = strawberry.field(
        description="Number of the line item that it belongs to (ComplementoConcepto), from 1; null for the whole "
        "document."
    )
    tree: str | None = strawberry.field(
        name="json",
        description="Its XML element as JSON text: {name, attributes, children}, and `text` when there is any. Names "
        "have no prefix and one spelling. Null when the complements of the document exceed 4 MB as JSON: see its "
        "file.",
    )


@strawberry.type(description="A tax of a state or municipality.")
class LocalTax:
    name: str | None = strawberry.field(description="ImpLocRetenido or ImpLocTrasladado.")
    percentage: Decimal | None = strawberry.field(description="TasadeRetencion or TasadeTraslado: 2.50 is 2.5 %.")
    amount: Decimal | None = strawberry.field(description="Importe, in the invoice's currency.")


@strawberry.type(description="ImpuestosLocales: included in the invoice's total and in none of its other taxes.")
class LocalTaxes:
    version: str = strawberry.field(description="1.0.")
    total_withheld: Decimal | None = strawberry.field(description="TotaldeRetenciones, in the invoice's currency.")
    total_transferred: Decimal | None = strawberry.field(description="TotaldeTraslados, in the invoice's currency.")
    withheld: list[LocalTax] = strawberry.field(description="RetencionesLocales.")
    transferred: list[LocalTax] = strawberry.field(description="TrasladosLocales.")


@strawberry.type(
    description="Domicilio in a complement, or of the issuer or receiver of CFDI 3.2. A complement uses SAT's codes "
    "for addresses in Mexico; 3.2 has text."
)
class PostalAddress:
    street: str | None = strawberry.field(description="Calle.")
    exterior_number: str | None = strawberry.field(description="NumeroExterior.")
    interior_number: str | None = strawberry.field(description="NumeroInterior.")
    neighbourhood: str | None = strawberry.field(description="Colonia (c_Colonia or text).")
    locality: str | None = strawberry.field(description="Localidad (c_Localidad or text).")
    reference: str | None = strawberry.field(description="Referencia.")
    municipality: str | None = strawberry.field(description="Municipio (c_Municipio or text).")
    state: str | None = strawberry.field(description="Estado (c_Estado or text).")
    country: Code | None = coded("country", "country", "Pais (c_Pais).", context=())
    postal_code: str | None = strawberry.field(description="CodigoPostal.")


def listed(key: str, type_: Any, description: str) -> Any:
    """Return a list that rows stored before there was such a key do not have: it is empty there."""

    def resolve(root: Parent[Row]) -> list[Row]:
        return root.get(key) or []

    return strawberry.field(
        resolver=resolve, graphql_type=list[type_], description=description, metadata={"needs": (key,)}
    )


def other_complements_field() -> Any:
    return listed("other_complements", OtherComplement, "Complements that have no field of their own.")
