"""Products and services sold and bought."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import products
from gateway.store.mongo import Row
from resolvers.codes import ProductKey, product_key
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, drill_down
from resolvers.insights.inputs import Currency, From, To, Top, currency_of, range_of, top_of
from resolvers.scalars import Date, Decimal
from resolvers.totals import InvoiceConnection

_RATIO = "a ratio (0.250000 is 25 %), six decimals, rounded half up; null of nothing"


@strawberry.type(description="A product or service: all lines of one ClaveProdServ.")
class ProductSums:
    product: ProductKey | None = product_key("ClaveProdServ, since 3.3.", "key")
    description: str | None = strawberry.field(
        description="Descripcion of one of its lines, as a sample; 120 characters at most."
    )
    documents: int = strawberry.field(description="CFDI of types I and E in force that have it.")
    lines: int = strawberry.field(description="Their lines of it.")
    quantity: Decimal = strawberry.field(
        description="Sum of Cantidad, credit notes subtracted, whatever the units are."
    )
    invoiced: Decimal = strawberry.field(description="Importe less Descuento of the lines of type I.")
    credited: Decimal = strawberry.field(description="The same of the lines of type E.")
    net: Decimal = strawberry.field(description="`invoiced` less `credited`.")
    share: Decimal | None = strawberry.field(description=f"`net` of the whole: {_RATIO}.")
    coverage: Coverage = strawberry.field(description="Of `documents`: those whose lines have known amounts.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="All that are not listed, together.")
class OtherProducts:
    products_count: int = strawberry.field(description="How many they are.")
    net: Decimal = strawberry.field(description="What they come to.")
    share: Decimal | None = strawberry.field(description=f"`net` of the whole: {_RATIO}.")


@strawberry.type(
    description="Products and services sold or bought, by the lines of CFDI in force. CFDI 3.2 has no product keys: "
    "there each Descripcion is one. A discount that stands in the head of a 3.2 alone is in no line."
)
class Products:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    currency: str = strawberry.field(description="The currency of all its amounts; MXN unless one was asked for.")
    net: Decimal = strawberry.field(description="What all lines come to, credit notes subtracted, without taxes.")
    products_count: int = strawberry.field(description="How many products there are.")
    products: list[ProductSums] = strawberry.field(description="Those with the largest `net`: `top` of them.")
    others: OtherProducts = strawberry.field(description="All the others.")
    coverage: Coverage = strawberry.field(description="Of all CFDI in the range.")


def products_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row], info: Info, from_: From, to: To, top: Top = 20, currency: Currency = None
    ) -> Row:
        return await products.products(
            info.context.store,
            root["taxpayer"],
            direction,
            range_of(from_, to),
            currency=currency_of(currency),
            top=top_of(top),
        )

    return resolved(resolve, Products | None, description, ())
