"""The list of broken chains: what belongs to it changes when a month ends, and its pages join."""

from __future__ import annotations

import pytest

from gateway.store import payment_chain
from gateway.store.mongo import Store, mexican_month
from gateway.store.paging import Page
from tests.chains import T, cfdi, payment, put, share

MISSING = "MISSING_PAYMENT_COMPLEMENT"


async def stored(store: Store) -> list[str]:
    """Four unpaid invoices of a past month, one of this month, and an orphan payment of this month; newest first."""
    owed = {"payment_method": "PPD", "total": "10.00"}
    old = [cfdi(f"A{n:07}-0000-0000-0000-000000000000", day=f"2024-01-1{n}", **owed) for n in range(1, 5)]
    young = cfdi("B0000000-0000-0000-0000-000000000000", day=f"{mexican_month()}-01", **owed)
    orphan = payment("C0000000-0000-0000-0000-000000000000", share(1, "5.00", "5.00"), day=f"{mexican_month()}-01")
    await put(store, *old, young, orphan)
    return [orphan.identity, *(document.identity for document in reversed(old))]


def uuids(page: Page) -> list[str]:
    return [row["uuid"] for row in page.rows]


async def test_an_invoice_of_this_month_lacks_nothing_yet(store: Store) -> None:
    expected = await stored(store)
    assert uuids(await payment_chain.page(store, T, None)) == expected
    assert uuids(await payment_chain.page(store, T, MISSING)) == expected[1:]
    assert uuids(await payment_chain.page(store, T, "ORPHAN_SETTLEMENT")) == expected[:1]
    assert await payment_chain.counts(store, T) == {MISSING: 4, "ORPHAN_SETTLEMENT": 1}
    assert await payment_chain.count(store, T, None) == 5


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
async def test_pages_join_without_a_gap_in_both_directions(store: Store, size: int) -> None:
    expected = await stored(store)
    forth: list[str] = []
    place: str | None = None
    more = True
    while more:
        page = await payment_chain.page(store, T, None, first=size, after=place)
        forth, more = forth + uuids(page), page.has_next
        place = page.rows[-1]["order"]
    assert forth == expected
    back: list[str] = []
    place, more = None, True
    while more:
        page = await payment_chain.page(store, T, None, last=size, before=place)
        back, more = uuids(page) + back, page.has_previous
        place = page.rows[0]["order"]
    assert back == expected
