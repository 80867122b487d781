"""Changes as they are committed: one change stream over the collections that subscribers can see."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from pymongo.errors import OperationFailure

from gateway.errors import StoreRefused
from gateway.store import arrivals
from gateway.store.mongo import Row, Store, outage, unavailable_means_try_again
from gateway.store.query_language import Filter, Pipeline

_ROWS: Filter = {
    "ns.coll": {"$in": ["jobs", "exports", "taxpayers"]},
    "operationType": {"$in": ["insert", "update", "replace", "delete"]},
}
# An arrival is told by the update that gives it its place: neither before nor when it is swept away.
_TOLD: Filter = {"ns.coll": "arrivals", "operationType": "update"}
# The place to go on from is lost: RetryChangeStream, InvalidResumeToken, ChangeStreamFatalError,
# ChangeStreamHistoryLost (it is no longer in the oplog), BSONObjectTooLarge (an event of more than 16 MB).
_PLACE_LOST = frozenset({234, 260, 280, 286, 10334})


OPENED = "*"


@dataclass(frozen=True, slots=True)
class Change:
    """`id` is the row's; of an arrival its taxpayer's, whose feed has grown."""

    collection: str
    id: str
    token: Any
    deleted: bool = False


async def changes(store: Store, *, after: Any = None) -> AsyncGenerator[Change, None]:
    """Yield which row changed, from now on or after a token; ends when the place is lost (start again without a token).

    The first item is OPENED: what happened before it was not seen, so whoever listens looks once more. Rows are not
    read here: a subscriber reads its row itself, and an event stays small however large its row is. Raises
    StoreUnavailable, and StoreRefused when there can be no stream.
    """
    pipeline: Pipeline = [
        {"$match": {"$or": [_ROWS, _TOLD]}},
        {"$project": {"ns": 1, "documentKey": 1, "operationType": 1}},
    ]
    async with unavailable_means_try_again():
        try:
            async with store.db.watch(pipeline, resume_after=after, max_await_time_ms=500) as stream:
                first = await stream.try_next()  # motor opens the stream with the first read, not before
                yield Change(OPENED, "", stream.resume_token)
                if first is not None:
                    yield _change(first, stream.resume_token)
                async for change in stream:
                    yield _change(change, stream.resume_token)
        except OperationFailure as error:
            if outage(error) is not None:
                raise
            if error.code not in _PLACE_LOST:
                raise StoreRefused(f"the store gives no stream of changes (code {error.code})") from None


def _change(change: Row, token: Any) -> Change:
    collection, id = change["ns"]["coll"], change["documentKey"]["_id"]
    id = arrivals.taxpayer_of(id) if collection == "arrivals" else id
    return Change(collection, id, token, change["operationType"] == "delete")
