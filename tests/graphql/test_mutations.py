"""The mutations against a played Syncfy: what each does, and every reason for which one does nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.syncfy.sites import CHILDREN, Site
from resolvers.node import global_id, parse_global_id
from tasks.messages import WATCH_JOB
from tests.graphql.connecting import ANSWER, CREATE, REFRESH, START, WIDGET, Connecting, connecting
from tests.support import Api, played_syncfy, syncfy_over

TOKEN = [{"name": "token", "value": "123456"}]


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Connecting]:
    async with connecting(api) as client:
        yield client


def failing(status: int, **headers: str) -> Any:
    return syncfy_over(httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, json={"code": status})))


async def test_a_taxpayer_is_made_once(api: Api) -> None:
    first = (await api.data(CREATE, {"rfc": " eku9003173c9 ", "name": "Escuela"}))["createTaxpayer"]
    again = (await api.data(CREATE, {"rfc": "EKU9003173C9", "name": "Another name"}))["createTaxpayer"]
    assert (first["created"], again["created"]) == (True, False)
    assert first["taxpayer"] == again["taxpayer"]
    assert first["taxpayer"] | {"id": ""} == {"id": "", "rfc": "EKU9003173C9", "name": "Escuela", "kind": "COMPANY"}
    person = (await api.data(CREATE, {"rfc": "XAMA620210DQ5"}))["createTaxpayer"]["taxpayer"]
    assert (person["name"], person["kind"]) == ("XAMA620210DQ5", "PERSON")


@pytest.mark.parametrize(
    ("rfc", "name", "expected"),
    [
        ("", None, ("INVALID_RFC", ["rfc"])),
        ("EKU", None, ("INVALID_RFC", ["rfc"])),
        ("EKU9013173C9", None, ("INVALID_RFC", ["rfc"])),
        ("XAXX010101000", None, ("INVALID_RFC", ["rfc"])),
        ("EKU9003173C9" * 1000, None, ("INVALID_RFC", ["rfc"])),
        ("EKU9003173C9", "n" * 255, ("INVALID_NAME", ["name"])),
    ],
)
async def test_a_wrong_rfc_or_name_creates_no_taxpayer(
    api: Api, rfc: str, name: str | None, expected: tuple[str, list[str]]
) -> None:
    payload = (await api.data(CREATE, {"rfc": rfc, "name": name}))["createTaxpayer"]
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [expected]
    assert (payload["taxpayer"], payload["created"]) == (None, False)
    assert await api.store["taxpayers"].count_documents({}) == 0


async def test_a_widget_token_is_a_session_at_syncfy_and_never_the_key(client: Connecting) -> None:
    payload = await client.mutate(WIDGET)
    assert payload["errors"] == []
    widget = payload["widget"]
    assert widget["siteId"] == Site.ALL_IN_ONE.id
    assert widget["token"]
    assert DEFAULT_API_KEY not in widget["token"]
    assert datetime.fromisoformat(widget["expiresAt"]) > datetime.now(UTC)
    another = (await client.mutate(WIDGET))["widget"]
    assert another["token"] != widget["token"]


async def test_a_connection_starts_a_job_and_the_workers_watch_it(client: Connecting) -> None:
    payload = await client.mutate(START, password="ok", rfc="eku9003173c9")
    job = payload["job"]
    assert payload["errors"] == []
    assert (job["origin"], job["site"], job["failure"]) == ("CLIENT", "ALL_IN_ONE", None)
    assert job["state"] in ("QUEUED", "RUNNING")
    assert client.api.sent() == [(WATCH_JOB, (parse_global_id(job["id"])[1], 0))]
    row = await client.api.store["jobs"].find_one({})
    assert row is not None
    assert set(row["steps"]) == {str(site) for site in CHILDREN}
    assert row["syncfy_job_id"]


async def test_one_connection_at_a_time(client: Connecting) -> None:
    await client.start()
    assert await client.codes(START, password="ok") == [("ALREADY_RUNNING", [])]
    assert await client.codes(REFRESH) == [("ALREADY_RUNNING", [])]
    assert await client.api.store["jobs"].count_documents({}) == 1


async def test_a_refresh_needs_a_connection_and_a_day(client: Connecting) -> None:
    assert await client.codes(REFRESH) == [("NOT_CONNECTED", [])]
    await client.ended(await client.start())
    await client.collected()
    assert await client.codes(REFRESH) == [("TOO_SOON", [])]
    client.a_day_later()
    client.a_day_later()
    payload = await client.mutate(REFRESH)
    assert payload["errors"] == []
    assert payload["job"]["state"] in ("QUEUED", "RUNNING")


async def test_a_user_that_syncfy_forgot_is_made_again(client: Connecting) -> None:
    """A sandbox that was started anew, a key of another environment, a user that somebody deleted there."""
    await client.ended(await client.start())
    async with played_syncfy() as another:
        client.api.talks_to(another)
        assert (await client.mutate(WIDGET))["errors"] == []
        row = await client.api.store["taxpayers"].find_one({})
        assert row is not None
        await client.api.store["taxpayers"].update_one({}, {"$set": {"syncfy_user_id": "5dde750d8c91e77a123e7013"}})
        assert await client.codes(REFRESH) == [("NOT_CONNECTED", [])]
        assert (await client.mutate(START, password="ok"))["errors"] == []
        now_known = await client.api.store["taxpayers"].find_one({})
        assert now_known is not None and now_known["syncfy_user_id"] == row["syncfy_user_id"]


async def test_a_challenge_is_answered(client: Connecting) -> None:
    job = await client.start("twofa")
    await client.watched(job, "AWAITING_INPUT")
    shown = await client.api.data(
        "query($id: ID!) { job(id: $id) { challenge { fields { name type label } } } }", {"id": job}
    )
    assert shown["job"]["challenge"]["fields"] == [{"name": "token", "type": "text", "label": "Token"}]
    payload = await client.mutate(ANSWER, id=job, answers=TOKEN)
    assert payload["errors"] == []
    assert (payload["job"]["state"], payload["job"]["challenge"]) == ("RUNNING", None)
    result = "query($id: ID!) { taxpayer(id: $id) { syncStatus { lastConnection { state } } } }"
    known = await client.api.data(result, {"id": client.taxpayer})
    assert known["taxpayer"]["syncStatus"]["lastConnection"] == {"state": "RUNNING"}
    assert await client.codes(ANSWER, id=job, answers=TOKEN) == [("NOT_AWAITING_INPUT", ["jobId"])]


@pytest.mark.parametrize(
    "answers",
    [[], [{"name": "another", "value": "1"}], [{"name": "token", "value": "1"}] * 21],
    ids=["none", "to another question", "too many"],
)
async def test_what_is_no_answer(client: Connecting, answers: list[dict[str, str]]) -> None:
    job = await client.start("captcha")
    await client.watched(job, "AWAITING_INPUT")
    assert await client.codes(ANSWER, id=job, answers=answers) == [("INVALID_ANSWER", ["answers"])]


async def test_what_no_connection_starts_with(client: Connecting) -> None:
    assert await client.codes(START, password="") == [("INVALID_PASSWORD", ["password"])]
    assert await client.codes(START, password="x" * 101) == [("INVALID_PASSWORD", ["password"])]
    assert await client.codes(START, password="ok", rfc="XAMA620210DQ5") == [("RFC_MISMATCH", ["rfc"])]
    assert await client.codes(START, id="nonsense", password="ok") == [("INVALID_ID", ["taxpayerId"])]
    assert await client.codes(WIDGET, id="nonsense") == [("INVALID_ID", ["taxpayerId"])]
    assert await client.codes(REFRESH, id="nonsense") == [("INVALID_ID", ["taxpayerId"])]
    assert await client.codes(ANSWER, id=client.taxpayer, answers=TOKEN) == [("INVALID_ID", ["jobId"])]
    nobody = global_id("Taxpayer", "0" * 24)
    assert await client.codes(START, id=nobody, password="ok") == [("NOT_FOUND", ["taxpayerId"])]
    assert await client.api.store["jobs"].count_documents({}) == 0


async def test_a_refusal_of_syncfys_is_told_and_the_job_says_so(client: Connecting) -> None:
    assert await client.codes(START, password="unpaid") == [("SYNCFY_REJECTED", [])]
    row = await client.api.store["jobs"].find_one({})
    assert row is not None
    assert (row["state"], row["active"]) == ("FAILED", False)
    assert "402" in row["failure"]["message"]
    await client.start("ok")  # and nothing stands in the way of another try


async def test_syncfy_down_is_told_while_queries_still_answer(client: Connecting) -> None:
    assert await client.codes(START, password="overloaded") == [("SYNCFY_UNAVAILABLE", [])]
    client.api.parts.connections = type(client.api.parts.connections)(
        client.api.store, client.api.parts.syncfy, client.api.parts.queue
    )  # nobody listens at this one's address
    await client.api.store["taxpayers"].update_one({}, {"$unset": {"syncfy_user_id": 1}})
    for document in (START, REFRESH, WIDGET):
        assert await client.codes(document, password="ok") == [("SYNCFY_UNAVAILABLE", [])]
    found = await client.api.data(
        "query($id: ID!) { taxpayer(id: $id) { rfc jobs { nodes { state } } } }", {"id": client.taxpayer}
    )
    assert {job["state"] for job in found["taxpayer"]["jobs"]["nodes"]} == {"FAILED"}


async def test_syncfys_limits_are_told(client: Connecting) -> None:
    client.api.talks_to(failing(429, **{"Retry-After": "60"}))
    assert await client.codes(START, password="ok") == [("SYNCFY_RATE_LIMITED", [])]
    assert await client.codes(WIDGET) == [("SYNCFY_RATE_LIMITED", [])]


async def test_an_answer_of_syncfys_that_is_none(client: Connecting) -> None:
    client.api.talks_to(syncfy_over(httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))))
    assert await client.codes(START, password="ok") == [("SYNCFY_REJECTED", [])]
