"""The indexes, one list for the whole database. Creating them is idempotent and happens when a process starts.

Every index of taxpayers' data starts with the taxpayer: pages, isolation and deletion all come from that prefix.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from gateway.sat.kinds import Kind
from gateway.store.derived import SORTS
from gateway.store.mongo import Store


def _unique_when_set(key: str) -> IndexModel:
    """Unique among the rows that have the key: a job gets its Syncfy id only after Syncfy has answered.

    `$gt`, because a planner sees that an equality implies it, which MongoDB's does not see of `$type`, nor the embedded
    store's of `$exists`.
    """
    partial: dict[str, Any] = {key: {"$gt": ""}}
    return IndexModel([(key, ASCENDING)], name=f"{key}_when_set", unique=True, partialFilterExpression=partial)


def _sorted_by(kind: Kind) -> list[IndexModel]:
    """One for each order of a kind's list. Not unique: rows of an older scheme have no sort keys."""
    return [IndexModel([("taxpayer", ASCENDING), (f"sort.{name}", DESCENDING)]) for name in SORTS[kind]]


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
        IndexModel([("taxpayer", ASCENDING), ("order", DESCENDING)], unique=True),
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
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("received_at", DESCENDING)]),
        IndexModel([("expire_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "arrivals": [
        # Unique: what gives each arrival its place, and no place twice.
        IndexModel([("taxpayer", ASCENDING), ("order", ASCENDING)], unique=True),
        IndexModel([("pending", ASCENDING), ("at", ASCENDING)], partialFilterExpression={"pending": True}),
    ],
    "files": [IndexModel([("taxpayer", ASCENDING), ("_id", ASCENDING)])],
    "counterparties": [
        IndexModel([("taxpayer", ASCENDING), ("order", DESCENDING)], unique=True),
        IndexModel([("taxpayer", ASCENDING), ("roles", ASCENDING), ("order", DESCENDING)]),
        *(IndexModel([("taxpayer", ASCENDING), (f"sort.{name}", DESCENDING)]) for name in ("name", "documents")),
    ],
    # Not of a taxpayer: public lists, looked up by their ids (import and RFC, import and code).
    "blacklist": [IndexModel([("version", ASCENDING)])],
    "catalog_entries": [IndexModel([("load", ASCENDING)])],
    "unreadable": [IndexModel([("taxpayer", ASCENDING), ("order", DESCENDING)], unique=True)],
}

for _kind in Kind:
    _INDEXES[_kind.collection] = [
        IndexModel([("taxpayer", ASCENDING), ("order", DESCENDING)], unique=True),
        # Rows of an older scheme of derived keys are found without a look at the others.
        IndexModel([("scheme", ASCENDING)]),
        *_sorted_by(_kind),
    ]
    if _kind in (Kind.INVOICE, Kind.WITHHOLDING):
        _keys = [("taxpayer", ASCENDING), ("counterparty.key", ASCENDING), ("order", DESCENDING)]
        # So that what a party comes to is read from the index alone.
        _keys += [(name, ASCENDING) for name in ("direction", "type", "counterparty.rfc", "counterparty.name")]
        _INDEXES[_kind.collection].append(IndexModel(_keys))
_INDEXES["invoices"] += [
    _links("payments.settles.uuid"),
    _links("related.uuid"),
    _links("original.uuid"),
    # Payments by the day on which they were made, which is not that of their CFDI.
    IndexModel([("taxpayer", ASCENDING), ("figures.payments.at", ASCENDING)]),
    # The few with something wrong in their chain of payments, by what it is, in the order of a page.
    IndexModel([("taxpayer", ASCENDING), ("chain_codes", ASCENDING), ("order", DESCENDING)]),
]


#: Indexes that older versions made and that now would be in the way.
_GONE = {"jobs": ["one_run_of_a_client"]}


async def ensure_indexes(store: Store) -> None:
    for collection, names in _GONE.items():
        for name in set(names) & set(await store[collection].index_information()):
            await store[collection].drop_index(name)
    for collection, models in _INDEXES.items():
        await store[collection].create_indexes(models)
