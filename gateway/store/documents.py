"""The six kinds of documents: bulk upserts keyed by the document's own identity, with nothing overwritten untraced.

A row is `_id` = `taxpayer:identity`, the record of the reader at top level (its keys are the schema's fields), and:
`order` (the paging key), `amounts` (Decimal128 twins of the money, for sums and sorting), `files`, `source` (where at
Syncfy), `parse_status`, `rank`, `fingerprint`, `digests`, `history`, `revision`, and when it was first and
last written.

Three rules decide what a write does, all inside one atomic update, so that it may run twice or beside itself:
- rank: content read from XML (3) outranks content from JSON (2), which outranks metadata (1). What is lower never
  replaces what is higher; what Syncfy observes (status, source) is always taken. Of several copies in XML the content
  is the one of the greatest soundness, whichever came first; the files of all are kept.
- fingerprint: two different documents may claim one identity. The first holds it; the write of the other
  matches no row, tries to insert, and fails with a duplicate key: that is how the conflict is seen.
- history: a change of a tracked field is appended as {at, field, from, to}.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import InsertOne, UpdateOne

from gateway.errors import UnreadableDocument
from gateway.sat.kinds import Kind
from gateway.store import bulk, digest
from gateway.store.bulk import Operation
from gateway.store.document_rows import content_of, first_row, largest, merged
from gateway.store.mongo import Row, Store, now
from gateway.store.new_document import NewDocument
from gateway.store.ownership import others, own
from gateway.store.query_language import Filter

_BATCH = 250
# Who reads a document reads its text: some dozens of Decimal128 would take longer to decode than all the rest of it.
_WITHOUT_FIGURES = {"figures": 0}


@dataclass(slots=True)
class Upserted:
    """The result of a bulk upsert: ids of rows that are new or changed, and the documents that it did not store.

    `conflicts`: their identity is another document's. `refused`: no row can hold them, with why.
    """

    new_ids: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    conflicts: list[NewDocument] = field(default_factory=list)
    refused: list[tuple[NewDocument, UnreadableDocument]] = field(default_factory=list)

    @property
    def inserted(self) -> int:
        return len(self.new_ids)

    @property
    def changed(self) -> int:
        return len(self.changed_ids)


def id_of(taxpayer: str, document: NewDocument) -> str:
    return f"{taxpayer}:{document.identity}"


async def upsert(store: Store, kind: Kind, taxpayer: str, documents: Sequence[NewDocument]) -> Upserted:
    """Store documents of one kind. Unchanged ones cost a read of their digest and no write.

    One that no row can hold is refused, and the others are stored.
    """
    result = Upserted()
    for start in range(0, len(documents), _BATCH):
        await _upsert_batch(store[kind.collection], kind, taxpayer, documents[start : start + _BATCH], result)
    return result


@dataclass(frozen=True, slots=True)
class _Coming:
    """A document with its digests and its whole content."""

    document: NewDocument
    id: str
    digests: dict[str, str]

    def first(self, kind: Kind, taxpayer: str, at: datetime) -> Operation:
        content = content_of(kind, self.document)
        return InsertOne(
            bulk.encoded(first_row(kind, content, self.digests, taxpayer, self.document, at), largest(kind))
        )

    def change(self, kind: Kind, taxpayer: str, at: datetime) -> Operation:
        matching: Filter = {"_id": self.id}
        fingerprint = self.document.fingerprint
        if fingerprint is not None:
            # Another digest of the same scheme is another document; of an older scheme it says nothing and gives way.
            scheme = fingerprint.partition(":")[0]
            same: Filter = {"fingerprint": {"$not": {"$gte": f"{scheme}:", "$lt": f"{scheme};", "$ne": fingerprint}}}
            # A newer reader may make something else of the same bytes.
            own: Filter = {"content_file": self.document.content_file}
            matching |= {"$or": [same, own]} if self.document.content_file else same
        stages = merged(kind, content_of(kind, self.document), self.digests, taxpayer, self.document, at)
        return UpdateOne(matching, stages, upsert=True)


async def _upsert_batch(
    collection: AsyncIOMotorCollection[Row],
    kind: Kind,
    taxpayer: str,
    documents: Sequence[NewDocument],
    result: Upserted,
) -> None:
    coming = await asyncio.to_thread(_coming, taxpayer, documents, result)
    held = await collection.find({"_id": {"$in": [one.id for one in coming]}}, {"digests": 1}).to_list(None)
    known = {row["_id"]: row.get("digests") or {} for row in held}
    unseen = [one for one in coming if one.id not in known]
    changed = [one for one in coming if one.id in known and one.digests.items() - known[one.id].items()]
    # A plain insert costs the server a tenth of an upsert whose update is an expression.
    insert = partial(_Coming.first, kind=kind, taxpayer=taxpayer, at=now())
    changed += await _write(collection, insert, unseen, result)
    # A first refusal may be a race with somebody who inserted the same document: the second try finds the row.
    for _ in range(2):
        update = partial(_Coming.change, kind=kind, taxpayer=taxpayer, at=now())
        changed = await _write(collection, update, changed, result)
    result.conflicts += [one.document for one in changed]


def _coming(taxpayer: str, documents: Sequence[NewDocument], result: Upserted) -> list[_Coming]:
    coming = []
    for document in documents:
        try:
            coming.append(_Coming(document, id_of(taxpayer, document), digest.of(document)))
        except bulk.UNSTORABLE as error:
            result.refused.append((document, bulk.unstorable(error)))
    return coming


async def _write(
    collection: AsyncIOMotorCollection[Row],
    operation: Callable[[_Coming], Operation],
    documents: Sequence[_Coming],
    result: Upserted,
) -> list[_Coming]:
    """Write documents and note what became of each; returns those whose identity somebody else holds."""
    made = await asyncio.to_thread(_operations, operation, documents, result)
    written = await bulk.write(collection, [one for _, one in made])
    for index, (one, _) in enumerate(made):
        if index in written.refused:
            result.refused.append((one.document, written.refused[index]))
        elif index not in written.taken:
            (result.new_ids if index in written.inserted else result.changed_ids).append(one.id)
    return [made[index][0] for index in written.taken]


def _operations(
    operation: Callable[[_Coming], Operation], documents: Sequence[_Coming], result: Upserted
) -> list[tuple[_Coming, Operation]]:
    made = []
    for one in documents:
        try:
            made.append((one, operation(one)))
        except UnreadableDocument as error:
            result.refused.append((one.document, error))
        except bulk.UNSTORABLE as error:
            result.refused.append((one.document, bulk.unstorable(error)))
    return made


async def get(store: Store, kind: Kind, id: str) -> Row | None:
    """Return a document's row without its figures."""
    return await store[kind.collection].find_one({"_id": id}, _WITHOUT_FIGURES)


async def newest(store: Store, kind: Kind, taxpayer: str) -> Row | None:
    """Return the newest of the taxpayer's own documents of a kind."""
    return await store[kind.collection].find_one({"taxpayer": taxpayer, **own(kind)}, sort=[("order", -1)])


async def count(store: Store, kind: Kind, taxpayer: str) -> int:
    """Count the taxpayer's own documents of a kind: all but the few that name another RFC."""
    held, others = await asyncio.gather(
        store[kind.collection].count_documents({"taxpayer": taxpayer}), count_others(store, kind, taxpayer)
    )
    return held - others


async def count_others(store: Store, kind: Kind, taxpayer: str) -> int:
    """Count the documents of a kind that name another RFC."""
    return await store[kind.collection].count_documents({"taxpayer": taxpayer, **others(kind)})


async def by_ids(store: Store, kind: Kind, ids: Sequence[str]) -> dict[str, Row]:
    """Return the rows that there are of these ids, by id, without their figures."""
    rows = await store[kind.collection].find({"_id": {"$in": list(ids)}}, _WITHOUT_FIGURES).to_list(None)
    return {row["_id"]: row for row in rows}
