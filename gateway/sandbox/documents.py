"""The constancia and the opinión: in the user's list, by a notification's id_job_webhook, and by a V1 event."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from gateway.sandbox.endpoint import Call, endpoint
from gateway.sandbox.envelope import not_found
from gateway.sandbox.export import zipped
from gateway.sandbox.params import listed, matching, paging, text
from gateway.sandbox.portfolio import DocumentFile
from gateway.sandbox.state import Downloaded
from gateway.sandbox.tables import DOCUMENT_DOWNLOADED, ORGANIZATION_SAT, TYPE_GOVERNMENT
from gateway.sandbox.xmltree import as_json


def _files(call: Call, rows: Sequence[Downloaded]) -> list[tuple[Downloaded, DocumentFile]]:
    return [(row, file) for row in rows if row.ok for file in call.context.portfolios(row.rfc).documents(row.site)]


def _document_json(call: Call, row: Downloaded, file: DocumentFile, content: Any) -> dict[str, Any]:
    """Write a document, without user and credential; the RFC is a keyword. Dates are ISO here, not Unix."""
    at = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="seconds")
    return {
        "id_document": file.id,
        "id_document_status": DOCUMENT_DOWNLOADED,
        "id_document_type": file.type_id,
        "id_external": call.user.id_external or "",
        "id_site": row.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "file": file.file,
        "identifiers": None,
        "keywords": list(file.keywords),
        "content": content,
        "dt_refreshed": at,
        "dt_created": at,
    }


def _with_base64(call: Call, rows: Sequence[Downloaded]) -> list[dict[str, Any]]:
    return [_document_json(call, row, file, base64.b64encode(file.read()).decode()) for row, file in _files(call, rows)]


async def list_documents(call: Call) -> list[dict[str, Any]]:
    """List all documents of the user, or those that one notification announced: none, if it announced a failure."""
    id_job_webhook = text(call.params, "id_job_webhook")
    if id_job_webhook is None:
        rows = [row for row in call.context.state.documents.values() if row.id_user == call.user.id]
    else:
        rows = [_announced(call, id_job_webhook)]
    found = await call.context.read(lambda: _with_base64(call, rows))
    return listed(matching(found, call.params, "id_document", "id_site", "id_document_type"), call.params)


def _announced(call: Call, key: str) -> Downloaded:
    row = call.context.state.announced.get(key)
    if row is None or row.id_user != call.user.id:
        raise not_found()
    return row


async def event_documents(call: Call) -> list[dict[str, Any]]:
    row = _announced(call, call.path["uuid"])
    return listed(await call.context.read(lambda: _with_base64(call, [row])), call.params)


async def event_documents_json(call: Call) -> list[dict[str, Any]]:
    """List the documents of an event with `content` parsed; null for a PDF."""
    row = _announced(call, call.path["uuid"])

    def read() -> list[dict[str, Any]]:
        return [_document_json(call, row, file, as_json(file.read())) for row, file in _files(call, [row])]

    return listed(await call.context.read(read), call.params)


async def event_documents_zip(call: Call) -> Response:
    row = _announced(call, call.path["uuid"])
    skip, limit = paging(call.params)
    files = (await call.context.read(lambda: _files(call, [row])))[skip : skip + limit]
    chunks = zipped((file.file, file.read) for _, file in files)
    headers = {"Content-Disposition": 'filename="documents.zip"'}
    return StreamingResponse(call.context.stream(chunks), media_type="application/zip", headers=headers)


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/documents", list_documents),
        endpoint("GET", "/webhooks/events/{uuid}/documents", event_documents),
        endpoint("GET", "/webhooks/events/{uuid}/documents/json", event_documents_json),
        endpoint("GET", "/webhooks/events/{uuid}/documents/zip", event_documents_zip),
    ]
