"""The filter and the orders of documents that could not be read."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.enums import DocumentKind, UnreadableReason
from resolvers.filters.inputs import InstantRange, filter_input, optional
from resolvers.lists.paginated import listing


@filter_input("documents that could not be read")
class UnreadableDocumentFilter:
    kind: list[DocumentKind] | None = optional("Kind that it was announced as.")
    reason: list[UnreadableReason] | None = optional("Why it could not be read.")
    name: str | None = optional("Part of its file name; accents, case and blanks are ignored.")
    first_seen_at: InstantRange | None = optional("When the document first arrived here.")


@strawberry.enum(description="Order of a list of documents that could not be read.")
class UnreadableDocumentOrder(Enum):
    FIRST_SEEN_AT_DESC = strawberry.enum_value("FIRST_SEEN_AT_DESC", description="Newest first.")
    FIRST_SEEN_AT_ASC = strawberry.enum_value("FIRST_SEEN_AT_ASC", description="Oldest first.")


unreadable_of = listing("unreadable", UnreadableDocumentFilter, UnreadableDocumentOrder, "documents")
