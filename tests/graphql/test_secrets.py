"""The CIEC password passes through once: it is in no log, row, message or error, wherever a client puts it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog

from gateway import telemetry
from gateway.config import Settings
from gateway.telemetry import configure_logging
from tests.graphql.connecting import START, Connecting, connecting
from tests.graphql.test_isolation import everything_stored
from tests.support import Api, bearer, syncfy_over

PASSWORD = "Xk7qZw93Lp"
INLINE = "mutation { startConnection(input: {taxpayerId: $ID, password: %s}) { job { id } errors { code message } } }"
#: What a client may write by mistake: each holds the password, and all but the first are refused.
DOCUMENTS = {
    "right": f'"{PASSWORD}"',
    "block string": f'"""{PASSWORD}"""',
    "unquoted": PASSWORD,
    "number": "839274659821",
    "list": f'["{PASSWORD}", "{PASSWORD}"]',
    "object": f'{{value: "{PASSWORD}"}}',
    "unterminated": f'"{PASSWORD}',
    "twice": f'"{PASSWORD}" "{PASSWORD}"',
    "block string twice": f'"""{PASSWORD}""" """{PASSWORD}"""',
    "name behind": f'"{PASSWORD}" {PASSWORD}',
    "wrong bracket": f'"{PASSWORD}"]',
    "wrong escape": f'"{PASSWORD}\\z"',
    "another field": f'"{PASSWORD}", nope: "{PASSWORD}"',
    "nearly a field": f'"{PASSWORD}", passwort: "{PASSWORD}"',
    "number behind": f'"{PASSWORD}", rfc: 839274659821',
}
STRING = (
    "mutation($id: ID!, $p: String!) { startConnection(input: {taxpayerId: $id, password: $p}) { errors { code } } }"
)
WHOLE = "mutation($input: StartConnectionInput!) { startConnection(input: $input) { errors { code } } }"
VARIABLES: dict[str, tuple[str, Any]] = {
    "list": (STRING, {"p": [PASSWORD]}),
    "object": (STRING, {"p": {"value": PASSWORD}}),
    "number": (STRING, {"p": 839274659821}),
    "unknown field": (WHOLE, {"input": {"taxpayerId": "x", "password": PASSWORD, "nope": PASSWORD}}),
    "nearly a field": (WHOLE, {"input": {"taxpayerId": "x", "passwort": PASSWORD}}),
    "no taxpayer": (WHOLE, {"input": {"password": PASSWORD}}),
    "id is a list": (WHOLE, {"input": {"taxpayerId": [PASSWORD], "password": PASSWORD}}),
    "input is text": (WHOLE, {"input": PASSWORD}),
    "as id": (WHOLE, {"input": {"taxpayerId": PASSWORD, "password": PASSWORD}}),
    "as rfc": ("query($r: Rfc) { taxpayer(rfc: $r) { id } }", {"r": PASSWORD}),
    "enum": ("query($r: Int) { taxpayers(first: $r) { totalCount } }", {"r": PASSWORD}),
}

DRIVERS = ("httpx", "httpcore", "pymongo", "asyncio")
Heard = Callable[[], str]


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Connecting]:
    async with connecting(api) as client:
        yield client


@pytest.fixture
def heard(capfd: pytest.CaptureFixture[str]) -> Iterator[Heard]:
    """Everything that is logged or printed: the service's own logging, at DEBUG, with the drivers' let through."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging(Settings(log_level="DEBUG"), process="test")
    structlog.configure(cache_logger_on_first_use=False)
    # Not pytest's own stream: the driver's threads may still write when the test is over and that one is closed.
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    for name in DRIVERS:
        logging.getLogger(name).setLevel(logging.DEBUG)

    def everything() -> str:
        printed = capfd.readouterr()
        return written.getvalue() + printed.out + printed.err

    yield everything
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in DRIVERS:
        logging.getLogger(name).setLevel(logging.WARNING)


async def test_the_log_is_really_heard(heard: Heard, api: Api) -> None:
    logging.getLogger("strawberry").debug("from a library")
    telemetry.logger("gateway").info("from us")
    await api.data("{ viewer { id taxpayerCount } }")
    log = heard()
    assert "from a library" in log
    assert "from us" in log
    assert "pymongo.command" in log


def holds(text: str) -> bool:
    return PASSWORD in text or "839274659821" in text


async def kept(api: Api) -> str:
    """What the store and the broker hold."""
    return (
        repr(await everything_stored(api.store)) + repr([q.queue for q in api.broker.queues.values()]) + str(api.sent())
    )


async def test_written_into_the_document(heard: Heard, client: Connecting) -> None:
    for how, value in DOCUMENTS.items():
        response = await client.api.post(INLINE.replace("$ID", json.dumps(client.taxpayer)) % value)
        assert ("errors" in response.json()) == (how not in ("right", "block string")), how
        assert not holds(response.text), how
        assert not holds(heard()), how
    assert not holds(await kept(client.api))


async def test_sent_as_the_wrong_variable(heard: Heard, client: Connecting) -> None:
    for how, (document, variables) in VARIABLES.items():
        response = await client.api.post(document, {"id": client.taxpayer} | variables)
        assert "errors" in response.text, how
        assert not holds(response.text), how
        assert not holds(heard()), how
    assert not holds(await kept(client.api))


async def test_in_a_body_that_is_no_request(heard: Heard, api: Api) -> None:
    for body in (f'{{"query": "{PASSWORD}', f'["{PASSWORD}"]', f'"{PASSWORD}"', PASSWORD):
        headers = {**bearer(), "Content-Type": "application/json"}
        response = await api.http.post("/graphql", content=body, headers=headers)
        assert response.status_code == 400, body
        assert not holds(response.text + heard()), body


async def test_a_connection_that_works(heard: Heard, client: Connecting) -> None:
    await client.start(PASSWORD)
    assert not holds(heard())
    assert not holds(await kept(client.api))


async def test_a_correction_that_works_with_a_key(heard: Heard, client: Connecting) -> None:
    await client.ended(await client.start("wrong"))
    document = """mutation($id: ID!, $p: String!) {
      updateCredential(input: {taxpayerId: $id, password: $p, idempotencyKey: "k"}) { job { id } errors { code } } }"""
    for _ in range(2):
        response = await client.api.post(document, {"id": client.taxpayer, "p": PASSWORD})
        assert response.json()["data"]["updateCredential"]["errors"] == []
        assert not holds(response.text)
    assert not holds(heard())
    assert not holds(await kept(client.api))


async def test_a_password_that_syncfy_repeats_goes_no_further(heard: Heard, client: Connecting) -> None:
    """An error of Syncfy's may hold what was sent to it."""

    def echo(request: httpx.Request) -> httpx.Response:
        body = {"code": 400, "status": False, "message": f"bad input {request.content.decode()}", "errors": [PASSWORD]}
        return httpx.Response(400, json=body)

    await client.start("ok")
    await client.api.store["jobs"].delete_many({})
    client.api.talks_to(syncfy_over(httpx.MockTransport(echo)))
    response = await client.api.post(START, {"id": client.taxpayer, "password": PASSWORD})
    (error,) = response.json()["data"]["startConnection"]["errors"]
    assert error["code"] == "SYNCFY_REJECTED"
    assert not holds(response.text)
    assert not holds(heard())
    assert not holds(await kept(client.api))


async def test_a_defect_while_the_password_passes_shows_it_nowhere(
    heard: Heard, client: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client gets no detail; the log gets the traceback without its values."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr("gateway.store.jobs.create", broken)
    response = await client.api.post(START, {"id": client.taxpayer, "password": PASSWORD})
    (error,) = response.json()["errors"]
    assert (error["message"], error["extensions"]) == ("Internal error", {"code": "INTERNAL"})
    log = heard()
    assert "a defect of ours" in log
    assert "Traceback" in log
    assert not holds(log)
    assert not holds(await kept(client.api))


async def test_the_answer_to_a_challenge_is_kept_nowhere_either(heard: Heard, client: Connecting) -> None:
    job = await client.start("twofa")
    await client.watched(job, "AWAITING_INPUT")
    document = """mutation($id: ID!, $a: [ChallengeAnswer!]!) {
      answerChallenge(input: {jobId: $id, answers: $a}) { errors { code } } }"""
    response = await client.api.post(document, {"id": job, "a": [{"name": "token", "value": PASSWORD}]})
    assert response.json() == {"data": {"answerChallenge": {"errors": []}}}
    assert not holds(heard())
    assert not holds(await kept(client.api))
