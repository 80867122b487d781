"""The filter and the orders of a viewer's taxpayers."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.compliance_opinions import OpinionSense
from resolvers.enums import TaxpayerKind
from resolvers.filters.inputs import InstantRange, filter_input, optional
from resolvers.lists.paginated import listing
from resolvers.scalars import Rfc


@filter_input("taxpayers")
class TaxpayerFilter:
    rfc: list[Rfc] | None = optional("RFC.")
    name: str | None = optional("Part of its name; accents, case and blanks are ignored.")
    kind: list[TaxpayerKind] | None = optional("Company or person.")
    opinion: list[OpinionSense] | None = optional("Sentido of its latest opinión.")
    created_at: InstantRange | None = optional("When the taxpayer was created here.")


@strawberry.enum(description="Order of a list of taxpayers.")
class TaxpayerOrder(Enum):
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Oldest first, by creation.")
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Newest first, by creation.")
    RFC_ASC = strawberry.enum_value("RFC_ASC", description="By RFC, A to Z.")
    RFC_DESC = strawberry.enum_value("RFC_DESC", description="By RFC, Z to A.")


taxpayers_of = listing("taxpayers", TaxpayerFilter, TaxpayerOrder, "taxpayers")
