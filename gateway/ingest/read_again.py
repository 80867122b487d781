"""Read again, from the bytes that are held, what an older version could not read or read otherwise.

Killed or run twice: what was read again is told by its row, and what can not be read stays where it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.errors import UnreadableDocument
from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read_files import Known, read_metadata_line, read_xml_file
from gateway.ingest.recount import Recount
from gateway.models.file import JSON, PDF, PLAIN, XML, FileReference, first_of
from gateway.models.taxpayer import Taxpayer
from gateway.sat import metadata_file
from gateway.sat.direction import Direction, names_another
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.readers import READER, read_profile
from gateway.store import files, unreadable
from gateway.store.mongo import Row, Store
from gateway.store.new_document import RANK_JSON, RANK_XML, NewDocument
from gateway.store.query_language import Filter

_BATCH = 100


@dataclass(slots=True)
class ReadAgain:
    """Counts: documents read again, and of those that could not be read before, those that now are."""

    documents: int = 0
    unreadable: int = 0


async def read_again(store: Store, taxpayer: Taxpayer) -> ReadAgain:
    """Read again CFDI, opiniones and constancias of an older reader, and XML and metadata that could not be read."""
    done, recount = ReadAgain(), Recount(store, taxpayer.id)
    async for rows in _batches(store, "unreadable", taxpayer, {"file.media_type": XML}):
        found = [(row["file"], _of_unreadable(row)) for row in rows]
        batch = await _read(store, taxpayer, found)
        # What still can't be read is told as it was, with what is wrong with it in today's words.
        told = {row["identity"]: row for row in rows}
        batch.unreadable = [
            replace(one, kind=row["kind"], name=row["name"], source=row["source"])
            for one in batch.unreadable
            if (row := told[one.identity])["detail"] != one.detail
        ]
        before = await _count(store, rows)
        await store_batch(store, taxpayer, batch, downloaded=False, recount=recount)
        done.unreadable += before - await _count(store, rows)
    async for rows in _batches(store, "unreadable", taxpayer, {"file.media_type": PLAIN}):
        batch, read_now = await _read_lines(store, taxpayer, rows)
        await store_batch(store, taxpayer, batch, downloaded=False, recount=recount)
        await unreadable.forget(store, taxpayer.id, read_now)
        done.unreadable += len(read_now)
    for kind in (kind for kind in Kind if kind.delivery is Delivery.FISCAL):
        older = {"rank": RANK_XML, "reader": {"$ne": READER}}
        async for rows in _batches(store, kind.collection, taxpayer, older):
            read = [(file, _of_document(row)) for row in rows if (file := first_of(row, XML))]
            batch = await _read(store, taxpayer, read)
            batch.unreadable.clear()  # the row has what the older reader made of it
            await store_batch(store, taxpayer, batch, downloaded=False, recount=recount)
            await _note_reader(store, kind, rows)
            done.documents += len(batch.documents)
    for kind in (kind for kind in Kind if kind.delivery is Delivery.PROFILE):
        async for rows in _batches(store, kind.collection, taxpayer, {"reader": {"$ne": READER}}):
            batch = await _read_papers(store, taxpayer, kind, rows)
            await store_batch(store, taxpayer, batch, downloaded=False, recount=recount)
            await _note_reader(store, kind, rows)
            done.documents += len(batch.documents)
    await recount.finish()
    return done


async def _batches(store: Store, collection: str, taxpayer: Taxpayer, query: Filter) -> AsyncIterator[list[Row]]:
    """Yield pages in the order of the rows' keys, so that rows that change or go away move none.

    A key begins with its taxpayer, so all of a taxpayer's rows are one range of keys; this walks it once.
    """
    after, end = f"{taxpayer.id}:", f"{taxpayer.id};"
    while True:
        page = {**query, "_id": {"$gt": after, "$lt": end}}
        rows = await store[collection].find(page).sort("_id", 1).hint("_id_").limit(_BATCH).to_list(_BATCH)
        if not rows:
            return
        yield rows
        after = rows[-1]["_id"]


async def _note_reader(store: Store, kind: Kind, rows: Sequence[Row]) -> None:
    """Note on rows that today's reader has read them, whatever it made of them."""
    ids = [row["_id"] for row in rows]
    await store[kind.collection].update_many({"_id": {"$in": ids}}, {"$set": {"reader": READER}})


async def _count(store: Store, rows: Sequence[Row]) -> int:
    return await store["unreadable"].count_documents({"_id": {"$in": [row["_id"] for row in rows]}})


async def _read(store: Store, taxpayer: Taxpayer, found: Sequence[tuple[FileReference, Known]]) -> Batch:
    batch = Batch()
    contents = await files.read_many(store, taxpayer.id, [file["sha256"] for file, _ in found])
    for file, known in found:
        if file["sha256"] in contents:
            read_xml_file(batch, file["name"], contents[file["sha256"]], taxpayer.rfc, known)
    return batch


async def _read_papers(store: Store, taxpayer: Taxpayer, kind: Kind, rows: Sequence[Row]) -> Batch:
    """Read opiniones or constancias anew from their JSON and PDF; what can't be read keeps what was made of it."""
    batch = Batch()
    contents = await files.read_many(
        store, taxpayer.id, [file["sha256"] for row in rows for file in row.get("files") or []]
    )
    for row in rows:
        held = {
            media_type: [
                contents[one["sha256"]] for one in row.get("files") or [] if _is_held(one, media_type, contents)
            ]
            for media_type in (JSON, PDF)
        }
        try:
            reading = read_profile(kind, held[JSON], held[PDF])
        except UnreadableDocument:
            continue
        document = NewDocument(
            identity=row["identity"],
            date=row["order"].partition("|")[0],
            rank=RANK_JSON,
            content=reading.record,
            observed={"source": row.get("source") or {}, "other": names_another(reading.record, taxpayer.rfc)},
            files=row["files"],
            problems=reading.problems,
            text=reading.text,
        )
        batch.documents.append((kind, document))
    return batch


def _is_held(file: FileReference, media_type: str, contents: Mapping[str, bytes]) -> bool:
    return file["media_type"] == media_type and file["sha256"] in contents


async def _read_lines(store: Store, taxpayer: Taxpayer, rows: Sequence[Row]) -> tuple[Batch, list[str]]:
    """Read lines of SAT's metadata files anew; the identities of those that are records."""
    batch, read_now = Batch(), []
    contents = await files.read_many(store, taxpayer.id, [row["file"]["sha256"] for row in rows])
    for row in rows:
        line = metadata_file.read_line(contents.get(row["file"]["sha256"], b""))
        if line is not None:
            read_metadata_line(batch, row["name"], line, taxpayer.rfc, {})
            read_now.append(row["identity"])
    return batch, read_now


def _of_unreadable(row: Row) -> Known:
    return Known(row["source"])


def _of_document(row: Row) -> Known:
    direction = row.get("direction")
    return Known(row.get("source") or {}, Direction(direction) if direction else None, row["order"].partition("|")[0])
