"""Attachments: the files of transactions, raw, parsed, in bulk and as a ZIP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from gateway.sandbox.endpoint import Call, endpoint
from gateway.sandbox.envelope import not_found
from gateway.sandbox.export import zipped
from gateway.sandbox.params import flag, paging, projected, text
from gateway.sandbox.rows import File, find_file, id_account_of, page_of_files, row_filter, segments_asked
from gateway.sandbox.transactions import attachment_json
from gateway.sandbox.xmltree import as_json, as_tree

_TYPES = {
    "xml": "text/xml;charset=UTF-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "zip": "application/zip",
}


def content_type(file: str) -> str:
    """Return the content type by a file's ending."""
    return _TYPES.get(file.rpartition(".")[2].lower(), "application/octet-stream")


def disposition(file: str) -> str:
    """`filename="…"` without a type, as Syncfy sends it; names outside Latin-1 in RFC 5987's form."""
    if file.isascii():
        return f'filename="{file}"'
    return f"filename*=UTF-8''{quote(file)}"


def file_json(file: File, call: Call) -> dict[str, Any]:
    """Write an attachment with the ids of its transaction."""
    part, transaction, attachment = file
    return {
        **attachment_json(attachment),
        "id_account": id_account_of(part.credential),
        "id_credential": part.credential.id,
        "id_external": call.user.id_external or "",
        "id_transaction": transaction.id,
        "id_user": call.user.id,
        "keywords": list(transaction.keywords) if transaction.keywords is not None else {},
        "dt_refresh": part.dt_refresh,
    }


def _filter(call: Call) -> Callable[[File], bool] | None:
    """Return a predicate for the filters that need each file; None when the call has none of them."""
    rows, params = row_filter(call.params), call.params
    id_type, id_transaction, is_valid = (
        text(params, "id_attachment_type"),
        text(params, "id_transaction"),
        flag(params, "is_valid"),
    )
    if rows.none and id_type is None and id_transaction is None and is_valid is not False:
        return None

    def keeps(file: File) -> bool:
        _, transaction, attachment = file
        return (
            is_valid is not False
            and id_type in (None, attachment.type_id)
            and id_transaction in (None, transaction.id)
            and rows.keeps(transaction)
        )

    return keeps


async def list_attachments(call: Call) -> list[dict[str, Any]]:
    def read() -> list[dict[str, Any]]:
        return [
            file_json(file, call) for file in page_of_files(segments_asked(call), _filter(call), *paging(call.params))
        ]

    return projected(await call.context.read(read), call.params)


async def count_attachments(call: Call) -> dict[str, int]:
    def count() -> int:
        found, keeps = segments_asked(call), _filter(call)
        if keeps is None:
            return sum(part.attachments() for part in found)
        everything = sum(part.attachments() for part in found)
        return sum(1 for _ in page_of_files(found, keeps, 0, everything))

    return {"count": await call.context.read(count)}


async def export(call: Call) -> Response:
    """Stream the page's files as one ZIP, each made when its turn comes; an empty ZIP without files."""
    found = await call.context.read(lambda: segments_asked(call))
    files = page_of_files(found, _filter(call), *paging(call.params))
    chunks = zipped((attachment.file, attachment.read) for _, _, attachment in files)
    headers = {"Content-Disposition": disposition("attachments.zip")}
    return StreamingResponse(call.context.stream(chunks), media_type="application/zip", headers=headers)


async def _own_file(call: Call) -> tuple[File, bytes]:
    def read() -> tuple[File, bytes] | None:
        file = find_file(call, call.path["id_attachment"])
        return None if file is None else (file, file[2].read())

    found = await call.context.read(read)
    if found is None:
        raise not_found()
    return found


async def get_attachment(call: Call) -> Response:
    """Answer with the bytes of the file."""
    (_, _, attachment), content = await _own_file(call)
    headers = {"Content-Type": content_type(attachment.file), "Content-Disposition": disposition(attachment.file)}
    return Response(content, headers=headers)


def _identity(file: File, call: Call) -> dict[str, Any]:
    return {"id_attachment": file[2].id, "id_user": call.user.id, "id_external": call.user.id_external or ""}


async def get_extra(call: Call) -> dict[str, Any]:
    """Answer with the document's tree: nodes of name, attributes and children, all names in capitals."""
    file, content = await _own_file(call)
    attachment = file[2]
    shown = {"is_valid": 1, "file": attachment.file, "mime": attachment.mime, "extra": as_tree(content)}
    return _identity(file, call) | shown


async def get_json(call: Call) -> list[dict[str, Any]]:
    file, content = await _own_file(call)
    return [_identity(file, call) | {"file": file[2].file, "json": as_json(content)}]


async def list_json(call: Call) -> list[dict[str, Any]]:
    """Answer as /attachments/{id}/json does, for a page of files."""

    def read() -> list[dict[str, Any]]:
        files = page_of_files(segments_asked(call), _filter(call), *paging(call.params))
        return [_identity(file, call) | {"file": file[2].file, "json": as_json(file[2].read())} for file in files]

    return await call.context.read(read)


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/attachments", list_attachments),
        endpoint("GET", "/attachments/count", count_attachments),
        endpoint("GET", "/attachments/export", export),
        endpoint("GET", "/attachments/json", list_json),
        endpoint("GET", "/attachments/{id_attachment}", get_attachment),
        endpoint("GET", "/attachments/{id_attachment}/json", get_json),
        endpoint("GET", "/attachments/{id_attachment}/extra", get_extra),
    ]
