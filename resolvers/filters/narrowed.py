"""Lists of a taxpayer's documents that are narrowed to what they stand below: a counterparty, an employee, a period."""

from __future__ import annotations

from typing import Any

import strawberry

from resolvers.documents.totals import InvoiceConnection, WithholdingConnection
from resolvers.filters.invoices import InvoiceFilter, InvoiceOrder
from resolvers.filters.withholdings import WithholdingFilter, WithholdingOrder
from resolvers.lists.paginated import Narrow, listing, nothing


def invoices_field(narrow: Narrow, description: str, *needs: str, where: Narrow = nothing) -> Any:
    """Make a list of invoices. `where` narrows it by a query of the store's, where no filter of a client's says it."""
    resolver = listing(
        "invoices", InvoiceFilter, InvoiceOrder, "invoices", scope="taxpayer", narrow=narrow, where=where
    )
    return strawberry.field(
        resolver=resolver, graphql_type=InvoiceConnection, description=description, metadata={"needs": needs}
    )


def withholdings_field(narrow: Narrow, description: str, *needs: str, where: Narrow = nothing) -> Any:
    """Make a list of retenciones, as `invoices_field` does one of invoices."""
    resolver = listing(
        "withholdings",
        WithholdingFilter,
        WithholdingOrder,
        "withholdings",
        scope="taxpayer",
        narrow=narrow,
        where=where,
    )
    return strawberry.field(
        resolver=resolver, graphql_type=WithholdingConnection, description=description, metadata={"needs": needs}
    )
