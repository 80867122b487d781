"""Arrival: documents that were stored together, as a live feed that is taken up again where a client left it."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.document import Document
from resolvers.documents.records import as_document
from resolvers.enums import DocumentKind
from resolvers.fields import resolved
from resolvers.scalars import DateTime

_SHOWN, _MOST = 50, 250


def cursor_of(taxpayer: str, place: int) -> str:
    return base64.urlsafe_b64encode(f"arrival:{taxpayer}:{place}".encode()).decode().rstrip("=")


def place_of(cursor: str, taxpayer: str) -> int:
    """Return the place in a taxpayer's feed; raises InvalidInput for what is no cursor of it."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    head, _, place = text.rpartition(":")
    if head != f"arrival:{taxpayer}" or not (place.isascii() and place.isdecimal() and len(place) <= 12):
        raise InvalidInput("INVALID_CURSOR", "not a cursor of this taxpayer's arrivals", ["after"])
    return int(place)


def _cursor(root: Parent[Row]) -> str:
    return cursor_of(root["taxpayer"], root["place"])


def _count(root: Parent[Row]) -> int:
    return len(root["ids"])


_First = Annotated[int, strawberry.argument(description=f"Number of documents from the start; {_MOST} at most.")]


async def _documents(root: Parent[Row], info: Info, first: _First = _SHOWN) -> list[Row]:
    if not 0 <= first <= _MOST:
        raise InvalidInput("INVALID_ARGUMENTS", f"`first` must be from 0 to {_MOST}", ["first"])
    kind, ids = Kind(root["kind"]), root["ids"][:first]
    spend_rows(len(ids))
    rows = await info.context.loaders.documents[kind].load_many(ids)
    return [as_document(kind, row) for row in rows if row is not None]


@strawberry.type(description="Documents of one kind that were stored together.")
class Arrival:
    cursor: str = resolved(
        _cursor, str, "Cursor of the feed after this arrival. Keep it and pass it as `after` when you reconnect."
    )
    kind: DocumentKind = strawberry.field(description="Kind of the documents.")
    count: int = resolved(_count, int, "Number of new or changed documents.")
    inserted: int = strawberry.field(description="Number of new documents.")
    changed: int = strawberry.field(description="Number of documents that were held before and have changed.")
    documents: list[Document] = resolved(
        _documents,
        list[Document],
        "The documents as they are now, new ones first. Documents deleted since are left out.",
    )
    arrived_at: DateTime = resolved(lambda root: root["at"], DateTime, "When the documents were stored.")
