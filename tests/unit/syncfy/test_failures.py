"""Every way a request can fail is one of our errors, and only two are tried again here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from gateway.errors import SyncfyError, SyncfyMalformed, SyncfyRateLimited, SyncfyRejected, SyncfyUnavailable
from gateway.syncfy import transport
from tests.unit.syncfy.fake import USER, FakeSyncfy, enveloped, refused


@pytest.fixture
def syncfy() -> FakeSyncfy:
    return FakeSyncfy()


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (httpx.ConnectError("no"), SyncfyUnavailable, "does not answer"),
        (httpx.ConnectTimeout("no"), SyncfyUnavailable, "does not answer"),
        (httpx.ReadTimeout("no"), SyncfyUnavailable, "does not answer"),
        (httpx.RemoteProtocolError("no"), SyncfyUnavailable, "does not answer"),
        (refused(500, "Oops"), SyncfyUnavailable, "answered 500"),
        (httpx.Response(503, text="<html>"), SyncfyUnavailable, "answered 503"),
        (refused(402, "Payment Required"), SyncfyRejected, "402: Payment Required"),
        (httpx.Response(403, text="<html>"), SyncfyRejected, "403: no reason given"),
        (httpx.Response(400, content=b"x" * 100_000), SyncfyRejected, "400: no reason given"),
        (httpx.Response(302, headers={"Location": "http://169.254.169.254/"}), SyncfyMalformed, "redirect"),
        (httpx.Response(200, text="<html>"), SyncfyMalformed, "not JSON"),
        (httpx.Response(200, content=b'{"response":' + b"[" * 100_000), SyncfyMalformed, "too deep"),
        (httpx.Response(200, json={"code": 200, "status": True}), SyncfyMalformed, "no response"),
        (httpx.Response(200, json=[1]), SyncfyMalformed, r"at \$$"),
        (enveloped([{"id_user": "u"}, {"id_user": 7}]), SyncfyMalformed, r"at \$\.response\[1\]\.id_user$"),
        (enveloped([{"id_external": "x"}]), SyncfyMalformed, r"at \$\.response\[0\]$"),
        (enveloped([{"id_user": "u"}] * 20_001), SyncfyMalformed, r"at \$\.response$"),
    ],
)  # fmt: skip
async def test_a_failure_has_a_name(
    syncfy: FakeSyncfy, answer: httpx.Response, error: type[SyncfyError], message: str
) -> None:
    syncfy.on("GET", "/v1/users", answer)
    with pytest.raises(error, match=message):
        await syncfy.client().find_user("x")
    assert len(syncfy.requests) == 1


async def test_an_answer_that_breaks_off_is_unavailable(syncfy: FakeSyncfy) -> None:
    class Torn(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"{"
            raise httpx.ReadError("gone")

    syncfy.on("GET", "/v1/users", lambda request: httpx.Response(200, stream=Torn()))
    with pytest.raises(SyncfyUnavailable, match="broke off"):
        await syncfy.client().ping()


async def test_an_answer_that_cannot_be_decompressed_is_malformed(syncfy: FakeSyncfy) -> None:
    class Torn(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"not gzip"

    headers = {"Content-Encoding": "gzip"}
    syncfy.on("GET", "/v1/users", lambda request: httpx.Response(200, headers=headers, stream=Torn()))
    with pytest.raises(SyncfyMalformed, match="decompressed"):
        await syncfy.client().ping()


async def test_a_short_429_is_waited_out_once_and_through_the_limiter(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/users", refused(429, Retry_After="0"), enveloped([]))
    await syncfy.client().ping()
    assert (len(syncfy.requests), syncfy.paced) == (2, 2)


async def test_a_second_429_is_the_callers(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/users", refused(429, Retry_After="0"))
    with pytest.raises(SyncfyRateLimited):
        await syncfy.client().ping()
    assert len(syncfy.requests) == 2


async def test_a_long_429_is_the_callers_at_once(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/users", refused(429, Retry_After="30"))
    with pytest.raises(SyncfyRateLimited) as limited:
        await syncfy.client().ping()
    assert limited.value.retry_after == 30
    assert len(syncfy.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"), [(None, 1), ("7", 7), ("0.5", 0.5), ("soon", 1), ("-3", 1), ("nan", 1), ("Fri, 99 Foo", 1)]
)
def test_retry_after_in_seconds_or_one(value: str | None, seconds: float) -> None:
    assert transport.retry_after(value) == seconds


def test_retry_after_may_be_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert 87 <= transport.retry_after(format_datetime(later, usegmt=True)) <= 90
    assert transport.retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


async def test_one_session_serves_many_requests_at_once(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/credentials", enveloped([]))
    client = syncfy.client()
    await asyncio.gather(*(client.credentials(USER) for _ in range(10)))
    assert len(syncfy.asked("POST", "/v1/sessions")) == 1
    assert len(syncfy.asked("GET", "/v1/credentials")) == 10


async def test_a_session_that_syncfy_forgot_is_opened_anew_once(syncfy: FakeSyncfy) -> None:
    dead = f"Bearer {1:064x}"

    def answer(request: httpx.Request) -> httpx.Response:
        return refused(401) if request.headers["Authorization"] == dead else enveloped([])

    syncfy.on("GET", "/v1/credentials", answer)
    client = syncfy.client()
    await asyncio.gather(*(client.credentials(USER) for _ in range(5)))
    assert len(syncfy.asked("POST", "/v1/sessions")) == 2


async def test_a_401_that_stays_is_rejected(syncfy: FakeSyncfy) -> None:
    syncfy.on("GET", "/v1/credentials", refused(401))
    with pytest.raises(SyncfyRejected, match="401"):
        await syncfy.client().credentials(USER)
    assert len(syncfy.asked("GET", "/v1/credentials")) == 2


async def test_a_refused_user_is_not_asked_for_twice(syncfy: FakeSyncfy) -> None:
    syncfy.on("POST", "/v1/sessions", refused(401, "Invalid user"))
    with pytest.raises(SyncfyRejected, match="401: Invalid user"):
        await syncfy.client().credentials(USER)
    assert len(syncfy.requests) == 1


async def test_a_browser_gets_a_session_with_its_whole_life_before_it(syncfy: FakeSyncfy) -> None:
    client = syncfy.client()
    kept = await client.session_token(USER)
    assert await client.session_token(USER) == kept
    assert await client.session_token(USER, fresh=True) != kept
