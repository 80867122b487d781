"""Documents that no reader could read: kept raw (see files), with the reason, until a better reader comes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import UpdateOne

from gateway.errors import UnreadableDocument
from gateway.models.file import FileReference
from gateway.sat.kinds import Kind
from gateway.store.mongo import Row, Store, now
from gateway.store.new_document import Source

_COLLECTION = "unreadable"
#: Longer is no name, no path and no explanation: the bytes have it whole.
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class NewUnreadable:
    """`identity` is the SHA-256 of the bytes, or the transaction's id when no bytes ever came."""

    identity: str
    kind: str | None
    reason: str
    detail: str
    path: str | None
    name: str
    file: FileReference | None
    source: Source

    @classmethod
    def of(
        cls,
        error: UnreadableDocument,
        *,
        identity: str,
        kind: Kind | None,
        name: str,
        file: FileReference | None,
        source: Source,
    ) -> NewUnreadable:
        """Make one of the error that says why; `kind`: None where the document does not tell its own."""
        told = str(kind) if kind else None
        return cls(identity, told, str(error.reason), error.detail, error.path, name, file, source)


async def keep(store: Store, taxpayer: str, found: Sequence[NewUnreadable]) -> None:
    """Twice the same is one row; a changed reason replaces the old one."""
    if not found:
        return
    at = now()
    await store[_COLLECTION].bulk_write([_operation(taxpayer, item, at) for item in found], ordered=False)


async def forget(store: Store, taxpayer: str, identities: Sequence[str]) -> None:
    """For documents that have been read after all."""
    ids = [f"{taxpayer}:{_identity(identity)}" for identity in identities]
    if ids:
        await store[_COLLECTION].delete_many({"_id": {"$in": ids}})


async def count(store: Store, taxpayer: str) -> int:
    return await store[_COLLECTION].count_documents({"taxpayer": taxpayer})


def _operation(taxpayer: str, item: NewUnreadable, at: datetime) -> UpdateOne:
    identity = _identity(item.identity)
    row = {
        "taxpayer": taxpayer,
        "identity": identity,
        "kind": item.kind,
        "reason": item.reason,
        "detail": item.detail[:_LONGEST],
        "path": item.path and item.path[:_LONGEST],
        "name": item.name[:_LONGEST],
        "file": item.file,
        "source": item.source,
    }
    first = {"first_seen_at": at, "order": f"{at:%Y-%m-%dT%H:%M:%S}|{identity}"}
    return UpdateOne({"_id": f"{taxpayer}:{identity}"}, {"$set": row, "$setOnInsert": first}, upsert=True)


def _identity(name: str) -> str:
    """Return a name that an index takes: what was announced, or the digest of what is too long for a name."""
    return name if len(name) <= _LONGEST else hashlib.sha256(name.encode()).hexdigest()


async def get(store: Store, id: str) -> Row | None:
    return await store[_COLLECTION].find_one({"_id": id})
