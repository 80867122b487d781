"""Jobs change one after the other however many write at once; late ones are found once in a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.jobs import machine
from gateway.store import jobs
from gateway.store.mongo import Row, Store, now
from gateway.syncfy.sites import CHILDREN


async def made(store: Store, **more: str) -> Row:
    return await jobs.create(
        store,
        taxpayer="t",
        owner="o",
        site="ALL_IN_ONE",
        origin="CLIENT",
        steps=machine.new_steps(CHILDREN),
        **more,
    )


async def test_sixteen_writers_at_once_and_every_change_counts(store: Store) -> None:
    job = await made(store)

    def add(row: Row) -> Row:
        row["child_ids"] = [*row["child_ids"], str(len(row["child_ids"]))]
        return row

    await asyncio.gather(*(jobs.change(store, job["_id"], add) for _ in range(16)))
    after = await jobs.get(store, job["_id"])
    assert after is not None
    assert len(after["child_ids"]) == 16
    assert after["version"] == 17


async def test_a_change_that_changes_nothing_is_not_written(store: Store) -> None:
    job = await made(store)
    await jobs.change(store, job["_id"], lambda row: None)
    await jobs.change(store, job["_id"], lambda row: row)
    assert await jobs.get(store, job["_id"]) == job
    assert await jobs.change(store, "nobody", lambda row: row) is None


async def test_a_turn_of_the_watch_is_no_change_and_loses_none(store: Store) -> None:
    job = await made(store)

    def turn(row: Row) -> Row:
        row["check"] += 1
        row["check_at"] = now()
        return row

    def add(row: Row) -> Row:
        row["child_ids"] = [*row["child_ids"], str(len(row["child_ids"]))]
        return row

    once = await jobs.change(store, job["_id"], turn)
    assert once is not None
    assert (once["check"], once["version"], once["updated_at"]) == (1, 1, job["updated_at"])
    await asyncio.gather(*(jobs.change(store, job["_id"], change) for change in [turn, add] * 8))
    after = await jobs.get(store, job["_id"])
    assert after is not None
    assert (after["check"], len(after["child_ids"]), after["version"]) == (9, 8, 9)


async def test_two_workers_make_one_job_for_a_child(store: Store) -> None:
    rows = await asyncio.gather(
        *(
            jobs.create_for_child(
                store, taxpayer="t", owner="o", site="CIEC", origin="SYNCFY", steps={}, child="child-1"
            )
            for _ in range(8)
        )
    )
    assert {row["_id"] for row in rows} == {"t:child-1"}
    assert await store["jobs"].count_documents({}) == 1


async def test_a_late_check_is_found_once_until_it_is_late_again(store: Store) -> None:
    job = await made(store)
    wait = timedelta(seconds=30)
    late = await jobs.take_late(store, before=now() + timedelta(seconds=1), again_after=wait)
    assert [(row["_id"], row["check"]) for row in late] == [(job["_id"], 0)]
    assert await jobs.take_late(store, before=now() + timedelta(seconds=1), again_after=wait) == []
    assert len(await jobs.take_late(store, before=now() + timedelta(seconds=60), again_after=wait)) == 1


async def test_only_an_owner_sees_a_job(store: Store) -> None:
    job = await made(store)
    assert await jobs.get(store, job["_id"], owner="o") == job
    assert await jobs.get(store, job["_id"], owner="somebody") is None


async def test_of_a_clients_runs_one_at_a_time(store: Store) -> None:
    run = {"taxpayer": "t", "owner": "o", "site": "ALL_IN_ONE", "steps": {}}
    started = await asyncio.gather(*(jobs.create_run(store, **run) for _ in range(6)))  # type: ignore[arg-type]
    (first,) = [row for row in started if row is not None]
    await jobs.create_for_child(store, taxpayer="t", owner="o", site="CIEC", origin="SYNCFY", steps={}, child="c")
    assert await jobs.create_run(store, **run) is None  # type: ignore[arg-type]
    await jobs.change(store, first["_id"], lambda row: machine.expire(row, now(), "over"))
    assert await jobs.create_run(store, **run) is not None  # type: ignore[arg-type]


async def test_the_newest_come_first(store: Store) -> None:
    first = await made(store)
    await asyncio.sleep(0.002)
    second = await jobs.create_for_child(
        store, taxpayer="t", owner="o", site="CIEC", origin="SYNCFY", steps={}, child="c"
    )
    assert [row["_id"] for row in await jobs.latest(store, "t", limit=5)] == [second["_id"], first["_id"]]
    assert [row["_id"] for row in await jobs.active(store, "t")] == [second["_id"], first["_id"]]
