"""Queries of invoices beyond their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gateway.store.mongo import Row, Store

#: Payments that one invoice is answered with.
MOST_PAYMENTS = 200


async def paying(store: Store, invoices: Sequence[tuple[str, str]]) -> list[list[Row]]:
    """For each (taxpayer, UUID) the payments (type P) that settle that invoice, oldest first: one query a taxpayer."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for taxpayer, uuid in invoices:
        wanted[taxpayer].add(uuid)
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for taxpayer, uuids in wanted.items():
        query = {"taxpayer": taxpayer, "payments.settles.uuid": {"$in": sorted(uuids)}}
        limit = MOST_PAYMENTS * len(uuids)
        for row in await store["invoices"].find(query).sort("order", 1).limit(limit).to_list(limit):
            for uuid in _settled_by(row) & uuids:
                found[taxpayer, uuid].append(row)
    return [found[key][:MOST_PAYMENTS] for key in invoices]


def _settled_by(row: Row) -> set[str]:
    return {settled["uuid"] for payment in row["payments"] for settled in payment["settles"]}
