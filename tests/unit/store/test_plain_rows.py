"""Taxpayers, credentials and what can't be read: plain rows, each of one owner and one taxpayer."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from gateway.models.credential import Credential, SeenCredential
from gateway.models.job import JobState
from gateway.models.taxpayer import ConnectionResult
from gateway.sat.kinds import Kind
from gateway.store import credentials, taxpayers, unreadable
from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Store, new_id, now
from gateway.store.rows import written
from gateway.store.unreadable import NewUnreadable

ENGINES = ("mongomock", "mongod")


async def test_the_same_rfc_of_an_owner_is_one_taxpayer(store: Store) -> None:
    made = await asyncio.gather(*(taxpayers.create(store, owner="o", rfc="R", name=str(n)) for n in range(6)))
    assert len({taxpayer.id for taxpayer, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1
    other, new = await taxpayers.create(store, owner="another", rfc="R", name="x")
    assert new
    assert await taxpayers.get(store, other.id, owner="o") is None


async def test_a_user_of_syncfys_is_one_taxpayers(store: Store) -> None:
    first, _ = await taxpayers.create(store, owner="o", rfc="A", name="a")
    second, _ = await taxpayers.create(store, owner="o", rfc="B", name="b")
    await taxpayers.set_syncfy_user(store, first.id, "u")
    with pytest.raises(DuplicateKeyError):
        await taxpayers.set_syncfy_user(store, second.id, "u")
    found = await taxpayers.by_syncfy_user(store, "u")
    assert found is not None
    assert found.id == first.id


async def test_what_was_downloaded_is_noted_by_kind_and_seen_by_subscribers(store: Store) -> None:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="A", name="a")
    at = now()
    await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=at, held=7)
    await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=at)
    result = ConnectionResult(job="j", at=at, code=200, order="1", version=4, state=JobState.SUCCEEDED)
    await taxpayers.note_connection(store, taxpayer.id, result, {})
    after = await taxpayers.row(store, taxpayer.id)
    assert after is not None
    assert after["sync"]["version"] == 3
    assert after["sync"]["kinds"] == {"INVOICE": {"last_download_at": at, "held": 7}}
    last = after["sync"]["last_connection"]
    assert (last["job"], last["state"], last["code"], last["at"]) == ("j", "SUCCEEDED", 200, at)


async def test_the_last_connection_is_the_newest_jobs_newest_state_in_whatever_order_it_is_told(store: Store) -> None:
    versions = [("1", 1, "RUNNING"), ("1", 2, "FAILED"), ("2", 1, "RUNNING"), ("2", 7, "SUCCEEDED")]
    for told in itertools.permutations(versions):
        taxpayer, _ = await taxpayers.create(store, owner="o", rfc="A", name="a")
        for order, version, state in told:
            result = ConnectionResult(job=order, at=now(), order=order, version=version, state=JobState(state))
            await taxpayers.note_connection(store, taxpayer.id, result, {})
        after = await taxpayers.row(store, taxpayer.id)
        assert after is not None
        assert after["sync"]["last_connection"]["state"] == "SUCCEEDED"
        await store["taxpayers"].delete_many({})


async def test_what_is_stale_is_found_for_connected_taxpayers_alone(store: Store) -> None:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="A", name="a")
    await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=now() - timedelta(hours=2))
    assert await stale(store, Kind.INVOICE) == []
    await taxpayers.set_syncfy_user(store, taxpayer.id, "u")
    assert await stale(store, Kind.INVOICE) == [taxpayer.id]
    assert await stale(store, Kind.WITHHOLDING) == []


async def test_what_stays_stale_leaves_the_others_their_turn(store: Store) -> None:
    ids = []
    for number in range(3):
        taxpayer, _ = await taxpayers.create(store, owner="o", rfc=str(number), name="a")
        await taxpayers.set_syncfy_user(store, taxpayer.id, f"u-{number}")
        await taxpayers.note_download(store, taxpayer.id, Kind.INVOICE, at=now() - timedelta(hours=2))
        ids.append(taxpayer.id)
    seen = []
    for _ in range(3):
        found = await stale(store, Kind.INVOICE, limit=1)
        await taxpayers.note_look(store, found)
        seen += found
    assert sorted(seen) == sorted(ids)
    assert await stale(store, Kind.INVOICE) == []
    later = now() + timedelta(hours=1)
    assert await stale(store, Kind.INVOICE, again=later, limit=1) == seen[:1]


async def test_a_connection_of_which_no_webhook_ever_came_is_found_when_it_has_been_silent(store: Store) -> None:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="A", name="a")
    await taxpayers.set_syncfy_user(store, taxpayer.id, "u")
    assert await stale(store, Kind.INVOICE) == []
    assert await stale(store, Kind.INVOICE, idle_since=now() + timedelta(seconds=1)) == [taxpayer.id]


async def stale(store: Store, kind: Kind, **changes: Any) -> list[str]:
    hour_ago = now() - timedelta(hours=1)
    given: dict[str, Any] = {"idle_since": hour_ago, "again": hour_ago, "limit": 5} | changes
    return await taxpayers.stale(store, {kind: hour_ago}, **given)


async def observed(store: Store, code: int, second: int) -> Credential | None:
    """The credential after a look of that second is written."""
    asked_at, seen = datetime(2026, 7, 1, 12, 0, second, tzinfo=UTC), SeenCredential(code=code)
    cursor = await credentials.observe(store, taxpayer="t", owner="o", id_credential="c", seen=seen, asked_at=asked_at)
    held = next(iter(await credentials.of_taxpayer(store, "t")), None)
    assert held is None or held.fetched_to == cursor
    return held


async def forgotten(store: Store, second: int) -> bool:
    asked_at = datetime(2026, 7, 1, 12, 0, second, tzinfo=UTC)
    return await credentials.forget(store, taxpayer="t", id_credential="c", asked_at=asked_at)


async def test_a_credential_is_one_row_however_many_see_it_and_its_cursor_never_goes_back(store: Store) -> None:
    await asyncio.gather(*(observed(store, 200 + n, n) for n in range(8)))
    (first,) = await credentials.of_taxpayer(store, "t")
    assert (first.fetched_to, first.code) == (0, 207)
    for to in (50, 70, 60):
        await credentials.set_fetched_to(store, taxpayer="t", id_credential="c", to=to)
    kept = await observed(store, 401, 9)
    assert kept is not None
    assert (kept.fetched_to, kept.code, kept.created_at) == (70, 401, first.created_at)
    assert await credentials.row(store, kept.id, owner="another") is None


async def test_an_older_look_at_a_credential_that_is_written_later_changes_nothing(store: Store) -> None:
    newer = await observed(store, 200, 5)
    assert await observed(store, 101, 4) == newer
    assert not await forgotten(store, 4)
    assert len(await credentials.of_taxpayer(store, "t")) == 1


@pytest.mark.parametrize("known", [True, False])
async def test_an_older_look_does_not_bring_back_a_credential_that_was_deleted(store: Store, known: bool) -> None:
    if known:
        await observed(store, 200, 1)
        await credentials.set_fetched_to(store, taxpayer="t", id_credential="c", to=50)
    assert await forgotten(store, 5) is known
    await observed(store, 200, 4)
    await credentials.set_fetched_to(store, taxpayer="t", id_credential="c", to=60)
    assert await credentials.of_taxpayer(store, "t") == []
    assert not await forgotten(store, 5)
    again = await observed(store, 100, 6)  # made anew: a new beginning
    assert again is not None
    assert (again.code, again.fetched_to, again.owner) == (100, 0, "o")


async def test_what_can_not_be_read_is_kept_once_until_it_can(store: Store) -> None:
    file = {"sha256": "s", "name": "a.xml"}
    broken = NewUnreadable("s", "INVOICE", "MALFORMED", "not XML", None, "a.xml", file, {"site": "CIEC"})
    await asyncio.gather(*(unreadable.keep(store, "t", [broken]) for _ in range(6)))
    await unreadable.keep(store, "t", [replace(broken, reason="BAD_VALUE")])
    (row,) = await store["unreadable"].find({}).to_list(None)
    assert (row["_id"], row["reason"], row["file"]) == ("t:s", "BAD_VALUE", file)
    await unreadable.forget(store, "another", ["s"])
    assert await unreadable.count(store, "t") == 1
    await unreadable.forget(store, "t", ["s"])
    await unreadable.forget(store, "t", [])
    assert await unreadable.count(store, "t") == 0


async def test_making_the_indexes_again_changes_nothing(store: Store) -> None:
    before = {name: await store[name].index_information() for name in await store.db.list_collection_names()}
    await asyncio.gather(ensure_indexes(store), ensure_indexes(store))
    assert {name: await store[name].index_information() for name in before} == before


def test_ids_sort_by_when_they_were_made() -> None:
    ids = [new_id() for _ in range(50)]
    assert ids == sorted(ids)
    assert all(len(id) == 24 for id in ids)


async def test_indexes_of_an_earlier_version_are_dropped(store: Store) -> None:
    before = await store["invoices"].index_information()
    await store["invoices"].create_index([("taxpayer", 1), ("order", -1)], unique=True)
    await asyncio.gather(ensure_indexes(store), ensure_indexes(store))
    assert await store["invoices"].index_information() == before


async def test_a_number_beyond_32_bits_goes_into_a_model_and_back(store: Store) -> None:
    """The driver gives such a number as a type of its own."""
    await observed(store, 200, 1)
    far = 2**40
    await credentials.set_fetched_to(store, taxpayer="t", id_credential="c", to=far)
    (held,) = await credentials.of_taxpayer(store, "t")
    assert (held.fetched_to, written(held)["fetched_to"]) == (far, far)
