"""A taxpayer with some thousands of documents, and a neighbour with as many: copies of a stored profile's rows.

A copy has UUIDs of its own, and so have the documents that it names; every other copy has other parties. The keys that
are derived, counted or noted are made by the store's own functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway.sat.kinds import Kind
from gateway.store import changes, counterparties
from gateway.store.derived import derived
from gateway.store.mongo import Row, Store, now
from gateway.store.orders import order_of

_UUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_CHANGE = {"field": "status", "from": "ACTIVE", "to": "CANCELLED"}


async def crowd(store: Store, taxpayer: str, neighbour: str, *, copies: int) -> None:
    """Adds the copies of the taxpayer's invoices and retenciones, and gives the neighbour all that the taxpayer has."""
    for kind in (Kind.INVOICE, Kind.WITHHOLDING):
        rows = await store[kind.collection].find({"taxpayer": taxpayer}).to_list(None)
        made = [_copy(kind, row, number) for number in range(1, copies + 1) for row in rows]
        await store[kind.collection].insert_many(made, ordered=False)
    await changes.note_all(store, taxpayer)
    await counterparties.recompute_all(store, taxpayer)
    for collection in ("unreadable", "jobs"):
        one = await store[collection].find_one({"taxpayer": taxpayer})
        assert one is not None
        await store[collection].insert_many(_others(one, order_of(collection).key, copies * 5))
    for collection in await store.db.list_collection_names():
        if "." not in collection:
            await _give(store, collection, taxpayer, neighbour)


def _copy(kind: Kind, row: Row, number: int) -> Row:
    copy: Row = _renamed(row, number)
    copy["_id"] = f"{row['taxpayer']}:{copy['identity']}"
    copy["order"] = f"{row['order'].partition('|')[0]}|{copy['identity']}"
    if number % 2:
        other = copy["receiver" if row["direction"] == "ISSUED" else "issuer"]
        other["rfc"] = f"{other['rfc'][:-3]}{number:03}" if other.get("rfc") else None
    if number % 5 == 0:
        copy["history"] = [{"at": now(), **_CHANGE}]
    return {**copy, **derived(kind, copy)}


def _renamed(value: Any, number: int) -> Any:
    """The same with other UUIDs, wherever they stand."""
    if isinstance(value, dict):
        return {key: _renamed(inner, number) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, number) for inner in value]
    if isinstance(value, str) and _UUID.fullmatch(value):
        return f"{number:08X}{value[8:]}"
    return value


def _others(row: Row, key: str, many: int) -> Iterator[Row]:
    unique = ("syncfy_job_id",)
    for number in range(many):
        yield {name: value for name, value in row.items() if name not in unique} | {
            "_id": f"{row['_id']}-{number}",
            key: f"{row[key]}-{number}",
        }


async def _give(store: Store, collection: str, taxpayer: str, neighbour: str) -> None:
    rows = await store[collection].find({"taxpayer": taxpayer}).to_list(None)
    given = [
        {name: value for name, value in row.items() if name != "syncfy_job_id"}
        | {"_id": f"{neighbour}:{row['_id']}", "taxpayer": neighbour}
        for row in rows
    ]
    if given:
        await store[collection].insert_many(given, ordered=False)
