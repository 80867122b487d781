"""The indexes, one list for the whole database. Creating them is idempotent and happens when a process starts.

Every index of taxpayers' data starts with the taxpayer: pages, isolation and deletion all come from that prefix. And so
MongoDB's planner would try each of them side by side for any query of a taxpayer. Hence all but the list's own order
are partial: an index that holds only the rows with its key is tried for no query but those that name the key.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure

from gateway.sat.kinds import Delivery, Kind
from gateway.store.derived import SORTS
from gateway.store.mongo import Row, Store
from gateway.store.ownership import others
from gateway.store.query_language import Filter
from gateway.store.settlements import NAMING

_INDEX_NOT_FOUND = 27


def _by(*keys: str, **options: Any) -> IndexModel:
    return IndexModel([(key, ASCENDING) for key in keys], **options)


def _when_set(key: str) -> Filter:
    """Select the rows with a text at `key`. MongoDB sees that a query for one text or a range of them implies it."""
    return {key: {"$gt": ""}}


def _unique_when_set(key: str) -> IndexModel:
    """Return an index, unique among rows that have the key: a job gets its Syncfy id when Syncfy has answered."""
    return _by(key, name=f"{key}_when_set", unique=True, partialFilterExpression=_when_set(key))


def _of_those_with(key: str, *then: str) -> IndexModel:
    """Return a taxpayer's rows that have a text at `key`."""
    return _by("taxpayer", key, *then, partialFilterExpression=_when_set(key))


_EXPIRING = _by("expire_at", expireAfterSeconds=0)
_INDEXES: dict[str, list[IndexModel]] = {
    "taxpayers": [
        _by("owner", "rfc", unique=True),
        _by("owner", "_id"),
        _unique_when_set("syncfy_user_id"),
    ],
    "credentials": [_by("taxpayer", "_id")],
    "jobs": [
        _unique_when_set("syncfy_job_id"),
        _by("taxpayer", "order", unique=True),
        _by("taxpayer", "active", "order", partialFilterExpression={"active": True}),
        # Two starts at once are one run of a credential: SAT locks out who logs in twice.
        _by(
            *("taxpayer", "holds"),
            name="one_run_of_a_credential",
            unique=True,
            partialFilterExpression={"active": True, "origin": "CLIENT"},
        ),
        _by("active", "check_at"),
        _of_those_with("child_ids"),
    ],
    "folded_jobs": [_by("taxpayer")],
    "idempotency": [_by("taxpayer"), _EXPIRING],
    "deletions": [_by("owner", "_id"), _by("state", "due_at"), _by("user_hash")],
    "inbox": [_by("syncfy_user_id"), _by("taxpayer"), _by("state", "due_at"), _by("received_at"), _EXPIRING],
    "arrivals": [
        # Unique: what gives each arrival its place, and no place twice.
        _by("taxpayer", "order", unique=True),
        _by("pending", "at", partialFilterExpression={"pending": True}),
    ],
    "exports": [
        # So many of a viewer's exports run at a time as there are slots.
        _by("owner", "slot", name="running_exports", unique=True, partialFilterExpression={"active": True}),
        _by("active", "due_at"),
        _by("taxpayer", "_id"),
        _EXPIRING,
    ],
    "export_parts": [_by("export", "number", unique=True), _by("taxpayer", "_id"), _EXPIRING],
    "files": [_by("taxpayer", "_id")],
    "pending_parties": [_by("taxpayer", "_id"), _by("since")],
    "changes": [_by("taxpayer", "order", unique=True), _by("taxpayer", "document")],
    "counterparties": [
        _by("taxpayer", "order", unique=True),
        _of_those_with("roles", "order"),
        *(_of_those_with(f"sort.{name}") for name in ("name", "documents")),
    ],
    # Not of a taxpayer: public lists, looked up by their ids (import and RFC, import and code).
    "blacklist": [_by("version")],
    "catalog_entries": [_by("load")],
    "unreadable": [_by("taxpayer", "order", unique=True)],
}

for _kind in Kind:
    _INDEXES[_kind.collection] = [
        _by("taxpayer", "order", unique=True),
        # Rows of an older scheme of derived keys are found without a look at the others.
        _by("scheme"),
        *(_of_those_with(f"sort.{name}") for name in SORTS[_kind]),
        _by("taxpayer", *others(_kind), "order", partialFilterExpression=others(_kind)),
    ]
    if _kind.delivery is Delivery.FISCAL:
        _INDEXES[_kind.collection] += [
            # What a party comes to is read from the index alone.
            _of_those_with(
                *("counterparty.key", "order", "direction", "figures.nature", "counterparty.rfc", "counterparty.name")
            ),
            # The completeness report is counted from it alone.
            _of_those_with("month", "parse_status", "status", "direction"),
        ]
_INDEXES["invoices"] += [
    *(_of_those_with(key) for key in NAMING),
    # Payments by the day on which they were made, which is not that of their CFDI.
    _by("taxpayer", "figures.payments.at", partialFilterExpression={"figures.nature": "PAYMENT"}),
    # What is open, for receivables and payables.
    _of_those_with("settlement.state", "order"),
    # What is known from its metadata alone.
    _by("taxpayer", "parse_status", "order", partialFilterExpression={"parse_status": "METADATA_ONLY"}),
    # What counts on a day: not always that of its issue.
    _of_those_with("figures.day"),
    # What does not tell what it leaves or takes of what is owed.
    _of_those_with("figures.gaps.balance", "order"),
    # The few with something wrong in their chain of payments, by what it is, in the order of a page.
    _of_those_with("chain_codes", "order"),
]
_PARTIES_BY_TYPE = "taxpayer_1_counterparty.key_1_order_1_direction_1_type_1_counterparty.rfc_1_counterparty.name_1"
#: Indexes that older versions made under other keys.
_GONE = {
    "invoices": {
        "taxpayer_1_settlement.state_1",
        "taxpayer_1_parse_status_1",
        _PARTIES_BY_TYPE,
    },
    "withholdings": {_PARTIES_BY_TYPE},
    "jobs": {"one_run_of_a_client", "taxpayer_1_active_1"},
}
_OPTIONS = ("unique", "partialFilterExpression", "expireAfterSeconds")


async def ensure_indexes(store: Store) -> None:
    """Create what is missing, and drop what an older version made: other keys, or the same ones in another way."""
    for collection, models in _INDEXES.items():
        made = await store[collection].index_information()
        for name in [name for name, index in made.items() if _is_of_before(collection, models, name, index)]:
            await _drop(store, collection, name)
        await store[collection].create_indexes(models)


def _is_of_before(collection: str, models: list[IndexModel], name: str, made: Row) -> bool:
    """True of an index with our keys that is none of ours. One with other keys is an operator's own, and stays."""
    if name in _GONE.get(collection, ()):
        return True
    ours = [model.document for model in models]
    alike = [index for index in ours if list(index["key"]) == [key for key, _ in made["key"]]]
    return bool(alike) and not any(
        list(index["key"].items()) == made["key"] and all(index.get(name) == made.get(name) for name in _OPTIONS)
        for index in alike
    )


async def _drop(store: Store, collection: str, name: str) -> None:
    try:
        await store[collection].drop_index(name)
    except OperationFailure as error:
        if error.code != _INDEX_NOT_FOUND:  # another process was quicker
            raise
