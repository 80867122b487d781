"""Documents by identity: what outranks what, what is history, and what is a conflict."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest
from bson import Decimal128
from pymongo.errors import BulkWriteError

from gateway.errors import StoreUnavailable
from gateway.sat.kinds import Kind
from gateway.store import documents
from gateway.store.documents import Upserted
from gateway.store.mongo import Row, Store, duplicates
from gateway.store.new_document import RANK_JSON, RANK_METADATA, RANK_XML, NewDocument

T = "taxpayer-1"
ID = "AAAAAAAA-0000-0000-0000-000000000001"


def xml(total: str = "116.00", status: str = "ACTIVE", fingerprint: str = "v1:f1", **content: Any) -> NewDocument:
    return NewDocument(
        identity=ID,
        date="2026-01-02T03:04:05",
        rank=RANK_XML,
        content={"uuid": ID, "total": total, "issuer": {"rfc": "AAA010101AAA"}, **content},
        observed={"status": status, "direction": "ISSUED", "source": {"transaction_id": "t1"}},
        files=[{"sha256": fingerprint, "name": "a.xml"}],
        fingerprint=fingerprint,
    )


def metadata(total: str = "116.00", status: str = "ACTIVE") -> NewDocument:
    made = xml(total, status)
    return replace(made, rank=RANK_METADATA, files=[], fingerprint=None, content={"uuid": ID, "total": total})


async def put(store: Store, *found: NewDocument) -> Upserted:
    return await documents.upsert(store, Kind.INVOICE, T, found)


async def held(store: Store) -> Row:
    (row,) = await store["invoices"].find({}).to_list(None)
    return row


def history(row: Row) -> list[tuple[str, Any, Any]]:
    return [(entry["field"], entry["from"], entry["to"]) for entry in row["history"]]


async def test_a_new_document_is_a_row_with_its_paging_key_and_exact_amounts(store: Store) -> None:
    assert (await put(store, xml("116.10"))).inserted == 1
    row = await held(store)
    assert row["_id"] == f"{T}:{ID}"
    assert row["order"] == f"2026-01-02T03:04:05|{ID}"
    assert row["total"] == "116.10"
    assert row["amounts"]["total"] == Decimal128("116.10")
    assert (row["parse_status"], row["revision"], row["history"]) == ("COMPLETE", 1, [])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_xml_wins_over_the_metadata_whichever_comes_first(store: Store, order: tuple[int, int]) -> None:
    both = (xml("116.00"), metadata("100.00"))
    for index in order:
        await put(store, both[index])
    row = await held(store)
    assert (row["total"], row["rank"], row["parse_status"]) == ("116.00", RANK_XML, "COMPLETE")
    assert row["issuer"] == {"rfc": "AAA010101AAA"}
    assert row["files"] == [{"sha256": "v1:f1", "name": "a.xml"}]


async def test_a_cancellation_seen_in_the_metadata_alone_reaches_the_document_of_the_xml(store: Store) -> None:
    await put(store, xml())
    await put(store, metadata("999.00", status="CANCELLED"))
    row = await held(store)
    assert (row["status"], row["total"]) == ("CANCELLED", "116.00")
    assert history(row) == [("status", "ACTIVE", "CANCELLED")]


async def test_a_change_is_history_once_however_often_and_beside_itself_it_is_written(store: Store) -> None:
    await put(store, xml())
    cancelled = xml(status="CANCELLED")
    await asyncio.gather(*(put(store, cancelled) for _ in range(6)))
    await put(store, cancelled)
    assert history(await held(store)) == [("status", "ACTIVE", "CANCELLED")]


async def test_a_status_that_goes_back_is_written_too(store: Store) -> None:
    for status in ("ACTIVE", "CANCELLED", "ACTIVE", "CANCELLED"):
        await put(store, xml(status=status))
    row = await held(store)
    assert row["status"] == "CANCELLED"
    assert [entry[1:] for entry in history(row)] == [
        ("ACTIVE", "CANCELLED"),
        ("CANCELLED", "ACTIVE"),
        ("ACTIVE", "CANCELLED"),
    ]


async def test_what_did_not_change_is_not_written(store: Store) -> None:
    await put(store, xml(), metadata())
    before = await held(store)
    done = await put(store, xml())
    assert (done.inserted, done.changed, done.conflicts) == (0, 0, [])
    await put(store, metadata())
    await put(store, metadata(), xml())
    assert await held(store) == before


async def test_another_document_that_claims_the_identity_is_a_conflict_and_changes_nothing(store: Store) -> None:
    await put(store, xml())
    before = await held(store)
    impostor = xml("9.00", status="CANCELLED", fingerprint="v1:f2")
    assert (await put(store, impostor)).conflicts == [impostor]
    assert (await put(store, impostor)).conflicts == [impostor]
    assert await held(store) == before


async def test_conflicts_are_told_among_others_in_one_batch(store: Store) -> None:
    others = [replace(xml(), identity=f"{ID[:-2]}{n:02}", fingerprint=f"v1:g{n}") for n in range(10, 40)]
    impostor = xml(fingerprint="v1:f2")
    done = await put(store, *others[:15], xml(), impostor, *others[15:])
    assert done.inserted == 31
    assert len(done.conflicts) == 1
    assert await store["invoices"].count_documents({}) == 31


async def test_writers_of_the_same_new_document_at_once_make_one_row_and_no_conflict(store: Store) -> None:
    done = await asyncio.gather(*(put(store, xml(), metadata()) for _ in range(8)))
    assert sum(d.inserted for d in done) == 1
    assert [d.conflicts for d in done] == [[]] * 8


async def test_of_two_different_documents_at_once_one_is_held_and_the_other_told(store: Store) -> None:
    one, two = await asyncio.gather(put(store, xml(fingerprint="v1:f1")), put(store, xml("1.00", fingerprint="v1:f2")))
    assert len(one.conflicts) + len(two.conflicts) == 1
    row = await held(store)
    assert (row["fingerprint"], row["total"]) in (("v1:f1", "116.00"), ("v1:f2", "1.00"))
    assert [file["sha256"] for file in row["files"]] == [row["fingerprint"]]


async def test_every_order_of_the_same_writes_ends_in_the_same_document(store: Store) -> None:
    writes = (xml(), metadata("100.00"), replace(xml("50.00"), rank=RANK_JSON, fingerprint=None))
    ends = []
    for order in itertools.permutations(writes):
        await store["invoices"].delete_many({})
        for write in order:
            await put(store, write)
        row = await held(store)
        ends.append({key: row[key] for key in ("total", "rank", "status", "parse_status", "amounts", "files")})
    assert all(end == ends[0] for end in ends)


async def test_the_same_cfdi_of_two_taxpayers_is_two_rows(store: Store) -> None:
    await put(store, xml())
    await documents.upsert(store, Kind.INVOICE, "taxpayer-2", [xml(fingerprint="v1:another")])
    assert await store["invoices"].count_documents({}) == 2
    assert await documents.count(store, Kind.INVOICE, T) == 1


async def test_text_that_looks_like_an_expression_is_only_text(store: Store) -> None:
    await put(store, xml(note="$total", terms={"$gt": ["$status", 1]}, path="$$ROOT"))
    row = await held(store)
    assert (row["note"], row["terms"], row["path"]) == ("$total", {"$gt": ["$status", 1]}, "$$ROOT")


async def test_an_amount_beyond_what_a_decimal_holds_keeps_its_text(store: Store) -> None:
    long = "1." + "1" * 40
    await put(store, xml(long))
    row = await held(store)
    assert (row["total"], row["amounts"]["total"]) == (long, Decimal128("1." + "1" * 33))


async def test_more_than_a_batch(store: Store) -> None:
    many = [replace(xml(), identity=f"{n:036}", fingerprint=None) for n in range(260)]
    assert (await put(store, *many)).inserted == 260
    assert (await put(store, *many)).changed == 0
    assert await documents.count(store, Kind.INVOICE, T) == 260


async def test_a_digest_of_another_scheme_says_nothing_and_gives_way(store: Store) -> None:
    await put(store, xml(fingerprint="v1:f1"))
    assert (await put(store, xml(fingerprint="v2:f2"))).conflicts == []
    assert (await held(store))["fingerprint"] == "v2:f2"


def test_a_write_that_was_not_confirmed_is_an_outage() -> None:
    with pytest.raises(StoreUnavailable):
        duplicates(BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 189}]}))


async def test_what_the_metadata_said_otherwise_is_kept_when_the_xml_completes_it(store: Store) -> None:
    known = {"issuer": {"rfc": "AAA010101AAA", "name": "OLD NAME", "regime": None}, "issued_at": "2026-01-02T00:00:00"}
    await put(store, replace(metadata(), content={"uuid": ID, "total": "116.0", "series": None, **known}))
    read = {"issuer": {"rfc": "AAA010101AAA", "name": "NEW NAME", "regime": "601"}, "issued_at": "2026-01-02T03:04:05"}
    await put(store, xml("116.00", series="F", **read))
    assert history(await held(store)) == [
        ("parse_status", "METADATA_ONLY", "COMPLETE"),
        ("issuer.name", "OLD NAME", "NEW NAME"),
        ("issued_at", "2026-01-02T00:00:00", "2026-01-02T03:04:05"),
    ]


async def test_content_that_a_better_reader_reads_otherwise_leaves_a_trace(store: Store) -> None:
    names = ["Nomina"]
    await put(store, xml(folio="7", complements=names, note="x" * 500))
    await put(store, xml(folio="07", complements=[*names, *names], note="y"))
    await put(store, xml(folio="07", complements=[*names, *names], note="y"))
    row = await held(store)
    assert history(row) == [("folio", "7", "07"), ("complements", None, None), ("note", None, "y")]
    assert (row["folio"], row["note"], len(row["complements"])) == ("07", "y", 2)


async def test_a_party_that_a_document_is_no_longer_counted_under_is_known(store: Store) -> None:
    generic = {"rfc": "XAXX010101000", "name": None}
    await put(store, replace(metadata(), content={"uuid": ID, "total": "116.00", "receiver": generic}))
    await put(store, xml(receiver={**generic, "name": "Juan Pérez"}))
    assert ("counterparty.key", "XAXX010101000|", "XAXX010101000|juan perez") in history(await held(store))
