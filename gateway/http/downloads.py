"""GET /files/…: the bytes behind a signed link, streamed, in whole or in a range.

The link alone authorises. Strangers wrote the files, so that no browser may run anything in them: XML and JSON are only
saved, no type is guessed, and the Content-Security-Policy allows neither scripts nor frames.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from gateway.errors import LinkError, LinkExpired, StoreUnavailable
from gateway.exporting.offered import FORMATS
from gateway.http.links import Link, Links, Purpose
from gateway.models.file import JSON, PDF, XML, first_of
from gateway.printing.printed import printed
from gateway.sat.certification import certification
from gateway.sat.kinds import Kind
from gateway.sat.normal_form import as_json
from gateway.store import documents, export_parts, exports, files
from gateway.store.mongo import Row, Store, unavailable_means_try_again

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_CACHE = "private, max-age=300"
_PRINTED_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Body:
    """The body behind a link. `tag` is the SHA-256 of the bytes; `read` gives those in [start, stop).

    `name` is the name that the file was delivered under, for links without a name.
    """

    size: int
    media_type: str
    tag: str
    read: Callable[[int, int], AsyncIterator[bytes]]
    name: str = ""


class Downloads:
    """The endpoint, over one store."""

    def __init__(self, store: Store, links: Links) -> None:
        self._store = store
        self._links = links
        self._printing = asyncio.Semaphore(_PRINTED_AT_ONCE)

    async def __call__(self, request: Request) -> Response:
        try:
            link = self._links.open(request.path_params["token"])
            async with unavailable_means_try_again():
                body = await self._open(link)
        except LinkError as error:
            return _refused(410 if isinstance(error, LinkExpired) else 403, str(error.code), str(error))
        except StoreUnavailable as error:
            return _refused(503, str(error.code), str(error), {"Retry-After": "5"})
        if body is None:
            return _refused(404, "NOT_FOUND", "this file is no longer here")
        return _answer(request, link, body)

    async def _open(self, link: Link) -> Body | None:
        match link.purpose:
            case Purpose.FILE:
                return await self._file(link)
            case Purpose.JSON:
                return await self._json(link)
            case Purpose.PRINT:
                return await self._print(link)
            case Purpose.EXPORT:
                return await self._export(link)

    async def _file(self, link: Link) -> Body | None:
        store, taxpayer, sha256 = self._store, link.taxpayer, link.subject
        row = await files.describe(store, taxpayer, sha256)
        if row is None:
            return None
        return Body(
            row["size"],
            row["media_type"],
            sha256,
            lambda start, stop: files.stream(store, taxpayer, sha256, start, stop),
            row["name"],
        )

    async def _json(self, link: Link) -> Body | None:
        kind, row = await self._document(link)
        return None if row is None else _held(await asyncio.to_thread(as_json, kind, row), JSON)

    async def _print(self, link: Link) -> Body | None:
        kind, row = await self._document(link)
        if row is None:
            return None
        file = first_of(row, XML)
        xml = await files.read(self._store, link.taxpayer, file["sha256"]) if file else None
        # In a thread, as hundreds of lines would block the event loop; few at once, as threads are shared.
        async with self._printing:
            return _held(await asyncio.to_thread(_printed, kind, row, xml or b""), PDF)

    async def _export(self, link: Link) -> Body | None:
        store, export = self._store, await exports.get(self._store, link.subject)
        if export is None or export.taxpayer != link.taxpayer or exports.expired(export.expire_at):
            return None
        if export.size is None or export.tag is None:
            return None
        return Body(
            export.size,
            FORMATS[export.format].media_type,
            export.tag,
            lambda start, stop: export_parts.stream(store, export, start, stop),
        )

    async def _document(self, link: Link) -> tuple[Kind, Row | None]:
        kind, _, identity = link.subject.partition(":")
        return Kind(kind), await documents.get(self._store, Kind(kind), f"{link.taxpayer}:{identity}")


def _printed(kind: Kind, row: Row, xml: bytes) -> bytes:
    return printed(kind, row, certification(xml))


def _held(content: bytes, media_type: str) -> Body:
    """Make the body of content in memory."""

    async def read(start: int, stop: int) -> AsyncIterator[bytes]:
        yield content[start:stop]

    return Body(len(content), media_type, hashlib.sha256(content).hexdigest(), read)


def _answer(request: Request, link: Link, body: Body) -> Response:
    tag = f'"{body.tag}"'
    headers = {
        "ETag": tag,
        "Cache-Control": _CACHE,
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(link.name or body.name, inline=body.media_type == PDF),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if _matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    start, stop, status = 0, body.size, 200
    wanted = _range(request, tag, body.size)
    if wanted is not None:
        start, stop = wanted
        if start >= stop:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{body.size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{body.size}"
    # No charset in the type: it would override the encoding that an XML declares.
    headers |= {"Content-Length": str(stop - start), "Content-Type": body.media_type}
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(body.read(start, stop), status, headers)


def _range(request: Request, tag: str, size: int) -> tuple[int, int] | None:
    """Read the requested range as [start, stop), which may be empty; None for the whole body.

    Several ranges are answered with the whole, as RFC 9110, section 14.2, allows.
    """
    if request.headers.get("if-range", tag) != tag:
        return None
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(size - int(found[2]), 0), size
    if found[2] and int(found[2]) < int(found[1]):
        return None  # not a range: RFC 9110, section 14.1.1
    return int(found[1]), min(int(found[2]) + 1, size) if found[2] else size


def _matches(header: str | None, tag: str) -> bool:
    given = [part.strip().removeprefix("W/") for part in (header or "").split(",")]
    return tag in given or "*" in given


def disposition(name: str, *, inline: bool) -> str:
    """Write Content-Disposition for a stranger's file name, without paths, control characters and quotes."""
    safe = re.sub(r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|;%]', "_", name.encode("utf-8", "ignore").decode())
    safe = re.sub(r"[\u200b-\u200f\u2028-\u202e\u2066-\u2069]", "", safe).strip(" .")[-150:] or "file"
    ascii_only = "".join(character if " " <= character <= "~" else "_" for character in safe)
    how = "inline" if inline else "attachment"
    if ascii_only == safe:
        return f'{how}; filename="{safe}"'
    return f"{how}; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _refused(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    body = {"error": {"code": code, "message": message}}
    return JSONResponse(body, status, headers={"Cache-Control": "no-store", **(headers or {})})
