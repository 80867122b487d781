"""Jobs change one after the other however many write at once; late ones are found once in a while."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from gateway.jobs import machine
from gateway.models.job import Job, JobOrigin, Step
from gateway.store import jobs
from gateway.store.mongo import Store, now
from gateway.syncfy.sites import CHILDREN, Site
from tests.mongomock import MONGOD_ALONE

ENGINES = ("mongomock", "mongod")


async def made(store: Store) -> Job:
    return await jobs.create(
        store, taxpayer="t", owner="o", site=Site.ALL_IN_ONE, origin=JobOrigin.CLIENT, sites=CHILDREN
    )


def with_another_child(job: Job) -> Job:
    return replace(job, child_ids=(*job.child_ids, str(len(job.child_ids))))


async def test_sixteen_writers_at_once_and_every_change_counts(store: Store) -> None:
    job = await made(store)

    await asyncio.gather(*(jobs.change(store, job.id, with_another_child) for _ in range(16)))
    after = await jobs.get(store, job.id)
    assert after is not None
    assert len(after.child_ids) == 16
    assert after.version == 17


async def test_a_change_that_changes_nothing_is_not_written(store: Store) -> None:
    job = await made(store)
    await jobs.change(store, job.id, lambda row: None)
    await jobs.change(store, job.id, lambda row: row)
    assert await jobs.get(store, job.id) == job
    assert await jobs.change(store, "nobody", lambda row: row) is None


async def test_a_turn_of_the_watch_is_no_change_and_loses_none(store: Store) -> None:
    job = await made(store)

    def turn(job: Job) -> Job:
        return replace(job, check=job.check + 1, check_at=now())

    once = await jobs.change(store, job.id, turn)
    assert once is not None
    assert (once.check, once.version, once.updated_at) == (1, 1, job.updated_at)
    await asyncio.gather(*(jobs.change(store, job.id, change) for change in [turn, with_another_child] * 8))
    after = await jobs.get(store, job.id)
    assert after is not None
    assert (after.check, len(after.child_ids), after.version) == (9, 8, 9)


async def test_two_workers_make_one_job_for_a_child(store: Store) -> None:
    made = await asyncio.gather(
        *(jobs.create_for_child(store, taxpayer="t", owner="o", site=Site.CIEC, child="child-1") for _ in range(8))
    )
    assert {job.id for job in made} == {"t:child-1"}
    assert await store["jobs"].count_documents({}) == 1


async def test_a_late_check_is_found_once_until_it_is_late_again(store: Store) -> None:
    job = await made(store)
    wait = timedelta(seconds=30)
    late = await jobs.take_late(store, before=now() + timedelta(seconds=1), again_after=wait)
    assert late == [(job.id, 0)]
    assert await jobs.take_late(store, before=now() + timedelta(seconds=1), again_after=wait) == []
    assert len(await jobs.take_late(store, before=now() + timedelta(seconds=60), again_after=wait)) == 1


async def test_only_an_owner_sees_a_job(store: Store) -> None:
    job = await made(store)
    assert await jobs.get(store, job.id, owner="o") == job
    assert await jobs.get(store, job.id, owner="somebody") is None


# mongomock has every row in a partial index, also those without a Syncfy id.
@MONGOD_ALONE
async def test_of_a_clients_runs_one_at_a_time(store: Store) -> None:
    run = {"taxpayer": "t", "owner": "o", "site": Site.ALL_IN_ONE, "sites": CHILDREN}
    started = await asyncio.gather(*(jobs.create_run(store, **run) for _ in range(6)))  # type: ignore[arg-type]
    (first,) = [job for job in started if job is not None]
    await jobs.create_for_child(store, taxpayer="t", owner="o", site=Site.CIEC, child="c")
    assert await jobs.create_run(store, **run) is None  # type: ignore[arg-type]
    await jobs.change(store, first.id, lambda job: machine.expire(job, now(), "over"))
    assert await jobs.create_run(store, **run) is not None  # type: ignore[arg-type]


# As above.
@MONGOD_ALONE
async def test_the_newest_come_first(store: Store) -> None:
    first = await made(store)
    await asyncio.sleep(0.002)
    second = await jobs.create_for_child(store, taxpayer="t", owner="o", site=Site.CIEC, child="c")
    assert [job.id for job in await jobs.recent(store, "t")] == [second.id, first.id]
    assert await jobs.latest(store, "t") == second
    assert [job.id for job in await jobs.active(store, "t")] == [second.id, first.id]


async def test_a_row_of_an_earlier_version_reads_and_keeps_what_only_a_later_one_knows(store: Store) -> None:
    job = await made(store)
    old = {"order", "holds", "answered", "answered_at", "syncfy_job_id", "syncfy_job_uuid", "steps.CIEC.authorised"}
    await store["jobs"].update_one({"_id": job.id}, {"$unset": dict.fromkeys(old, ""), "$set": {"later": 1}})
    found = await jobs.get(store, job.id)
    assert found == replace(job, order="", holds=())
    assert found.steps[Site.CIEC] == Step(site=Site.CIEC)
    await jobs.change(store, job.id, with_another_child)
    row = await jobs.row(store, job.id)
    assert row is not None
    assert (row["later"], row["child_ids"], row["answered"]) == (1, ["0"], 0)
