"""Idempotency keys and exports: of many at once one does the work, and who lost it changes nothing any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.models.export import Export
from gateway.models.idempotency import KeyEntry, KeyState
from gateway.store import exports, idempotency
from gateway.store.mongo import Store

ENGINES = ("mongomock", "mongod")
LEASE, ENDED = timedelta(minutes=1), timedelta(seconds=-1)


async def begun(store: Store, lease: timedelta = LEASE) -> tuple[KeyEntry, bool]:
    return await idempotency.begin(store, "key", taxpayer="t", fingerprint="f", lease=lease)


async def started(store: Store, owner: str = "o") -> Export | None:
    return await exports.create(store, taxpayer="t", owner=owner, kind="INVOICES", format="CSV", filter=None)


async def test_of_many_with_the_same_key_one_does_the_work(store: Store) -> None:
    answers = await asyncio.gather(*(begun(store) for _ in range(8)))
    assert [mine for _, mine in answers].count(True) == 1
    assert len({entry.run for entry, _ in answers}) == 1


async def test_a_key_that_is_done_gives_its_answer_to_who_comes_later(store: Store) -> None:
    entry, _ = await begun(store)
    await idempotency.done(store, entry, {"job": "j"})
    later, mine = await begun(store)
    assert (mine, later.state, later.answer) == (False, KeyState.DONE, {"job": "j"})


async def test_a_refused_key_may_be_used_again(store: Store) -> None:
    entry, _ = await begun(store)
    await idempotency.refused(store, entry, [{"code": "INVALID_RFC"}])
    again, mine = await begun(store)
    assert mine
    assert again.run != entry.run


async def test_a_key_whose_holder_died_is_taken_over_and_its_late_word_counts_for_nothing(store: Store) -> None:
    dead, _ = await begun(store, ENDED)
    taken, mine = await begun(store)
    assert mine
    await idempotency.done(store, dead, {"job": "late"})
    held = await idempotency.get(store, "key")
    assert held is not None
    assert (held.run, held.state, held.answer) == (taken.run, KeyState.RUNNING, None)


async def test_a_viewer_runs_so_many_exports_at_a_time_and_another_viewer_as_many(store: Store) -> None:
    made = await asyncio.gather(*(started(store) for _ in range(exports.MOST_RUNNING + 2)))
    assert len([export for export in made if export is not None]) == exports.MOST_RUNNING
    assert await started(store, "another") is not None


async def test_an_export_that_has_ended_makes_room(store: Store) -> None:
    running = [export for _ in range(exports.MOST_RUNNING) if (export := await started(store)) is not None]
    assert await started(store) is None
    claimed = await exports.claim(store, running[0].id, lease=LEASE)
    assert claimed is not None
    await exports.fail(store, claimed, "no room on the disk")
    assert await started(store) is not None


async def test_one_worker_writes_an_export_and_one_that_lost_it_changes_nothing(store: Store) -> None:
    export = await started(store)
    assert export is not None
    slow = await exports.claim(store, export.id, lease=ENDED)
    assert slow is not None
    claims = await asyncio.gather(*(exports.claim(store, export.id, lease=LEASE) for _ in range(6)))
    (quick,) = [claim for claim in claims if claim is not None]
    assert not await exports.advance(store, slow, lease=LEASE, done=1, total=2)
    assert await exports.advance(store, quick, lease=LEASE, done=2, total=2)
    await exports.fail(store, slow, "late")
    after = await exports.get(store, export.id)
    assert after is not None
    assert (after.state, after.done) == ("RUNNING", 2)


async def test_an_export_that_was_released_is_free_at_once(store: Store) -> None:
    export = await started(store)
    assert export is not None
    claimed = await exports.claim(store, export.id, lease=LEASE)
    assert claimed is not None
    assert await exports.claim(store, export.id, lease=LEASE) is None
    await exports.release(store, claimed)
    assert await exports.claim(store, export.id, lease=LEASE) is not None
