"""Lists of a taxpayer's documents that are narrowed to what they stand below: a party, an employee, a period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.connection import connect
from resolvers.context import Info
from resolvers.filters.inputs import plain
from resolvers.filters.invoices import InvoiceFilter, InvoiceOrder
from resolvers.filters.withholdings import WithholdingFilter, WithholdingOrder
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.totals import InvoiceConnection, WithholdingConnection

#: From what a list stands below to the plain filter that narrows it.
Narrow = Callable[[Row], Row]


def _both(narrowed: Row, filter: Row | None) -> Row:
    return {**narrowed, **({"and": [filter]} if filter else {})}


def _nowhere(_: Row) -> Row:
    return {}


def invoices_field(narrow: Narrow, description: str, *needs: str, where: Narrow = _nowhere) -> Any:
    """`where` narrows the list by a query of the store's, where no filter of a client's says it."""

    async def resolve(
        root: Parent[Row],
        info: Info,
        filter: Annotated[InvoiceFilter | None, only("invoices")] = None,
        order_by: Annotated[InvoiceOrder | None, by_default("ISSUED_AT_DESC")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Row:
        return await connect(
            info,
            "invoices",
            root["taxpayer"],
            filter=_both(narrow(root), plain(filter)),
            order=plain(order_by),
            where=where(root),
            first=first,
            after=after,
            last=last,
            before=before,
        )

    return strawberry.field(
        resolver=resolve, graphql_type=InvoiceConnection, description=description, metadata={"needs": needs}
    )


def withholdings_field(narrow: Narrow, description: str, *needs: str) -> Any:
    async def resolve(
        root: Parent[Row],
        info: Info,
        filter: Annotated[WithholdingFilter | None, only("withholdings")] = None,
        order_by: Annotated[WithholdingOrder | None, by_default("ISSUED_AT_DESC")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Row:
        asked = _both(narrow(root), plain(filter)), plain(order_by)
        return await page_of(info, "withholdings", root["taxpayer"], asked, (first, after, last, before))

    return strawberry.field(
        resolver=resolve, graphql_type=WithholdingConnection, description=description, metadata={"needs": needs}
    )
