"""A client that follows live operations as the README says: when its API goes away it connects to another."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.demo.client import ConnectionLost, DemoError
from tests.integration.processes import Cluster

ARRIVALS = """subscription($id: ID!, $after: String) {
  documentsArrived(taxpayerId: $id, after: $after) { cursor count inserted documents(first: 250) { id } } }"""
JOB = "subscription($id: ID!, $after: Int) { jobStatus(jobId: $id, after: $after) { version state history { state } } }"
CURSOR = "query($id: ID!) { taxpayer(id: $id) { syncStatus { arrivalsCursor } } }"


async def follow(
    service: Cluster, api: int, document: str, id: str, *, key: str, after: Any, seen: list[Any]
) -> list[Any]:
    """Adds what it is told to `seen`, from whichever API is up, until the operation completes. Began at `api`."""
    while True:
        try:
            async with service.client(api) as client:
                last = seen[-1][key] if seen else after
                async for data in client.subscribe(document, {"id": id, "after": last}):
                    seen.extend(data.values())
                return seen
        except (ConnectionLost, DemoError, OSError):
            api = (api + 1) % len(service.apis)
            await asyncio.sleep(0.05)
