"""The Python client gql: query and mutation over HTTP, a subscription over WebSocket, the schema by introspection."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import print_schema

from gateway.jobs.machine import parent_codes
from gateway.models.job import JobOrigin
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.syncfy.sites import CHILDREN, Site
from resolvers.node import global_id
from resolvers.schema import schema
from tests.contract.conftest import Served
from tests.support import VIEWER, opened


def over_http(served: Served, token: str | None = None) -> Client:
    headers = {"Authorization": served.token if token is None else token}
    transport = HTTPXAsyncTransport(served.url, headers=headers)
    asked = {"specified_by_url": True}
    return Client(transport=transport, fetch_schema_from_transport=True, introspection_args=asked)


async def test_the_schema_it_fetches_is_ours(served: Served) -> None:
    async with over_http(served) as session:
        fetched = session.client.schema
    assert fetched is not None
    assert print_schema(fetched) == print_schema(schema._schema)


async def test_query_with_variables(served: Served) -> None:
    document = gql("query Page($id: ID!, $n: Int) { taxpayer(id: $id) { rfc invoices(first: $n) { nodes { uuid } } } }")
    document.variable_values = {"id": global_id("Taxpayer", served.taxpayer.id), "n": 3}
    async with over_http(served) as session:
        found = await session.execute(document)
    assert found["taxpayer"]["rfc"] == served.taxpayer.rfc
    assert len(found["taxpayer"]["invoices"]["nodes"]) == 3


async def test_mutation(served: Served) -> None:
    document = gql(
        'mutation { createTaxpayer(input: {rfc: "ekU9003173c9"}) { created taxpayer { rfc } errors { code } } }'
    )
    async with over_http(served) as session:
        answer = await session.execute(document)
    known = {"created": False, "taxpayer": {"rfc": served.taxpayer.rfc}, "errors": []}
    assert answer["createTaxpayer"] == known


async def test_without_a_token_it_is_told_so(served: Served) -> None:
    with pytest.raises(TransportQueryError) as refused:
        async with over_http(served, token=""):
            pass
    (error,) = refused.value.errors or []
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_subscription_to_the_end_of_a_job(served: Served) -> None:
    async with opened(served.mongodb_url, served.database) as store:
        taxpayer = served.taxpayer.id
        job = await jobs.create(
            store, taxpayer=taxpayer, owner=VIEWER, site=Site.ALL_IN_ONE, origin=JobOrigin.CLIENT, sites=CHILDREN
        )
        document = gql("subscription Follow($id: ID!) { jobStatus(jobId: $id) { state code version } }")
        document.variable_values = {"id": global_id("Job", job.id)}
        transport = WebsocketsTransport(served.socket_url, init_payload={"authorization": served.token})
        seen: list[Any] = []
        async with Client(transport=transport) as session:
            async for result in session.subscribe(document):
                seen.append(result["jobStatus"])
                code = {1: 102, 2: 401}.get(len(seen))
                if code is not None:
                    history = [102, code][-len(seen) :]
                    await jobs.change(store, job.id, partial(parent_codes, seen=history, challenge=None, at=now()))
    assert [(status["state"], status["code"]) for status in seen] == [
        ("QUEUED", None),
        ("RUNNING", 102),
        ("FAILED", 401),
    ]
