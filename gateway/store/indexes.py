"""The indexes, one list for the whole database. Creating them is idempotent and happens when a process starts.

Every index of taxpayers' data starts with the taxpayer: pages, isolation and deletion all come from that prefix.

Texts are indexed upwards, and read downwards where the newest comes first, which costs a server nothing. Behind an
index downwards the embedded store loses every row whose text begins with a lower bound: `order >= "2024-01-01"` finds
nothing of that day.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from gateway.sat.kinds import Kind
from gateway.store.derived import SORTS
from gateway.store.mongo import Store

_INDEX_NOT_FOUND = 27


def _unique_when_set(key: str) -> IndexModel:
    """Unique among the rows that have the key: a job gets its Syncfy id only after Syncfy has answered.

    `$gt`, because a planner sees that an equality implies it, which MongoDB's does not see of `$type`, nor the embedded
    store's of `$exists`.
    """
    partial: dict[str, Any] = {key: {"$gt": ""}}
    return IndexModel([(key, ASCENDING)], name=f"{key}_when_set", unique=True, partialFilterExpression=partial)


def _sorted_by(kind: Kind) -> list[IndexModel]:
    """One for each order of a kind's list. Not unique: rows of an older scheme have no sort keys."""
    return [IndexModel([("taxpayer", ASCENDING), (f"sort.{name}", ASCENDING)]) for name in SORTS[kind]]


def _links(key: str) -> IndexModel:
    """By the UUID of another document. Not partial: the embedded store takes no such index."""
    return IndexModel([("taxpayer", ASCENDING), (key, ASCENDING)])


_INDEXES: dict[str, list[IndexModel]] = {
    "taxpayers": [
        IndexModel([("owner", ASCENDING), ("rfc", ASCENDING)], unique=True),
        IndexModel([("owner", ASCENDING), ("_id", ASCENDING)]),
        _unique_when_set("syncfy_user_id"),
    ],
    "credentials": [IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)])],
    "jobs": [
        _unique_when_set("syncfy_job_id"),
        IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True),
        IndexModel([("taxpayer", ASCENDING), ("active", ASCENDING)]),
        # Two starts at once are one run of a credential: SAT locks out who logs in twice.
        IndexModel(
            [("taxpayer", ASCENDING), ("holds", ASCENDING)],
            name="one_run_of_a_credential",
            unique=True,
            partialFilterExpression={"active": True, "origin": "CLIENT"},
        ),
        IndexModel([("active", ASCENDING), ("check_at", ASCENDING)]),
        IndexModel([("taxpayer", ASCENDING), ("child_ids", ASCENDING)]),
    ],
    "folded_jobs": [IndexModel([("taxpayer", ASCENDING)])],
    "idempotency": [
        IndexModel([("taxpayer", ASCENDING)]),
        IndexModel([("expire_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "deletions": [
        IndexModel([("owner", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("user_hash", ASCENDING)]),
    ],
    "inbox": [
        IndexModel([("syncfy_user_id", ASCENDING)]),
        IndexModel([("taxpayer", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("received_at", DESCENDING)]),
        IndexModel([("expire_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "arrivals": [
        # Unique: what gives each arrival its place, and no place twice.
        IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True),
        IndexModel([("pending", ASCENDING), ("at", ASCENDING)], partialFilterExpression={"pending": True}),
    ],
    "exports": [
        # So many of a viewer's exports run at a time as there are slots.
        IndexModel(
            [("owner", ASCENDING), ("slot", ASCENDING)],
            name="running_exports",
            unique=True,
            partialFilterExpression={"active": True},
        ),
        IndexModel([("active", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("expire_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "export_parts": [
        IndexModel([("export", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("expire_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "files": [IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)])],
    "pending_parties": [
        IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("since", ASCENDING)]),
    ],
    "changes": [IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True)],
    "counterparties": [
        IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True),
        IndexModel([("taxpayer", ASCENDING), ("roles", ASCENDING), ("order", ASCENDING)]),
        *(IndexModel([("taxpayer", ASCENDING), (f"sort.{name}", ASCENDING)]) for name in ("name", "documents")),
    ],
    # Not of a taxpayer: public lists, looked up by their ids (import and RFC, import and code).
    "blacklist": [IndexModel([("version", ASCENDING)])],
    "catalog_entries": [IndexModel([("load", ASCENDING)])],
    "unreadable": [IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True)],
}

for _kind in Kind:
    _INDEXES[_kind.collection] = [
        IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True),
        # Rows of an older scheme of derived keys are found without a look at the others.
        IndexModel([("scheme", ASCENDING)]),
        *_sorted_by(_kind),
    ]
    if _kind in (Kind.INVOICE, Kind.WITHHOLDING):
        _keys = [("taxpayer", ASCENDING), ("counterparty.key", ASCENDING), ("order", ASCENDING)]
        # So that what a party comes to is read from the index alone.
        _keys += [(name, ASCENDING) for name in ("direction", "type", "counterparty.rfc", "counterparty.name")]
        _INDEXES[_kind.collection].append(IndexModel(_keys))
        # The completeness report is counted from it alone.
        _counted = ("taxpayer", "month", "parse_status", "status", "direction")
        _INDEXES[_kind.collection].append(IndexModel([(key, ASCENDING) for key in _counted]))
_INDEXES["invoices"] += [
    _links("payments.settles.uuid"),
    _links("related.uuid"),
    _links("original.uuid"),
    # Payments by the day on which they were made, which is not that of their CFDI.
    IndexModel([("taxpayer", ASCENDING), ("figures.payments.at", ASCENDING)]),
    # What is open, and what is known from its metadata alone, for receivables and payables.
    IndexModel([("taxpayer", ASCENDING), ("settlement.state", ASCENDING)]),
    IndexModel([("taxpayer", ASCENDING), ("parse_status", ASCENDING)]),
    # The few with something wrong in their chain of payments, by what it is, in the order of a page.
    IndexModel([("taxpayer", ASCENDING), ("chain_codes", ASCENDING), ("order", ASCENDING)]),
]


#: Indexes that older versions made and that now would be in the way.
_GONE = {"jobs": ["one_run_of_a_client"]}


async def ensure_indexes(store: Store) -> None:
    for collection, models in _INDEXES.items():
        await store[collection].create_indexes(models)
        await _drop_downward(store, collection, models)


async def _drop_downward(store: Store, collection: str, models: list[IndexModel]) -> None:
    """Drops the indexes of before, which were the same downwards."""
    ours = [list(model.document["key"]) for model in models]
    for name, made in (await store[collection].index_information()).items():
        keys, directions = zip(*made["key"], strict=True)
        if list(keys) in ours and DESCENDING in directions and keys != ("received_at",):
            try:
                await store[collection].drop_index(name)
            except OperationFailure as error:
                if error.code != _INDEX_NOT_FOUND:  # another process was quicker
                    raise
