"""The client against Syncfy's documented answers: paths, authentication, and what comes back."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from gateway.errors import EndpointRefused, SettingsError, SyncfyMalformed, SyncfyRejected
from gateway.syncfy.client import Syncfy
from gateway.syncfy.endpoints import documents_all, parse_endpoint, transactions_since
from gateway.syncfy.envelopes import V1_NAMES
from gateway.syncfy.sites import Site
from tests.unit.syncfy.fake import CREDENTIAL, JOB, KEY, USER, FakeSyncfy, enveloped, refused

ACME = {"id_user": USER, "id_external": "ACM010101ABC", "name": "ACME User", "dt_create": 1574860045, "dt_modify": None}
BEARER_1 = f"Bearer {1:064x}"


@pytest.fixture
def syncfy() -> FakeSyncfy:
    return FakeSyncfy()


@pytest.mark.parametrize(
    "base", ["https://sync.test", "https://sync.test/", "https://sync.test/v1", "https://sync.test/v1/"]
)
async def test_the_base_url_may_or_may_not_end_in_v1(syncfy: FakeSyncfy, base: str) -> None:
    syncfy.on("GET", "/v1/users", enveloped([]))
    await syncfy.client(base).ping()
    assert str(syncfy.requests[0].url) == "https://sync.test/v1/users?limit=1"
    assert syncfy.requests[0].headers["Authorization"] == f"api_key api_key={KEY}"


@pytest.mark.parametrize(
    "url",
    ["", "sync.test", "ftp://sync.test", "https://me:secret@sync.test", "https://sync.test:port", "https://h/?q=1"],
)
def test_an_address_that_is_none_stops_the_process(url: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Syncfy.connect(url, api_key=KEY)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "clé"])
def test_a_key_that_no_header_can_carry_stops_the_process(key: str) -> None:
    with pytest.raises(SettingsError):
        Syncfy.connect("https://sync.test", api_key=key)


async def test_a_user_is_found_by_its_external_id_and_the_oldest_of_several_is_taken(syncfy: FakeSyncfy) -> None:
    newer = {**ACME, "id_user": "f" * 24, "dt_create": 1600000000}
    syncfy.on("GET", "/v1/users", enveloped([{**ACME, "id_external": "ACM010101ABCD"}, newer, ACME]))
    user = await syncfy.client().find_user("ACM010101ABC")
    assert user is not None
    assert user.id_user == USER
    assert syncfy.requests[0].url.params["id_external"] == "ACM010101ABC"


async def test_a_user_is_created_only_when_there_is_none(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/users", enveloped([]), enveloped([ACME]))
    syncfy.on("POST", "/v1/users", enveloped(ACME))
    client = syncfy.client()
    first = await client.ensure_user("ACME User", "ACM010101ABC")
    second = await client.ensure_user("ACME User", "ACM010101ABC")
    assert first == second
    assert len(syncfy.asked("POST", "/v1/users")) == 1
    assert syncfy.body("POST", "/v1/users") == {"name": "ACME User", "id_external": "ACM010101ABC"}


async def test_deleting_twice_says_that_there_was_nothing_left(syncfy: FakeSyncfy) -> None:
    syncfy.on("DELETE", f"/v1/users/{USER}", enveloped(True), refused(404, "Not found"))
    assert await syncfy.client().delete_user(USER) is True
    assert await syncfy.client().delete_user(USER) is False


async def test_all_in_one_starts_as_syncfys_own_example_does(syncfy: FakeSyncfy) -> None:
    urls = {"ws": f"wss://sync.paybook.com/v1/status/{JOB}", "status": "https://x", "twofa": "https://x"}
    syncfy.on("POST", "/v1/jobs", enveloped({"id_job_uuid": "648cc12358b1a5697b06a41f", "id_job": JOB, **urls}))
    started = await syncfy.client().start_job(USER, Site.ALL_IN_ONE, rfc="ACM010101ABC", password="ciec-1234")
    assert (started.id_job, started.id_credential) == (JOB, None)
    assert syncfy.body("POST", "/v1/jobs") == {
        "id_site": "61c12b8cde3c034b3c8b25b1",
        "input": {"rfc": "ACM010101ABC", "password": "ciec-1234"},
        "id_user": USER,
    }
    assert syncfy.asked("POST", "/v1/jobs")[0].headers["Authorization"] == BEARER_1


async def test_a_jobs_history_shows_the_challenge_that_it_waits_for(syncfy: FakeSyncfy) -> None:
    captcha = {"name": "captcha", "type": "text", "label": "Captcha", "imgBase64File": "iVBOR"}
    choice = {"name": "pic", "type": "options", "options": [{"value": "1", "imgBase64File": "AA=="}, {"value": "2"}]}
    waiting = {"code": 410, "address": f"https://elsewhere.test/v1/jobs/{JOB}/twofa", "twofa": [captcha, choice]}
    syncfy.on("GET", f"/v1/jobs/{JOB}/status", enveloped([{"code": 100}, {"code": 101, "twofa": "//x"}, waiting]))
    syncfy.on("POST", f"/v1/jobs/{JOB}/twofa", enveloped(True))
    client = syncfy.client()
    statuses = await client.job_statuses(USER, JOB)
    assert [status.code for status in statuses] == [100, 101, 410]
    assert [field.name for field in statuses[2].twofa] == ["captcha", "pic"]
    assert statuses[2].twofa[0].image == "iVBOR"
    assert [option.value for option in statuses[2].twofa[1].options or ()] == ["1", "2"]
    await client.answer_challenge(USER, JOB, {"captcha": "x7f", "pic": "2"})
    assert syncfy.body("POST", f"/v1/jobs/{JOB}/twofa") == {"twofa": {"captcha": "x7f", "pic": "2"}}
    assert {request.url.host for request in syncfy.requests} == {"sync.test"}


@pytest.mark.parametrize("shape", ["list", "object"])
async def test_one_credential_is_read_from_a_list_and_from_an_object(syncfy: FakeSyncfy, shape: str) -> None:
    row = {
        "id_credential": CREDENTIAL,
        "id_site": Site.CIEC.id,
        "is_authorized": 1,
        "is_locked": 0,
        "can_sync": 0,
        "code": 411,
        "ready_in": 85894,
        "username": "A**********C",
        "keywords": ["3.3"],
        "dt_ready": 1584730510,
        "dt_disable": None,
    }
    syncfy.on("GET", f"/v1/credentials/{CREDENTIAL}", enveloped([row] if shape == "list" else row))
    credential = await syncfy.client().credential(USER, CREDENTIAL)
    assert credential is not None
    assert (credential.site, credential.code, credential.is_authorized, credential.is_locked) == (
        Site.CIEC,
        411,
        True,
        False,
    )
    assert (credential.can_sync, credential.dt_ready, credential.keywords) == (False, 1584730510, ("3.3",))


@pytest.mark.parametrize("answer", [refused(404, "Not found"), enveloped([]), enveloped(None)])
async def test_a_credential_that_is_gone_is_none(syncfy: FakeSyncfy, answer: httpx.Response) -> None:
    syncfy.on("GET", f"/v1/credentials/{CREDENTIAL}", answer)
    assert await syncfy.client().credential(USER, CREDENTIAL) is None


async def test_a_refresh_that_comes_too_soon_is_rejected_in_syncfys_words(syncfy: FakeSyncfy) -> None:
    message = "Credential error, please consider updating credential password"
    syncfy.on("PUT", f"/v1/credentials/{CREDENTIAL}/pulls", refused(400, message))
    with pytest.raises(SyncfyRejected) as refusal:
        await syncfy.client().refresh_credential(USER, CREDENTIAL)
    assert (refusal.value.code, refusal.value.message) == (400, message)


async def test_a_refusal_may_come_with_http_200(syncfy: FakeSyncfy) -> None:
    syncfy.on("DELETE", f"/v1/credentials/{CREDENTIAL}", enveloped(None, code=403, message="Forbidden", ok=False))
    with pytest.raises(SyncfyRejected) as refusal:
        await syncfy.client().delete_credential(USER, CREDENTIAL)
    assert (refusal.value.code, refusal.value.message) == (403, "Forbidden")


def _rows(request: httpx.Request, total: int) -> httpx.Response:
    skip, limit = int(request.url.params.get("skip", 0)), int(request.url.params.get("limit", 2))
    return enveloped([{"id_transaction": f"t{n}"} for n in range(total)[skip : skip + limit]])


@pytest.mark.parametrize(("total", "pages", "requests"), [(0, [], 1), (3, [3], 1), (4, [4], 2), (9, [4, 4, 1], 3)])
async def test_transactions_are_paged_until_a_page_is_short_or_empty(
    syncfy: FakeSyncfy, total: int, pages: list[int], requests: int
) -> None:
    syncfy.on("GET", "/v1/transactions", lambda request: _rows(request, total))
    endpoint = parse_endpoint("/v1/transactions?id_credential=c&limit=4&skip=0&wbhk=1")
    seen = [page async for page in syncfy.client().transactions(USER, endpoint)]
    assert [len(page) for page in seen] == pages
    assert [row.id for page in seen for row in page] == [f"t{n}" for n in range(total)]
    asked = syncfy.asked("GET", "/v1/transactions")
    assert len(asked) == requests
    assert all(request.url.params["id_credential"] == "c" and request.url.params["wbhk"] == "1" for request in asked)


async def test_without_a_limit_only_an_empty_page_is_the_end(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/transactions", lambda request: _rows(request, 5))
    pages = [len(page) async for page in syncfy.client().transactions(USER, parse_endpoint("/v1/transactions"))]
    assert pages == [2, 2, 1]


async def test_a_list_that_ignores_skip_ends(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/transactions", enveloped([{"id_transaction": "same"}]))
    pages = [len(page) async for page in syncfy.client().transactions(USER, parse_endpoint("/v1/transactions"))]
    assert pages == [1]


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
    syncfy.on("GET", "/v1/transactions", enveloped([cfdi, annual, {**annual, "amount": -5827.64, "extra": []}]))
    since = transactions_since("c1", datetime(2023, 5, 16, tzinfo=UTC), 1684213915)
    (page,) = [page async for page in syncfy.client().transactions(USER, since)]
    assert [row.amount for row in page] == [Decimal("22339.47"), Decimal(0), Decimal("-5827.64")]
    assert [row.tax_id for row in page] == ["ACM010101ABC", None, None]
    assert [row.keywords for row in page] == [("3.3", "emitidas"), (), ()]
    assert (page[0].is_disable, page[0].is_deleted, page[0].dt_transaction) == (True, False, 1614319200)
    assert (page[0].attachments or ())[0].id_attachment == "a1"
    params = dict(syncfy.requests[-1].url.params)
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
    first, second = await syncfy.client().documents(USER, documents_all())
    assert (first.content, first.site) == (b"%PDF-1.4", Site.TAX_STATUS)
    assert first.dt_created == datetime(2021, 2, 25, 20, 28, 37, tzinfo=UTC)
    assert second.content is None


async def test_the_documents_of_a_v1_event_are_read_at_its_own_address(syncfy: FakeSyncfy) -> None:
    path = "/v1/webhooks/events/7efce48a-1c9e-4a0e-9d1c-2b8f5ad0c001/documents"
    syncfy.on("GET", path, enveloped([]))
    assert await syncfy.client().documents(USER, parse_endpoint(f"{path}?limit=1000&skip=0")) == []
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


async def test_webhooks_are_listed_registered_and_deleted_with_the_api_key(syncfy: FakeSyncfy) -> None:
    row = {
        "id_webhook": "w1",
        "id_user": None,
        "is_disabled": 1,
        "events": ["refresh"],
        "url": "https://me.test/hook",
        "delay": 0,
        "ct_failed": 1001,
        "dt_created": "2020-01-10T00:25:24+00:00",
        "dt_modified": None,
    }
    syncfy.on("GET", "/v1/webhooks", enveloped([row]))
    syncfy.on("POST", "/v1/webhooks", enveloped({**row, "dt_created": 1578615924}))
    syncfy.on("DELETE", "/v1/webhooks/w1", enveloped(True))
    client = syncfy.client()
    (listed,) = await client.webhooks()
    made = await client.register_webhook("https://me.test/hook", V1_NAMES, {"X-Webhook-Token": "t"})
    assert (listed.failures, listed.is_disabled) == (1001, True)
    assert listed.dt_created == made.dt_created == datetime(2020, 1, 10, 0, 25, 24, tzinfo=UTC)
    assert syncfy.body("POST", "/v1/webhooks")["headers"] == {"X-Webhook-Token": "t"}
    assert await client.delete_webhook("w1") is True
    assert {request.headers["Authorization"] for request in syncfy.requests} == {f"api_key api_key={KEY}"}


@pytest.mark.parametrize("id", ["", "..", "../users", "a/b", "a?b=1", "a%2fb", "a b"])
async def test_an_id_cannot_leave_its_segment_of_the_path(syncfy: FakeSyncfy, id: str) -> None:
    with pytest.raises(EndpointRefused):
        await syncfy.client().credential(USER, id)
    assert syncfy.requests == []


async def test_an_address_under_the_wrong_heading_is_refused(syncfy: FakeSyncfy) -> None:
    with pytest.raises(EndpointRefused):
        await syncfy.client().documents(USER, parse_endpoint("/v1/credentials"))
    with pytest.raises(EndpointRefused):
        _ = [page async for page in syncfy.client().transactions(USER, EXPORT)]
    assert syncfy.requests == []
