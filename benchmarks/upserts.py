"""Storing documents: 1,000 invoices on the embedded store, new, then unchanged. This one is of the store, not of us."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from benchmarks.taxpayer import invoice, portfolio, xmls
from gateway.sat.kinds import Kind
from gateway.store import documents, mongo
from gateway.store.indexes import ensure_indexes

DOCUMENTS = 1_000
_DATABASE = "benchmarks_upserts"


@dataclass(slots=True)
class Upserts:
    """A value a round: documents a second by the clock, and our own CPU microseconds a document."""

    new_per_second: list[float] = field(default_factory=list)
    unchanged_per_second: list[float] = field(default_factory=list)
    new_cpu_us: list[float] = field(default_factory=list)


def measure(mongodb_url: str, rounds: int, count: int = DOCUMENTS) -> Upserts:
    return asyncio.run(_measure(mongodb_url, rounds, count))


async def _measure(mongodb_url: str, rounds: int, count: int) -> Upserts:
    new = [invoice(xml) for xml in xmls(portfolio(count), count)]
    result = Upserts()
    store = mongo.connect(mongodb_url, _DATABASE)
    try:
        await ensure_indexes(store)
        for number in range(rounds):
            for known in (False, True):
                clock, cpu = time.perf_counter(), time.process_time()
                done = await documents.upsert(store, Kind.INVOICE, f"taxpayer-{number}", new)
                speed = count / (time.perf_counter() - clock)
                assert done.inserted == (0 if known else count)
                if known:
                    result.unchanged_per_second.append(speed)
                else:
                    result.new_per_second.append(speed)
                    result.new_cpu_us.append((time.process_time() - cpu) / count * 1e6)
    finally:
        store.close()
    return result
