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


@strawberry.input(description="Which opinions. All that is given must hold; a list of values means any of them.")
class ComplianceOpinionFilter(DocumentFilter):
    folio: list[str] | None = optional("Folio, any of them.")
    sense: list[OpinionSense] | None = optional("Sentido, any of them.")
    issued_at: DateRange | None = optional("By the day of the review (fecha de revisión).")
    and_: list[ComplianceOpinionFilter] | None = anded("filter")
    or_: list[ComplianceOpinionFilter] | None = ored("filter")
    not_: ComplianceOpinionFilter | None = negated()


@strawberry.input(description="Which constancias. All that is given must hold; a list of values means any of them.")
class TaxStatusFilter(DocumentFilter):
    status: list[str] | None = optional("Estatus en el padrón as the constancia has it, any of them.")
    regime: list[str] | None = optional("Code of one of its regimes (c_RegimenFiscal), any of them.")
    issued_on: DateRange | None = optional("By the day of issue.")
    and_: list[TaxStatusFilter] | None = anded("filter")
    or_: list[TaxStatusFilter] | None = ored("filter")
    not_: TaxStatusFilter | None = negated()


@strawberry.enum(description="The order of opinions.")
class ComplianceOpinionOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first.")


@strawberry.enum(description="The order of constancias.")
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
