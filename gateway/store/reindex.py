"""Rows whose derived keys are of an older scheme, and how they get those of today's from their own record.

Whose a document is, is told anew too: older versions took what Syncfy's list said, whoever had logged in. So is the
identity of a CFDI: to older versions another serialisation was another document.

Beside workers: a row that one of them writes meanwhile is left to the next round. Killed or run twice: what is done no
longer belongs to the older schemes, so it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo import UpdateOne

from gateway.models.file import XML, first_of
from gateway.sat.direction import Direction, masks_another, names_another, of_record
from gateway.sat.identity import fingerprint, soundness
from gateway.sat.kinds import Delivery, Kind
from gateway.store.derived import SCHEME, derived
from gateway.store.document_rows import OF_ANOTHER_RFC
from gateway.store.mongo import Row, Store, now
from gateway.store.new_document import RANK_METADATA, RANK_XML
from gateway.store.query_language import Filter, Update

_BATCH = 200
#: Rows of before there were schemes have none.
_OLDER: Filter = {"scheme": {"$in": [None, *range(1, SCHEME)]}}


async def outdated(store: Store) -> bool:
    """Return True where a document's row is of an older scheme: filters and orders do not find it whole."""
    for kind in Kind:
        if await store[kind.collection].find_one(_OLDER, {"_id": 1}) is not None:
            return True
    return False


async def reorder_unreadable(store: Store) -> int:
    """Once they were in no order: now what was seen last comes first. How many rows were put into their place."""
    seen = {"$dateToString": {"date": "$first_seen_at", "format": "%Y-%m-%dT%H:%M:%S"}}
    placed = {"$set": {"order": {"$concat": [seen, "|", "$identity"]}}}
    result = await store["unreadable"].update_many({"$expr": {"$eq": ["$order", "$identity"]}}, [placed])
    return result.modified_count


async def outdated_count(store: Store, kind: Kind) -> int:
    return await store[kind.collection].count_documents(_OLDER)


async def reindex(store: Store, kind: Kind, *, size: int = _BATCH) -> AsyncIterator[int]:
    """Rewrite the derived keys of a kind's older rows; yield how many it has written, a batch at a time.

    Ends when none is left, or when a round wrote none: those left can't be derived, and `outdated` goes on telling.
    """
    written = True
    while written:
        written = False
        batch: list[Row] = []
        async for row in store[kind.collection].find(_OLDER, batch_size=size):
            batch.append(row)
            if len(batch) == size:
                done = await _write(store, kind, batch)
                written, batch = written or done > 0, []
                yield done
        if batch:
            done = await _write(store, kind, batch)
            written = written or done > 0
            yield done


async def _write(store: Store, kind: Kind, rows: Sequence[Row]) -> int:
    rfcs = await _rfcs(store, rows)
    foreign = await _foreign(store, kind, rows, rfcs)
    at = now()
    batch = [_rewritten(kind, row, rfcs[row["taxpayer"]], row["_id"] in foreign, at) for row in rows]
    return (await store[kind.collection].bulk_write(batch, ordered=False)).modified_count


def _rewritten(kind: Kind, row: Row, rfc: str | None, foreign: bool, at: datetime) -> UpdateOne:
    # As it was read: whoever has written since has derived its keys itself, or has made another round needed.
    as_read: Filter = {"_id": row["_id"], "revision": row.get("revision"), "scheme": row.get("scheme")}
    whose = _ownership(kind, row, rfc, foreign)
    change: Update = {"$set": {**whose, **_identity(kind, row), **derived(kind, {**row, **whose})}}
    changed = [
        {"at": at, "field": OF_ANOTHER_RFC if key == "other" else key, "from": row.get(key), "to": value}
        for key, value in whose.items()
        if value != row.get(key) and (row.get(key) is not None or value)
    ]
    if changed:
        change["$push"] = {"history": {"$each": changed}}
    return UpdateOne(as_read, change)


def _identity(kind: Kind, row: Row) -> Row:
    """Tell anew what a CFDI in XML is compared with its copies by."""
    file = first_of(row, XML)
    if kind.delivery is not Delivery.FISCAL or row.get("rank") != RANK_XML or file is None:
        return {}
    record = {key: row[key] for key in kind.spec.record.__annotations__ if key in row}
    sound = soundness(record, row.get("problems") or (), file["sha256"])
    return {"fingerprint": fingerprint(record), "soundness": sound, "content_file": file["sha256"]}


def _ownership(kind: Kind, row: Row, rfc: str | None, foreign: bool) -> Row:
    """Tell anew whose a document is, by what it says itself."""
    if rfc is None:  # its taxpayer is being erased
        return {}
    if kind.delivery is not Delivery.FISCAL:
        return {"other": names_another(row, rfc)}
    if foreign:
        return {"direction": str(Direction.OTHER)}
    told = row.get("direction")
    found = of_record(kind, row, rfc, Direction(told) if told else None)
    return {"direction": str(found)} if found else {}


async def _rfcs(store: Store, rows: Sequence[Row]) -> dict[str, str | None]:
    ids = {row["taxpayer"] for row in rows}
    found = await store["taxpayers"].find({"_id": {"$in": list(ids)}}, {"rfc": 1}).to_list(None)
    return {**dict.fromkeys(ids), **{row["_id"]: row["rfc"] for row in found}}


async def _foreign(store: Store, kind: Kind, rows: Sequence[Row], rfcs: dict[str, str | None]) -> set[str]:
    """Return the ids of metadata that came by another RFC's login: as they were stored they name the taxpayer."""
    if kind.delivery is not Delivery.FISCAL:
        return set()
    logins = {
        row["_id"]: f"{row['taxpayer']}:{id}"
        for row in rows
        if row.get("rank") == RANK_METADATA and (id := (row.get("source") or {}).get("credential_id"))
    }
    held = await store["credentials"].find({"_id": {"$in": sorted({*logins.values()})}}).to_list(None)
    strangers = {
        one["_id"] for one in held if (rfc := rfcs.get(one["taxpayer"])) and masks_another(one.get("username"), rfc)
    }
    return {id for id, login in logins.items() if login in strangers}
