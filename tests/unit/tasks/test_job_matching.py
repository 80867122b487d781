"""Which job an event belongs to, however many of its child's events are handled at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from gateway.jobs import machine
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Row, Store, now
from gateway.syncfy.envelopes import Event, event_of
from gateway.syncfy.sites import CHILDREN, Site
from tasks.job_matching import job_of
from tasks.resources import Resources
from tests.profiles import resources_over


@pytest.fixture
async def use(store: Store) -> AsyncIterator[Resources]:
    use = resources_over(store)
    yield use
    await use.syncfy.aclose()


@pytest.fixture
async def taxpayer(store: Store) -> Row:
    row, _ = await taxpayers.create(store, owner="o", rfc="EKU9003173C9", name="A company")
    return row


async def begun(store: Store, taxpayer: Row, **changes: object) -> Row:
    """A run of a client's that Syncfy has taken."""
    row = await jobs.create(
        store,
        taxpayer=taxpayer["_id"],
        owner="o",
        site="ALL_IN_ONE",
        origin="CLIENT",
        steps=machine.new_steps(CHILDREN),
    )
    await store["jobs"].update_one({"_id": row["_id"]}, {"$set": {"syncfy_job_id": row["_id"], **changes}})
    found = await jobs.get(store, row["_id"])
    assert found is not None
    return found


def told(child: str | None, site: Site = Site.CIEC, at: datetime | None = None) -> Event:
    at = at or now()
    head = {"eid": "e", "name": "credentials.updated", "at": at.isoformat()}
    payload = {"id_site": site.id, "id_job": child}
    return event_of({"header": {"event": head, "user": {}}, "payload": payload})


async def test_all_events_of_a_child_at_once_find_one_job(use: Resources, store: Store, taxpayer: Row) -> None:
    run = await begun(store, taxpayer)
    events = [(site, told(f"child-{site}", site)) for site in CHILDREN for _ in range(4)]
    found = await asyncio.gather(*(job_of(use, taxpayer, site, event) for site, event in events))
    assert {job["_id"] for job in found} == {run["_id"]}
    assert await store["jobs"].count_documents({}) == 1
    after = await jobs.get(store, run["_id"])
    assert after is not None
    assert {step["job_id"] for step in after["steps"].values()} == {f"child-{site}" for site in CHILDREN}


async def test_a_second_child_of_a_site_is_a_run_of_syncfys_own(use: Resources, store: Store, taxpayer: Row) -> None:
    run = await begun(store, taxpayer)
    assert (await job_of(use, taxpayer, Site.CIEC, told("first")))["_id"] == run["_id"]
    own = await job_of(use, taxpayer, Site.CIEC, told("second"))
    assert (own["origin"], own["_id"]) == ("SYNCFY", f"{taxpayer['_id']}:second")
    assert (await job_of(use, taxpayer, Site.CIEC, told("second")))["_id"] == own["_id"]


async def test_the_sites_of_syncfys_daily_run_come_together(use: Resources, store: Store, taxpayer: Row) -> None:
    first = await job_of(use, taxpayer, Site.CIEC, told("a"))
    second = await job_of(use, taxpayer, Site.WITHHOLDINGS, told("b", Site.WITHHOLDINGS))
    assert first["_id"] == second["_id"]
    assert set(second["steps"]) == {"CIEC", "WITHHOLDINGS"}


async def test_a_late_event_finds_the_run_that_was_reconciled_without_it(
    use: Resources, store: Store, taxpayer: Row
) -> None:
    ended = {"active": False, "state": "SUCCEEDED", "code": 200, "finished_at": now() + timedelta(seconds=1)}
    run = await begun(store, taxpayer, **ended)
    assert (await job_of(use, taxpayer, Site.CIEC, told("late")))["_id"] == run["_id"]


async def test_an_event_of_the_next_day_does_not_belong_to_yesterdays_run(
    use: Resources, store: Store, taxpayer: Row
) -> None:
    ended = {"active": False, "state": "SUCCEEDED", "code": 200, "finished_at": now()}
    run = await begun(store, taxpayer, **ended)
    found = await job_of(use, taxpayer, Site.CIEC, told("next", at=now() + timedelta(days=1)))
    assert found["_id"] != run["_id"]


async def test_an_event_of_the_run_before_does_not_take_a_place_in_the_next(
    use: Resources, store: Store, taxpayer: Row
) -> None:
    before = await begun(store, taxpayer, active=False, state="FAILED", code=401, finished_at=now())
    moment = now() + timedelta(milliseconds=1)
    await asyncio.sleep(0.01)
    after = await begun(store, taxpayer)
    assert (await job_of(use, taxpayer, Site.CIEC, told("old", at=moment)))["_id"] == before["_id"]
    assert (await job_of(use, taxpayer, Site.CIEC, told("new")))["_id"] == after["_id"]


async def test_another_taxpayers_run_is_another_matter(use: Resources, store: Store, taxpayer: Row) -> None:
    other, _ = await taxpayers.create(store, owner="o", rfc="MAB160211TL3", name="Another")
    await begun(store, other)
    assert (await job_of(use, taxpayer, Site.CIEC, told("mine")))["taxpayer"] == taxpayer["_id"]
