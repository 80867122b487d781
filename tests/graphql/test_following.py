"""followConnection: a run that the widget started in a browser is a job like ours from the moment it is followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.store.mongo import Store
from gateway.syncfy.sites import CHILDREN, Site
from gateway.usecases import follow
from resolvers.node import parse_global_id
from tasks.messages import WATCH_JOB
from tests.graphql.conftest import STRANGER
from tests.graphql.connecting import CREATE, FOLLOW, WIDGET, Connecting, connecting
from tests.support import Api
from tests.waiting import eventually


@pytest.fixture
async def client(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connecting]:
    monkeypatch.setattr(follow, "LOOKS", (0.0, 0.02))
    async with connecting(api) as client:
        yield client


async def test_a_followed_run_is_a_job_that_the_workers_watch(client: Connecting) -> None:
    id_job = await client.widget()
    payload = await client.mutate(FOLLOW, job=id_job)
    job = payload["job"]
    assert payload["errors"] == []
    assert (job["origin"], job["site"], job["state"]) == ("WIDGET", "ALL_IN_ONE", "RUNNING")
    assert job["code"] in (100, 101, 102, 200)
    ours = parse_global_id(job["id"])[1]
    assert client.api.sent() == [(WATCH_JOB, (ours, 0))]
    row = await client.api.store["jobs"].find_one({})
    assert row is not None
    assert set(row["steps"]) == {str(site) for site in CHILDREN}
    shown = await client.api.data(
        "query($id: ID!) { taxpayer(id: $id) { latestJob { id } syncStatus { lastConnection { jobId } } } }",
        {"id": client.taxpayer},
    )
    assert shown["taxpayer"] == {"latestJob": {"id": job["id"]}, "syncStatus": {"lastConnection": {"jobId": job["id"]}}}


async def test_a_wrong_password_in_the_widget_is_told_though_no_webhook_comes(client: Connecting) -> None:
    job = (await client.mutate(FOLLOW, job=await client.widget("wrong+lost")))["job"]
    ended = await client.watched(job["id"], "FAILED")
    assert (ended.code, ended.failure and ended.failure.needs_person) == (401, True)
    document = "query($id: ID!) { job(id: $id) { state code failure { code needsPerson advice } } }"
    assert (await client.api.data(document, {"id": job["id"]}))["job"] == {
        "state": "FAILED",
        "code": 401,
        "failure": {"code": 401, "needsPerson": True, "advice": "CORRECT_PASSWORD"},
    }


async def told(client: Connecting, id_job: str, code: int) -> None:
    """Waits until Syncfy tells a code of the run."""
    user = await client.user()

    async def it_is() -> bool:
        return (await client.syncfy.job_statuses(user, id_job))[-1].code == code

    await eventually(f"code {code}", it_is)


async def test_a_run_that_is_over_is_followed_to_its_end_at_once(client: Connecting) -> None:
    id_job = await client.widget("locked")
    await told(client, id_job, 405)
    job = (await client.mutate(FOLLOW, job=id_job))["job"]
    assert (job["state"], job["code"]) == ("FAILED", 405)
    assert client.api.sent() == []


async def test_a_question_to_the_person_is_shown_with_its_fields(client: Connecting) -> None:
    id_job = await client.widget("captcha")
    await told(client, id_job, 410)
    job = (await client.mutate(FOLLOW, job=id_job))["job"]
    assert job["state"] == "AWAITING_INPUT"
    assert [field["name"] for field in job["challenge"]["fields"]] == ["token"]


async def test_followed_twice_and_by_many_at_once_it_is_one_job(client: Connecting) -> None:
    id_job = await client.widget()
    payloads = await asyncio.gather(*(client.mutate(FOLLOW, job=id_job) for _ in range(6)))
    again = await client.mutate(FOLLOW, job=id_job)
    assert len({payload["job"]["id"] for payload in [*payloads, again]}) == 1
    assert await client.api.store["jobs"].count_documents({}) == 1


async def test_our_own_run_is_followed_as_what_it_is(client: Connecting) -> None:
    ours = await client.start()
    row = await client.api.store["jobs"].find_one({})
    assert row is not None
    followed = (await client.mutate(FOLLOW, job=row["syncfy_job_id"]))["job"]
    assert (followed["id"], followed["origin"]) == (ours, "CLIENT")


async def test_a_credentials_download_is_a_job_of_its_site(client: Connecting) -> None:
    await client.ended(await client.start())
    await client.collected()
    user = await client.user()
    (credential,) = [c for c in await client.syncfy.credentials(user) if c.site == "WITHHOLDINGS"]
    started = await client.syncfy.refresh_credential(user, credential.id_credential)
    named = await client.mutate(FOLLOW, job=started.id_job, credential=credential.id_credential)
    assert (named["errors"], named["job"]["site"]) == ([], "WITHHOLDINGS")
    run = await client.watched(named["job"]["id"], "RUNNING")
    assert list(run.steps) == [Site.WITHHOLDINGS]
    assert run.steps[Site.WITHHOLDINGS].job_id == started.id_job


async def test_what_can_not_be_followed(client: Connecting, store: Store) -> None:
    """Unknown, malformed, and somebody else's: of our own other taxpayers too, even with the job known here."""
    id_job = await client.widget()
    assert (await client.mutate(FOLLOW, job=id_job))["errors"] == []
    assert await client.codes(FOLLOW, job="0" * 24) == [("NOT_FOUND", ["syncfyJobId"])]
    assert await client.codes(FOLLOW, job="../users") == [("INVALID_ID", ["syncfyJobId"])]
    assert await client.codes(FOLLOW, job=id_job, credential="0" * 24) == [("NOT_FOUND", ["syncfyCredentialId"])]
    assert await client.codes(FOLLOW, job=id_job, credential="a/b") == [("INVALID_ID", ["syncfyCredentialId"])]
    made = (await client.api.data(CREATE, {"rfc": "XAMA620210DQ5"}))["createTaxpayer"]["taxpayer"]["id"]
    assert await client.codes(FOLLOW, id=made, job=id_job) == [("NOT_FOUND", ["syncfyJobId"])]  # it has no user yet
    await client.mutate(WIDGET, id=made)
    assert await client.codes(FOLLOW, id=made, job=id_job) == [("NOT_FOUND", ["syncfyJobId"])]
    foreign = await client.api.data(FOLLOW, {"id": client.taxpayer, "job": id_job}, viewer=STRANGER)
    assert foreign["followConnection"]["errors"][0]["code"] == "NOT_FOUND"
    assert await store["jobs"].count_documents({}) == 1
