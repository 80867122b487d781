"""Indexes answer as a scan would: also where a bound is the beginning of a text."""

from __future__ import annotations

import pytest
from pymongo import DESCENDING, IndexModel

from gateway.store.indexes import _INDEXES, ensure_indexes
from gateway.store.mongo import Store


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        ("", "3", 4),
        ("2024-01-01", "2024-01-02", 2),
        ("2024-01-01T10:00:00", "2024-01-02", 1),
        ("2024-01-01", "2024-01-01T10:00:00", 1),
        ("2024", "2025", 3),
        ("2023", "2024", 1),
    ],
)
async def test_a_bound_that_a_text_begins_with_loses_no_row(store: Store, low: str, high: str, found: int) -> None:
    orders = ("2023-12-31T23:59:59|A", "2024-01-01T00:00:00|B", "2024-01-01T10:00:00|C", "2024-01-02T00:00:00|D")
    await store["invoices"].insert_many([{"_id": order, "taxpayer": "t", "order": order} for order in orders])
    query = {"taxpayer": "t", "order": {"$gte": low, "$lt": high}}
    assert await store["invoices"].count_documents(query) == found
    assert len(await store["invoices"].find(query).sort("order", -1).to_list(None)) == found
    assert len(await store["invoices"].aggregate([{"$match": query}]).to_list(None)) == found


async def test_indexes_of_before_that_went_downwards_are_dropped_and_an_operators_own_stay(store: Store) -> None:
    old = IndexModel([("taxpayer", 1), ("order", DESCENDING)], unique=True)
    own = IndexModel([("taxpayer", 1), ("total", DESCENDING)])
    before = await store["invoices"].index_information()
    await store["invoices"].create_indexes([old, own])
    await ensure_indexes(store)
    after = await store["invoices"].index_information()
    assert after.keys() - before.keys() == {"taxpayer_1_total_-1"}


def test_no_index_goes_downwards_over_text() -> None:
    downwards = {
        (collection, key)
        for collection, models in _INDEXES.items()
        for model in models
        for key, direction in model.document["key"].items()
        if direction == DESCENDING
    }
    assert downwards == {("inbox", "received_at")}  # dates, which have no beginnings
