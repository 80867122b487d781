"""The driver's failures as our own: what passes by itself is StoreUnavailable, and no error repeats a document."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from functools import partial
from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo import InsertOne, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CursorNotFound,
    DuplicateKeyError,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)

from gateway.errors import StoreRefused, StoreUnavailable
from gateway.sat.kinds import Kind
from gateway.store import bulk, changes, counterparties, mongo, pending_counterparties, unreadable
from gateway.store.availability import deadline, took_too_long
from gateway.store.mongo import Store, outage, unavailable_means_try_again
from gateway.store.unreadable import NewUnreadable
from gateway.telemetry import redact
from tests.waiting import eventually

SAID = "SECRETO"
PASSING = (6, 7, 24, 43, 50, 64, 89, 91, 112, 133, 134, 175, 189, 202, 237, 262, 279, 9001, 10107, 11600, 11601, 11602)
PASSING += (13435, 13436, 14031)


def labelled(label: str) -> PyMongoError:
    error = PyMongoError(SAID)
    error._add_error_label(label)
    return error


def of_a_bulk(*codes: int, unconfirmed: bool = False) -> BulkWriteError:
    failures = [{"index": index, "code": code, "errmsg": SAID} for index, code in enumerate(codes)]
    return BulkWriteError({"writeErrors": failures, "writeConcernErrors": [{"code": 189}] if unconfirmed else []})


@pytest.mark.parametrize(
    "error",
    [
        *(OperationFailure(SAID, code) for code in PASSING),
        AutoReconnect(SAID),
        NotPrimaryError(SAID),
        ServerSelectionTimeoutError(SAID),
        CursorNotFound(SAID, 43),
        WriteConcernError(SAID, 100),
        labelled("TransientTransactionError"),
        labelled("RetryableWriteError"),
        labelled("ResumableChangeStreamError"),
        of_a_bulk(11000, 91),
        of_a_bulk(11000, unconfirmed=True),
    ],
    ids=lambda error: f"{type(error).__name__}-{getattr(error, 'code', None)}",
)
async def test_what_passes_by_itself_is_one_error_without_the_drivers_words(error: PyMongoError) -> None:
    with pytest.raises(StoreUnavailable) as told:
        async with unavailable_means_try_again():
            raise error
    assert SAID not in "".join(traceback.format_exception_only(told.value))
    assert told.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [OperationFailure(SAID, 13), DuplicateKeyError(SAID, 11000), of_a_bulk(11000), ValueError(SAID)]
)
def test_what_does_not_pass_is_no_outage(error: Exception) -> None:
    assert outage(error) is None


async def test_a_query_that_takes_too_long_is_worth_another_try(store: Store) -> None:
    await store["odd"].insert_many([{"_id": n} for n in range(50)])
    with pytest.raises(StoreUnavailable, match="50"):
        async with unavailable_means_try_again():
            await store["odd"].find({"$where": "sleep(50) || true"}).max_time_ms(1).to_list(None)


async def test_the_server_ends_what_outlasts_a_deadline(store: Store) -> None:
    await store["odd"].insert_many([{"_id": n} for n in range(1_000)])
    with pytest.raises(PyMongoError) as ended, deadline(0.5):
        await store["odd"].find({"$where": "sleep(500) || true"}).to_list(None)  # eight minutes
    assert took_too_long(ended.value)

    async def rests() -> bool:
        found = await store.db.client.admin.command("currentOp")
        return all(operation.get("ns") != store["odd"].full_name for operation in found["inprog"])

    await eventually("the server rests", rests)


async def test_two_transactions_that_meet_on_one_row_are_worth_another_try(store: Store) -> None:
    await store["odd"].insert_one({"_id": 1, "n": 0})
    client = store.db.client
    async with await client.start_session() as one, await client.start_session() as two, one.start_transaction():
        await store["odd"].update_one({"_id": 1}, {"$inc": {"n": 1}}, session=one)
        with pytest.raises(StoreUnavailable):
            async with unavailable_means_try_again(), two.start_transaction():
                await store["odd"].update_one({"_id": 1}, {"$inc": {"n": 1}}, session=two)
    assert await store["odd"].find_one({}) == {"_id": 1, "n": 1}


async def test_writers_that_meet_on_one_row_wait_for_each_other(store: Store) -> None:
    """Outside of a transaction the server tries again by itself, for an upsert of a new row too."""
    updates = [UpdateOne({"_id": n % 3}, {"$inc": {"n": 1}}, upsert=True) for n in range(30)]
    written = await asyncio.gather(*(bulk.write(store["odd"], updates) for _ in range(8)))
    assert all((one.taken, one.refused) == ([], {}) for one in written)
    assert [row["n"] async for row in store["odd"].find({}).sort("_id", 1)] == [80, 80, 80]


async def test_workers_that_note_the_same_at_once_all_come_through(store: Store) -> None:
    """Eight workers beside each other make the same rows, ten times anew."""
    for turn in range(10):
        id = f"t:{turn}"
        entry = {"at": mongo.now(), "field": "status", "from": "ACTIVE", "to": "CANCELLED"}
        party = {"key": f"key-{turn}", "rfc": "AAA010101AAA", "name": "Uno"}
        invoice = {"_id": id, "taxpayer": "t", "order": id, "history": [entry], "counterparty": party}
        await store["invoices"].insert_one({**invoice, "direction": "ISSUED", "type": "I"})
        problem = NewUnreadable(id, None, "MALFORMED", "not XML", None, "a.xml", None, {})
        touched = {Kind.INVOICE: [id]}
        notes = (
            partial(unreadable.keep, store, "t", [problem]),
            partial(changes.note, store, touched),
            partial(pending_counterparties.note, store, "t", touched),
            partial(counterparties.recompute_all, store, "t"),
        )
        await asyncio.gather(*(note() for note in notes for _ in range(8)))
    counts = [await store[name].count_documents({}) for name in ("unreadable", "changes", "counterparties")]
    assert counts == [10, 10, 10]


async def test_a_refusal_in_a_bulk_names_its_code_alone(store: Store) -> None:
    await store["odd"].create_index("name", unique=True)
    await bulk.write(store["odd"], [InsertOne({"_id": 1, "name": SAID})])
    with pytest.raises(BulkWriteError) as raised:
        await store["odd"].bulk_write(
            [InsertOne({"_id": 2, "name": SAID}), InsertOne({"_id": [3], "name": "x"})], False
        )
    with pytest.raises(StoreRefused, match=r"\(code 53\)$"):
        mongo.duplicates(raised.value)


ROWS: list[Any] = [{"_id": 2, "name": SAID}, {"_id": SAID, "name": "x" * 16_780_000}, {"_id": {SAID}}]


@pytest.mark.parametrize("row", ROWS, ids=["a taken key", "too large", "of no type"])
async def test_a_log_line_with_the_drivers_own_words_holds_no_document(store: Store, row: Any) -> None:
    """The last fence: an error that nobody expected is logged whole."""
    await store["odd"].create_index("name", unique=True)
    await store["odd"].insert_one({"_id": 1, "name": SAID})
    lines = io.StringIO()
    log = logging.Logger("driver")
    log.addHandler(logging.StreamHandler(lines))
    try:
        await store["odd"].insert_many([row])
    except (PyMongoError, InvalidDocument):
        log.exception("failed")
    assert SAID in lines.getvalue()
    assert SAID not in redact(lines.getvalue())
