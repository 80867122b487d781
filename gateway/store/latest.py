"""The latest opinión and constancia of a taxpayer, which its row shows so that a profile card is one read."""

from __future__ import annotations

from gateway.sat.kinds import Delivery, Kind
from gateway.store import documents, taxpayers
from gateway.store.mongo import Row, Store


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
