"""Changes as they are committed: one change stream over the collections that subscribers can see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pymongo.errors import OperationFailure

from gateway.store.mongo import Row, Store, unavailable_means_try_again

_WATCHED = ["jobs", "taxpayers"]
# ChangeStreamHistoryLost and its kin: the place to resume from is gone from the oplog.
_HISTORY_LOST = {286, 280, 260}


@dataclass(frozen=True, slots=True)
class Change:
    collection: str
    id: str
    token: Any


async def changes(store: Store, *, after: Any = None) -> AsyncIterator[Change]:
    """Which row changed, from now on or after a token; ends when the token is too old (start again without one).

    Rows are not read here: a subscriber reads its row itself, so a change that was missed costs nothing.
    """
    pipeline: list[Row] = [
        {"$match": {"ns.coll": {"$in": _WATCHED}, "operationType": {"$in": ["insert", "update", "replace", "delete"]}}},
        {"$project": {"ns": 1, "documentKey": 1}},
    ]
    async with unavailable_means_try_again():
        try:
            async with store.db.watch(pipeline, resume_after=after) as stream:
                async for change in stream:
                    yield Change(change["ns"]["coll"], change["documentKey"]["_id"], stream.resume_token)
        except OperationFailure as error:
            if error.code not in _HISTORY_LOST:
                raise
