"""Credentials: a taxpayer's access to one SAT site, as Syncfy describes it. The password is Syncfy's alone.

Events of one credential are handled beside each other, so the answer of an older look may be written after that of a
newer one. Every write therefore carries the moment in which Syncfy was asked, and an older one changes nothing. Of a
credential that was deleted, its ids and that moment stay: an older answer must not bring it back.
"""

from __future__ import annotations

from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gateway.errors import TaxpayerGone
from gateway.models.credential import Credential, SeenCredential
from gateway.store.mongo import Row, Store, now
from gateway.store.query_language import Filter, Pipeline
from gateway.store.rows import owned, read, written

_COLLECTION = "credentials"
_HELD: Filter = {"gone": None}


async def observe(
    store: Store, *, taxpayer: str, owner: str, id_credential: str, seen: SeenCredential, asked_at: datetime
) -> int:
    """Write what Syncfy said of a credential when it was asked, unless a later look is here.

    Return the cursor of its downloads. Raise TaxpayerGone when all of the taxpayer is being erased.
    """
    id, at = f"{taxpayer}:{id_credential}", now()
    literal = {key: {"$literal": value} for key, value in written(seen).items()}
    row = {
        **literal,
        "taxpayer": {"$literal": taxpayer},
        "owner": {"$literal": owner},
        "syncfy_credential_id": {"$literal": id_credential},
        "asked_at": asked_at,
        "updated_at": at,
        "created_at": {"$ifNull": ["$created_at", at]},
        "fetched_to": {"$ifNull": ["$fetched_to", 0]},
    }
    after = await _write(store, id, asked_at, [{"$set": row}, {"$unset": "gone"}])
    if after is None:
        raise TaxpayerGone("the taxpayer was deleted while Syncfy told of its credential")
    return int(after["fetched_to"])


async def forget(store: Store, *, taxpayer: str, id_credential: str, asked_at: datetime) -> bool:
    """Take the credential away that Syncfy no longer had when it was asked; False when there was none."""
    id = f"{taxpayer}:{id_credential}"
    held = await store[_COLLECTION].find_one({"_id": id, **_HELD}, {"_id": 1}) is not None
    trace = {"_id": id, "taxpayer": {"$literal": taxpayer}, "gone": True, "asked_at": asked_at, "fetched_to": 0}
    after = await _write(store, id, asked_at, [{"$replaceWith": trace}])
    return held and after is not None and after.get("gone") is True


async def _write(store: Store, id: str, asked_at: datetime, update: Pipeline) -> Row | None:
    """Apply the update unless a later look is here; the row as it then is, None when it was erased meanwhile."""
    older: Filter = {"_id": id, "asked_at": {"$not": {"$gt": asked_at}}}
    for upsert in (True, False):  # two that make the row at once: the second finds it
        try:
            row: Row | None = await store[_COLLECTION].find_one_and_update(
                older, update, upsert=upsert, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            continue
        if row is not None:
            return row
    return await store[_COLLECTION].find_one({"_id": id})


async def of_taxpayer(store: Store, taxpayer: str) -> list[Credential]:
    rows = await store[_COLLECTION].find({"taxpayer": taxpayer, **_HELD}).sort("_id", 1).limit(100).to_list(100)
    return [read(row, Credential) for row in rows]


async def row(store: Store, id: str, *, owner: str | None = None) -> Row | None:
    """Return the stored row of a credential; None for one that is gone. With `owner`, only if it is the owner's."""
    return await store[_COLLECTION].find_one({**owned(id, owner), **_HELD})


async def set_fetched_to(store: Store, *, taxpayer: str, id_credential: str, to: int) -> None:
    """Move the cursor (Unix seconds of Syncfy's refresh time) forward, never back; written last."""
    await store[_COLLECTION].update_one({"_id": f"{taxpayer}:{id_credential}", **_HELD}, {"$max": {"fetched_to": to}})
