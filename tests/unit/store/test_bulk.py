"""A row that can't be stored is told with its reason, and the others of its batch are stored."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from bson import Regex
from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, InsertOne, UpdateOne

from gateway.errors import StoreRefused, UnreadableDocument
from gateway.sat.kinds import Kind
from gateway.store import bulk, documents, taxpayers
from gateway.store.documents import Upserted
from gateway.store.mongo import Row, Store
from gateway.store.new_document import RANK_XML, NewDocument

T = "taxpayer-1"
MB = 1024 * 1024


def document(number: int, *, status: str = "ACTIVE", **content: Any) -> NewDocument:
    identity = f"{number:036}"
    return NewDocument(
        identity=identity,
        date="2026-01-02T03:04:05",
        rank=RANK_XML,
        content={"uuid": identity, "total": "116.00", "issuer": {"rfc": "AAA010101AAA", "name": "SECRETO"}, **content},
        observed={"status": status, "direction": "ISSUED", "source": {"transaction_id": f"t{number}"}},
        files=[{"sha256": f"{number:064}", "name": "a.xml"}],
        fingerprint=f"v1:{number}",
    )


async def put(store: Store, *found: NewDocument) -> Upserted:
    return await documents.upsert(store, Kind.INVOICE, T, found)


def told(done: Upserted) -> list[tuple[str, str]]:
    return [(refused.identity.lstrip("0"), str(error.reason)) for refused, error in done.refused]


def nested(levels: int) -> Row:
    value: Row = {"leaf": 1}
    for _ in range(levels):
        value = {"a": value}
    return value


UNSTORABLE: dict[str, tuple[Any, str]] = {
    "half a surrogate pair": ("SECRETO\ud800", "BAD_VALUE"),
    "half a surrogate pair in a key": ({"SECRETO\ud800": 1}, "BAD_VALUE"),
    "a null character in a key": ({"SECRETO\0": 1}, "BAD_VALUE"),
    "a null character in a pattern": (Regex("SECRETO\0"), "BAD_VALUE"),
    "an integer beyond 64 bits": (2**63, "BAD_VALUE"),
    "an integer below 64 bits": (-(2**63) - 1, "BAD_VALUE"),
    "a date beyond the calendar": (datetime.max.replace(tzinfo=timezone(timedelta(hours=-6))), "BAD_VALUE"),
    "a decimal of Python's": (Decimal("1"), "BAD_VALUE"),
    "more levels than the server stores": (nested(190), "BAD_VALUE"),
    "more levels than the server reads": (nested(240), "BAD_VALUE"),
    "levels without end": (nested(5000), "BAD_VALUE"),
    "a text of 13 MB": ("SECRETO" + " " * 13 * MB, "TOO_LARGE"),
    "a text of 17 MB": ("SECRETO" + " " * 17 * MB, "TOO_LARGE"),
    "a text of 60 MB": ("SECRETO" + " " * 60 * MB, "TOO_LARGE"),
}


@pytest.mark.parametrize("known", [False, True], ids=["new", "changed"])
@pytest.mark.parametrize("name", UNSTORABLE)
async def test_one_bad_document_is_refused_and_the_others_are_stored(store: Store, name: str, known: bool) -> None:
    value, reason = UNSTORABLE[name]
    if known:
        await put(store, document(1), document(2), document(3))
    done = await put(store, document(1, status="CANCELLED"), document(2, note=value), document(3, status="CANCELLED"))
    assert told(done) == [("2", reason)]
    assert "SECRETO" not in str(done.refused[0][1])
    assert (done.inserted, done.changed, done.conflicts) == ((0, 2, []) if known else (2, 0, []))
    held = {row["identity"].lstrip("0"): row async for row in store["invoices"].find({})}
    assert held.keys() == ({"1", "2", "3"} if known else {"1", "3"})
    assert held["1"]["status"] == held["3"]["status"] == "CANCELLED"
    if known:
        assert (held["2"]["status"], held["2"]["revision"]) == ("ACTIVE", 1)


STORABLE: dict[str, Any] = {
    "dots, dollars and empty keys": {"a.b": 1, "$set": {"$gt": 2}, "": 3, "x": {"": {"$x.y": 4}}},
    "a null character in a value": "a\0b",
    "the ends of 64 bits": [2**63 - 1, -(2**63)],
    "a hundred levels": nested(100),
    "10 MB": "x" * 10 * MB,
    "fifty thousand items": [{"n": n} for n in range(50_000)],
}


@pytest.mark.parametrize("known", [False, True], ids=["new", "changed"])
@pytest.mark.parametrize("name", STORABLE)
async def test_what_a_row_can_hold_comes_back_as_it_was(store: Store, name: str, known: bool) -> None:
    if known:
        await put(store, document(1))
    done = await put(store, document(1, note=STORABLE[name]))
    assert (done.refused, done.inserted + done.changed) == ([], 1)
    row = await store["invoices"].find_one({})
    assert row is not None
    assert row["note"] == STORABLE[name]
    assert "_new" not in row


async def test_a_part_with_keys_that_look_like_paths_may_change_and_leaves_a_trace(store: Store) -> None:
    await put(store, document(1, terms={"$gt": 1, "a.b": 2}))
    done = await put(store, document(1, terms={"$gt": 2, "a.b": 2}))
    assert (done.refused, done.changed) == ([], 1)
    row = await store["invoices"].find_one({})
    assert row is not None
    assert row["terms"] == {"$gt": 2, "a.b": 2}
    assert [entry["field"] for entry in row["history"]] == ["terms"]


async def test_a_row_that_an_update_makes_too_large_stays_as_it_was_and_its_batch_is_stored(store: Store) -> None:
    await put(store, document(1), document(2), document(3))
    await store["invoices"].update_one({"_id": f"{T}:{2:036}"}, {"$set": {"settled": "x" * 9 * MB}})
    done = await put(store, document(1, note="a"), document(2, note="x" * 9 * MB), document(3, note="a"))
    assert (told(done), done.changed) == ([("2", "TOO_LARGE")], 2)


async def test_a_large_document_changes_too(store: Store) -> None:
    lines = [{"description": f"Producto {n}", "amount": "100.00"} for n in range(100_000)]
    await put(store, document(1, notes=lines))
    done = await put(store, document(1, notes=[*lines[1:], {"description": "otro", "amount": "1.00"}]))
    assert (done.refused, done.changed) == ([], 1)
    row = await store["invoices"].find_one({}, {"history": 1})
    assert row is not None
    assert [(entry["field"], entry["from"], entry["to"]) for entry in row["history"]] == [("notes", None, None)]


async def test_what_one_index_can_not_hold_is_refused_alone(store: Store) -> None:
    await store["odd"].create_indexes([IndexModel([("left", 1), ("right", 1)])])
    parallel: Row = {"_id": 1, "left": [1, 2], "right": [1, 2]}
    written = await bulk.write(
        store["odd"],
        [
            InsertOne(RawBSONDocument(bulk.encoded(row).raw))
            for row in (
                {"_id": 0, "left": [1, 2], "right": 1},
                parallel,
                {"_id": 2},
            )
        ],
    )
    assert (written.inserted, written.taken) == ({0, 2}, [])
    assert "171" in written.refused[1].detail


async def test_a_taken_key_is_told_apart_from_a_refusal(store: Store) -> None:
    await store["odd"].insert_one({"_id": 1})
    rows: list[Row] = [{"_id": 0}, {"_id": 1}, {"_id": [2]}, {"_id": 3, "note": nested(190)}]
    written = await bulk.write(store["odd"], [InsertOne(row) for row in rows])
    assert (written.inserted, written.taken, sorted(written.refused)) == ({0}, [1], [2, 3])


async def test_a_refusal_that_is_not_of_one_row_names_no_document(store: Store) -> None:
    await store.db.create_collection("view_of_invoices", viewOn="invoices", pipeline=[])
    name = "SECRETO".lower()
    with pytest.raises(StoreRefused) as refused:
        await bulk.write(store["view_of_invoices"], [UpdateOne({"_id": name}, {"$set": {"a": 1}}, upsert=True)])
    assert name not in "".join(traceback.format_exception(refused.value))


def test_a_size_is_told_and_a_value_is_not() -> None:
    name = "SECRETO".lower()
    for value, said in ((name * 2 * MB, "14.0 MB"), (f"{name}\ud800", "UnicodeEncodeError")):
        with pytest.raises(UnreadableDocument) as refused:
            bulk.encoded({"name": value})
        assert said in refused.value.detail
        assert name not in "".join(traceback.format_exception(refused.value))


async def test_the_newest_two_profile_documents_fit_into_their_taxpayers_row(store: Store) -> None:
    taxpayer, _ = await taxpayers.create(store, owner="o", rfc="AAA010101AAA", name="Uno")
    for kind in (Kind.TAX_STATUS, Kind.COMPLIANCE_OPINION):
        for size, stored in ((5 * MB, 0), (3 * MB, 1)):
            done = await documents.upsert(store, kind, taxpayer.id, [document(1, note="x" * size)])
            assert (done.inserted, len(done.refused)) == (stored, 1 - stored)
        newest = await documents.newest(store, kind, taxpayer.id)
        await taxpayers.set_latest(store, taxpayer.id, kind.value.lower(), newest)
    row = await store["taxpayers"].find_one({})
    assert row is not None
    assert all(row[kind.value.lower()]["identity"] for kind in (Kind.TAX_STATUS, Kind.COMPLIANCE_OPINION))
