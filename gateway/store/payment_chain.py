"""The documents with something wrong in their chain of payments, newest first.

MISSING counts only when the month of the invoice is over, and nothing is written when a month ends. So a list of all
is two ranges of one index, one after the other: this month's without those that only lack a complement, then the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gateway.sat.payment_chain import CODES, MISSING
from gateway.store.mongo import Row, Store, mexican_month
from gateway.store.orders import order_of
from gateway.store.paging import DEFAULT_PAGE, Page, between
from gateway.store.query_language import Filter
from gateway.store.settlements import ANY, BROKEN

_COLLECTION = "invoices"


async def page(
    store: Store,
    taxpayer: str,
    code: str | None,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    fields: Sequence[str] | None = None,
) -> Page:
    """`first` rows after a cursor, or `last` rows before one: as `paging.page` does, over both ranges."""
    backwards = last is not None
    size = last if last is not None else first if first is not None else DEFAULT_PAGE
    projection = None if fields is None else dict.fromkeys([*fields, "order", "taxpayer"], 1)
    ranges = _ranges(taxpayer, code)
    rows: list[Row] = []
    for query in reversed(ranges) if backwards else ranges:
        wanted = size + 1 - len(rows)
        if wanted:
            within = {"$and": [query, between(order_of(_COLLECTION), after, before)]}
            cursor = store[_COLLECTION].find(within, projection, batch_size=wanted)
            rows += await cursor.sort("order", 1 if backwards else -1).limit(wanted).to_list(wanted)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Page(rows[::-1], has_next=before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=after is not None)


async def count(store: Store, taxpayer: str, code: str | None) -> int:
    """Count the documents with a problem; with any where `code` is None."""
    counts = [store[_COLLECTION].count_documents(query) for query in _ranges(taxpayer, code)]
    return sum(await asyncio.gather(*counts))


async def counts(store: Store, taxpayer: str) -> dict[str, int]:
    """Count the documents with each problem that any has."""
    found = await asyncio.gather(*(count(store, taxpayer, code) for code in CODES))
    return {code: number for code, number in zip(CODES, found, strict=True) if number}


def _ranges(taxpayer: str, code: str | None) -> list[Filter]:
    """Return them newest first. `order` begins with the date, so a month is where it begins."""
    month = mexican_month()
    if code == MISSING:
        return [{"taxpayer": taxpayer, "chain_codes": MISSING, "order": {"$lt": month}}]
    if code is not None:
        return [{"taxpayer": taxpayer, "chain_codes": code}]
    return [
        {"taxpayer": taxpayer, "chain_codes": BROKEN, "order": {"$gte": month}},
        {"taxpayer": taxpayer, "chain_codes": ANY, "order": {"$lt": month}},
    ]
