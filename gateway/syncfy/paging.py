"""The pages of a list of Syncfy's, up to its end, which Syncfy does not mark."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from gateway.errors import SyncfyMalformed
from gateway.syncfy.decoding import Page
from gateway.syncfy.endpoints import Endpoint
from gateway.syncfy.wire import Document, Transaction

#: Pages of a list that may still end: millions of transactions.
MOST_PAGES = 10_000
_Row = TypeVar("_Row", Transaction, Document)


async def pages(ask: Callable[[Endpoint], Awaitable[Page[_Row]]], endpoint: Endpoint) -> AsyncIterator[Page[_Row]]:
    """Yield pages until one is empty: Syncfy's largest `limit` is unknown, and a short page may not be the last.

    Raises SyncfyMalformed for a list that does not end.
    """
    skip, before = endpoint.skip, list[object]()
    for _ in range(MOST_PAGES):
        page: Page[_Row] = await ask(endpoint.page(skip) if skip != endpoint.skip else endpoint)
        seen: list[object] = [*(row.id for row in page.rows), *(row.raw for row in page.malformed)]
        # A server that ignores `skip` repeats itself for ever.
        if not seen or seen == before:
            return
        yield page
        skip, before = skip + len(seen), seen
    raise SyncfyMalformed(f"a list of more than {MOST_PAGES} pages")
