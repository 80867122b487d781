"""`reindex` reads again what an older version could not read, or read otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read_again import ReadAgain, read_again
from gateway.ingest.read_files import read_metadata_line, read_xml_file
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.sat.metadata_file import Fault
from gateway.store import files, reindex, unreadable
from gateway.store.files import NewFile, reference
from gateway.store.mongo import Row, Store
from gateway.store.unreadable import NewUnreadable
from gateway.usecases import create_taxpayer
from tests.unit.sat.builders import SEAL
from tests.unit.sat.copies import COPIES, NAME, ORIGINAL
from tests.unit.sat.test_metadata_file import IN_FORCE
from tests.unit.sat.test_schema_types import payroll

SOURCE: Any = {"transaction_id": "t1", "credential_id": "c1", "site": "CIEC"}


@pytest.fixture
async def me(store: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(store, owner="o", rfc="AÑA010101AAA", name="Uno")
    return taxpayer


async def take(store: Store, me: Taxpayer, content: bytes) -> None:
    batch = Batch()
    read_xml_file(batch, "a.xml", content, me.rfc)
    await store_batch(store, me, batch, downloaded=False)


async def refused(store: Store, me: Taxpayer, content: bytes, reason: str) -> None:
    """Keep a file as a version kept it that could not read it."""
    file = NewFile("b.xml", "application/xml", content)
    await files.keep(store, me.id, [(file.sha256, file)])
    row = NewUnreadable(
        file.sha256, "INVOICE", reason, "as it was told", None, "b.xml", reference(file, file.sha256), SOURCE
    )
    await unreadable.keep(store, me.id, [row])


async def aged(store: Store, **changes: Any) -> None:
    """Make the stored rows those of an older version."""
    newer = dict.fromkeys(("reader", "soundness", "content_file", "scheme"), "")
    await store["invoices"].update_many({}, {"$set": {"fingerprint": "c1:another", **changes}, "$unset": newer})


async def renewed(store: Store, me: Taxpayer) -> ReadAgain:
    async for _ in reindex.reindex(store, Kind.INVOICE):
        pass
    return await read_again(store, me)


async def held(store: Store) -> Row:
    (row,) = await store["invoices"].find({}).to_list(None)
    return row


@pytest.mark.parametrize("name", [name for name in COPIES if name.startswith("damaged")])
async def test_a_copy_that_was_a_conflict_is_the_same_document(store: Store, me: Taxpayer, name: str) -> None:
    await take(store, me, COPIES[name])
    await aged(store)
    await refused(store, me, ORIGINAL, "IDENTITY_CONFLICT")
    assert (await renewed(store, me)).unreadable == 1
    row = await held(store)
    assert (row["issuer"]["name"], row["payment_conditions"], len(row["files"])) == (NAME, "Contado", 2)
    assert await unreadable.count(store, me.id) == 0
    assert await renewed(store, me) == ReadAgain()
    assert await held(store) == row


async def test_a_row_gets_the_identity_that_a_new_one_has(store: Store, me: Taxpayer) -> None:
    await take(store, me, ORIGINAL)
    fresh = await held(store)
    await aged(store)
    assert await renewed(store, me) == ReadAgain(documents=1)
    assert await held(store) == fresh


async def test_another_document_stays_a_conflict_with_all_that_was_known_of_it(store: Store, me: Taxpayer) -> None:
    await take(store, me, ORIGINAL)
    await aged(store)
    await refused(store, me, ORIGINAL.replace(SEAL.encode(), b"b3RybyBzZWxsbw"), "IDENTITY_CONFLICT")
    assert (await renewed(store, me)).unreadable == 0
    (told,) = await store["unreadable"].find({}).to_list(None)
    assert (told["reason"], told["kind"], told["source"]) == ("IDENTITY_CONFLICT", "INVOICE", SOURCE)


async def test_what_could_not_be_read_and_now_is_becomes_a_document(store: Store, me: Taxpayer) -> None:
    await refused(store, me, b"junk" + ORIGINAL, "MALFORMED")
    await refused(store, me, b"<junk" + ORIGINAL[:-300], "MALFORMED")
    assert await renewed(store, me) == ReadAgain(unreadable=1)
    assert (await held(store))["source"] == SOURCE
    (told,) = await store["unreadable"].find({}).to_list(None)
    assert (told["name"], told["kind"], told["source"]) == ("b.xml", "INVOICE", SOURCE)
    assert told["detail"] != "as it was told"


async def test_what_an_older_reader_made_of_a_file_is_made_anew(store: Store, me: Taxpayer) -> None:
    await take(store, me, payroll("2014-05-15-05:00").replace(b"AAA010101AAA", "AÑA010101AAA".encode()))
    await aged(store, payrolls=[], digests={}, status="CANCELLED")
    assert await renewed(store, me) == ReadAgain(documents=1)
    row = await held(store)
    assert [paid["paid_on"] for paid in row["payrolls"]] == ["2014-05-15"]
    assert (row["status"], row["direction"]) == ("CANCELLED", "ISSUED")
    assert await renewed(store, me) == ReadAgain()


async def test_a_line_of_metadata_that_could_not_be_cut_becomes_a_document(store: Store, me: Taxpayer) -> None:
    fault = Fault(7, IN_FORCE.replace("~UNO SA~", "~UNO ~ SA~"), "13 fields instead of 12")
    batch = Batch()
    for line in (fault, Fault(8, "This is no record", "1 fields")):
        read_metadata_line(batch, "m.txt", line, me.rfc, {})
    await store_batch(store, me, batch, downloaded=False)
    assert await unreadable.count(store, me.id) == 2
    assert await renewed(store, me) == ReadAgain(unreadable=1)
    row = await held(store)
    assert (row["issuer"]["name"], row["parse_status"], row["total"]) == ("UNO ~ SA", "METADATA_ONLY", "1124.11")
    (told,) = await store["unreadable"].find({}).to_list(None)
    assert told["name"] == "m.txt:8"
