"""A run of the widget, with its events: one job for one run, whichever comes first, and an honest end."""

from __future__ import annotations

import asyncio

import pytest

from gateway import usecases
from gateway.models.job import Job
from gateway.store import credentials
from gateway.store.mongo import Row, Store
from gateway.syncfy.sites import CHILDREN, Site
from gateway.syncfy.wire import StartedJob
from gateway.usecases.context import syncfy_user
from tests.integration.flow import Flow, flow
from tests.waiting import eventually

SITES = {str(site) for site in CHILDREN}


async def widget(it: Flow, password: str = "ok") -> StartedJob:
    user = await syncfy_user(it.connections, it.taxpayer)
    await it.look()
    return await it.syncfy.start_job(user, Site.ALL_IN_ONE, rfc=it.taxpayer.rfc, password=password)


async def follow(it: Flow, started: StartedJob) -> Row:
    return await usecases.follow_connection(
        it.connections, it.taxpayer, syncfy_job_id=started.id_job, syncfy_credential_id=started.id_credential
    )


async def the_one_job(it: Flow) -> Job:
    await it.quiet()
    (job,) = await it.all_jobs()
    return job


async def events(it: Flow, least: int) -> None:
    async def came() -> bool:
        return await it.store["inbox"].count_documents({"state": "DONE"}) >= least

    await eventually(f"{least} events", came)


@pytest.mark.parametrize("wait", [0, 4, 9], ids=["follow first", "events first", "in the middle"])
async def test_one_job_whichever_comes_first(store: Store, wait: int) -> None:
    async with flow(store) as it:
        started = await widget(it)
        await events(it, wait)
        job = await follow(it, started)
        await it.ended(job.id)
        job = await the_one_job(it)
        assert (job.state, job.origin, set(job.steps)) == ("SUCCEEDED", "WIDGET", SITES)
        assert {step.state for step in job.steps.values()} == {"DONE"}
        assert (await it.counts())["TAX_STATUS"] == 1


async def test_one_job_when_the_run_was_over_before_anybody_followed_it(store: Store) -> None:
    async with flow(store) as it:
        started = await widget(it)
        await events(it, 14)
        await it.quiet()
        assert {job.origin for job in await it.all_jobs()} == {"SYNCFY"}
        followed = await follow(it, started)
        job = await the_one_job(it)
        assert job.id == followed.id
        assert (job.state, set(job.steps), job.active) == ("SUCCEEDED", SITES, False)


async def test_one_job_when_all_comes_at_once(store: Store) -> None:
    """Everybody follows all the time, while the events of the run come in."""
    async with flow(store) as it:
        started = await widget(it)
        for _ in range(12):
            await asyncio.gather(*(follow(it, started) for _ in range(2)), asyncio.sleep(0.01))
        job = await follow(it, started)
        await it.ended(job.id)
        job = await the_one_job(it)
        assert (job.state, set(job.steps)) == ("SUCCEEDED", SITES)


@pytest.mark.parametrize(
    ("password", "state", "code"),
    [("wrong", "FAILED", 401), ("ok+reorder+duplicate", "SUCCEEDED", None)],
)
async def test_every_course_of_a_followed_run_ends_as_one_of_ours(
    store: Store, password: str, state: str, code: int | None
) -> None:
    async with flow(store) as it:
        job = await follow(it, await widget(it, password))
        await it.ended(job.id)
        job = await the_one_job(it)
        assert (job.state, (job.failure and job.failure.code)) == (state, code)


@pytest.mark.parametrize(("wait", "named"), [(0, True), (0, False), (2, False)])
async def test_a_credentials_download_is_one_job_of_its_site(store: Store, wait: int, named: bool) -> None:
    async with flow(store) as it:
        first = await it.run("ok")
        await it.quiet()
        before = await store["inbox"].count_documents({})
        for id in list(it.sandbox.state.credentials):
            it.sandbox.state.update_credential(id, dt_ready=0)
        user = it.taxpayer.user_at_syncfy
        (credential,) = [c for c in await it.syncfy.credentials(user) if c.site is Site.CIEC]
        started = await it.syncfy.refresh_credential(user, credential.id_credential)
        await events(it, before + wait)
        job = await usecases.follow_connection(
            it.connections,
            it.taxpayer,
            syncfy_job_id=started.id_job,
            syncfy_credential_id=credential.id_credential if named else None,
        )
        await it.ended(job.id)
        await it.quiet()
        again = [row for row in await it.all_jobs() if row.id != first.id]
        assert [(row.state, row.site, list(row.steps)) for row in again] == [("SUCCEEDED", "CIEC", ["CIEC"])]
        assert again[0].origin == "WIDGET"


async def test_what_the_taxpayer_shows_is_told_by_the_followed_run_and_not_by_its_parts(store: Store) -> None:
    async with flow(store) as it:
        started = await widget(it, "wrong")
        await events(it, 8)
        assert (await it.seen_taxpayer())["sync"]["last_connection"]["job"] != f"{it.taxpayer.id}:{started.id_job}"
        job = await follow(it, started)
        await it.quiet()
        sync = (await it.seen_taxpayer())["sync"]
        assert (sync["last_connection"]["job"], sync["last_connection"]["state"]) == (job.id, "FAILED")
        assert {kind: told["result"]["job"] for kind, told in sync["kinds"].items()} == dict.fromkeys(
            (str(site.kind) for site in CHILDREN), job.id
        )
        assert {told["result"]["code"] for told in sync["kinds"].values()} == {401}
        again = await follow(it, await widget(it, "ok"))
        await it.ended(again.id)
        await it.quiet()
        sync = (await it.seen_taxpayer())["sync"]
        assert sync["last_connection"]["state"] == "SUCCEEDED"
        assert {told["result"]["state"] for told in sync["kinds"].values()} == {"DONE"}
        assert {access.code for access in await credentials.of_taxpayer(store, it.taxpayer.id)} == {200}
