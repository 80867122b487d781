"""The six kinds of documents: bulk upserts keyed by the document's own identity, with nothing overwritten untraced.

A row is `_id` = `taxpayer:identity`, the record of the reader at top level (its keys are the schema's fields), and:
`order` (the paging key), `amounts` (Decimal128 twins of the money, for sums and sorting), `files`, `source` (where at
Syncfy), `parse_status`, `rank`, `fingerprint`, `digests`, `history`, `revision`, and when it was first and
last written.

Three rules decide what a write does, all inside one atomic update, so that it may run twice or beside itself:
- rank: content read from XML (3) outranks content from JSON (2), which outranks metadata (1). What is lower never
  replaces what is higher; what Syncfy observes (status, direction, source) is always taken.
- fingerprint: two different documents may claim one identity. The first holds it; the write of the other
  matches no row, tries to insert, and fails with a duplicate key: that is how the conflict is seen.
- history: a change of a tracked field is appended as {at, field, from, to}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from gateway.sat.kinds import Kind
from gateway.store import digest, mongo
from gateway.store.document_rows import first_row, merged_row
from gateway.store.mongo import Row, Store, now
from gateway.store.new_document import NewDocument

_BATCH = 250
# Who reads a document reads its text: some dozens of Decimal128 would take longer to decode than all the rest of it.
_WITHOUT_FIGURES = {"figures": 0}


@dataclass(slots=True)
class Upserted:
    """What a bulk upsert did: ids of rows that are new or changed, and documents whose identity is already taken."""

    new_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    conflicts: list[NewDocument] = field(default_factory=list)

    @property
    def inserted(self) -> int:
        return len(self.new_ids)

    @property
    def changed(self) -> int:
        return len(self.changed_ids)


def id_of(taxpayer: str, document: NewDocument) -> str:
    return f"{taxpayer}:{document.identity}"


async def upsert(store: Store, kind: Kind, taxpayer: str, documents: Sequence[NewDocument]) -> Upserted:
    """Stores documents of one kind. Unchanged ones cost a read of their digest and no write."""
    result = Upserted()
    for start in range(0, len(documents), _BATCH):
        await _upsert_batch(store, kind, taxpayer, documents[start : start + _BATCH], result)
    return result


async def _upsert_batch(
    store: Store, kind: Kind, taxpayer: str, documents: Sequence[NewDocument], result: Upserted
) -> None:
    collection = store[kind.collection]
    ids = [id_of(taxpayer, document) for document in documents]
    held = await collection.find({"_id": {"$in": ids}}, {"digests": 1}).to_list(None)
    known = {row["_id"]: row.get("digests") or {} for row in held}
    unseen = [d for d, id in zip(documents, ids, strict=True) if id not in known]
    changed = [
        d for d, id in zip(documents, ids, strict=True) if id in known and digest.of(d).items() - known[id].items()
    ]
    changed += await _insert(collection, kind, taxpayer, unseen, result)
    for attempt in (1, 2):
        if not changed:
            return
        at = now()
        operations = [_operation(kind, taxpayer, document, at) for document in changed]
        failed: list[int] = []
        details: Any
        try:
            details = (await collection.bulk_write(operations, ordered=False)).bulk_api_result
        except BulkWriteError as error:
            details, failed = error.details, mongo.duplicates(error)
        new = {item["index"] for item in details["upserted"]}
        for index, document in enumerate(changed):
            if index not in failed:
                ids = result.new_ids if index in new else result.changed_ids
                ids.append(id_of(taxpayer, document))
        # A first refusal may be a race with somebody who inserted the same document: the second try finds the row.
        if attempt == 2:
            result.conflicts += [changed[index] for index in failed]
        changed = [changed[index] for index in failed]


async def _insert(
    collection: AsyncIOMotorCollection[Row],
    kind: Kind,
    taxpayer: str,
    documents: Sequence[NewDocument],
    result: Upserted,
) -> list[NewDocument]:
    """Inserts documents that were not here a moment ago; returns those whose identity somebody holds by now.

    A plain insert costs the server a tenth of an upsert whose update is an expression.
    """
    if not documents:
        return []
    at = now()
    failed: list[int] = []
    try:
        await collection.insert_many([first_row(kind, taxpayer, document, at) for document in documents], ordered=False)
    except BulkWriteError as error:
        failed = mongo.duplicates(error)
    refused = set(failed)
    result.new_ids += [id_of(taxpayer, d) for index, d in enumerate(documents) if index not in refused]
    return [documents[index] for index in failed]


def _operation(kind: Kind, taxpayer: str, document: NewDocument, at: datetime) -> UpdateOne:
    matching: Row = {"_id": id_of(taxpayer, document)}
    if document.fingerprint is not None:
        # Another digest of the same scheme is another document; one of an older scheme can't be compared and gives way.
        scheme = document.fingerprint.partition(":")[0]
        matching["fingerprint"] = {"$not": {"$gte": f"{scheme}:", "$lt": f"{scheme};", "$ne": document.fingerprint}}
    return UpdateOne(matching, [{"$replaceWith": merged_row(kind, taxpayer, document, at)}], upsert=True)


async def get(store: Store, kind: Kind, id: str) -> Row | None:
    return await store[kind.collection].find_one({"_id": id}, _WITHOUT_FIGURES)


async def newest(store: Store, kind: Kind, taxpayer: str) -> Row | None:
    return await store[kind.collection].find_one({"taxpayer": taxpayer}, sort=[("order", -1)])


async def count(store: Store, kind: Kind, taxpayer: str) -> int:
    return await store[kind.collection].count_documents({"taxpayer": taxpayer})


async def by_ids(store: Store, kind: Kind, ids: Sequence[str]) -> dict[str, Row]:
    rows = await store[kind.collection].find({"_id": {"$in": list(ids)}}, _WITHOUT_FIGURES).to_list(None)
    return {row["_id"]: row for row in rows}
