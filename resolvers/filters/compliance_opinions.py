"""The filter and the orders of opinions."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.compliance_opinions import OpinionSense
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import DateRange, filter_input, optional
from resolvers.lists.paginated import listing
from resolvers.scalars import Date


@filter_input("opiniones")
class ComplianceOpinionFilter(DocumentFilter):
    folio: list[str] | None = optional("Folio.")
    sense: list[OpinionSense] | None = optional("Sentido.")
    issued_at: DateRange | None = optional("Day of the review (fecha de revisión).")
    valid_on: Date | None = optional("A day on which it was valid: one of 30, the day of issue being the first.")
    has_tax_credits: bool | None = optional("Whether it names créditos fiscales.")
    omitted_obligation: str | None = optional(
        "Part of the name of an obligation that it lists as omitted; accents, case and blanks are ignored."
    )


@strawberry.enum(description="Order of a list of opiniones.")
class ComplianceOpinionOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first.")


compliance_opinions_of = listing("compliance_opinions", ComplianceOpinionFilter, ComplianceOpinionOrder, "opiniones")
