"""Pages: complete, in order, in both directions, while rows come in, and from an index."""

from __future__ import annotations

import random
from typing import Any

import pytest

from gateway.sat.kinds import Kind
from gateway.store import paging
from gateway.store.derived import SORTS
from gateway.store.mongo import Row, Store

T = "taxpayer-1"


async def rows(store: Store, count: int, taxpayer: str = T) -> list[str]:
    """Orders of stored invoices, newest first; many on one day."""
    made: list[Row] = []
    for n in range(count):
        order = f"2026-{1 + n // 20:02}-01T00:00:00|{n:05}"
        made.append({"_id": f"{taxpayer}:{n:05}", "taxpayer": taxpayer, "order": order, "total": "1", "n": n})
    shuffled = random.Random(count).sample(made, count)
    await store["invoices"].insert_many(shuffled)
    return sorted((row["order"] for row in made), reverse=True)


async def forwards(store: Store, size: int) -> list[str]:
    seen: list[str] = []
    page = await paging.page(store, "invoices", T, first=size)
    while True:
        seen += [row["order"] for row in page.rows]
        if not page.has_next:
            return seen
        page = await paging.page(store, "invoices", T, first=size, after=seen[-1])
        assert page.has_previous


@pytest.mark.parametrize("size", [1, 7, 50, 51, 1000])
async def test_walking_forwards_gives_every_row_once_in_order(store: Store, size: int) -> None:
    expected = await rows(store, 50)
    await rows(store, 5, "another-taxpayer")
    assert await forwards(store, size) == expected


async def test_walking_backwards_gives_the_same_pages_from_the_other_end(store: Store) -> None:
    expected = await rows(store, 25)
    page = await paging.page(store, "invoices", T, last=10)
    assert [row["order"] for row in page.rows] == expected[-10:]
    assert (page.has_previous, page.has_next) == (True, False)
    page = await paging.page(store, "invoices", T, last=20, before=expected[-10])
    assert [row["order"] for row in page.rows] == expected[:15]
    assert (page.has_previous, page.has_next) == (False, True)


async def test_a_row_that_comes_in_meanwhile_neither_repeats_nor_hides_another(store: Store) -> None:
    expected = await rows(store, 20)
    first = await paging.page(store, "invoices", T, first=10)
    await store["invoices"].insert_one({"_id": "new", "taxpayer": T, "order": "2027-01-01T00:00:00|new"})
    second = await paging.page(store, "invoices", T, first=10, after=first.rows[-1]["order"])
    assert [row["order"] for row in first.rows + second.rows] == expected


async def test_only_the_fields_that_were_asked_for_are_read(store: Store) -> None:
    await rows(store, 3)
    page = await paging.page(store, "invoices", T, first=1, fields=["total"])
    assert set(page.rows[0]) == {"_id", "total", "order", "taxpayer"}


# Not asserted: that no SORT stands in the plan. The embedded store sorts what an index range gave; MongoDB does not.
def stages(plan: Any) -> set[str]:
    """Every stage's name anywhere in a plan."""
    if isinstance(plan, dict):
        inner = set().union(*(stages(value) for value in plan.values())) if plan else set()
        return inner | ({plan["stage"]} if isinstance(plan.get("stage"), str) else set())
    if isinstance(plan, list):
        return set().union(*(stages(item) for item in plan)) if plan else set()
    return set()


async def plan_of(cursor: Any) -> set[str]:
    plan = await cursor.limit(11).explain()
    return stages(plan["queryPlanner"]["winningPlan"])


async def test_a_page_is_one_range_of_an_index(store: Store) -> None:
    bounds = {"taxpayer": T, "order": {"$lt": "9"}}
    for kind in Kind:
        await store[kind.collection].insert_one({"_id": "a", "taxpayer": T, "order": "1"})
        found = await plan_of(store[kind.collection].find(bounds).sort("order", -1))
        assert "IXSCAN" in found, kind
        assert "COLLSCAN" not in found, kind


#: (collection, query, what it is sorted by)
ASKED_OFTEN: list[tuple[str, Row, str]] = [
    ("jobs", {"taxpayer": T}, "order"),
    ("jobs", {"active": True, "check_at": {"$lte": 5}}, ""),
    ("jobs", {"child_ids": "c", "taxpayer": T}, ""),
    ("inbox", {"state": "PENDING", "due_at": {"$lte": 5}}, "due_at"),
    ("inbox", {}, "received_at"),
    ("taxpayers", {"owner": "o", "_id": {"$gt": "a"}}, "_id"),
    ("taxpayers", {"syncfy_user_id": "u"}, ""),
    ("credentials", {"taxpayer": T}, "_id"),
    ("unreadable", {"taxpayer": T}, "order"),
    ("invoices", {"taxpayer": T, "payments.settles.uuid": "u"}, ""),
]


async def test_what_is_asked_often_is_answered_from_an_index(store: Store) -> None:
    for collection, query, order in ASKED_OFTEN:
        cursor = store[collection].find(query)
        found = await plan_of(cursor.sort(order, -1) if order else cursor)
        assert found & {"IXSCAN", "FETCH", "IDHACK"}, (collection, query)
        assert "COLLSCAN" not in found, (collection, query)


async def test_a_range_has_what_begins_with_its_lower_bound(store: Store) -> None:
    """All documents of the first day of a range, and all there are from nothing on."""
    orders = ["2024-01-31T23:59:59|a", "2024-02-01T00:00:00|b", "2024-02-01|c", "2024-02-29T23:59:59|d"]
    for kind in Kind:
        rows = [
            {"_id": order, "taxpayer": T, "order": order, "sort": dict.fromkeys(SORTS[kind], f"x|{order}")}
            for order in orders
        ]
        await store[kind.collection].insert_many(rows)
        for keys, bounds, found in (
            (["order"], {"$gte": "2024-02-01", "$lt": "2024-03-01"}, orders[1:]),
            (["order", *(f"sort.{name}" for name in SORTS[kind])], {"$gt": ""}, orders),
        ):
            for key in keys:
                query = {"taxpayer": T, key: bounds}
                held = await store[kind.collection].find(query).sort("_id", 1).to_list(None)
                assert sorted(row["_id"] for row in held) == sorted(found), (kind, key)
