"""Several APIs, workers and the scheduler over one store and broker: whatever dies, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import operations
from gateway.demo.client import GraphQLClient
from gateway.sandbox.taxpayers import Taxpayers
from gateway.store import mongo
from gateway.store.mongo import Row, Store
from gateway.syncfy.sites import CHILDREN
from resolvers.arrivals import place_of
from resolvers.node import parse_global_id
from tests.integration.following import ARRIVALS, CURSOR, JOB, follow
from tests.integration.processes import ROOT, Cluster, cluster
from tests.waiting import PATIENCE, eventually, eventually_sync, patience

INVOICES = 1200
ENDED = ("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "EXPIRED")
FIELDS = "syncStatus { kinds { kind held } unreadable } latestJob { state steps { site state documents } }"
COUNTS = f"query Counts($id: ID!) {{ taxpayer(id: $id) {{ {FIELDS} }} }}"


@pytest.fixture(scope="module")
def running(mongodb_url: str, module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("cluster")
    sandbox = ["--invoices", str(INVOICES), "--pace", "0.3"]
    with cluster(home, sandbox=sandbox, apis=2, workers=2, mongodb_url=mongodb_url, database=module_database) as it:
        yield it


@pytest.fixture
async def service(running: Cluster) -> Cluster:
    for url in (*(f"{api}/health/ready" for api in running.apis), f"{running.sandbox}/"):
        await running.ready(url)
    return running


async def made(client: GraphQLClient, rfc: str) -> str:
    """A taxpayer's id."""
    answer = await client.run(operations.CREATE_TAXPAYER, {"rfc": rfc, "name": "A company"})
    taxpayer: str = answer["createTaxpayer"]["taxpayer"]["id"]
    return taxpayer


async def start(client: GraphQLClient, taxpayer: str) -> str:
    """The id of a job that has just begun."""
    begun = await client.run(operations.START_CONNECTION, {"taxpayerId": taxpayer, "password": "ok"})
    assert begun["startConnection"]["errors"] == []
    job: str = begun["startConnection"]["job"]["id"]
    return job


async def watched(client: GraphQLClient, job: str) -> list[str]:
    """The job's states as a subscription tells them, until it has ended."""
    states: list[str] = []
    async for data in client.subscribe(operations.JOB_STATUS, {"jobId": job}):
        states.append(data["jobStatus"]["state"])
    return states


def whole(rfc: str) -> dict[str, int]:
    portfolio = Taxpayers(1, INVOICES)(rfc)
    held = {str(site.kind): 1 if site.delivers_documents else portfolio.count(site) for site in CHILDREN}
    return {**held, "unreadable": 0}


async def counts(client: GraphQLClient, taxpayer: str) -> dict[str, int]:
    sync = (await client.run(COUNTS, {"id": taxpayer}))["taxpayer"]["syncStatus"]
    return {**{kind["kind"]: kind["held"] for kind in sync["kinds"]}, "unreadable": sync["unreadable"]}


async def rows(service: Cluster, collection: str, rfc: str) -> list[Row]:
    store: Store = mongo.connect(service.settings.mongodb_url, service.settings.mongodb_database)
    try:
        taxpayer = await store["taxpayers"].find_one({"rfc": rfc})
        assert taxpayer is not None
        return await store[collection].find({"taxpayer": taxpayer["_id"]}, {"identity": 1, "state": 1}).to_list(None)
    finally:
        store.close()


async def assert_whole(service: Cluster, client: GraphQLClient, taxpayer: str, rfc: str) -> None:
    assert await counts(client, taxpayer) == whole(rfc)
    identities = [row["identity"] for row in await rows(service, "invoices", rfc)]
    assert len(set(identities)) == len(identities) == INVOICES
    assert [row["state"] for row in await rows(service, "jobs", rfc)] == ["SUCCEEDED"]


async def test_subscribers_go_on_at_another_api_when_theirs_is_killed_and_miss_nothing(service: Cluster) -> None:
    """They follow, at one API, what another started; and theirs is killed while documents arrive."""
    rfc = "EKU9003173C9"
    async with service.client(0) as client, patience(300):
        taxpayer = await made(client, rfc)
        begun = (await client.run(CURSOR, {"id": taxpayer}))["taxpayer"]["syncStatus"]["arrivalsCursor"]
        job = await start(client, taxpayer)
        arrived: list[Any] = []
        states: list[Any] = []
        arriving = asyncio.create_task(
            follow(service, 1, ARRIVALS, taxpayer, key="cursor", after=begun, seen=arrived),
        )
        ending = asyncio.create_task(follow(service, 1, JOB, job, key="version", after=None, seen=states))

        await eventually("an arrival, or the end", lambda: arrived or ending.done())
        service.running["api-1"].kill()
        await ending
        last = (await client.run(CURSOR, {"id": taxpayer}))["taxpayer"]["syncStatus"]["arrivalsCursor"]
        await eventually("the last arrival", lambda: arrived and arrived[-1]["cursor"] == last)
        arriving.cancel()
        await asyncio.gather(arriving, return_exceptions=True)
        service.running["api-1"].start()
        id = parse_global_id(taxpayer)[1]
        assert [place_of(one["cursor"], id) for one in arrived] == list(range(1, len(arrived) + 1))
        assert all(one["count"] == len(one["documents"]) for one in arrived)
        told = {parse_global_id(document["id"]) for one in arrived for document in one["documents"]}
        assert len(told) == sum(whole(rfc).values())
        versions = [status["version"] for status in states]
        assert versions == sorted(set(versions))
        assert states[-1]["state"] == "SUCCEEDED"
        assert [event["state"] for event in states[-1]["history"]][:2] == ["QUEUED", "RUNNING"]
        await assert_whole(service, client, taxpayer, rfc)


async def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(service: Cluster) -> None:
    rfc = "CNO150304QK7"
    async with service.client(1) as client, patience(300):
        taxpayer = await made(client, rfc)
        job = await start(client, taxpayer)
        await eventually("a part of the invoices", lambda: rows(service, "invoices", rfc))
        for name in ("worker-0", "worker-1"):
            service.running[name].kill()
        for name in ("worker-0", "worker-1"):
            service.running[name].start()
        assert (await watched(client, job))[-1] == "SUCCEEDED"
        await assert_whole(service, client, taxpayer, rfc)


async def test_an_api_that_is_killed_between_deliveries_gets_them_again(service: Cluster) -> None:
    rfc = "MAB160211TL3"
    async with service.client(1) as client, patience(300):
        taxpayer = await made(client, rfc)
        job = await start(client, taxpayer)
        await eventually("a delivery", lambda: rows(service, "inbox", rfc))
        service.running["api-0"].kill()
        await asyncio.sleep(0.5)  # in which some are refused
        service.running["api-0"].start()
        assert (await watched(client, job))[-1] == "SUCCEEDED"
        await assert_whole(service, client, taxpayer, rfc)


async def test_a_worker_that_is_told_to_stop_twice_ends_in_good_order(service: Cluster) -> None:
    worker = service.running["worker-1"]
    assert worker.popen is not None
    await eventually("it works", lambda: b"ready for action" in worker.log.read_bytes())
    before = worker.log.stat().st_size
    for _ in range(2):  # as a supervisor does that signals the whole group, of which the parent signals the child again
        os.killpg(worker.popen.pid, signal.SIGTERM)
        await asyncio.sleep(0.05)
    try:
        status = await asyncio.to_thread(worker.popen.wait, PATIENCE)
        said = worker.log.read_bytes()[before:].decode()
        assert status == 0, said
        assert "Killing" not in said
        assert "Failed to process" not in said
    finally:
        worker.kill()
        worker.start()


def descendants(pid: int) -> set[int]:
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listing.splitlines())}
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def alive(pids: set[int]) -> set[int]:
    asked = ",".join(map(str, sorted(pids)))
    states = subprocess.run(["ps", "-o", "pid=,stat=", "-p", asked], capture_output=True, text=True, check=False).stdout
    found = (re.match(r"\s*(\d+)\s+(\S+)", line) for line in states.splitlines())
    return {int(match[1]) for match in found if match and not match[2].startswith("Z")}


def test_the_demonstration_leaves_no_process_behind(tmp_path: Path) -> None:
    environment: dict[str, Any] = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "0"}
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "gateway", "demo", "--invoices", "8", "--pace", "0.1"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        eventually_sync(
            "it stays up, or ends",
            lambda: "Stays up until" in log.read_text(errors="replace") or demo.poll() is not None,
            seconds=300,
        )
        assert demo.poll() is None, log.read_text(errors="replace")
        children = descendants(demo.pid)
        assert len(children) >= 6  # store, broker, sandbox, API, worker, scheduler, each on its leash
        demo.send_signal(signal.SIGINT)
        demo.wait(PATIENCE)
        eventually_sync("nothing is left", lambda: not alive(children))
    finally:
        demo.kill()
        demo.wait()
