"""Products and services sold and bought."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import products
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import ProductKey, product_key
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, drill_down
from resolvers.insights.inputs import RATIO, By, Currency, From, InsightDate, To, Top, currency_of, range_of, top_of
from resolvers.scalars import Date, Decimal


@strawberry.type(description="A product or service: all line items with one ClaveProdServ.")
class ProductSums:
    product: ProductKey | None = product_key("ClaveProdServ, since 3.3.", "key")
    description: str | None = strawberry.field(
        description="Descripcion of one of its line items, as an example; 120 characters at most."
    )
    documents: int = strawberry.field(description="Number of CFDI of types I and E in force that contain it.")
    lines: int = strawberry.field(description="Number of line items.")
    quantity: Decimal = strawberry.field(
        description="Sum of Cantidad, credit notes subtracted; units are not converted."
    )
    invoiced: Decimal = strawberry.field(description="Importe less Descuento of the line items in CFDI of type I.")
    credited: Decimal = strawberry.field(description="Importe less Descuento of the line items in CFDI of type E.")
    net: Decimal = strawberry.field(description="`invoiced` less `credited`.")
    share: Decimal | None = strawberry.field(description=f"`net` divided by the `net` of all products: {RATIO}.")
    coverage: Coverage = strawberry.field(
        description="How many of `documents` are included: those whose line items have known amounts."
    )
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="All entries that are not listed, together.")
class OtherProducts:
    product_count: int = strawberry.field(description="Number of entries.")
    net: Decimal = strawberry.field(description="Sum without taxes.")
    share: Decimal | None = strawberry.field(description=f"`net` divided by the `net` of all products: {RATIO}.")


@strawberry.type(
    description="Products and services sold or bought, by the line items of CFDI in force. CFDI 3.2 has no product "
    "keys: each Descripcion counts as a product. A discount stated only for a whole CFDI 3.2 is not included."
)
class Products:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    currency: str = strawberry.field(description="Currency of all amounts; MXN unless another was requested.")
    net: Decimal = strawberry.field(description="Sum of all line items without taxes, credit notes subtracted.")
    product_count: int = strawberry.field(description="Number of products.")
    products: list[ProductSums] = strawberry.field(description="The `top` entries, largest `net` first.")
    others: OtherProducts = strawberry.field(description="All others together.")
    coverage: Coverage = strawberry.field(description="How many of the CFDI in the range are included.")


def products_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row],
        info: Info,
        from_: From,
        to: To,
        top: Top = 20,
        currency: Currency = None,
        by: By = InsightDate.PERIOD,
    ) -> products.Products:
        return await products.products(
            info.context.store,
            root["taxpayer"],
            direction,
            range_of(from_, to, by=by),
            currency=currency_of(currency),
            top=top_of(top),
        )

    return resolved(resolve, Products | None, description, ())
