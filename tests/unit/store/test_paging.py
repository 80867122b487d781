"""Pages: complete, in order, in both directions, while rows come in, and from an index."""

from __future__ import annotations

import random

import pytest

from gateway.store import paging
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
