"""The filters and the orders of jobs, of what could not be read, and of a viewer's taxpayers."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.compliance_opinions import OpinionSense
from resolvers.context import Info, viewer_of
from resolvers.enums import DocumentKind, JobOrigin, JobState, TaxpayerKind, UnreadableReason
from resolvers.filters.inputs import InstantRange, anded, negated, optional, ored, plain
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.scalars import Rfc


@strawberry.input(description="Which jobs. All that is given must hold; a list of values means any of them.")
class JobFilter:
    state: list[JobState] | None = optional("Where it stands, any of them.")
    origin: list[JobOrigin] | None = optional("Who started it.")
    active: bool | None = optional("Whether it has not ended.")
    created_at: InstantRange | None = optional("When it was started.")
    finished_at: InstantRange | None = optional("When it ended.")
    and_: list[JobFilter] | None = anded("filter")
    or_: list[JobFilter] | None = ored("filter")
    not_: JobFilter | None = negated()


@strawberry.input(description="Which documents that could not be read. All that is given must hold.")
class UnreadableDocumentFilter:
    kind: list[DocumentKind] | None = optional("What it was announced as, any of them.")
    reason: list[UnreadableReason] | None = optional("Why it could not be read, any of them.")
    name: str | None = optional("A part of its file name, whatever its accents, case and blanks.")
    first_seen_at: InstantRange | None = optional("When it came to us first.")
    and_: list[UnreadableDocumentFilter] | None = anded("filter")
    or_: list[UnreadableDocumentFilter] | None = ored("filter")
    not_: UnreadableDocumentFilter | None = negated()


@strawberry.input(description="Which taxpayers. All that is given must hold; a list of values means any of them.")
class TaxpayerFilter:
    rfc: list[Rfc] | None = optional("RFC, any of them.")
    name: str | None = optional("A part of its name, whatever its accents, case and blanks.")
    kind: list[TaxpayerKind] | None = optional("Company or person.")
    opinion: list[OpinionSense] | None = optional("Sentido of its latest opinión, any of them.")
    created_at: InstantRange | None = optional("Since when it is known here.")
    and_: list[TaxpayerFilter] | None = anded("filter")
    or_: list[TaxpayerFilter] | None = ored("filter")
    not_: TaxpayerFilter | None = negated()


@strawberry.enum(description="The order of jobs.")
class JobOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Started last first.")
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Started first first.")


@strawberry.enum(description="The order of what could not be read.")
class UnreadableDocumentOrder(Enum):
    FIRST_SEEN_AT_DESC = strawberry.enum_value("FIRST_SEEN_AT_DESC", description="Newest first.")
    FIRST_SEEN_AT_ASC = strawberry.enum_value("FIRST_SEEN_AT_ASC", description="Oldest first.")


@strawberry.enum(description="The order of taxpayers.")
class TaxpayerOrder(Enum):
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Known longest first.")
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Known shortest first.")
    RFC_ASC = strawberry.enum_value("RFC_ASC", description="By RFC, A to Z.")
    RFC_DESC = strawberry.enum_value("RFC_DESC", description="By RFC, Z to A.")


async def jobs_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[JobFilter | None, only("jobs")] = None,
    order_by: Annotated[JobOrder | None, by_default("CREATED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "jobs", root["_id"], asked, (first, after, last, before))


async def unreadable_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[UnreadableDocumentFilter | None, only("documents")] = None,
    order_by: Annotated[
        UnreadableDocumentOrder | None,
        by_default("FIRST_SEEN_AT_DESC"),
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "unreadable", root["_id"], asked, (first, after, last, before))


async def taxpayers_of(
    info: Info,
    filter: Annotated[TaxpayerFilter | None, only("taxpayers")] = None,
    order_by: Annotated[TaxpayerOrder | None, by_default("CREATED_AT_ASC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "taxpayers", viewer_of(info).id, asked, (first, after, last, before))
