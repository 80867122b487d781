"""Which job an event belongs to, however many of its child's events are handled at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from gateway.jobs import machine, merging
from gateway.jobs.summary import update_summary
from gateway.models.job import Job, JobOrigin
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store, now
from gateway.syncfy.envelopes import Event, event_of
from gateway.syncfy.ids import made_at
from gateway.syncfy.sites import CHILDREN, Site
from tasks import outcomes
from tasks.job_matching import job_of
from tasks.resources import TaskDeps
from tests.profiles import resources_over


@pytest.fixture
async def deps(store: Store) -> AsyncIterator[TaskDeps]:
    deps = resources_over(store)
    yield deps
    await deps.syncfy.aclose()


@pytest.fixture
async def taxpayer(store: Store) -> Taxpayer:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="EKU9003173C9", name="A company")
    return taxpayer


BEGAN = int(now().timestamp())


def made(second: int, number: int = 0) -> str:
    """An id of Syncfy's: what tells runs apart is the second that it begins with."""
    return f"{BEGAN + second:08x}{number:016x}"


async def followed(store: Store, taxpayer: Taxpayer, id: str) -> Job:
    """A run of the widget that a client follows without naming its credential."""
    job = await jobs.create_followed(
        store,
        taxpayer=taxpayer.id,
        owner="o",
        site=Site.ALL_IN_ONE,
        sites=CHILDREN,
        syncfy_job_id=id,
        started_at=made_at(id) or now(),
    )
    assert job is not None
    return job


def part_of(taxpayer: Taxpayer) -> dict[str, Any]:
    """What a job of Syncfy's own is made with."""
    return {"taxpayer": taxpayer.id, "owner": "o", "site": Site.CIEC}


async def begun(store: Store, taxpayer: Taxpayer, **changes: object) -> Job:
    """A run of a client's that Syncfy has taken."""
    job = await jobs.create(
        store,
        taxpayer=taxpayer.id,
        owner="o",
        site=Site.ALL_IN_ONE,
        origin=JobOrigin.CLIENT,
        sites=CHILDREN,
    )
    await store["jobs"].update_one({"_id": job.id}, {"$set": {"syncfy_job_id": job.id, **changes}})
    found = await jobs.get(store, job.id)
    assert found is not None
    return found


def told(child: str | None, site: Site = Site.CIEC, at: datetime | None = None) -> Event:
    at = at or now()
    head = {"eid": "e", "name": "credentials.updated", "at": at.isoformat()}
    payload = {"id_site": site.id, "id_job": child}
    return event_of({"header": {"event": head, "user": {}}, "payload": payload})


async def test_all_events_of_a_child_at_once_find_one_job(deps: TaskDeps, store: Store, taxpayer: Taxpayer) -> None:
    run = await begun(store, taxpayer)
    events = [(site, told(f"child-{site}", site)) for site in CHILDREN for _ in range(4)]
    found = await asyncio.gather(*(job_of(deps, taxpayer, site, event) for site, event in events))
    assert {job.id for job in found} == {run.id}
    assert await store["jobs"].count_documents({}) == 1
    after = await jobs.get(store, run.id)
    assert after is not None
    assert {step.job_id for step in after.steps.values()} == {f"child-{site}" for site in CHILDREN}


async def test_a_second_child_of_a_site_is_a_run_of_syncfys_own(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    run = await begun(store, taxpayer)
    assert (await job_of(deps, taxpayer, Site.CIEC, told("first"))).id == run.id
    own = await job_of(deps, taxpayer, Site.CIEC, told("second"))
    assert (own.origin, own.id) == ("SYNCFY", f"{taxpayer.id}:second")
    assert (await job_of(deps, taxpayer, Site.CIEC, told("second"))).id == own.id


async def test_the_sites_of_syncfys_daily_run_come_together(deps: TaskDeps, store: Store, taxpayer: Taxpayer) -> None:
    first = await job_of(deps, taxpayer, Site.CIEC, told("a"))
    second = await job_of(deps, taxpayer, Site.WITHHOLDINGS, told("b", Site.WITHHOLDINGS))
    assert first.id == second.id
    assert set(second.steps) == {"CIEC", "WITHHOLDINGS"}


async def test_a_late_event_finds_the_run_that_was_reconciled_without_it(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    ended = {"active": False, "state": "SUCCEEDED", "code": 200, "finished_at": now() + timedelta(seconds=1)}
    run = await begun(store, taxpayer, **ended)
    assert (await job_of(deps, taxpayer, Site.CIEC, told("late"))).id == run.id


async def test_an_event_of_the_next_day_does_not_belong_to_yesterdays_run(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    ended = {"active": False, "state": "SUCCEEDED", "code": 200, "finished_at": now()}
    run = await begun(store, taxpayer, **ended)
    found = await job_of(deps, taxpayer, Site.CIEC, told("next", at=now() + timedelta(days=1)))
    assert found.id != run.id


async def test_an_event_of_the_run_before_does_not_take_a_place_in_the_next(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    before = await begun(store, taxpayer, active=False, state="FAILED", code=401, finished_at=now())
    moment = now() + timedelta(milliseconds=1)
    await asyncio.sleep(0.01)
    after = await begun(store, taxpayer)
    assert (await job_of(deps, taxpayer, Site.CIEC, told("old", at=moment))).id == before.id
    assert (await job_of(deps, taxpayer, Site.CIEC, told("new"))).id == after.id


async def test_another_taxpayers_run_is_another_matter(deps: TaskDeps, store: Store, taxpayer: Taxpayer) -> None:
    other, _ = await taxpayers.create(store, owner="o", rfc="MAB160211TL3", name="Another")
    await begun(store, other)
    assert (await job_of(deps, taxpayer, Site.CIEC, told("mine"))).taxpayer == taxpayer.id


async def test_a_late_event_of_the_run_before_does_not_take_a_place_in_the_next_of_the_same_second(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    """The next run's date is that of its id, which has whole seconds: an event of the run before may be later."""
    failed = {"active": False, "state": "FAILED", "code": 401, "finished_at": now()}
    before = await begun(store, taxpayer, **failed, syncfy_job_id=made(1), created_at=made_at(made(1)))
    after = await followed(store, taxpayer, made(2))
    late = told(made(1, 9), at=after.created_at + timedelta(milliseconds=400))
    assert (await job_of(deps, taxpayer, Site.CIEC, late)).id == before.id
    own = told(made(2, 9), at=after.created_at + timedelta(milliseconds=500))
    assert (await job_of(deps, taxpayer, Site.CIEC, own)).id == after.id


async def test_a_job_of_syncfys_own_has_its_child_from_the_first_moment_on(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    first, second = await asyncio.gather(*(job_of(deps, taxpayer, Site.CIEC, told(made(1, n))) for n in (1, 2)))
    assert first.id != second.id
    assert [first.child_ids, second.child_ids] == [(made(1, 1),), (made(1, 2),)]
    assert [job.steps[Site.CIEC].job_id for job in (first, second)] == [made(1, 1), made(1, 2)]


async def test_a_followed_run_does_not_take_in_the_events_of_one_before_that_nobody_followed(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    own = await job_of(deps, taxpayer, Site.CIEC, told(made(1, 9), at=made_at(made(1))))
    run = await merging.absorb_events(store, await followed(store, taxpayer, made(2)))
    assert run.steps[Site.CIEC].job_id is None
    assert await jobs.get(store, own.id) is not None
    part = await job_of(deps, taxpayer, Site.WITHHOLDINGS, told(made(2, 8), Site.WITHHOLDINGS, made_at(made(2))))
    assert part.id == run.id


async def test_a_run_that_is_followed_while_its_event_is_handled_is_of_the_events_site(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event's worker has looked for the run and found none; then the run's row is made, for all sites."""
    run = await followed(store, taxpayer, made(2))

    async def nothing(*_: object, **__: object) -> None:
        return None

    async def no_jobs(*_: object, **__: object) -> list[Job]:
        return []

    with monkeypatch.context() as before_it_was_there:
        before_it_was_there.setattr(jobs, "with_syncfy_job", nothing)
        before_it_was_there.setattr(jobs, "recent", no_jobs)
        found = await job_of(deps, taxpayer, Site.CIEC, told(made(2)))
    assert found.id == run.id
    after = await outcomes.note_child(deps, found, Site.CIEC, code=None, job_id=made(2))
    assert after is not None
    assert (after.site, list(after.steps)) == ("CIEC", ["CIEC"])


async def test_a_place_in_a_followed_run_makes_it_a_run_of_one_site_when_it_is_the_runs_own(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await followed(store, taxpayer, made(2))

    async def nothing(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(jobs, "with_syncfy_job", nothing)  # it was not there yet
    found = await job_of(deps, taxpayer, Site.CIEC, told(made(2)))
    assert (found.site, list(found.steps)) == ("CIEC", ["CIEC"])


async def test_what_is_told_of_a_job_after_it_became_a_part_of_another_is_told_of_that_one(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer
) -> None:
    run = await followed(store, taxpayer, made(2))
    part = await jobs.create_for_child(store, **part_of(taxpayer), child=made(2, 9))
    changed = await jobs.change(
        store, part.id, lambda job: machine.child_seen(job, Site.CIEC, now(), code=None, job_id=made(2, 9))
    )
    assert changed is not None
    assert changed.order > run.order
    await merging.absorb_events(store, run)
    await update_summary(store, changed)  # by a worker that changed it before, and comes to tell only now
    row = await taxpayers.row(store, taxpayer.id)
    assert row is not None
    assert row["sync"]["last_connection"]["job"] == run.id
    assert row["sync"]["kinds"]["INVOICE"]["run"]["job"] == run.id
    assert row["sync"]["kinds"]["INVOICE"]["run"]["state"] == "RUNNING"


async def test_an_event_whose_job_became_a_part_of_another_that_moment_finds_the_other(
    deps: TaskDeps, store: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await followed(store, taxpayer, made(2))
    create = jobs.create

    async def merged_meanwhile(store: Store, **given: Any) -> Job:
        part = await create(store, **given)
        await merging.absorb_events(store, run)
        raise DuplicateKeyError(f"{part.id} is another worker's")

    monkeypatch.setattr(jobs, "create", merged_meanwhile)
    assert (await jobs.create_for_child(store, **part_of(taxpayer), child=made(2, 9))).id == run.id
