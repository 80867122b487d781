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


@strawberry.input(description="Selects jobs. All given conditions must hold; a list of values matches any of them.")
class JobFilter:
    state: list[JobState] | None = optional("State of the job.")
    origin: list[JobOrigin] | None = optional("Who started the job.")
    active: bool | None = optional("Whether the job has not ended yet.")
    created_at: InstantRange | None = optional("When the job was started.")
    finished_at: InstantRange | None = optional("When the job ended.")
    and_: list[JobFilter] | None = anded()
    or_: list[JobFilter] | None = ored()
    not_: JobFilter | None = negated()


@strawberry.input(
    description="Selects documents that could not be read. All given conditions must hold; a list of values matches "
    "any of them."
)
class UnreadableDocumentFilter:
    kind: list[DocumentKind] | None = optional("Kind that it was announced as.")
    reason: list[UnreadableReason] | None = optional("Why it could not be read.")
    name: str | None = optional("Part of its file name; accents, case and blanks are ignored.")
    first_seen_at: InstantRange | None = optional("When the document first arrived here.")
    and_: list[UnreadableDocumentFilter] | None = anded()
    or_: list[UnreadableDocumentFilter] | None = ored()
    not_: UnreadableDocumentFilter | None = negated()


@strawberry.input(
    description="Selects taxpayers. All given conditions must hold; a list of values matches any of them."
)
class TaxpayerFilter:
    rfc: list[Rfc] | None = optional("RFC.")
    name: str | None = optional("Part of its name; accents, case and blanks are ignored.")
    kind: list[TaxpayerKind] | None = optional("Company or person.")
    opinion: list[OpinionSense] | None = optional("Sentido of its latest opinión.")
    created_at: InstantRange | None = optional("When the taxpayer was created here.")
    and_: list[TaxpayerFilter] | None = anded()
    or_: list[TaxpayerFilter] | None = ored()
    not_: TaxpayerFilter | None = negated()


@strawberry.enum(description="Order of a list of jobs.")
class JobOrder(Enum):
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Newest first, by start.")
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Oldest first, by start.")


@strawberry.enum(description="Order of a list of documents that could not be read.")
class UnreadableDocumentOrder(Enum):
    FIRST_SEEN_AT_DESC = strawberry.enum_value("FIRST_SEEN_AT_DESC", description="Newest first.")
    FIRST_SEEN_AT_ASC = strawberry.enum_value("FIRST_SEEN_AT_ASC", description="Oldest first.")


@strawberry.enum(description="Order of a list of taxpayers.")
class TaxpayerOrder(Enum):
    CREATED_AT_ASC = strawberry.enum_value("CREATED_AT_ASC", description="Oldest first, by creation.")
    CREATED_AT_DESC = strawberry.enum_value("CREATED_AT_DESC", description="Newest first, by creation.")
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
