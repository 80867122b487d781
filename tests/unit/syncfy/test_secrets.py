"""The password, the API key, a session's token and an answer to a challenge show nowhere, however a request ends."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote

import httpx
import pytest

from gateway.errors import GatewayError, SyncfyRejected
from gateway.syncfy.calls import Call, scrubbed
from gateway.syncfy.client import Syncfy
from gateway.syncfy.sites import Site
from tests.unit.syncfy.fake import JOB, KEY, USER, FakeSyncfy, enveloped, refused

PASSWORD = 'Cé"c+/<1>'
RFC = "H&E951128469"
TOKEN = f"{1:064x}"
ANSWER = "893-704"
ALWAYS = (RFC, KEY, TOKEN)
ECHO = f"bad: {PASSWORD} {RFC} {KEY} {TOKEN} {ANSWER} " + httpx.QueryParams({"p": PASSWORD}).__str__()

FAILURES: list[httpx.Response | Exception] = [
    httpx.ConnectError(ECHO),
    httpx.ReadTimeout(ECHO),
    httpx.LocalProtocolError(ECHO),
    httpx.Response(500, text=ECHO),
    httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
    httpx.Response(200, text=ECHO),
    httpx.Response(200, json={"echo": ECHO}),
    enveloped({"id_job": {"echo": ECHO}, "id_webhook": 1}),
    enveloped(None, code=400, message=ECHO, ok=False),
    refused(400, ECHO),
    refused(401, ECHO),
    refused(404, ECHO),
    refused(429, ECHO, Retry_After="60"),
]

Doing = Callable[[Syncfy], Awaitable[object]]
# What is done, and the secret that it sends.
DOINGS: dict[str, tuple[Doing, str]] = {
    "start_job": (lambda client: client.start_job(USER, Site.ALL_IN_ONE, rfc=RFC, password=PASSWORD), PASSWORD),
    "answer": (lambda client: client.answer_challenge(USER, JOB, {"token": ANSWER}), ANSWER),
    "user": (lambda client: client.create_user("name", RFC), RFC),
    "webhook": (
        lambda client: client.register_webhook("https://me.test/", [], {"X-Webhook-Token": PASSWORD}),
        PASSWORD,
    ),
}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _shows(text: str, sent: str) -> list[str]:
    secrets = (*ALWAYS, sent)
    spellings = {spelling for secret in secrets for spelling in (secret, repr(secret)[1:-1], quote(secret, safe=""))}
    return [spelling for spelling in spellings if spelling in text]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("doing", DOINGS.values(), ids=DOINGS)
async def test_a_failure_tells_no_secret(
    caplog: pytest.LogCaptureFixture, doing: tuple[Doing, str], failure: httpx.Response | Exception
) -> None:
    caplog.set_level(logging.DEBUG)
    syncfy = FakeSyncfy()
    for path in ("/v1/jobs", f"/v1/jobs/{JOB}/twofa", "/v1/users", "/v1/webhooks"):
        syncfy.on("POST", path, failure)
    client = syncfy.client()
    do, sent = doing
    try:
        await do(client)
    except GatewayError as error:
        seen = [f"{link!r} {link} {link.args} {vars(link)}" for link in _chain(error)]
        seen.append("".join(traceback.format_exception(error)))
        assert _shows("\n".join(seen), sent) == []
    else:
        # Syncfy's answer to a challenge is not looked at beyond its envelope.
        assert doing is DOINGS["answer"]
    assert len(syncfy.requests) >= 1
    assert _shows(caplog.text, sent) == []
    assert _shows(f"{client!r} {client}", sent) == []


async def test_the_client_logs_no_address_either(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    syncfy = FakeSyncfy()
    syncfy.on("GET", "/v1/users", enveloped([]))
    await syncfy.client().find_user(RFC)
    assert _shows(caplog.text, RFC) == []


def test_a_call_shows_where_it_goes_and_not_what_it_carries() -> None:
    call = Call("POST", "/v1/jobs", params=(("token", TOKEN),), body={"input": {"password": PASSWORD}})
    assert repr(call) == "Call(method='POST', path='/v1/jobs')"


def test_syncfys_message_keeps_its_words_without_ours() -> None:
    call = Call("POST", "/v1/jobs", body={"input": {"rfc": RFC, "password": PASSWORD}})
    message = scrubbed(
        f"Field {PASSWORD.upper()} of {RFC.lower()} and XAMA620210DQ5 is wrong, key {KEY}",
        call,
        f"api_key api_key={KEY}",
    )
    assert message == "Field *** of *** and *** is wrong, key ***"


def test_a_long_message_is_cut_after_it_was_cleaned() -> None:
    call = Call("POST", "/v1/jobs", body={"input": {"password": PASSWORD}})
    message = scrubbed("x" * 196 + PASSWORD + "y" * 500 + "\n", call, "Bearer t0ken")
    assert message == "x" * 196 + "***y"
    assert isinstance(SyncfyRejected(400, message), GatewayError)
