"""The latest opinión and constancia of a taxpayer, which its row shows so that a profile card is one read."""

from __future__ import annotations

from gateway.sat.kinds import Delivery, Kind
from gateway.store import documents, taxpayers
from gateway.store.mongo import Row, Store
from gateway.store.ownership import others


async def show(store: Store, taxpayer: str, kind: Kind) -> None:
    """Show the newest of the taxpayer's own documents of a profile kind, or none."""
    shown: Row | None = {}
    # Another worker may store a newer one and show it between these two: whoever shows one looks once more.
    while (newest := await documents.newest(store, kind, taxpayer)) != shown:
        await taxpayers.set_latest(store, taxpayer, kind.value.lower(), newest)
        shown = newest


async def show_all(store: Store, taxpayer: str) -> None:
    for kind in Kind:
        if kind.delivery is Delivery.PROFILE:
            await show(store, taxpayer, kind)


async def of_others(store: Store, taxpayer: str) -> Row | None:
    """Return the newest constancia that names another RFC, else such an opinión; None where there is none."""
    for kind in (one for one in reversed(Kind) if one.delivery is Delivery.PROFILE):
        query = {"taxpayer": taxpayer, **others(kind)}
        found = await store[kind.collection].find_one(query, {"rfc": 1}, sort=[("order", -1)])
        if found is not None:
            return found
    return None
