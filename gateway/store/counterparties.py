"""Whom a taxpayer exchanges documents with: one row for each key of `counterparty`, recomputed from the documents.

Computed anew for the keys that stored batches touch (see pending_counterparties): in any order, again after a kill, and
beside other workers, because whoever writes looks once more. A row whose documents have all gone to another key
(metadata lacked a name, say) goes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from pymongo import DeleteOne, ReplaceOne
from pymongo.errors import BulkWriteError

from gateway.sat.kinds import Delivery, Kind
from gateway.store import counterparty_rows, mongo
from gateway.store.counterparty_rows import Employment, Group, GroupKey
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Fields, Filter, Pipeline, Stage

COLLECTION = "counterparties"
#: The kinds of documents that have a counterparty.
KINDS = tuple(kind for kind in Kind if kind.delivery is Delivery.FISCAL)
_CHUNK = 200
_MOST_ROUNDS = 8


async def keys_of(store: Store, ids: Mapping[Kind, Sequence[str]]) -> list[str]:
    """Return the keys of the counterparties of these documents, and of those that they were counted under before."""
    keys: set[str] = set()
    for kind in KINDS:
        wanted = {"_id": {"$in": list(ids.get(kind, ()))}}
        fields = {"counterparty.key": 1, "history.field": 1, "history.from": 1}
        for row in await store[kind.collection].find(wanted, fields).to_list(None) if ids.get(kind) else ():
            keys.update(_keys_of(row))
    return sorted(keys)


async def recompute_all(store: Store, taxpayer: str) -> None:
    """Recompute every counterparty of a taxpayer."""
    keys: set[str] = set()
    for collection, key in ((COLLECTION, "key"), *((kind.collection, "counterparty.key") for kind in KINDS)):
        # Not `distinct`, whose answer is one document of at most 16 MB.
        grouped: Pipeline = [{"$match": {"taxpayer": taxpayer, key: {"$gt": ""}}}, {"$group": {"_id": f"${key}"}}]
        keys |= {row["_id"] for row in await mongo.aggregate(store[collection], grouped)}
    await recompute_keys(store, taxpayer, sorted(keys))


async def get(store: Store, id: str) -> Row | None:
    return await store[COLLECTION].find_one({"_id": id})


async def by_ids(store: Store, ids: Sequence[str]) -> list[Row | None]:
    rows = await store[COLLECTION].find({"_id": {"$in": list(ids)}}).to_list(None)
    found = {row["_id"]: row for row in rows}
    return [found.get(id) for id in ids]


def id_of(taxpayer: str, key: str) -> str:
    return f"{taxpayer}:{key}"


def _keys_of(row: Row) -> Iterable[str]:
    before = [e.get("from") for e in row.get("history") or [] if e["field"] == "counterparty.key"]
    return (key for key in ((row.get("counterparty") or {}).get("key"), *before) if key)


async def recompute_keys(store: Store, taxpayer: str, keys: Sequence[str]) -> None:
    """Make the rows of these counterparties anew from the documents."""
    for start in range(0, len(keys), _CHUNK):
        pending: Sequence[str] = keys[start : start + _CHUNK]
        for _ in range(_MOST_ROUNDS):
            pending = await _round(store, taxpayer, pending)
            if not pending:
                break


async def _round(store: Store, taxpayer: str, keys: Sequence[str]) -> list[str]:
    """Compute and write once; the keys of what was not yet as it should be."""
    ids = {key: id_of(taxpayer, key) for key in keys}
    stored = await store[COLLECTION].find({"_id": {"$in": list(ids.values())}}).to_list(None)
    held = {row["key"]: row for row in stored}
    groups = {kind: await _grouped(store, kind, taxpayer, keys) for kind in KINDS}
    employed = [row["_id"]["key"] for row in groups[Kind.INVOICE] if _is_payroll(row["_id"])]
    employments = await _employments(store, taxpayer, employed) if employed else {}
    found = counterparty_rows.of_groups(groups[Kind.INVOICE], groups[Kind.WITHHOLDING], employments)
    operations: list[ReplaceOne[Row] | DeleteOne] = []
    changed = []
    for key, id in ids.items():
        row = {"_id": id, "taxpayer": taxpayer, **found[key]} if key in found else None
        if row == held.get(key):
            continue
        operations.append(ReplaceOne({"_id": id}, row, upsert=True) if row else DeleteOne({"_id": id}))
        changed.append(key)
    if operations:
        try:
            await store[COLLECTION].bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            mongo.duplicates(error)  # somebody else has just made the same row: the next round compares
    return changed


async def _grouped(store: Store, kind: Kind, taxpayer: str, keys: Sequence[str]) -> list[Group]:
    """Count by counterparty, direction and nature, with the first, the last and the names. From the index alone."""
    name = {"$ifNull": ["$counterparty.name", ""]}
    group: Fields = {
        "_id": {"key": "$counterparty.key", "direction": "$direction", "nature": "$figures.nature"},
        "rfc": {"$max": "$counterparty.rfc"},
        "count": {"$sum": 1},
        "first": {"$min": "$order"},
        "last": {"$max": "$order"},
        "names": {"$addToSet": name},
        # The name of the newest document that has one: a tab sorts before all that a name may have.
        "named": {"$max": {"$cond": [{"$eq": [name, ""]}, None, {"$concat": ["$order", "\t", name]}]}},
    }
    match: Filter = {"taxpayer": taxpayer, "counterparty.key": {"$in": list(keys)}}
    groups = await mongo.aggregate(store[kind.collection], [{"$match": match}, {"$group": group}])
    return cast(list[Group], groups)


async def _employments(store: Store, taxpayer: str, keys: Sequence[str]) -> dict[str, Employment]:
    """Of each employee when it was paid, and what the newest payroll says of it."""
    match: Filter = {"taxpayer": taxpayer, "counterparty.key": {"$in": list(keys)}, "direction": "ISSUED"}
    match |= {"figures.nature": counterparty_rows.PAYROLL}
    # A document may carry two; one of which only the metadata came has none.
    each: Stage = {"$unwind": {"path": "$payrolls", "preserveNullAndEmptyArrays": True}}
    group: Fields = {
        "_id": "$counterparty.key",
        "first": {"$min": "$payrolls.paid_on"},
        "last": {"$max": "$payrolls.paid_on"},
        "newest": {"$max": {"$cond": [{"$ifNull": ["$payrolls.version", False]}, "$order", None]}},
    }
    rows = await mongo.aggregate(store[Kind.INVOICE.collection], [{"$match": match}, each, {"$group": group}])
    newest = [f"{taxpayer}:{row['newest'].partition('|')[2]}" for row in rows if row["newest"]]
    fields = {"payrolls.employee": 1, "counterparty.key": 1}
    said = await store[Kind.INVOICE.collection].find({"_id": {"$in": newest}}, fields).to_list(None)
    employees = {row["counterparty"]["key"]: row["payrolls"][0]["employee"] for row in said if row.get("payrolls")}
    return {
        row["_id"]: {"employee": employees.get(row["_id"]), "first_paid_on": row["first"], "last_paid_on": row["last"]}
        for row in rows
    }


def _is_payroll(group: GroupKey) -> bool:
    return group.get("nature") == counterparty_rows.PAYROLL and group.get("direction") == "ISSUED"
