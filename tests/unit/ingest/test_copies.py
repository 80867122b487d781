"""Copies of one CFDI are one document, whichever comes first: the soundest is its content, and all files are kept."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read_files import read_xml_file
from gateway.models.file import XML, first_of
from gateway.models.taxpayer import Taxpayer
from gateway.store import files
from gateway.store.mongo import Row, Store
from gateway.usecases import create_taxpayer
from tests.budget import examples
from tests.support import opened
from tests.unit.sat.builders import SEAL
from tests.unit.sat.copies import COPIES, NAME, ORIGINAL

ME = "AÑA010101AAA"
#: What tells when and how often a copy came, and which files.
_OF_THE_WAY = {"history", "revision", "digests", "first_seen_at", "updated_at", "_id", "taxpayer", "source"}


async def registered(store: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(store, owner="o", rfc=ME, name="Uno")
    return taxpayer


async def take(store: Store, me: Taxpayer, *contents: bytes) -> None:
    """Import the files as one batch."""
    batch = Batch()
    for content in contents:
        read_xml_file(batch, f"{hashlib.sha256(content).hexdigest()[:8]}.xml", content, ME)
    await store_batch(store, me, batch, downloaded=False)


async def held(store: Store) -> Row:
    (row,) = await store["invoices"].find({}).to_list(None)
    return row


def lasting(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in _OF_THE_WAY}


@pytest.mark.parametrize("name", [name for name in COPIES if name.startswith("damaged")])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_sounder_of_two_copies_is_the_content_whichever_comes_first(
    store: Store, name: str, order: tuple[int, int]
) -> None:
    me = await registered(store)
    both = (ORIGINAL, COPIES[name])
    for index in order:
        await take(store, me, both[index])
    row = await held(store)
    assert (row["issuer"]["name"], row["issuer"]["rfc"], row["direction"]) == (NAME, ME, "ISSUED")
    assert row["payment_conditions"] == "Contado"
    assert len(row["files"]) == 2
    chosen = first_of(row, XML)
    assert chosen is not None
    assert await files.read(store, me.id, chosen["sha256"]) == ORIGINAL
    assert await store["unreadable"].count_documents({}) == 0
    replaced = [entry for entry in row["history"] if entry["field"].startswith(("issuer", "receiver", "payment"))]
    assert bool(replaced) == (order == (1, 0) and name != "damaged: without an attribute")


async def test_what_copies_say_otherwise_is_history(store: Store) -> None:
    me = await registered(store)
    await take(store, me, COPIES["damaged: question marks"])
    await take(store, me, ORIGINAL)
    row = await held(store)
    assert ("issuer.name", "COMPA??A ESPA?OLA", NAME) in [(e["field"], e["from"], e["to"]) for e in row["history"]]


async def test_copies_that_come_in_turns_are_written_once(store: Store) -> None:
    me = await registered(store)
    for _ in range(3):
        await take(store, me, ORIGINAL, COPIES["damaged: decomposed"])
    row = await held(store)
    revision = row["revision"]
    await take(store, me, COPIES["damaged: decomposed"])
    await take(store, me, ORIGINAL)
    assert (await held(store))["revision"] == revision


async def test_another_seal_is_a_conflict_whichever_comes_first(store: Store) -> None:
    other = ORIGINAL.replace(SEAL.encode(), b"b3RybyBzZWxsbw")
    for first, second in ((ORIGINAL, other), (other, ORIGINAL)):
        await store["invoices"].delete_many({})
        await store["unreadable"].delete_many({})
        me = await registered(store)
        await take(store, me, first)
        before = lasting(await held(store))
        await take(store, me, second)
        assert lasting(await held(store)) == before
        (told,) = await store["unreadable"].find({}).to_list(None)
        assert told["reason"] == "IDENTITY_CONFLICT"
        assert await files.read(store, me.id, told["file"]["sha256"]) == second


async def test_the_same_bytes_are_no_conflict_whatever_a_newer_reader_makes_of_them(store: Store) -> None:
    me = await registered(store)
    await take(store, me, ORIGINAL)
    fresh = await held(store)
    older = {"fingerprint": "i1:of-an-older-reader", "folio": "0", "digests": {}}
    await store["invoices"].update_one({}, {"$set": older})
    await take(store, me, ORIGINAL)
    row = await held(store)
    assert (row["fingerprint"], row["folio"]) == (fresh["fingerprint"], "77")
    assert await store["unreadable"].count_documents({}) == 0


async def _in_order(store: Store, order: list[int], batches: bool) -> Any:
    for collection in ("invoices", "unreadable", "taxpayers"):
        await store[collection].delete_many({})
    me = await registered(store)
    contents = [list(COPIES.values())[index] for index in order]
    if batches:
        await take(store, me, *contents)
    else:
        for content in contents:
            await take(store, me, content)
    assert await store["unreadable"].count_documents({}) == 0
    row = lasting(await held(store))
    # Which of several names one and the same file has is the first one's.
    return {**row, "files": sorted(file["sha256"] for file in row["files"])}


@given(st.lists(st.integers(0, len(COPIES) - 1), min_size=2, max_size=5, unique=True).flatmap(
    lambda chosen: st.tuples(st.permutations(chosen), st.permutations(chosen), st.booleans())
))  # fmt: skip
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_of_copies_ends_in_the_same_document(
    mongodb_url: str, database: str, orders: tuple[list[int], list[int], bool]
) -> None:
    one, other, batches = orders

    async def both() -> tuple[Any, Any]:
        async with opened(mongodb_url, database) as store:
            return await _in_order(store, one, False), await _in_order(store, other, batches)

    first, second = asyncio.run(both())
    assert first == second
