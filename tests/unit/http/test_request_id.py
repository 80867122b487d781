"""Every request has an id: the caller's when it is plain, else one of ours; it comes back and stands in the logs."""

from __future__ import annotations

import uuid

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.http.request_id import RequestId


async def _context(_: Request) -> Response:
    return JSONResponse(structlog.contextvars.get_contextvars())


async def ask(headers: dict[str, str]) -> httpx.Response:
    app = RequestId(Starlette(routes=[Route("/", _context)]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as http:
        return await http.get("/", headers=headers)


async def test_a_plain_id_is_kept_and_bound_to_the_logs() -> None:
    answer = await ask({"X-Request-ID": "client-id_0001"})
    assert answer.headers["X-Request-ID"] == "client-id_0001"
    assert answer.json()["request"] == "client-id_0001"
    assert "request" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize("given", ["", "x" * 65, "a b c d e f g h", "12345678\tx", "<script>alert(1)</script>"])
async def test_any_other_is_replaced(given: str) -> None:
    answer = await ask({"X-Request-ID": given})
    assert uuid.UUID(answer.headers["X-Request-ID"]).version == 4
    assert answer.json()["request"] == answer.headers["X-Request-ID"]


async def test_two_requests_have_two_ids() -> None:
    assert (await ask({})).headers["X-Request-ID"] != (await ask({})).headers["X-Request-ID"]
