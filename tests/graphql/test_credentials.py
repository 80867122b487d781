"""Credentials through the mutations: corrected, downloaded again one by one, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.models.credential import SeenCredential
from gateway.store import credentials
from gateway.store.mongo import now
from gateway.syncfy.sites import Site
from resolvers.node import global_id, parse_global_id
from tasks.erase import erase
from tasks.messages import ERASE
from tasks.resources import TaskDeps, Timing
from tests.graphql.conftest import STRANGER
from tests.graphql.connecting import ANSWER, CREATE, REFRESH, UPDATE, WIDGET, Connecting, connecting
from tests.support import VIEWER, Api, syncfy_over
from tests.waiting import patience

DELETE = """mutation($credential: ID!) {
  deleteCredential(input: {credentialId: $credential}) { deletedCredentialId errors { code path } } }"""
SOME = """mutation($id: ID!, $sites: [Site!], $credential: ID) {
  refreshConnection(input: {taxpayerId: $id, sites: $sites, credentialId: $credential}) {
    job { id site steps { site } } errors { code path retryAt } } }"""
NAME = """mutation($id: ID!, $name: String!) {
  updateTaxpayer(input: {taxpayerId: $id, name: $name}) { taxpayer { id name rfc } errors { code path } } }"""


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Connecting]:
    async with connecting(api) as client:
        yield client


async def connected(client: Connecting) -> list[Any]:
    """A run that ended, and its credentials as Syncfy tells of them, which a worker would have kept."""
    await client.ended(await client.start())
    await client.collected()
    held = await client.syncfy.credentials(await client.user())
    taxpayer = parse_global_id(client.taxpayer)[1]
    for credential in held:
        seen, id = SeenCredential(site=credential.site), credential.id_credential
        await credentials.observe(
            client.api.store, taxpayer=taxpayer, owner=VIEWER, id_credential=id, seen=seen, asked_at=now()
        )
    return held


def credential_id(client: Connecting, credential: Any) -> str:
    return global_id("Credential", f"{parse_global_id(client.taxpayer)[1]}:{credential.id_credential}")


async def test_a_taxpayer_gets_another_name(client: Connecting) -> None:
    payload = await client.mutate(NAME, name="  Escuela Nueva ")
    assert payload == {
        "taxpayer": {"id": client.taxpayer, "name": "Escuela Nueva", "rfc": "EKU9003173C9"},
        "errors": [],
    }
    assert await client.codes(NAME, name=" ") == [("INVALID_NAME", ["name"])]
    assert await client.codes(NAME, name="n" * 255) == [("INVALID_NAME", ["name"])]


async def test_a_corrected_password_starts_a_run_that_updates_the_credentials(client: Connecting) -> None:
    assert await client.codes(UPDATE, password="ok") == [("NOT_CONNECTED", [])]
    wrong = await client.start("wrong")
    await client.watched(wrong, "FAILED")
    before = {c.id_credential for c in await client.syncfy.credentials(await client.user())}
    payload = await client.mutate(UPDATE, password="ok")
    assert payload["errors"] == []
    assert payload["job"]["id"] != wrong
    await client.collected()
    held = await client.syncfy.credentials(await client.user())
    assert {c.id_credential for c in held} == before
    assert all(c.is_authorized for c in held)
    assert await client.codes(UPDATE, password="ok") == [("ALREADY_RUNNING", [])]
    assert await client.codes(UPDATE, password="") == [("INVALID_PASSWORD", ["password"])]


async def test_a_refused_password_is_corrected_and_not_tried_again(client: Connecting) -> None:
    await client.watched(await client.start("wrong"), "FAILED")
    assert await client.codes(REFRESH) == [("PASSWORD_REFUSED", [])]


async def test_one_site_is_downloaded_while_another_runs_but_not_the_same_one_twice(client: Connecting) -> None:
    held = await connected(client)
    client.a_day_later()
    client.a_day_later()
    (ciec,) = [c for c in held if c.site is Site.CIEC]
    one = await client.mutate(SOME, credential=credential_id(client, ciec))
    assert (one["errors"], one["job"]["site"], one["job"]["steps"]) == ([], "CIEC", [{"site": "CIEC"}])
    assert (await client.mutate(SOME, sites=["CIEC"]))["errors"][0]["code"] == "ALREADY_RUNNING"
    two = await client.mutate(SOME, sites=["ANNUAL_RETURNS", "MONTHLY_RETURNS"])
    assert two["errors"] == []
    assert {step["site"] for step in two["job"]["steps"]} == {"ANNUAL_RETURNS", "MONTHLY_RETURNS"}
    assert await client.api.store["jobs"].count_documents({"active": True}) == 2


async def test_what_can_not_be_downloaded_again(client: Connecting) -> None:
    held = await connected(client)
    assert (await client.mutate(SOME, sites=["TAX_STATUS"]))["errors"][0]["code"] == "INVALID_SITE"
    foreign = global_id("Credential", f"{'0' * 24}:{held[0].id_credential}")
    assert await client.codes(SOME, credential=foreign) == [("NOT_FOUND", ["credentialId"])]
    unknown = global_id("Credential", f"{parse_global_id(client.taxpayer)[1]}:{'0' * 24}")
    assert await client.codes(SOME, credential=unknown) == [("NOT_CONNECTED", [])]


async def test_too_soon_says_when(client: Connecting) -> None:
    held = await connected(client)
    (error,) = (await client.mutate(REFRESH))["errors"]
    assert error["code"] == "TOO_SOON"
    at = datetime.fromisoformat(error["retryAt"])
    assert at == min(c.dt_ready for c in held)
    assert timedelta(hours=23) < at - datetime.now(UTC) < timedelta(hours=25)


async def test_a_rate_limit_says_when(client: Connecting) -> None:
    answer = httpx.Response(429, headers={"Retry-After": "60"}, json={"code": 429})
    client.api.talks_to(syncfy_over(httpx.MockTransport(lambda _: answer)))
    (error,) = (await client.mutate(WIDGET))["errors"]
    assert error["code"] == "SYNCFY_RATE_LIMITED"
    wait = datetime.fromisoformat(error["retryAt"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < wait <= timedelta(seconds=60)


async def test_the_widget_of_an_update_can_download_again_without_a_form(client: Connecting) -> None:
    document = """mutation($id: ID!, $purpose: WidgetPurpose!) {
      createWidgetToken(input: {taxpayerId: $id, purpose: $purpose}) { widget { siteId credentialId } } }"""
    nothing = (await client.mutate(document, purpose="UPDATE"))["widget"]
    held = await connected(client)
    (ciec,) = [c for c in held if c.site is Site.CIEC]
    first = (await client.mutate(document, purpose="REGISTER"))["widget"]
    update = (await client.mutate(document, purpose="UPDATE"))["widget"]
    assert nothing == first == {"siteId": Site.ALL_IN_ONE.id, "credentialId": None}
    assert update == {"siteId": Site.ALL_IN_ONE.id, "credentialId": ciec.id_credential}


async def test_an_access_is_taken_back_at_syncfy_and_here(client: Connecting) -> None:
    held = await connected(client)
    id = credential_id(client, held[0])
    foreign = await client.api.data(DELETE, {"credential": id}, viewer=STRANGER)
    assert foreign["deleteCredential"]["errors"] == [{"code": "NOT_FOUND", "path": ["credentialId"]}]
    for _ in range(2):  # twice the same is no error
        payload = (await client.api.data(DELETE, {"credential": id}))["deleteCredential"]
        assert payload == {"deletedCredentialId": id, "errors": []}
    left = {c.id_credential for c in await client.syncfy.credentials(await client.user())}
    assert left == {c.id_credential for c in held[1:]}
    document = "query($id: ID!) { taxpayer(id: $id) { credentials { id } } }"
    shown = (await client.api.data(document, {"id": client.taxpayer}))["taxpayer"]["credentials"]
    assert {row["id"] for row in shown} == {credential_id(client, c) for c in held[1:]}


async def test_another_taxpayers_access_is_not_taken_back_by_its_id(client: Connecting) -> None:
    """Syncfy's id of one taxpayer's credential under the name of another: Syncfy says that it has no such one."""
    held = await connected(client)
    other = (await client.api.data(CREATE, {"rfc": "XAMA620210DQ5"}))["createTaxpayer"]["taxpayer"]["id"]
    await client.mutate(WIDGET, id=other)
    forged = global_id("Credential", f"{parse_global_id(other)[1]}:{held[0].id_credential}")
    await client.api.data(DELETE, {"credential": forged})
    assert len(await client.syncfy.credentials(await client.user())) == len(held)


async def test_a_deleted_taxpayer_is_gone_and_its_receipt_stays(client: Connecting) -> None:
    job = await client.start()
    document = """mutation($id: ID!) { deleteTaxpayer(input: {taxpayerId: $id}) {
      deletion { taxpayerId state atSyncfy erased { collection count } } errors { code } } }"""
    first = await client.mutate(document)
    assert first["errors"] == []
    assert first["deletion"]["taxpayerId"] == client.taxpayer
    assert (first["deletion"]["state"], first["deletion"]["atSyncfy"]) == ("RUNNING", "PENDING")
    assert (ERASE, (parse_global_id(client.taxpayer)[1],)) in client.api.sent()
    assert await client.mutate(document) == first
    seen = """query($id: ID!, $job: ID!) { taxpayer(id: $id) { id } taxpayers { totalCount } job(id: $job) { id }
      node(id: $job) { id } taxpayerDeletion(taxpayerId: $id) { state finishedAt } }"""
    assert await client.api.data(seen, {"id": client.taxpayer, "job": job}) == {
        "taxpayer": None,
        "taxpayers": {"totalCount": 0},
        "job": None,
        "node": None,
        "taxpayerDeletion": {"state": "RUNNING", "finishedAt": None},
    }
    theirs = await client.api.data(seen, {"id": client.taxpayer, "job": job}, viewer=STRANGER)
    assert theirs["taxpayerDeletion"] is None
    assert await client.codes(REFRESH) == [("NOT_FOUND", ["taxpayerId"])]
    deps = TaskDeps(client.api.store, client.syncfy, client.api.parts.queue, Timing(settled=timedelta(0)))
    async with patience():
        while (await client.mutate(document))["deletion"]["state"] != "DONE":
            await client.api.store["deletions"].update_many({}, {"$set": {"due_at": now()}})
            await erase(deps, parse_global_id(client.taxpayer)[1])
    receipt = (await client.mutate(document))["deletion"]
    assert receipt["atSyncfy"] == "DELETED"
    assert {"collection": "jobs", "count": 1} in receipt["erased"]


TWO = [{"name": "token", "value": "123456"}, {"name": "word", "value": "sat"}]


async def test_a_challenge_of_several_questions_wants_all_their_answers(client: Connecting) -> None:
    job = await client.start("questions")
    asking = await client.watched(job, "AWAITING_INPUT")
    assert asking.challenge is not None
    assert [(field.name, field.type) for field in asking.challenge.fields] == [
        ("token", "text"),
        ("word", "password"),
    ]
    assert await client.codes(ANSWER, id=job, answers=TWO[:1]) == [("INVALID_ANSWER", ["answers"])]
    assert await client.codes(ANSWER, id=job, answers=[*TWO, {"name": "x", "value": "y"}]) == [
        ("INVALID_ANSWER", ["answers"])
    ]
    assert (await client.mutate(ANSWER, id=job, answers=TWO))["errors"] == []
    assert 102 in (await client.reached(job, 102)).codes


async def test_only_what_was_offered_can_be_chosen(client: Connecting) -> None:
    job = await client.start("options")
    await client.watched(job, "AWAITING_INPUT")
    other = [{"name": "token", "value": "111111"}]
    assert await client.codes(ANSWER, id=job, answers=other) == [("INVALID_ANSWER", ["answers"])]
    assert (await client.mutate(ANSWER, id=job, answers=TWO[:1]))["errors"] == []


async def test_a_second_question_is_asked_and_answered_like_the_first(client: Connecting) -> None:
    job = await client.start("twofa-again")
    for asked in (1, 2):
        asking = await client.watched(job, "AWAITING_INPUT")
        assert asking.codes.count(410) == asked
        assert (await client.mutate(ANSWER, id=job, answers=TWO[:1]))["job"]["state"] == "RUNNING"
    assert (await client.reached(job, 102)).codes.count(410) == 2


async def test_of_several_downloads_of_one_access_at_once_one_wins(client: Connecting) -> None:
    await connected(client)
    client.a_day_later()
    client.a_day_later()
    asked = await asyncio.gather(*(client.mutate(SOME, sites=["CIEC"]) for _ in range(4)))
    refused = [error["code"] for payload in asked for error in payload["errors"]]
    assert len(refused) == 3
    assert set(refused) <= {"ALREADY_RUNNING", "TOO_SOON"}
    assert await client.codes(UPDATE, password="ok") == [("ALREADY_RUNNING", [])]
