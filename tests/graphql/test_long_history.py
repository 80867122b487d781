"""A document that changes thousands of times: its row stays small, and its history whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.sat.kinds import Kind
from gateway.store import changes, documents, history, taxpayers
from gateway.store.mongo import Row
from gateway.store.new_document import RANK_XML, NewDocument
from resolvers.node import global_id
from tests.plans import explained
from tests.support import VIEWER, Api

START = datetime(2020, 1, 1, tzinfo=UTC)
QUERY = "query ($id: ID!) { node(id: $id) { ... on Invoice { status history { at field before after } } } }"


def entry(number: int) -> Row:
    old, new = ("ACTIVE", "CANCELLED") if number % 2 == 0 else ("CANCELLED", "ACTIVE")
    return {"at": START + timedelta(minutes=number), "field": "status", "from": old, "to": new}


async def test_the_oldest_changes_leave_the_row_and_stay_in_the_graph(api: Api) -> None:
    taxpayer, _ = await taxpayers.create(api.store, owner=VIEWER, rfc="AAA010101AAA", name="Uno")
    document = NewDocument(
        identity="A",
        date="2020-01-01T00:00:00",
        rank=RANK_XML,
        content={"uuid": "A", "total": "1.00"},
        observed={"status": "ACTIVE", "direction": "ISSUED"},
        files=[],
    )
    await documents.upsert(api.store, Kind.INVOICE, taxpayer.id, [document])
    id = documents.id_of(taxpayer.id, document)
    entries = [entry(number) for number in range(history.MOST)]
    await api.store["invoices"].update_one({"_id": id}, {"$set": {"history": entries}})
    touched = {Kind.INVOICE: [id]}
    await changes.note(api.store, touched)
    row = await documents.get(api.store, Kind.INVOICE, id)
    assert row is not None and len(row["history"]) == history.MOST  # as long as a row may be

    cancelled = replace(document, observed={**document.observed, "status": "CANCELLED"})
    for _ in range(2):  # killed after the first line, and done again
        await documents.upsert(api.store, Kind.INVOICE, taxpayer.id, [cancelled])
        await changes.note(api.store, touched)
    row = await documents.get(api.store, Kind.INVOICE, id)
    assert row is not None
    assert [e["at"] for e in row["history"][:-1]] == [e["at"] for e in entries[-history.KEPT + 1 :]]

    answer: Any = await api.data(QUERY, {"id": str(global_id("Invoice", id))})
    told = answer["node"]["history"]
    assert len(told) == history.MOST + 1
    assert [datetime.fromisoformat(e["at"]) for e in told[:-1]] == [e["at"] for e in entries]
    assert (told[-1]["before"], told[-1]["after"]) == ("ACTIVE", "CANCELLED")
    of_it = {"taxpayer": taxpayer.id, "document": id}
    plan = await explained(api.store, {"find": "changes", "filter": of_it})
    assert (plan.scans, plan.documents) == (False, history.MOST + 1)


async def test_a_row_that_was_written_meanwhile_loses_nothing_that_is_not_in_the_list(api: Api) -> None:
    entries = [entry(number) for number in range(history.MOST + 1)]
    await api.store["invoices"].insert_one({"_id": "t:A", "taxpayer": "t", "order": "1", "history": entries})
    as_read = await documents.get(api.store, Kind.INVOICE, "t:A")
    assert as_read is not None
    later = [entry(number + history.MOST + 1) for number in range(history.KEPT + 7)]
    await api.store["invoices"].update_one({"_id": "t:A"}, {"$push": {"history": {"$each": later}}})
    for _ in range(2):  # by two workers: the second finds that its first entry is gone
        await history.shorten(api.store, Kind.INVOICE, as_read)
    row = await documents.get(api.store, Kind.INVOICE, "t:A")
    assert row is not None
    assert row["history"] == [*entries[-history.KEPT :], *later]
