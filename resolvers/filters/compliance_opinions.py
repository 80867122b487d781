"""The filter and the orders of opinions."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.compliance_opinions import OpinionSense
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import DateRange, filter_input, optional
from resolvers.lists.paginated import listing


@filter_input("opiniones")
class ComplianceOpinionFilter(DocumentFilter):
    folio: list[str] | None = optional("Folio.")
    sense: list[OpinionSense] | None = optional("Sentido.")
    issued_at: DateRange | None = optional("Day of the review (fecha de revisión).")


@strawberry.enum(description="Order of a list of opiniones.")
class ComplianceOpinionOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first.")


compliance_opinions_of = listing("compliance_opinions", ComplianceOpinionFilter, ComplianceOpinionOrder, "opiniones")
