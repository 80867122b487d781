"""What heals when nobody tells us anything: checks, reconciliation, the sweep; and a Syncfy that has troubles too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway import usecases
from gateway.errors import InvalidInput, SyncfyUnavailable
from gateway.models.job import Job, JobOrigin, new_job
from gateway.sat.kinds import Kind
from gateway.store import inbox, jobs, latest, taxpayers
from gateway.store.mongo import Row, Store, now
from gateway.syncfy.sites import CHILDREN, Site
from gateway.syncfy.wire import StartedJob
from tasks import reconcile, schedule, watch
from tasks.resources import TaskDeps, Timing
from tasks.sweep import reconcile_stale, sweep
from tasks.watch import until_next
from tests.integration.flow import InMemory, flow
from tests.profiles import resources_over
from tests.support import VIEWER, syncfy_over
from tests.unit.tasks.test_inbox import Sent
from tests.waiting import PATIENCE, eventually

PATIENT = Timing()


async def begun(store: Store, *, age: timedelta = timedelta(0), **changes: Any) -> Job:
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    job = await jobs.create(
        store,
        taxpayer=taxpayer.id,
        owner=VIEWER,
        site=Site.ALL_IN_ONE,
        origin=JobOrigin.CLIENT,
        sites=CHILDREN,
    )
    created = now() - age
    await store["jobs"].update_one({"_id": job.id}, {"$set": {"created_at": created, **changes}})
    return job


async def after_check(deps: TaskDeps, job: Job) -> Job:
    current = await jobs.get(deps.store, job.id)
    assert current is not None
    await watch.check(deps, job.id, current.check)
    found = await jobs.get(deps.store, job.id)
    assert found is not None
    return found


def over(store: Store, answer: Callable[[httpx.Request], httpx.Response]) -> TaskDeps:
    return TaskDeps(store, syncfy_over(httpx.MockTransport(answer)), Sent(), PATIENT)


async def test_a_job_that_was_never_handed_to_syncfy_expires_and_lets_the_next_one_start(store: Store) -> None:
    deps = over(store, lambda request: httpx.Response(500))
    old = await after_check(deps, await begun(store, age=timedelta(minutes=3)))
    young = await after_check(deps, await begun(store, age=timedelta(seconds=60)))
    assert young.state == "QUEUED"
    assert (old.state, old.active) == ("EXPIRED", False)
    assert old.failure is not None
    assert "never handed" in old.failure.message
    await deps.syncfy.aclose()


@pytest.mark.parametrize("status", [500, 404, 401])
async def test_a_job_about_which_syncfy_only_answers_errors_comes_to_an_end(store: Store, status: int) -> None:
    body = {"code": status, "status": False, "errors": None, "message": "no", "response": None, "rid": "r"}
    deps = over(store, lambda request: httpx.Response(status, json=body))
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    await taxpayers.set_syncfy_user(store, taxpayer.id, "u-1")
    job = await after_check(deps, await begun(store, age=timedelta(hours=13), syncfy_job_id="j-1"))
    assert (job.state, job.active) == ("EXPIRED", False)
    await deps.syncfy.aclose()


async def test_only_the_latest_message_of_a_chain_checks(store: Store) -> None:
    deps = over(store, lambda request: httpx.Response(500))
    job = await begun(store)
    await asyncio.gather(*(watch.check(deps, job.id, 0) for _ in range(5)))
    assert len(deps.queue.sent) == 1  # type: ignore[attr-defined]
    current = await jobs.get(store, job.id)
    assert current is not None
    assert current.check == 1
    assert (current.version, current.updated_at) == (job.version, job.updated_at)
    await deps.syncfy.aclose()


async def test_a_broken_chain_is_mended_by_the_sweep(store: Store) -> None:
    deps = over(store, lambda request: httpx.Response(500))
    job = await begun(store, check_at=now() - timedelta(minutes=1))
    await sweep(deps)
    await sweep(deps)
    assert deps.queue.sent == [(job.id, 0.0)]  # type: ignore[attr-defined]
    await deps.syncfy.aclose()


def aged(*, seconds: int, code: int) -> Job:
    made = now() - timedelta(seconds=seconds)
    job = new_job(id="a", taxpayer="t", owner="o", site=Site.CIEC, origin=JobOrigin.CLIENT, sites=[Site.CIEC], at=made)
    return replace(job, code=code)


def test_a_young_job_is_checked_often_and_an_old_one_seldom() -> None:
    waits = [until_next(aged(seconds=age, code=102), PATIENT).total_seconds() for age in (0, 10, 60, 600, 36_000)]
    assert [round(wait) for wait in waits] == [0, 1, 6, 60, 60]
    assert until_next(aged(seconds=3600, code=410), PATIENT) == timedelta(seconds=2)


async def test_a_kind_that_went_stale_is_looked_at(store: Store) -> None:
    deps = over(store, lambda request: httpx.Response(500))
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=now() - timedelta(hours=37))
    await reconcile_stale(deps)
    assert deps.queue.sent == []  # type: ignore[attr-defined]
    await taxpayers.set_syncfy_user(store, taxpayer.id, "u-1")
    await reconcile_stale(deps)
    assert deps.queue.sent == [(taxpayer.id, 0.0)]  # type: ignore[attr-defined]
    await deps.syncfy.aclose()


async def test_what_syncfy_refreshed_unheard_is_fetched_by_the_reconciliation(store: Store) -> None:
    async with flow(store) as it:
        await it.run("ok+lost")
        await it.quiet()
        held = await it.counts()
        for kind in Kind:
            await store[kind.collection].delete_many({})
        await store["credentials"].update_many({}, {"$set": {"fetched_to": 0}})
        await reconcile.taxpayer(it.deps, it.taxpayer.id)
        assert await it.counts() == held
        await reconcile.taxpayer(it.deps, it.taxpayer.id)
        assert await it.counts() == held
        assert len(await it.all_jobs()) == 1


async def test_reconciling_a_taxpayer_that_syncfy_does_not_know_asks_nothing(store: Store) -> None:
    deps = resources_over(store)
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    await reconcile.taxpayer(deps, taxpayer.id)
    await reconcile.taxpayer(deps, "nobody")
    job = await begun(store)
    await reconcile.job(deps, taxpayer, job)
    await deps.syncfy.aclose()


async def test_of_two_starts_at_once_one_wins(store: Store) -> None:
    async with flow(store) as it:
        results = await asyncio.gather(*(it.start("twofa") for _ in range(3)), return_exceptions=True)
        refused = [result for result in results if isinstance(result, InvalidInput)]
        assert [error.code for error in refused] == ["ALREADY_RUNNING"] * 2
        assert len(await it.all_jobs()) == 1


async def test_a_refresh_downloads_again_without_the_password(store: Store) -> None:
    async with flow(store) as it:
        with pytest.raises(InvalidInput) as told:
            await usecases.refresh_connection(it.connections, it.taxpayer)
        assert told.value.code == "NOT_CONNECTED"
        await it.run("ok")
        await it.quiet()
        with pytest.raises(InvalidInput) as told:
            await usecases.refresh_connection(it.connections, it.taxpayer)
        assert told.value.code == "TOO_SOON"
        for id in list(it.sandbox.state.credentials):
            it.sandbox.state.update_credential(id, dt_ready=0)
        job = await usecases.refresh_connection(it.connections, it.taxpayer)
        assert (await it.ended(job.id)).state == "SUCCEEDED"


async def test_the_clock_outlives_whatever_its_work_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []

    async def work() -> None:
        turns.append(len(turns))
        if len(turns) < 3:
            raise ConnectionError("the broker is away")

    task = asyncio.create_task(schedule._every(timedelta(milliseconds=5), work))
    await eventually("the clock goes on", lambda: len(turns) >= 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_broker_that_hangs_holds_up_nobody_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with flow(store, sweeping=False) as it:
        hang = threading.Event()
        monkeypatch.setattr(it.queue, "watch_job", lambda *_, **__: hang.wait(PATIENCE))
        starting = asyncio.create_task(it.start())

        async def it_is_at_syncfy() -> bool:
            return any(job.syncfy_job_id for job in await it.all_jobs())

        await eventually("the run has begun", it_is_at_syncfy)
        assert not starting.done()
        hang.set()
        await starting


async def test_a_broker_that_is_away_makes_no_event_wait_longer(store: Store) -> None:
    deps = over(store, lambda request: httpx.Response(500))
    old = now() - timedelta(minutes=1)
    await inbox.keep(store, [{"_id": "e", "name": "credentials.updated", "payload": {}}])
    away = InMemory()
    away.down = True
    for _ in range(3):
        await store["inbox"].update_one({"_id": "e"}, {"$set": {"due_at": old}})
        with pytest.raises(ConnectionError):
            await sweep(replace(deps, queue=away))
    await store["inbox"].update_one({"_id": "e"}, {"$set": {"due_at": old}})
    await sweep(deps)
    assert deps.queue.sent == [("e", 0.0)]  # type: ignore[attr-defined]
    row = await store["inbox"].find_one({"_id": "e"})
    assert row is not None
    assert row["sent_again"] == 1
    await deps.syncfy.aclose()


async def test_a_refresh_of_which_syncfy_took_a_part_goes_on_with_that_part(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with flow(store) as it:
        await it.run("ok")
        await it.quiet()
        for id in list(it.sandbox.state.credentials):
            it.sandbox.state.update_credential(id, dt_ready=0)
        refresh, calls = it.syncfy.refresh_credential, []

        async def breaks_once(id_user: str, id_credential: str) -> StartedJob:
            calls.append(id_credential)
            if len(calls) == 2:
                raise SyncfyUnavailable("Syncfy does not answer")
            return await refresh(id_user, id_credential)

        monkeypatch.setattr(it.syncfy, "refresh_credential", breaks_once)
        job = await usecases.refresh_connection(it.connections, it.taxpayer)
        assert [step.code for step in job.steps.values()].count(501) == 1
        assert (await it.ended(job.id)).state == "PARTIALLY_SUCCEEDED"


async def test_a_refresh_that_takes_long_is_not_superseded_by_a_start(store: Store) -> None:
    async with flow(store, sweeping=False) as it:
        job = await jobs.create_run(store, taxpayer=it.taxpayer.id, owner=VIEWER, site=Site.ALL_IN_ONE, sites=CHILDREN)
        assert job is not None
        old = {"created_at": now() - timedelta(minutes=10), "child_ids": ["j-1"]}
        await store["jobs"].update_one({"_id": job.id}, {"$set": old})
        with pytest.raises(InvalidInput) as told:
            await it.start()
        assert told.value.code == "ALREADY_RUNNING"


async def test_of_two_documents_that_are_stored_at_once_the_newest_is_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This worker has found an old one to be the newest; then another stores and shows a newer one."""
    taxpayer, _ = await taxpayers.create(store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    show = taxpayers.set_latest
    await store["tax_statuses"].insert_one({"_id": "old", "taxpayer": taxpayer.id, "order": "2024"})

    async def overtaken(store: Store, id: str, field: str, row: Row | None) -> None:
        monkeypatch.setattr(taxpayers, "set_latest", show)
        newer: Row = {"_id": "new", "taxpayer": taxpayer.id, "order": "2025"}
        await store["tax_statuses"].insert_one(newer)
        await show(store, id, field, newer)
        await show(store, id, field, row)

    monkeypatch.setattr(taxpayers, "set_latest", overtaken)
    await latest.show(store, taxpayer.id, Kind.TAX_STATUS)
    row = await store["taxpayers"].find_one({"_id": taxpayer.id})
    assert row is not None
    assert row["tax_status"]["_id"] == "new"
