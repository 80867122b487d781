"""The filters and the orders of opinions and tax statuses."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.compliance_opinions import OpinionSense
from resolvers.context import Info
from resolvers.filters.fiscal import DocumentFilter
from resolvers.filters.inputs import DateRange, anded, negated, optional, ored, plain
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.terms import RegistryStatus


@strawberry.input(
    description="Selects opiniones. All given conditions must hold; a list of values matches any of them."
)
class ComplianceOpinionFilter(DocumentFilter):
    folio: list[str] | None = optional("Folio.")
    sense: list[OpinionSense] | None = optional("Sentido.")
    issued_at: DateRange | None = optional("Day of the review (fecha de revisión).")
    and_: list[ComplianceOpinionFilter] | None = anded()
    or_: list[ComplianceOpinionFilter] | None = ored()
    not_: ComplianceOpinionFilter | None = negated()


@strawberry.input(
    description="Selects constancias. All given conditions must hold; a list of values matches any of them."
)
class TaxStatusFilter(DocumentFilter):
    status: list[RegistryStatus] | None = optional("Estatus en el padrón.")
    regime: list[str] | None = optional("Code of one of its regímenes (c_RegimenFiscal).")
    issued_on: DateRange | None = optional("Day of issue.")
    and_: list[TaxStatusFilter] | None = anded()
    or_: list[TaxStatusFilter] | None = ored()
    not_: TaxStatusFilter | None = negated()


@strawberry.enum(description="Order of a list of opiniones.")
class ComplianceOpinionOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first.")


@strawberry.enum(description="Order of a list of constancias.")
class TaxStatusOrder(Enum):
    ISSUED_ON_DESC = strawberry.enum_value("ISSUED_ON_DESC", description="Newest first.")
    ISSUED_ON_ASC = strawberry.enum_value("ISSUED_ON_ASC", description="Oldest first.")


async def compliance_opinions_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[ComplianceOpinionFilter | None, only("opinions")] = None,
    order_by: Annotated[
        ComplianceOpinionOrder | None,
        by_default("ISSUED_AT_DESC"),
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "compliance_opinions", root["_id"], asked, (first, after, last, before))


async def tax_statuses_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[TaxStatusFilter | None, only("constancias")] = None,
    order_by: Annotated[TaxStatusOrder | None, by_default("ISSUED_ON_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "tax_statuses", root["_id"], asked, (first, after, last, before))
