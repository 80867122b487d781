"""Queries of invoices beyond their pages."""

from __future__ import annotations

from gateway.store.mongo import Row, Store

_MOST_PAYMENTS = 200


async def paying(store: Store, taxpayer: str, uuid: str) -> list[Row]:
    """The payments (type P) that settle an invoice, oldest first."""
    query = {"taxpayer": taxpayer, "payments.settles.uuid": uuid}
    return await store["invoices"].find(query).sort("order", 1).limit(_MOST_PAYMENTS).to_list(_MOST_PAYMENTS)
