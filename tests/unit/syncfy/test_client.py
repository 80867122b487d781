"""The client against Syncfy's documented answers: paths, authentication, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from gateway.errors import EndpointRefused, SettingsError, SyncfyRejected
from gateway.syncfy.client import Syncfy
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
    captcha = {"name": "captcha", "type": "text", "label": "Captcha", "options": None, "imgBase64File": "iVBOR"}
    choice = {"name": "pic", "type": "options", "options": [{"value": "1", "imgBase64File": "AA=="}, {"value": "2"}]}
    waiting = {"code": 410, "address": f"https://elsewhere.test/v1/jobs/{JOB}/twofa", "twofa": [captcha, choice]}
    syncfy.on("GET", f"/v1/jobs/{JOB}/status", enveloped([{"code": 100}, {"code": 101, "twofa": "//x"}, waiting]))
    syncfy.on("POST", f"/v1/jobs/{JOB}/twofa", enveloped(True))
    client = syncfy.client()
    statuses = await client.job_statuses(USER, JOB)
    assert [status.code for status in statuses] == [100, 101, 410]
    assert [field.name for field in statuses[2].twofa] == ["captcha", "pic"]
    assert statuses[2].twofa[0].image == "iVBOR"
    assert [option.value for option in statuses[2].twofa[1].options] == ["1", "2"]
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
    assert (credential.can_sync, credential.dt_ready, credential.keywords) == (
        False,
        datetime(2020, 3, 20, 18, 55, 10, tzinfo=UTC),
        ("3.3",),
    )


@pytest.mark.parametrize("answer", [refused(404, "Not found"), enveloped([]), enveloped(None)])
async def test_a_credential_that_is_gone_is_none(syncfy: FakeSyncfy, answer: httpx.Response) -> None:
    syncfy.on("GET", f"/v1/credentials/{CREDENTIAL}", answer)
    assert await syncfy.client().credential(USER, CREDENTIAL) is None


async def test_a_refresh_that_comes_too_soon_is_rejected_in_syncfys_words(syncfy: FakeSyncfy) -> None:
    message = "Credential error, please consider updating credential password"
    syncfy.on("PUT", f"/v1/credentials/{CREDENTIAL}/pulls", refused(400, message))
    with pytest.raises(SyncfyRejected) as refusal:
        await syncfy.client().refresh_credential(USER, CREDENTIAL)
    assert (refusal.value.syncfy_code, refusal.value.message) == (400, message)


async def test_a_refusal_may_come_with_http_200(syncfy: FakeSyncfy) -> None:
    syncfy.on("DELETE", f"/v1/credentials/{CREDENTIAL}", enveloped(None, code=403, message="Forbidden", ok=False))
    with pytest.raises(SyncfyRejected) as refusal:
        await syncfy.client().delete_credential(USER, CREDENTIAL)
    assert (refusal.value.syncfy_code, refusal.value.message) == (403, "Forbidden")


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
