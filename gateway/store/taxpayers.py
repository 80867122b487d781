"""Taxpayers: the root of the graph. A row belongs to an owner (the viewer), and carries what every profile page needs:
the latest opinion and tax status, and the state of the synchronisation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.models.taxpayer import ConnectionResult, KindResult, Sync, Taxpayer, Told
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.query_language import Expression, Fields, Filter
from gateway.store.rows import owned, read, written

_COLLECTION = "taxpayers"
_OF_A_TAXPAYER = {field.name: 1 for field in fields(Taxpayer) if field.name != "id"}


async def create(store: Store, *, owner: str, rfc: str, name: str) -> tuple[Taxpayer, bool]:
    """Return the owner's taxpayer with this RFC, and True when it is new. Twice the same is one row."""
    at = now()
    taxpayer = Taxpayer(id=new_id(), owner=owner, rfc=rfc, name=name, created_at=at)
    shown = {"updated_at": at, "compliance_opinion": None, "tax_status": None, "sync": written(Sync())}
    try:
        await store[_COLLECTION].insert_one({**written(taxpayer), **shown})
    except DuplicateKeyError:
        found = await by_rfc(store, owner, rfc)
        if found is None:
            raise
        return read(found, Taxpayer), False
    return taxpayer, True


async def get(store: Store, id: str, *, owner: str | None = None) -> Taxpayer | None:
    """Return one taxpayer; with `owner`, only if it is the owner's."""
    found = await store[_COLLECTION].find_one(owned(id, owner), _OF_A_TAXPAYER)
    return None if found is None else read(found, Taxpayer)


async def rfc_of(store: Store, id: str) -> str:
    """Return a taxpayer's RFC; "" of one that is gone."""
    found = await store[_COLLECTION].find_one({"_id": id}, {"rfc": 1})
    return found["rfc"] if found else ""


async def row(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    """Return the stored row of a taxpayer, as the schema shows it."""
    return await store[_COLLECTION].find_one(owned(id, owner))


async def by_ids(store: Store, ids: Sequence[str], *, owner: str) -> list[Row | None]:
    """Return the owner's taxpayers in the order of their ids; None where there is none or it is somebody else's."""
    rows = await store[_COLLECTION].find({"_id": {"$in": list(set(ids))}, "owner": owner}).to_list(None)
    found = {row["_id"]: row for row in rows}
    return [found.get(id) for id in ids]


async def by_rfc(store: Store, owner: str, rfc: str) -> Row | None:
    return await store[_COLLECTION].find_one({"owner": owner, "rfc": rfc})


async def by_syncfy_user(store: Store, id_user: str) -> Taxpayer | None:
    found = await store[_COLLECTION].find_one({"syncfy_user_id": id_user}, _OF_A_TAXPAYER)
    return None if found is None else read(found, Taxpayer)


async def owned_count(store: Store, owner: str) -> int:
    return await store[_COLLECTION].count_documents({"owner": owner})


async def latest(store: Store, ids: Sequence[str]) -> list[Row | None]:
    """For each taxpayer what its latest constancia and opinión say of its obligations."""
    shown = {"tax_status.obligations": 1, "compliance_opinion.omitted_obligations": 1}
    rows = await store[_COLLECTION].find({"_id": {"$in": list(ids)}}, shown).to_list(None)
    found = {row["_id"]: row for row in rows}
    return [found.get(id) for id in ids]


async def every_id(store: Store) -> AsyncIterator[str]:
    """Yield the id of every taxpayer, whosoever it is."""
    async for row in store[_COLLECTION].find({}, {"_id": 1}).sort("_id", 1):
        yield row["_id"]


async def set_syncfy_user(store: Store, id: str, id_user: str) -> None:
    await store[_COLLECTION].update_one({"_id": id}, {"$set": {"syncfy_user_id": id_user, "updated_at": now()}})


async def rename(store: Store, id: str, name: str) -> Row | None:
    """Return the row as it then is."""
    return await _bump(store, id, {"name": name})


async def note_change(store: Store, id: str) -> None:
    """Tell who follows the synchronisation that something of it changed that stands in another row."""
    await _bump(store, id, {})


async def exists(store: Store, id: str) -> bool:
    return await store[_COLLECTION].find_one({"_id": id}, {"_id": 1}) is not None


async def note_connection(store: Store, id: str, whole: ConnectionResult, kinds: Mapping[Kind, KindResult]) -> None:
    """Remember the result of the last connection, as the update-your-credentials view shows it, and of each kind's.

    Tasks that change a job tell of it beside each other and in any order: an older job, and an older version of the
    same job, change nothing. The result of a kind whose run has ended is kept until the next end.
    """
    changes: Fields = {
        "sync.last_connection": _newest("sync.last_connection", whole),
        "sync.version": {"$add": ["$sync.version", 1]},
        "updated_at": now(),
    }
    for kind, result in kinds.items():
        for key in ("run", "result") if result.state.terminal else ("run",):
            place = f"sync.kinds.{kind}.{key}"
            changes[place] = _newest(place, result)
    await store[_COLLECTION].update_one({"_id": id}, [{"$set": changes}])


def _newest(place: str, told: Told) -> Expression:
    """Keep what stands there, unless this is told of a newer job, or of a later version of the same job."""
    known = f"${place}"
    newer_job = {"$gt": [told.order, {"$ifNull": [f"{known}.order", ""]}]}
    same_job = {"$eq": [{"$ifNull": [f"{known}.order", ""]}, told.order]}
    later = {"$gte": [told.version, {"$ifNull": [f"{known}.version", 0]}]}
    return {"$cond": [{"$or": [newer_job, {"$and": [same_job, later]}]}, {"$literal": written(told)}, known]}


async def yield_place(store: Store, id: str, job: str, kinds: Sequence[Kind]) -> None:
    """Let the news of a job that is a part of another give way to whatever the other tells."""
    places = ["sync.last_connection", *(f"sync.kinds.{kind}.{key}" for kind in kinds for key in ("run", "result"))]
    for place in places:
        told = {f"{place}.order": "", f"{place}.version": 0}
        await store[_COLLECTION].update_one({"_id": id, f"{place}.job": job}, {"$set": told})


async def note_download(store: Store, id: str, kind: Kind, *, at: datetime, held: int | None = None) -> None:
    """Remember that documents of a kind were looked for and stored; `held` is how many there are now, when counted."""
    changes: Fields = {f"sync.kinds.{kind}.last_download_at": at, "sync.last_download_at": at}
    if held is not None:
        changes[f"sync.kinds.{kind}.held"] = held
    await _bump(store, id, changes)


async def set_latest(store: Store, id: str, field: str, row: Row | None) -> None:
    """Embed the latest compliance_opinion or tax_status, so that a profile card is one read."""
    await store[_COLLECTION].update_one({"_id": id}, {"$set": {field: row, "updated_at": now()}})


async def _bump(store: Store, id: str, changes: Fields) -> Row | None:
    return await store[_COLLECTION].find_one_and_update(
        {"_id": id},
        {"$set": {**changes, "updated_at": now()}, "$inc": {"sync.version": 1}},
        return_document=ReturnDocument.AFTER,
    )


async def stale(
    store: Store, due: Mapping[Kind, datetime], *, idle_since: datetime, again: datetime, limit: int
) -> list[str]:
    """Ids of connected taxpayers with a kind whose last download is older than its moment in `due`, or never was.

    A taxpayer of whom a kind never came counts only when nothing was heard since `idle_since`: others are being
    connected. One that was looked at after `again` is left out, and the one that waits longest comes first: those that
    stay stale do not keep the others from their turn.
    """
    never: list[Filter] = [{f"sync.kinds.{kind}.last_download_at": None} for kind in due]
    old: list[Filter] = [{f"sync.kinds.{kind}.last_download_at": {"$lt": before}} for kind, before in due.items()]
    query: Filter = {
        "syncfy_user_id": {"$gt": ""},
        "$and": [
            {"$or": [{"sync.looked_at": None}, {"sync.looked_at": {"$lt": again}}]},
            {"$or": [*old, {"$and": [{"$or": never}, {"updated_at": {"$lt": idle_since}}]}]},
        ],
    }
    rows = await store[_COLLECTION].find(query, {"_id": 1}).sort("sync.looked_at", 1).limit(limit).to_list(limit)
    return [row["_id"] for row in rows]


async def note_look(store: Store, ids: Sequence[str]) -> None:
    """Remember that somebody was sent to look at what is stale."""
    await store[_COLLECTION].update_many({"_id": {"$in": list(ids)}}, {"$set": {"sync.looked_at": now()}})
