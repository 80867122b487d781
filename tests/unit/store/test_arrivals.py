"""The feed of arrivals: no reader misses one or sees one twice, however many write at once and whoever dies."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.sat.kinds import Kind
from gateway.store import arrivals, documents
from gateway.store.mongo import Row, Store, now
from gateway.store.new_document import NewDocument
from tests.unit.store.test_documents import xml
from tests.waiting import patience

T, OTHER = "taxpayer-1", "taxpayer-2"


def called(identity: str) -> NewDocument:
    return replace(xml(), identity=identity)


async def arrive(store: Store, *ids: str, taxpayer: str = T) -> None:
    note = await arrivals.begin(store, taxpayer, Kind.INVOICE, ids)
    await arrivals.tell(store, note, inserted=ids, changed=[])


async def told(store: Store, place: int = 0, taxpayer: str = T) -> list[list[str]]:
    rows = await arrivals.since(store, taxpayer, place)
    assert rows is not None
    return [row["ids"] for row in rows]


async def test_a_batch_is_there_once_it_is_told_in_the_order_of_telling(store: Store) -> None:
    first = await arrivals.begin(store, T, Kind.INVOICE, ["a"])
    second = await arrivals.begin(store, T, Kind.INVOICE, ["b", "c"])
    assert await told(store) == []
    assert await arrivals.last(store, T) == 0
    await arrivals.tell(store, second, inserted=["b"], changed=["c"])
    await arrivals.tell(store, first, inserted=["a"], changed=[])
    rows = await arrivals.since(store, T, 0)
    assert rows is not None
    assert [(row["place"], row["ids"], row["inserted"], row["changed"]) for row in rows] == [
        (1, ["b", "c"], 1, 1),
        (2, ["a"], 1, 0),
    ]
    assert await told(store, 1) == [["a"]]
    assert await told(store, 2) == []


async def test_nothing_new_is_not_told_and_leaves_nothing_behind(store: Store) -> None:
    note = await arrivals.begin(store, T, Kind.INVOICE, ["a"])
    await arrivals.tell(store, note, inserted=[], changed=[])
    assert await store["arrivals"].count_documents({}) == 0


async def test_a_document_that_a_batch_holds_twice_is_told_once(store: Store) -> None:
    note = await arrivals.begin(store, T, Kind.INVOICE, ["a", "a"])
    await arrivals.tell(store, note, inserted=["a"], changed=["a"])
    rows = await arrivals.since(store, T, 0)
    assert rows is not None
    assert [(row["ids"], row["inserted"], row["changed"]) for row in rows] == [(["a"], 1, 0)]


async def test_whoever_reads_while_many_write_sees_each_once_and_in_order(store: Store) -> None:
    """The reader never waits for a place to be filled: what it passed, it has read."""
    writers, each = 10, 6
    seen: list[Row] = []

    async def reader() -> None:
        while len(seen) < writers * each:
            rows = await arrivals.since(store, T, seen[-1]["place"] if seen else 0, limit=3)
            assert rows is not None
            seen.extend(rows)

    async def writer(number: int) -> None:
        for n in range(each):
            await arrive(store, f"{number}-{n}")
            await arrive(store, f"{number}-{n}", taxpayer=OTHER)

    async with patience():
        await asyncio.gather(reader(), *map(writer, range(writers)))
    assert [row["place"] for row in seen] == list(range(1, writers * each + 1))
    assert sorted(id for row in seen for id in row["ids"]) == sorted(
        f"{number}-{n}" for number, n in itertools.product(range(writers), range(each))
    )
    for number in range(writers):
        own = [row["ids"][0] for row in seen if row["ids"][0].startswith(f"{number}-")]
        assert own == [f"{number}-{n}" for n in range(each)]
    assert await arrivals.last(store, OTHER) == writers * each


async def test_what_a_dead_worker_stored_is_told_by_the_sweep(store: Store) -> None:
    old, new, never = called("OLD"), called("NEW"), called("NEVER")
    await documents.upsert(store, Kind.INVOICE, T, [old])
    await asyncio.sleep(0.01)
    note = await arrivals.begin(store, T, Kind.INVOICE, [documents.id_of(T, d) for d in (old, new, never)])
    await documents.upsert(store, Kind.INVOICE, T, [new])  # and here it is killed
    assert await arrivals.tell_left(store, before=note["at"]) == 0  # it might be at work still
    assert await arrivals.tell_left(store, before=now() + timedelta(seconds=1)) == 1
    assert await told(store) == [[documents.id_of(T, new)]]
    assert await arrivals.tell_left(store, before=now() + timedelta(seconds=1)) == 0


async def test_a_worker_that_was_taken_for_dead_tells_the_rest_and_nothing_twice(store: Store) -> None:
    first, second = called("FIRST"), called("SECOND")
    ids = [documents.id_of(T, document) for document in (first, second)]
    note = await arrivals.begin(store, T, Kind.INVOICE, ids)
    await documents.upsert(store, Kind.INVOICE, T, [first])
    await arrivals.tell_left(store, before=now() + timedelta(seconds=1))
    await documents.upsert(store, Kind.INVOICE, T, [second])
    await arrivals.tell(store, note, inserted=ids, changed=[])
    assert await told(store) == [[ids[0]], [ids[1]]]


@pytest.mark.parametrize("stored", [True, False])
async def test_two_sweeps_at_once_tell_once(store: Store, stored: bool) -> None:
    document = called("ONE")
    note = await arrivals.begin(store, T, Kind.INVOICE, [documents.id_of(T, document)])
    if stored:
        await documents.upsert(store, Kind.INVOICE, T, [document])
    later = now() + timedelta(seconds=1)
    await asyncio.gather(arrivals.tell_left(store, before=later), arrivals.tell_left(store, before=later))
    assert await told(store) == ([note["ids"]] if stored else [])


async def test_old_arrivals_go_and_a_cursor_before_them_is_told_so(store: Store) -> None:
    for n in range(15):
        await arrive(store, f"{n}")
    old = now() - arrivals.KEPT - timedelta(minutes=1)
    await store["arrivals"].update_many({"order": {"$lte": f"{10:012d}"}}, {"$set": {"at": old}})
    await arrive(store, "15")  # each 16th sweeps
    assert await arrivals.since(store, T, 9) is None
    assert await told(store, 10) == [[f"{n}"] for n in range(10, 16)]
    assert await arrivals.last(store, T) == 16
