"""The filter and the orders of tax statuses."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.terms import RegistryStatus
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import DateRange, filter_input, optional
from resolvers.lists.paginated import listing


@filter_input("constancias")
class TaxStatusFilter(DocumentFilter):
    status: list[RegistryStatus] | None = optional("Estatus en el padrón.")
    regime: list[str] | None = optional("Code of one of its regímenes (c_RegimenFiscal).")
    issued_on: DateRange | None = optional("Day of issue.")


@strawberry.enum(description="Order of a list of constancias.")
class TaxStatusOrder(Enum):
    ISSUED_ON_DESC = strawberry.enum_value("ISSUED_ON_DESC", description="Newest first.")
    ISSUED_ON_ASC = strawberry.enum_value("ISSUED_ON_ASC", description="Oldest first.")


tax_statuses_of = listing("tax_statuses", TaxStatusFilter, TaxStatusOrder, "constancias")
