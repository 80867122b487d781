"""A taxpayer with some thousands of documents, and a neighbour with as many: copies of a stored profile's rows.

A copy has UUIDs of its own, and so have the documents that it names; every other copy has other parties. The keys that
are derived, counted or noted are made by the store's own functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import changes, counterparties
from gateway.store.derived import derived
from gateway.store.mongo import Row, Store, now
from gateway.store.orders import order_of
from resolvers.node import global_id
from tests.plans import Plan, explained
from tests.profiles import stored_profile
from tests.support import opened

_UUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_COPIES, _NEIGHBOUR = 60, "neighbour"
_CHANGE = {"field": "status", "from": "ACTIVE", "to": "CANCELLED"}


async def _crowd(store: Store, taxpayer: str, neighbour: str) -> None:
    """Adds the copies of the taxpayer's invoices and retenciones, and gives the neighbour all that the taxpayer has."""
    for kind in (Kind.INVOICE, Kind.WITHHOLDING):
        rows = await store[kind.collection].find({"taxpayer": taxpayer}).to_list(None)
        made = [_copy(kind, row, number) for number in range(1, _COPIES + 1) for row in rows]
        await store[kind.collection].insert_many(made, ordered=False)
    await changes.note_all(store, taxpayer)
    await counterparties.recompute_all(store, taxpayer)
    for collection in ("unreadable", "jobs"):
        one = await store[collection].find_one({"taxpayer": taxpayer})
        assert one is not None
        await store[collection].insert_many(_others(one, order_of(collection).key, _COPIES * 5))
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


#: What sorts documents in memory, by a part of the query: few they are, and why.
SORTED = {
    r"{_id: (str|{\$in)": "the documents with some identities: 1,000 at most",
    r"roles: EMPLOYEE.*sort: {sort\.": "the employees in another order than that of the newest document",
    r"(payments\.settles|related)\.uuid: ": "the documents that name one: a few, and 200 at most are answered",
    r"figures\.payments: {\$elemMatch": "the payments of a period, in the order of the days of their CFDI",
    r"figures\.day: ": "what counts in a period, in the order of the days of issue",
    r"sync\.looked_at": "the taxpayers that are due for a look, four times an hour",
    r"inbox .*sort: {received_at": "an operator's list of the events in one state",
    r"find catalog_tables ": "one row for each imported catalogue",
}
#: What reads a whole collection, and why.
SCANNED = {
    r"find catalog_tables ": "one row for each imported catalogue",
    r"update unreadable {\$expr": "what an older version left in no order: by a command, once",
}


#: What goes through a taxpayer's whole list to find a few, as any filter of a client's may, and why.
WALKED = {
    r"figures\.payments: {\$elemMatch.*_id: {\$nin": "what moved money in a period: by one date or by another",
    r"figures\.day: ": "what counts in a period by a day that may be another than that of its issue",
    r"withholdings .*figures\.month: ": "retenciones by the month of their period, which is not that of their date",
}


def _walks(shape: str, plan: Plan) -> bool:
    own_order = plan.indexes == {"taxpayer_1_order_1"} and not re.search(r"order: {\$gte?: str, \$lt", shape)
    return shape.startswith("find ") and own_order and plan.documents > 10 * (plan.returned + 3)


@dataclass(frozen=True, slots=True)
class Crowd:
    taxpayer: Taxpayer
    #: How many rows of a collection the taxpayer holds.
    held: dict[str, int]

    @property
    def id(self) -> str:
        return global_id("Taxpayer", self.taxpayer.id)

    def faults(self, shape: str, plan: Plan, *, walks: bool = False) -> list[str]:
        """What is wrong with the plan of a query. `walks`: it may go through a whole list."""
        collection = shape.split()[1]
        # A row that is looked for by its own key, and as many as are found, are looked at in any collection.
        most = max(self.held.get(collection, 0), plan.returned + 10)
        if any(re.search(known, shape) for known in SCANNED):
            return []
        faults = {
            "reads the whole collection": plan.scans,
            "sorts documents in memory": plan.sorts and not any(re.search(known, shape) for known in SORTED),
            f"looks at {plan.documents} of {most} documents": plan.documents > most,
            f"walks over {plan.documents} documents to {plan.returned}": not walks
            and _walks(shape, plan)
            and not any(re.search(known, shape) for known in WALKED),
            "has more than three plans to try": plan.rejected > 2,
        }
        return [fault for fault, found in faults.items() if found]


async def crowd_in(url: str, database: str) -> Crowd:
    async with opened(url, database) as store:
        taxpayer = await stored_profile(store)
        await _crowd(store, taxpayer.id, _NEIGHBOUR)
        names = await store.db.list_collection_names()
        held = {name: await store[name].count_documents({"taxpayer": taxpayer.id}) for name in names}
    assert held["invoices"] > 1000
    return Crowd(taxpayer, held)


async def faults_of(
    store: Store, crowded: Crowd, shapes: dict[str, Row], *, walks: bool = False
) -> dict[str, list[str]]:
    """By the shape of a recorded command what is wrong with its plan."""
    plans = {shape: await explained(store, command) for shape, command in shapes.items()}
    found = {f"{shape} {plan}": crowded.faults(shape, plan, walks=walks) for shape, plan in plans.items()}
    return {shape: faults for shape, faults in found.items() if faults}
