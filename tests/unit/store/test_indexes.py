"""The indexes of an older version give way to those of today; an operator's own stay."""

from __future__ import annotations

import pytest
from pymongo import DESCENDING, IndexModel

from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Store
from tests.plans import explained, recorder

BEFORE = [
    # The same keys in another direction, without the filter of today, and keys that no index has any more.
    IndexModel([("taxpayer", 1), ("order", DESCENDING)], unique=True),
    IndexModel([("taxpayer", 1), ("sort.total", 1)]),
    IndexModel([("taxpayer", 1), ("settlement.state", 1)]),
]


async def test_indexes_of_before_are_replaced_and_an_operators_own_stays(store: Store) -> None:
    ours = await store["invoices"].index_information()
    await store["invoices"].drop_indexes()
    await store["invoices"].create_indexes([*BEFORE, IndexModel([("taxpayer", 1), ("total", DESCENDING)], name="own")])
    await ensure_indexes(store)
    after = await store["invoices"].index_information()
    assert {name: index for name, index in after.items() if name != "own"} == ours
    assert "own" in after


async def test_what_is_as_it_should_be_is_left_alone(store: Store) -> None:
    with recorder.recording(store.db.name):
        await ensure_indexes(store)
    assert "dropIndexes" not in recorder.names
    assert "createIndexes" in recorder.names


@pytest.mark.parametrize("collection", ["invoices", "withholdings", "annual_returns", "counterparties"])
async def test_a_query_that_names_no_key_of_an_index_has_one_plan(store: Store, collection: str) -> None:
    """MongoDB would run a plan for each index that begins with the taxpayer, side by side."""
    query = {"taxpayer": "t", "status": "ACTIVE", "amounts.total": {"$gt": 5}}
    plan = await explained(store, {"find": collection, "filter": query, "sort": {"order": -1}})
    assert (plan.indexes, plan.rejected) == ({"taxpayer_1_order_1"}, 0)
