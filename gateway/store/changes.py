"""Every change of a taxpayer's documents as a list of its own: the entries of their histories, newest first.

Made from the histories after each stored batch and again by reindex; an entry's id is its own place, so that writing it
twice writes it once, and a batch that is stored again after a kill adds what was left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import UpdateOne

from gateway.sat.kinds import Kind
from gateway.store.mongo import Row, Store

_COLLECTION = "changes"
_BATCH = 500


async def note(store: Store, ids: Mapping[Kind, Sequence[str]]) -> None:
    """The changes of these documents that are not in the list yet."""
    for kind, of_it in ids.items():
        await _note(store, kind, {"_id": {"$in": list(of_it)}})


async def note_all(store: Store, taxpayer: str) -> None:
    for kind in Kind:
        await _note(store, kind, {"taxpayer": taxpayer})


async def _note(store: Store, kind: Kind, query: Row) -> None:
    batch: list[UpdateOne] = []
    changed = {**query, "history.0": {"$exists": True}}
    async for row in store[kind.collection].find(changed, {"history": 1, "taxpayer": 1}):
        batch += [_operation(kind, row, entry) for entry in row["history"]]
        if len(batch) >= _BATCH:
            await store[_COLLECTION].bulk_write(batch, ordered=False)
            batch = []
    if batch:
        await store[_COLLECTION].bulk_write(batch, ordered=False)


def _operation(kind: Kind, row: Row, entry: Row) -> UpdateOne:
    at = f"{entry['at']:%Y-%m-%dT%H:%M:%S.%f}"
    place = f"{at}|{row['_id']}|{entry['field']}"
    change: Row = {
        "taxpayer": row["taxpayer"],
        "order": place,
        "kind": str(kind),
        "document": row["_id"],
        **{key: entry[key] for key in ("at", "field", "from", "to")},
    }
    return UpdateOne({"_id": f"{row['taxpayer']}:{place}"}, {"$setOnInsert": change}, upsert=True)
