"""Transactions, documents, exports and attachments: paged, streamed, and limited in size."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from gateway.errors import EndpointRefused, SyncfyMalformed, SyncfyRejected, SyncfyUnavailable
from gateway.syncfy import client, paging
from gateway.syncfy.decoding import Page
from gateway.syncfy.endpoints import documents_all, parse_endpoint, transactions_since
from gateway.syncfy.sites import Site
from gateway.syncfy.transport import LONGEST_BODY, chunks
from tests.unit.syncfy.fake import USER, FakeSyncfy, enveloped

BEARER_1 = f"Bearer {1:064x}"


@pytest.fixture
def syncfy() -> FakeSyncfy:
    return FakeSyncfy()


def _rows(request: httpx.Request, total: int) -> httpx.Response:
    skip, limit = int(request.url.params.get("skip", 0)), int(request.url.params.get("limit", 2))
    return enveloped([{"id_transaction": f"t{n}"} for n in range(total)[skip : skip + limit]])


@pytest.mark.parametrize(("total", "pages", "requests"), [(0, [], 1), (3, [3], 2), (4, [4], 2), (9, [4, 4, 1], 4)])
async def test_transactions_are_paged_until_a_page_is_empty(
    syncfy: FakeSyncfy, total: int, pages: list[int], requests: int
) -> None:
    syncfy.on("GET", "/v1/transactions", lambda request: _rows(request, total))
    endpoint = parse_endpoint("/v1/transactions?id_credential=c&limit=4&skip=0&wbhk=1")
    seen = [page async for page in syncfy.client().transactions(USER, endpoint)]
    assert [len(page.rows) for page in seen] == pages
    assert [row.id for page in seen for row in page.rows] == [f"t{n}" for n in range(total)]
    asked = syncfy.asked("GET", "/v1/transactions")
    assert len(asked) == requests
    assert all(request.url.params["id_credential"] == "c" and request.url.params["wbhk"] == "1" for request in asked)


async def test_without_a_limit_only_an_empty_page_is_the_end(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/transactions", lambda request: _rows(request, 5))
    pages = [len(page.rows) async for page in syncfy.client().transactions(USER, parse_endpoint("/v1/transactions"))]
    assert pages == [2, 2, 1]


async def test_a_list_that_ignores_skip_ends(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/transactions", enveloped([{"id_transaction": "same"}]))
    pages = [len(page.rows) async for page in syncfy.client().transactions(USER, parse_endpoint("/v1/transactions"))]
    assert pages == [1]


async def test_a_list_that_never_ends_is_given_up(syncfy: FakeSyncfy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 3)
    syncfy.on("GET", "/v1/transactions", lambda request: _rows(request, 1_000_000))
    pages = 0
    with pytest.raises(SyncfyMalformed, match="more than 3 pages"):
        async for _ in syncfy.client().transactions(USER, parse_endpoint("/v1/transactions")):
            pages += 1
    assert pages == 3


async def test_an_event_of_too_many_documents_is_given_up(syncfy: FakeSyncfy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MOST_DOCUMENTS", 3)
    syncfy.on(
        "GET",
        "/v1/documents",
        lambda request: enveloped([{"id_document": f"{request.url.params['skip']}{n}"} for n in "ab"]),
    )
    with pytest.raises(SyncfyMalformed, match="more than 3 documents"):
        await syncfy.client().documents(USER, parse_endpoint("/v1/documents?limit=2&skip=0"))


async def test_an_answer_that_drips_is_given_up_after_its_time() -> None:
    moments = iter(range(0, 10_000, 100))

    async def drips() -> AsyncIterator[bytes]:
        while True:
            yield b"."

    response = httpx.Response(200, content=drips())
    taken = 0
    with pytest.raises(SyncfyUnavailable, match="does not end"):
        async for _ in chunks(response, 1_000_000, clock=lambda: next(moments)):
            taken += 1
    assert taken == LONGEST_BODY / 100


async def test_a_transaction_is_read_as_syncfy_prints_it(syncfy: FakeSyncfy) -> None:
    cfdi = {
        "id_transaction": "603747875c21564651572f85",
        "is_deleted": 0,
        "is_disable": 1,
        "is_pending": 0,
        "amount": 22339.470000000001,
        "currency": "MXN",
        "attachments": [
            {"id_attachment": "a1", "is_valid": 1, "file": "85654C68.xml", "mime": None, "url": "/attachments/a1"}
        ],
        "extra": {"tax_id": "ACM010101ABC"},
        "keywords": ["3.3", "emitidas"],
        "dt_transaction": 1614319200,
        "new": {"field": 1},
    }
    annual = {"id_transaction": "r", "amount": 0, "extra": None, "reference": None, "keywords": {}, "attachments": None}
    rows = [cfdi, annual, {**annual, "amount": -5827.64, "extra": []}]
    syncfy.on("GET", "/v1/transactions", lambda r: enveloped(rows if r.url.params["skip"] == "0" else []))
    since = transactions_since("c1", datetime(2023, 5, 16, tzinfo=UTC), 1684213915)
    (page,) = [page async for page in syncfy.client().transactions(USER, since)]
    assert [row.amount for row in page.rows] == [Decimal("22339.47"), Decimal(0), Decimal("-5827.64")]
    assert [row.tax_id for row in page.rows] == ["ACM010101ABC", None, None]
    assert [row.keywords for row in page.rows] == [("3.3", "emitidas"), (), ()]
    assert (page.rows[0].is_disable, page.rows[0].is_deleted, page.rows[0].dt_transaction) == (
        True,
        False,
        datetime(2021, 2, 26, 6, tzinfo=UTC),
    )
    assert page.rows[0].attachments[0].id_attachment == "a1"
    params = dict(syncfy.asked("GET", "/v1/transactions")[0].url.params)
    assert params == {
        "id_credential": "c1",
        "dt_refresh_from": "1684195200",
        "dt_refresh_to": "1684213915",
        "limit": "5000",
        "skip": "0",
    }


async def test_documents_come_with_their_bytes(syncfy: FakeSyncfy) -> None:
    pdf = {
        "id_document": "d1",
        "id_site": Site.TAX_STATUS.id,
        "file": "Contancia.pdf",
        "keywords": ["ACM010101ABC"],
        "content": base64.b64encode(b"%PDF-1.4").decode(),
        "dt_created": "2021-02-25T20:28:37+00:00",
    }
    syncfy.on("GET", "/v1/documents", enveloped([pdf, {"id_document": "d2", "content": None}]))
    first, second = (await syncfy.client().documents(USER, documents_all())).rows
    assert (first.content, first.site) == (b"%PDF-1.4", Site.TAX_STATUS)
    assert first.dt_created == datetime(2021, 2, 25, 20, 28, 37, tzinfo=UTC)
    assert second.content is None


async def test_the_documents_of_a_v1_event_are_read_at_its_own_address(syncfy: FakeSyncfy) -> None:
    path = "/v1/webhooks/events/7efce48a-1c9e-4a0e-9d1c-2b8f5ad0c001/documents"
    syncfy.on("GET", path, enveloped([]))
    assert await syncfy.client().documents(USER, parse_endpoint(f"{path}?limit=1000&skip=0")) == Page([])
    assert syncfy.requests[-1].headers["Authorization"] == BEARER_1


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>" * 50)
    return buffer.getvalue()


EXPORT = parse_endpoint("/v1/attachments/export?id_credential=c&limit=5000&skip=0")


@pytest.mark.parametrize("content", [_zip("a.xml", "b.xml"), _zip(), b""])
async def test_an_export_is_written_as_it_comes(syncfy: FakeSyncfy, content: bytes) -> None:
    syncfy.on("GET", "/v1/attachments/export", httpx.Response(200, content=content))
    to = io.BytesIO()
    assert await syncfy.client().export(USER, EXPORT, to, max_bytes=len(content)) == len(content)
    assert to.getvalue() == content


async def test_an_export_larger_than_allowed_is_cut_off(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/attachments/export", httpx.Response(200, content=_zip("a.xml")))
    with pytest.raises(SyncfyMalformed, match="larger than 10 bytes"):
        await syncfy.client().export(USER, EXPORT, io.BytesIO(), max_bytes=10)


async def test_the_oldest_events_list_of_attachments_is_exported_too(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/attachments/export", httpx.Response(200, content=_zip("a.xml")))
    old = parse_endpoint("/v1/attachments?id_credential=c&limit=5000&skip=0")
    assert await syncfy.client().export(USER, old, io.BytesIO(), max_bytes=10_000) > 0
    assert syncfy.requests[-1].url.params["id_credential"] == "c"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, text="<html>"), SyncfyMalformed),
        (enveloped([]), SyncfyMalformed),
        (enveloped(None, code=404, message="Nothing", ok=False), SyncfyRejected),
    ],
)
async def test_an_export_that_is_no_zip_is_an_error(
    syncfy: FakeSyncfy, answer: httpx.Response, error: type[Exception]
) -> None:
    syncfy.on("GET", "/v1/attachments/export", answer)
    with pytest.raises(error):
        await syncfy.client().export(USER, EXPORT, io.BytesIO(), max_bytes=10_000)


async def test_an_attachment_is_the_file_and_a_refusal_in_its_place_is_not(syncfy: FakeSyncfy) -> None:
    annual = b'{"numero_operacion": "1", "status": false}'
    syncfy.on(
        "GET",
        "/v1/attachments/a1",
        httpx.Response(200, content=b"<?xml?>", headers={"Content-Type": "text/xml;charset=UTF-8"}),
        httpx.Response(200, content=annual, headers={"Content-Type": "application/json"}),
        enveloped(None, code=403, message="Forbidden", ok=False),
    )
    client = syncfy.client()
    assert await client.attachment(USER, "a1") == b"<?xml?>"
    assert await client.attachment(USER, "a1") == annual
    with pytest.raises(SyncfyRejected, match="403: Forbidden"):
        await client.attachment(USER, "a1")


async def test_an_attachment_above_25_mb_is_refused(syncfy: FakeSyncfy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.syncfy.client.LARGEST_ATTACHMENT", 5)
    syncfy.on("GET", "/v1/attachments/a1", httpx.Response(200, content=b"123456"))
    with pytest.raises(SyncfyMalformed, match="larger"):
        await syncfy.client().attachment(USER, "a1")


async def test_an_address_under_the_wrong_heading_is_refused(syncfy: FakeSyncfy) -> None:
    with pytest.raises(EndpointRefused):
        await syncfy.client().documents(USER, parse_endpoint("/v1/credentials"))
    with pytest.raises(EndpointRefused):
        _ = [page async for page in syncfy.client().transactions(USER, EXPORT)]
    assert syncfy.requests == []
