"""The files behind a document: where its XML, PDF or JSON came from. Downloads come with signed links later."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row


@strawberry.type(description="A file as SAT or Syncfy delivered it, kept byte for byte.")
class File:
    name: str = strawberry.field(description="File name as delivered.")
    media_type: str = strawberry.field(description="One of application/xml, application/pdf and application/json.")
    size: int = strawberry.field(description="Bytes.")
    sha256: str = strawberry.field(description="SHA-256 of the bytes, in hex: the file's identity.")


def files_field() -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        return sorted(root.get("files") or [], key=lambda file: (file["media_type"], file["name"]))

    return strawberry.field(
        resolver=resolve,
        graphql_type=list[File],
        description="The files behind the document, by type and name.",
        metadata={"needs": ("files",)},
    )
