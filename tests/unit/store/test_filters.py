"""Filters as MongoDB's queries: what they refuse, and how they reach an index."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.errors import InvalidInput
from gateway.sat.kinds import Kind
from gateway.store import filters
from gateway.store.filter_fields import FIELDS

T = "taxpayer-1"


def test_no_filter_is_the_taxpayers_rows() -> None:
    assert filters.query("invoices", T, None) == filters.query(Kind.INVOICE, T, {}) == {"taxpayer": T}
    assert filters.query("taxpayers", "viewer", None) == {"owner": "viewer"}


def deep(depth: int) -> dict[str, Any]:
    return {"status": ["ACTIVE"]} if depth == 1 else {"not": deep(depth - 1)}


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"nothing": 1}, "filter.nothing"),
        ({"$where": "1"}, "filter.$where"),
        ({"and": [{"issued_at": {"since": "2024-01-01"}}]}, "filter.and.0.issuedAt.since"),
        ({"issued_at": {}}, "filter.issuedAt"),
        ({"issued_at": "2024-01-01"}, "filter.issuedAt"),
        ({"issued_at": {"from": "2024-13-01"}}, "filter.issuedAt.from"),
        ({"issued_at": {"from": "2024-W01-1"}}, "filter.issuedAt.from"),
        ({"issued_at": {"to": None}}, "filter.issuedAt.to"),
        ({"issued_at": {"from": "2024-02-01", "to": "2024-01-31"}}, "filter.issuedAt"),
        ({"updated_at": {"from": "2024-01-01T00:00:00"}}, "filter.updatedAt.from"),
        ({"updated_at": {"from": "0001-01-01T00:00:00+14:00"}}, "filter.updatedAt.from"),
        ({"month": ["2024-00"]}, "filter.month"),
        ({"status": []}, "filter.status"),
        ({"status": None}, "filter.status"),
        ({"status": ["active"]}, "filter.status"),
        ({"status": [{"$ne": 1}]}, "filter.status"),
        ({"status": {"$ne": "ACTIVE"}}, "filter.status"),
        ({"uuid": ["a"] * 1001}, "filter.uuid"),
        ({"series": ["a" * 201]}, "filter.series"),
        ({"folio": ["\ud800"]}, "filter.folio"),
        ({"counterparty_name": "a\0b"}, "filter.counterpartyName"),
        ({"counterparty_name": "   "}, "filter.counterpartyName"),
        ({"counterparty_rfc": ["nobody"]}, "filter.counterpartyRfc"),
        ({"total": {"from": 5}}, "filter.total.from"),
        ({"total": {"from": "1e5"}}, "filter.total.from"),
        ({"total": {"from": "9" * 30 + ".123456"}}, "filter.total.from"),
        ({"total": {"from": "10", "to": "9.99"}}, "filter.total"),
        ({"has_xml": "yes"}, "filter.hasXml"),
        ({"line_item": {"product_key": ["431"]}}, "filter.lineItem.productKey"),
        ({"line_item": {"product_key": [f"{n:06}" for n in range(101)]}}, "filter.lineItem.productKey"),
        ({"line_item": {"description": "a" * 150}}, "filter.lineItem.description"),
        ({"line_item": {}}, "filter.lineItem"),
        ({"related": {"amount": "1"}}, "filter.related.amount"),
        ({"or": []}, "filter.or"),
        ({"or": [{}]}, "filter.or.0"),
        ({"not": {}}, "filter.not"),
        ({"not": [{"status": ["ACTIVE"]}]}, "filter.not"),
        ({"and": [5]}, "filter.and.0"),
        (deep(7), "filter.not.not.not.not.not.not"),
        ({"or": [{"status": ["ACTIVE"]}] * 101}, "filter.or.100.status"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(filter: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        filters.query("invoices", T, filter)
    assert refused.value.code == "INVALID_FILTER"
    assert refused.value.path == path.split(".")
    assert refused.value.message.startswith(f"{path}: ")


@pytest.mark.parametrize("collection", FIELDS)
def test_no_list_takes_the_fields_of_another(collection: str) -> None:
    every = {name for fields in FIELDS.values() for name in fields}
    for name in every - set(FIELDS[collection]):
        with pytest.raises(InvalidInput, match="unknown"):
            filters.query(collection, T, {name: ["x"]})


def test_a_filter_may_be_six_deep_and_comes_back_from_json_the_same() -> None:
    filter = {"or": [deep(5), {"total": {"from": "1.50"}, "issued_at": {"to": "2024-01-31"}}]}
    assert filters.query("invoices", T, json.loads(json.dumps(filter))) == filters.query("invoices", T, filter)


@pytest.mark.parametrize(
    ("filter", "order"),
    [
        ({"issued_at": {"from": "2024-01-05", "to": "2024-02-29"}}, {"$gte": "2024-01-05", "$lt": "2024-03-01"}),
        ({"month": ["2024-02", "2023-12"]}, {"$gte": "2023-12", "$lt": "2024-02-99"}),
        (
            {"and": [{"month": ["2024-02"]}, {"issued_at": {"from": "2024-02-10"}}]},
            {"$gte": "2024-02-10", "$lt": "2024-02-99"},
        ),
        ({"issued_at": {"to": "9999-12-31"}}, {"$lt": "9999-99"}),
        ({"or": [{"month": ["2024-02"]}]}, None),
        ({"not": {"issued_at": {"from": "2024-01-05"}}}, None),
    ],
)
def test_dates_that_must_hold_are_a_range_of_the_paging_key(filter: Any, order: Any) -> None:
    assert filters.query("invoices", T, filter).get("order") == order
