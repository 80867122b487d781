"""Every change of a taxpayer's documents as a list of its own: the entries of their histories, newest first.

Made from the histories after each stored batch and again by reindex; an entry's id is its own place, so that writing it
twice writes it once, and a batch that is stored again after a kill adds what was left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import UpdateOne

from gateway.sat.kinds import Kind
from gateway.store import history
from gateway.store.history import Changed, FieldChange
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Filter
from gateway.store.rows import typed

_COLLECTION = "changes"
_BATCH = 500


async def note(store: Store, ids: Mapping[Kind, Sequence[str]]) -> None:
    """The changes of these documents that are not in the list yet."""
    for kind, of_it in ids.items():
        await _note(store, kind, {"_id": {"$in": list(of_it)}})


async def note_all(store: Store, taxpayer: str) -> None:
    """Put every change of a taxpayer's documents into the list."""
    for kind in Kind:
        await _note(store, kind, {"taxpayer": taxpayer})


async def _note(store: Store, kind: Kind, query: Filter) -> None:
    batch: list[UpdateOne] = []
    long: list[Changed] = []
    changed = {**query, "history.0": {"$exists": True}}
    async for row in typed(store, kind.collection, Changed).find(changed, {"history": 1, "taxpayer": 1}):
        batch += [_operation(kind, row, entry) for entry in row["history"]]
        if len(row["history"]) > history.MOST:
            long.append(row)
        if len(batch) >= _BATCH:
            await store[_COLLECTION].bulk_write(batch, ordered=False)
            batch = []
    if batch:
        await store[_COLLECTION].bulk_write(batch, ordered=False)
    for row in long:
        await history.shorten(store, kind, row)


async def of_document(store: Store, row: Row) -> list[Row]:
    """Return the whole history of a document, oldest first: what its row has, and what left the row for this list."""
    entries: list[Row] = row.get("history") or []
    if not row.get("history_moved"):
        return entries
    query = {"taxpayer": row["taxpayer"], "document": row["_id"]}
    listed = await store[_COLLECTION].find(query, dict.fromkeys(("at", "field", "from", "to"), 1)).to_list(None)
    known = {(entry["at"], entry["field"]) for entry in entries}
    moved = [entry for entry in listed if (entry["at"], entry["field"]) not in known]
    return [*sorted(moved, key=lambda entry: str(entry["_id"])), *entries]


def _operation(kind: Kind, row: Changed, entry: FieldChange) -> UpdateOne:
    at = f"{entry['at']:%Y-%m-%dT%H:%M:%S.%f}"
    place = f"{at}|{row['_id']}|{entry['field']}"
    change: Row = {
        "taxpayer": row["taxpayer"],
        "order": place,
        "kind": str(kind),
        "document": row["_id"],
        **entry,
    }
    return UpdateOne({"_id": f"{row['taxpayer']}:{place}"}, {"$setOnInsert": change}, upsert=True)
