"""graphql-transport-ws with the client that defines it (npm's graphql-ws), over Node's own WebSocket."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from gateway.store import jobs
from resolvers.node import global_id
from tests.contract.conftest import Served
from tests.contract.node import HERE, run_node
from tests.support import VIEWER, opened


async def ended_job(served: Served) -> str:
    async with opened(served.mongodb_url, served.database) as store:
        job = await jobs.latest(store, served.taxpayer.id)
        assert job is not None
        return global_id("Job", job.id)


def test_query_subscription_refusals(modules: Path, served: Served) -> None:
    variables = served.variables | {"JOB": asyncio.run(ended_job(served))}
    seen = json.loads(run_node([HERE / "socket.js"], modules, variables))

    assert seen["query"] == [{"data": {"viewer": {"id": VIEWER, "taxpayerCount": 1}}}]
    (last,) = seen["subscription"]
    assert last["data"]["jobStatus"]["state"] == "PARTIALLY_SUCCEEDED"
    assert {"site": "WITHHOLDINGS", "state": "FAILED"} in last["data"]["jobStatus"]["steps"]
    assert seen["refused"] == ["Cannot query field 'nope' on type 'Query'."]
    assert seen["unauthenticated"] == [4403, "Forbidden"]
