"""npm's graphql-ws, graphql-sse, urql and Apollo Client: query, mutation and subscriptions over a real server."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.store import arrivals
from resolvers.arrivals import cursor_of
from resolvers.node import global_id
from tests.contract.conftest import Served
from tests.contract.node import HERE, run_node
from tests.contract.test_graphql_ws import ended_job
from tests.support import VIEWER, opened

CLIENTS = ("graphql-ws", "graphql-sse", "urql", "@apollo/client")


async def told(served: Served) -> list[dict[str, Any]]:
    """What the feed of the taxpayer begins with."""
    id = served.taxpayer.id
    async with opened(served.mongodb_url, served.database) as store:
        rows = await arrivals.since(store, id, 0, limit=2)
    assert rows is not None
    return [{"cursor": cursor_of(id, r["place"]), "kind": r["kind"], "count": len(r["ids"])} for r in rows]


@pytest.fixture(scope="module")
def seen(modules: Path, served: Served) -> Any:
    id = served.taxpayer.id
    more = {
        "JOB": asyncio.run(ended_job(served)),
        "TAXPAYER": global_id("Taxpayer", id),
        "RFC": served.taxpayer.rfc,
        "CURSOR": cursor_of(id, 0),
    }
    return json.loads(run_node([HERE / "clients.js"], modules, served.variables | more))


@pytest.mark.parametrize("client", CLIENTS)
def test_query_mutation_and_subscriptions(seen: Any, served: Served, client: str) -> None:
    found = _plain(seen[client])
    assert found["query"] == {"viewer": {"id": VIEWER, "taxpayerCount": 1}}
    assert found["mutation"] == {"createTaxpayer": {"created": False, "errors": []}}
    (job,) = found["job"]
    assert job["jobStatus"]["state"] == "PARTIALLY_SUCCEEDED"
    assert [one["documentsArrived"] for one in found["arrivals"]] == asyncio.run(told(served))


def test_every_client_is_tried() -> None:
    script = (HERE / "clients.js").read_text()
    assert set(re.findall(r'^  async "?([@\w/-]+)"?\(\)', script, re.M)) == set(CLIENTS)


def _plain(value: Any) -> Any:
    """Without the `__typename` that some clients ask for by themselves."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key != "__typename"}
    return value
