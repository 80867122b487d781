"""UnreadableDocument: what no reader could read, kept raw with its reason."""

from __future__ import annotations

import strawberry

from resolvers.documents.files import File, file_field
from resolvers.enums import DocumentKind, UnreadableReason
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime


@strawberry.type(description="A document that could not be read. Its content is kept.")
class UnreadableDocument(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("UnreadableDocument")
    kind: DocumentKind | None = strawberry.field(description="Kind that it was announced as; null when unknown.")
    name: str = strawberry.field(description="File name as delivered, or Syncfy's name for it.")
    reason: UnreadableReason = strawberry.field(description="Why it could not be read.")
    detail: str = strawberry.field(description="The reason in words.")
    path: str | None = strawberry.field(description="Element and attribute where reading failed.")
    file: File | None = file_field("The file; null when none was delivered.")
    first_seen_at: DateTime = strawberry.field(description="When the document first arrived here.")
