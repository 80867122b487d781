"""UnreadableDocument: what no reader could read, kept raw with its reason."""

from __future__ import annotations

import strawberry

from resolvers.enums import DocumentKind, UnreadableReason
from resolvers.files import File, file_field
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime


@strawberry.type(description="A document that could not be read. Its bytes are kept; nothing is lost.")
class UnreadableDocument(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("UnreadableDocument")
    kind: DocumentKind | None = strawberry.field(description="What it was announced as.")
    name: str = strawberry.field(description="File name as delivered, or what Syncfy called it.")
    reason: UnreadableReason = strawberry.field(description="Why it could not be read.")
    detail: str = strawberry.field(description="The reason in words.")
    path: str | None = strawberry.field(description="Element and attribute where it failed.")
    file: File | None = file_field("The bytes; null when none were delivered.")
    first_seen_at: DateTime = strawberry.field(description="When it came to us first.")
