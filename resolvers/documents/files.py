"""The files behind a document, and what can be downloaded of it: signed links, made without a look at the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import strawberry
from strawberry import Parent

from gateway.http.links import Link, Purpose
from gateway.models.file import JSON, PDF, XML, FileReference, first_of
from gateway.printing import printed
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.scalars import DateTime


def _url(root: Parent[Row], info: Info) -> str:
    url, _ = info.context.links.url(Link(root["taxpayer"], Purpose.FILE, root["sha256"]))
    return url


@strawberry.type(description="A file as SAT or Syncfy delivered it, kept byte for byte.")
class File:
    name: str = strawberry.field(description="File name as delivered.")
    media_type: str = strawberry.field(description="One of application/xml, application/pdf and application/json.")
    size: int = strawberry.field(description="Size in bytes.")
    sha256: str = strawberry.field(description="SHA-256 of the content, in hex: the file's identity.")
    url: str = strawberry.field(
        resolver=_url, description="Signed link to download it without a token, valid for 15 to 30 minutes."
    )


@strawberry.type(description="A download by a signed link, which needs no token and expires soon.")
class Download:
    url: str = strawberry.field(description="Link to the content. It supports GET, HEAD, ranges and ETag.")
    file_name: str = strawberry.field(description="File name to save it under.")
    media_type: str = strawberry.field(description="Media type, such as application/xml or application/pdf.")
    size: int | None = strawberry.field(description="Size in bytes; null when the content is generated at download.")
    expires_at: DateTime = strawberry.field(description="When the link expires. Query again for a new one.")
    generated: bool = strawberry.field(description="Whether the content is generated here instead of supplied by SAT.")


@dataclass(frozen=True, slots=True)
class Offered:
    """A file to download, and the name to save it under. `size` in bytes; None for what is made at download."""

    name: str
    media_type: str
    size: int | None


def download(info: Info, taxpayer: str, purpose: Purpose, subject: str, file: Offered, *, ours: bool = True) -> Row:
    """Return the Download of a file; `ours`: the name is not the one that it was delivered under."""
    url, expires_at = info.context.links.url(Link(taxpayer, purpose, subject, file.name if ours else ""))
    return {
        "url": url,
        "file_name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "expires_at": expires_at,
        "generated": purpose is not Purpose.FILE,
    }


def files_field() -> Any:
    def resolve(root: Parent[Row]) -> list[Row]:
        files: list[FileReference] = root.get("files") or []
        ordered = sorted(files, key=lambda file: (file["media_type"], file["name"]))
        return [{**file, "taxpayer": root["taxpayer"]} for file in ordered]

    return strawberry.field(
        resolver=resolve,
        graphql_type=list[File],
        description="Files of the document as delivered, ordered by type and name.",
        metadata={"needs": ("files",)},
    )


def file_field(description: str) -> Any:
    """Return the one file of a row, under its key `file`."""

    def resolve(root: Parent[Row]) -> Row | None:
        file = root.get("file")
        return None if file is None else {**file, "taxpayer": root["taxpayer"]}

    return strawberry.field(
        resolver=resolve, graphql_type=File | None, description=description, metadata={"needs": ("file",)}
    )


def xml_field() -> Any:
    def resolve(root: Parent[Row], info: Info) -> Row | None:
        return _delivered(root, info, XML)

    return _field(resolve, "The XML as delivered; null when SAT supplied none.")


def pdf_field(kind: Kind) -> Any:
    def resolve(root: Parent[Row], info: Info) -> Row | None:
        delivered = _delivered(root, info, PDF)
        # Of its metadata alone a CFDI can't be printed.
        if delivered or kind not in printed.KINDS or root.get("parse_status") == "METADATA_ONLY":
            return delivered
        return _made(root, info, kind, Purpose.PRINT, PDF)

    made = "a printed representation with SAT's QR code (`generated` is then true); null for METADATA_ONLY"
    return _field(resolve, f"The PDF as delivered; without one, {made if kind in printed.KINDS else 'null'}.")


def json_field(kind: Kind) -> Any:
    def resolve(root: Parent[Row], info: Info) -> Row | None:
        return _delivered(root, info, JSON) or _made(root, info, kind, Purpose.JSON, JSON)

    return _field(
        resolve, "Syncfy's JSON; without one, a JSON of the document's stored fields (`generated` is then true)."
    )


def _field(resolver: Any, description: str) -> Any:
    return strawberry.field(
        resolver=resolver,
        graphql_type=Download | None,
        description=description,
        metadata={"needs": ("files", "content_file", "parse_status", "uuid")},
    )


def _delivered(root: Row, info: Info, media_type: str) -> Row | None:
    file = first_of(root, media_type)
    if file is None:
        return None
    uuid, named = root.get("uuid"), Offered(file["name"], media_type, file["size"])
    if not uuid:
        return download(info, root["taxpayer"], Purpose.FILE, file["sha256"], named, ours=False)
    named = replace(named, name=f"{uuid}.{_ENDINGS[media_type]}")
    return download(info, root["taxpayer"], Purpose.FILE, file["sha256"], named)


def _made(root: Row, info: Info, kind: Kind, purpose: Purpose, media_type: str) -> Row:
    identity = root["_id"].partition(":")[2]
    file = Offered(f"{identity}.{_ENDINGS[media_type]}", media_type, None)
    return download(info, root["taxpayer"], purpose, f"{kind}:{identity}", file)


_ENDINGS = {XML: "xml", PDF: "pdf", JSON: "json"}
