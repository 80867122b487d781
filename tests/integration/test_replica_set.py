"""Three members of a replica set under the whole service: members go, and nothing is lost or comes twice."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from gateway.demo import operations
from gateway.demo.client import GraphQLClient
from gateway.embedded import binaries
from gateway.embedded.programs import MONGODB
from gateway.errors import EmbeddedUnavailable
from gateway.models.event import EventState
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat.kinds import Kind
from gateway.store import documents, inbox, mongo
from gateway.store.mongo import Store
from gateway.syncfy.sites import CHILDREN
from resolvers.arrivals import place_of
from resolvers.node import parse_global_id
from tests.integration.following import ARRIVALS, CURSOR, JOB
from tests.integration.processes import Cluster, cluster
from tests.integration.replica_set import ReplicaSet, replica_set
from tests.support import WEBHOOK_TOKEN, bearer
from tests.waiting import eventually

RFC = "EKU9003173C9"
INVOICES = 3_000
INVOICES_OF = "query($id: ID!) { taxpayer(id: $id) { invoices(first: 1) { totalCount nodes { uuid } } } }"
#: Nobody waits longer for an answer, in seconds, whatever the store does. (Alone on a machine: 12.)
BOUND = 45.0
#: Queries at once, many more than the driver has threads: by turns they would wait far longer than that.
MANY = 150
# What a refusal is, by what was asked: (status, code, whether it says when to come again).
REFUSALS = {
    "query": (200, "STORE_UNAVAILABLE", False),
    "mutation": (200, "STORE_UNAVAILABLE", False),
    "webhook": (503, "try again", True),
    "readiness": (503, "unavailable", True),
}


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    try:
        binaries.find(MONGODB)
    except EmbeddedUnavailable as error:
        pytest.skip(str(error))
    with replica_set(tmp_path_factory.mktemp("members")) as it:
        yield it


@pytest.fixture(scope="module")
def service(members: ReplicaSet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("cluster")
    sandbox = ["--invoices", str(INVOICES), "--pace", "0.3"]
    with cluster(home, sandbox=sandbox, apis=1, workers=1, mongodb_url=members.url) as it:
        yield it


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request. `code` is None when it was done; `at` is when it was sent, by the monotonic clock."""

    asked: str
    at: float
    seconds: float
    status: int
    code: str | None
    retry_after: str | None


@dataclass
class Client:
    """Sends webhooks, queries and mutations without end, each again until it is taken, and keeps every answer."""

    http: httpx.AsyncClient
    answers: list[Answer] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    async def webhook(self, number: int) -> Answer:
        id = f"event-{number}"
        header = {"event": {"eid": id, "name": "credentials.updated"}, "user": {"id_user": "of another product"}}
        body = {"rid": id, "events": [{"header": header, "payload": {}}]}
        answer = await self._ask("webhook", "/webhooks/syncfy", body, {"X-Webhook-Token": WEBHOOK_TOKEN})
        if answer.status == 200:
            self.acknowledged.add(id)
        return answer

    async def query(self, taxpayer: str) -> Answer:
        return await self._ask("query", "/graphql", {"query": INVOICES_OF, "variables": {"id": taxpayer}}, bearer())

    async def mutation(self, number: int) -> Answer:
        rfc = f"AAA{number // 28 % 90 + 10}01{number % 28 + 1:02}AA1"
        body = {"query": operations.CREATE_TAXPAYER, "variables": {"rfc": rfc, "name": None}}
        answer = await self._ask("mutation", "/graphql", body, bearer())
        if answer.code is None:
            self.made.add(rfc)
        return answer

    async def readiness(self) -> Answer:
        return await self._ask("readiness", "/health/ready", None, {})

    async def forever(self, send: Callable[[int], Awaitable[Answer]]) -> None:
        for number in itertools.count():
            while (await send(number)).code is not None:
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.05)

    async def _ask(self, asked: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        method = "GET" if body is None else "POST"
        response = await self.http.request(method, path, json=body, headers=headers)
        content = response.json()
        code: str | None = None
        if response.status_code != 200:
            code = content.get("error") or content.get("status")
        elif content.get("errors"):
            code = content["errors"][0]["extensions"]["code"]
        seconds, again = time.monotonic() - began, response.headers.get("Retry-After")
        answer = Answer(asked, began, seconds, response.status_code, code, again)
        self.answers.append(answer)
        return answer


@asynccontextmanager
async def busy(service: Cluster, taxpayer: str) -> AsyncIterator[Client]:
    """Ask without end for as long as the block lasts. A request without an answer fails it."""
    async with httpx.AsyncClient(base_url=service.apis[0], timeout=BOUND, limits=httpx.Limits()) as http:
        client = Client(http)
        tasks = [
            asyncio.create_task(client.forever(client.webhook)),
            asyncio.create_task(client.forever(lambda _: client.query(taxpayer))),
            asyncio.create_task(client.forever(client.mutation)),
        ]
        try:
            yield client
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in ended] == [asyncio.CancelledError] * 3


async def started(client: GraphQLClient) -> tuple[str, str]:
    """Begin a connection; return (taxpayer, job)."""
    made = await client.run(operations.CREATE_TAXPAYER, {"rfc": RFC, "name": "A company"})
    taxpayer = made["createTaxpayer"]["taxpayer"]["id"]
    begun = await client.run(operations.START_CONNECTION, {"taxpayerId": taxpayer, "password": "ok"})
    assert begun["startConnection"]["errors"] == []
    return taxpayer, begun["startConnection"]["job"]["id"]


async def told(service: Cluster, document: str, id: str, after: Any, seen: list[Any]) -> None:
    """Add what a subscription tells to `seen`, over one connection, until it completes. Raise for an error."""
    async with service.client() as client:
        async for data in client.subscribe(document, {"id": id, "after": after}):
            seen.extend(data.values())


async def kill_the_primary(members: ReplicaSet, client: Client, taxpayer: str) -> None:
    """Kill it without a word, and start it again once there is another."""
    gone = await asyncio.to_thread(members.primary)
    gone.kill()
    await asyncio.to_thread(members.primary)
    gone.start()
    await asyncio.to_thread(members.whole)


async def step_down(members: ReplicaSet, client: Client, taxpayer: str) -> None:
    await asyncio.to_thread(members.step_down)
    await asyncio.to_thread(members.whole)


async def lose_the_majority(members: ReplicaSet, client: Client, taxpayer: str) -> None:
    """Let the primary hang and kill another; both come back when every kind of request has been refused."""
    hanging = await asyncio.to_thread(members.primary)
    dead = (await asyncio.to_thread(members.secondaries))[0]
    dead.kill()
    hanging.pause()
    since = time.monotonic()

    async def refused() -> bool:
        return {it.asked for it in client.answers if it.at > since and it.code is not None} >= {*REFUSALS}

    asking = asyncio.create_task(client.forever(lambda _: client.readiness()))
    many = [asyncio.create_task(client.query(taxpayer)) for _ in range(MANY)]
    try:
        assert {it.code for it in await asyncio.gather(*many)} <= {None, "STORE_UNAVAILABLE"}
        await eventually("every kind of request is refused", refused)
    finally:
        asking.cancel()
        hanging.go_on()
        dead.start()
    await asyncio.to_thread(members.whole)


async def assert_each_is_kept_once(store: Store, taxpayer: str, client: Client) -> None:
    portfolio = Taxpayers(1, INVOICES)(RFC)
    truth = {site.kind: 1 if site.delivers_documents else portfolio.count(site) for site in CHILDREN}
    assert {kind: await documents.count(store, kind, taxpayer) for kind in Kind} == truth
    assert len(await store["invoices"].distinct("identity", {"taxpayer": taxpayer})) == truth[Kind.INVOICE]
    assert await store["unreadable"].count_documents({}) == 0
    assert [job["state"] for job in await store["jobs"].find({}).to_list(None)] == ["SUCCEEDED"]
    rfcs = [row["rfc"] for row in await store["taxpayers"].find({}).to_list(None)]
    assert len(rfcs) == len(set(rfcs))
    assert {*rfcs} >= {RFC, *client.made}
    assert {row["_id"] for row in await store["inbox"].find({}).to_list(None)} >= client.acknowledged


async def assert_all_events_are_handled(store: Store) -> None:
    handled = {EventState.DONE, EventState.IGNORED}

    async def none_open() -> bool:
        return {state for state, count in (await inbox.tally(store)).items() if count} <= handled

    await eventually("every event is handled", none_open)


async def all_arrivals_are_told(store: Store) -> bool:
    return await store["arrivals"].count_documents({"pending": True}) == 0


@pytest.fixture
async def store(service: Cluster) -> AsyncIterator[Store]:
    """The service's own database, patient with members that go."""
    with closing(mongo.connect(service.settings.mongodb_url, service.settings.mongodb_database, wait=BOUND)) as store:
        yield store


async def test_members_go_in_the_middle_of_a_sync_and_nothing_is_lost_or_comes_twice(
    service: Cluster, members: ReplicaSet, store: Store
) -> None:
    for url in (f"{service.apis[0]}/health/ready", f"{service.sandbox}/"):
        await service.ready(url)
    arrivals: list[Any] = []
    states: list[Any] = []
    async with asyncio.timeout(480), service.client() as graphql:
        taxpayer, job = await started(graphql)
        begun = (await graphql.run(CURSOR, {"id": taxpayer}))["taxpayer"]["syncStatus"]["arrivalsCursor"]
        feed = asyncio.create_task(told(service, ARRIVALS, taxpayer, begun, arrivals))
        status = asyncio.create_task(told(service, JOB, job, None, states))
        async with busy(service, taxpayer) as client:
            for disturb in (kill_the_primary, step_down, lose_the_majority):
                seen = len(arrivals)

                async def more(seen: int = seen) -> bool:
                    assert not status.done(), f"too early: {states[-1:]}"
                    return len(arrivals) > seen

                await eventually("documents arrive", more)
                await disturb(members, client, taxpayer)
            await status
        await assert_all_events_are_handled(store)
        # What a killed attempt began to tell, the sweep tells after a while.
        await eventually("every arrival is told", lambda: all_arrivals_are_told(store), 180)
        last = (await graphql.run(CURSOR, {"id": taxpayer}))["taxpayer"]["syncStatus"]["arrivalsCursor"]

        async def all_of_it() -> bool:
            assert not feed.done(), feed.exception()
            return bool(arrivals[-1]["cursor"] == last)

        await eventually("the last arrival", all_of_it)
        feed.cancel()
    id = parse_global_id(taxpayer)[1]
    await assert_each_is_kept_once(store, id, client)
    assert [place_of(one["cursor"], id) for one in arrivals] == list(range(1, len(arrivals) + 1))
    assert sum(one["inserted"] for one in arrivals) == sum([await documents.count(store, kind, id) for kind in Kind])
    assert {parse_global_id(node["id"])[1] for one in arrivals for node in one["documents"]} == {
        row["_id"] for kind in Kind for row in await store[kind.collection].find({}, {"_id": 1}).to_list(None)
    }
    versions = [state["version"] for state in states]
    assert versions == sorted(set(versions))
    assert states[-1]["state"] == "SUCCEEDED"
    refusals = {(it.asked, it.status, it.code, bool(it.retry_after)) for it in client.answers if it.code is not None}
    assert refusals == {(asked, *refusal) for asked, refusal in REFUSALS.items()}
