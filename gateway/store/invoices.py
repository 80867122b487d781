"""Queries of invoices beyond their pages: those that name another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from gateway.store.mongo import Row, Store

#: Invoices that one is answered with, by each kind of link.
MOST_LINKED = 200


async def paying(store: Store, invoices: Sequence[tuple[str, str]]) -> list[list[Row]]:
    """For each (taxpayer, UUID) the payments (type P) that settle that invoice, oldest first."""
    return await _naming(store, invoices, "payments.settles.uuid", _settled_by)


async def relating(store: Store, invoices: Sequence[tuple[str, str]]) -> list[list[Row]]:
    """For each (taxpayer, UUID) the invoices whose CfdiRelacionados name that one, oldest first."""
    return await _naming(store, invoices, "related.uuid", _related_by)


async def _naming(
    store: Store, invoices: Sequence[tuple[str, str]], key: str, named_by: Callable[[Row], Iterable[str | None]]
) -> list[list[Row]]:
    """Return one query a taxpayer."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for taxpayer, uuid in invoices:
        wanted[taxpayer].add(uuid)
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for taxpayer, uuids in wanted.items():
        query = {"taxpayer": taxpayer, key: {"$in": sorted(uuids)}}
        limit = MOST_LINKED * len(uuids)
        for row in await store["invoices"].find(query, batch_size=limit).sort("order", 1).limit(limit).to_list(limit):
            for uuid in uuids.intersection(named_by(row)):
                found[taxpayer, uuid].append(row)
    return [found[one][:MOST_LINKED] for one in invoices]


def _settled_by(row: Row) -> Iterable[str | None]:
    return (settled["uuid"] for payment in row["payments"] for settled in payment["settles"])


def _related_by(row: Row) -> Iterable[str | None]:
    return (related["uuid"] for related in row["related"])
