"""Syncfy's response envelope, its headers and its errors."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import SyncfyRateLimited, SyncfyRejected

#: As the official Postman samples print them.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, DNT, Origin, Referer, Sec-Fetch-Mode, User-Agent, "
    "X-App-Version, X-Requested-With, X-Http-Method-Override",
    "Access-Control-Allow-Methods": "HEAD, POST, GET, DELETE, PUT, OPTIONS",
    "Access-Control-Expose-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
NO_CACHE = {"Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache", "Expires": "0"}


def answer(
    request: Request,
    response: Any,
    code: int = 200,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Put `response` into the envelope; its `rid` is also the Request-ID header."""
    rid = str(uuid.uuid4())
    body = {
        "rid": rid,
        "code": code,
        "errors": None,
        "status": code < 400,
        "message": message,
        "response": response,
    }
    pretty = orjson.OPT_INDENT_2 if request.query_params.get("pretty") == "1" else 0
    return Response(
        orjson.dumps(body, option=pretty),
        status_code=code,
        headers={"Content-Type": "application/json; charset=utf-8", "Request-ID": rid, **NO_CACHE, **(headers or {})},
    )


def _reason(code: int) -> str:
    return HTTPStatus(code).phrase


async def on_rejected(request: Request, error: Exception) -> Response:
    """Answer a refusal with Syncfy's code and message."""
    assert isinstance(error, SyncfyRejected)
    return answer(request, None, error.syncfy_code, error.message)


async def on_rate_limited(request: Request, error: Exception) -> Response:
    """Answer 429 with Retry-After."""
    assert isinstance(error, SyncfyRateLimited)
    return answer(request, None, 429, _reason(429), {"Retry-After": f"{error.retry_after:.0f}"})


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer an error of the router in Syncfy's envelope."""
    assert isinstance(error, HTTPException)
    return answer(request, None, error.status_code, _reason(error.status_code))


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer a defect of the sandbox in Syncfy's envelope, without its words."""
    return answer(request, None, 500, _reason(500))


def bad_request(message: str = "Bad Request") -> SyncfyRejected:
    return SyncfyRejected(400, message)


def unauthorized(message: str = "Unauthorized") -> SyncfyRejected:
    return SyncfyRejected(401, message)


def not_found() -> SyncfyRejected:
    return SyncfyRejected(404, "Not Found")
