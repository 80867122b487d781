"""Live over graphql-transport-ws and a real server: the state now, each newer version, and an end at the end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from gateway.jobs import machine
from gateway.models import job as models
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Row, Store, now
from gateway.store.rows import written
from gateway.syncfy.sites import Site
from gateway.usecases import create_taxpayer
from resolvers.jobs import Job
from resolvers.node import global_id
from resolvers.subscriptions import seen_of_a_job
from tests.graphql.conftest import STRANGER
from tests.graphql.sockets import Socket, opened_socket, socket_of
from tests.graphql.test_secrets import PASSWORD, STRING
from tests.profiles import started_job
from tests.support import VIEWER, bearer
from tests.waiting import eventually

JOB = "subscription($id: ID!) { jobStatus(jobId: $id) { state code version finishedAt } }"
SYNC = "subscription($id: ID!) { syncStatus(taxpayerId: $id) { version lastDownloadAt kinds { kind freshness } } }"


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """A subscriber is let go of when it leaves, not when the collector finds it: after many tests that is minutes."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
async def taxpayer(live: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(live, owner=VIEWER, rfc="EKU9003173C9", name="Escuela Kemper")
    return taxpayer


async def happened(store: Store, job: models.Job, *codes: int) -> None:
    """Syncfy's status history of the run, as a worker notes it."""
    await jobs.change(store, job.id, partial(machine.parent_codes, seen=codes, challenge=None, at=now()))


async def test_a_job_as_it_is_then_each_version_until_its_end(url: str, live: Store, taxpayer: Taxpayer) -> None:
    job = await started_job(live, taxpayer)
    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)})
        seen = [(await socket.next())["jobStatus"]]
        for codes in ((100,), (100, 102), (100, 102, 401)):
            await happened(live, job, *codes)
            seen.append((await socket.next())["jobStatus"])
        assert await socket.receive() == {"id": "1", "type": "complete"}
    assert [(status["state"], status["code"]) for status in seen] == [
        ("QUEUED", None),
        ("RUNNING", 100),
        ("RUNNING", 102),
        ("FAILED", 401),
    ]
    assert [status["version"] for status in seen] == [1, 2, 3, 4]
    assert [bool(status["finishedAt"]) for status in seen] == [False, False, False, True]


async def test_what_no_client_sees_sends_no_frame(url: str, live: Store, taxpayer: Taxpayer) -> None:
    job = await started_job(live, taxpayer)

    def looked(job: models.Job) -> models.Job:
        return replace(job, check=job.check + 1)

    def joined(job: models.Job) -> models.Job:
        return replace(job, child_ids=("child",))

    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)})
        await socket.next()
        await happened(live, job, 100)
        first = (await socket.next())["jobStatus"]
        for change in (looked, joined, looked):
            await jobs.change(live, job.id, change)
            await asyncio.sleep(0.05)  # would be a frame of its own
        await happened(live, job, 100, 102)
        second = (await socket.next())["jobStatus"]
    assert (first["version"], first["code"], second["version"], second["code"]) == (2, 100, 4, 102)


def test_whatever_a_job_shows_is_compared() -> None:
    """A field that comes to the type must be told of when it changes."""
    fixed = {"id", "kind", "site", "origin", "taxpayer", "created_at"}
    of_the_change = {"version", "updated_at"}
    compared = {"state", "code", "challenge", "failure", "history", "finished_at", "steps"}
    of_an_export = {"progress", "export"}  # whose file is there when the state says so
    of_the_steps = {"problems"}
    assert {
        field.python_name for field in Job.__strawberry_definition__.fields
    } == fixed | of_the_change | of_an_export | of_the_steps | compared  # type: ignore[attr-defined]
    step = written(models.Step(site=Site.CIEC))
    row: Row = {**dict.fromkeys(compared), "steps": {"CIEC": step}}
    for key in compared - {"steps"}:
        assert seen_of_a_job(row) != seen_of_a_job({**row, key: "another"})
    for key in ("done", "total"):
        assert seen_of_a_job(row) != seen_of_a_job({**row, key: 1})
    for key in ("state", "code", "documents", "others"):
        assert seen_of_a_job(row) != seen_of_a_job({**row, "steps": {"CIEC": {**step, key: "another"}}})


async def test_many_changes_at_once_may_be_one_message_and_none_goes_back(
    url: str, live: Store, taxpayer: Taxpayer
) -> None:
    job = await started_job(live, taxpayer)
    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)})
        versions = [(await socket.next())["jobStatus"]["version"]]
        for count in range(1, 12):
            await happened(live, job, *[102] * count)
        await happened(live, job, *[102] * 11, 500)
        while (message := await socket.receive())["type"] == "next":
            versions.append(message["payload"]["data"]["jobStatus"]["version"])
    assert message["type"] == "complete"
    assert versions == sorted(set(versions))
    row = await jobs.row(live, job.id)
    assert row is not None
    found = await _query(url, "query($id: ID!) { job(id: $id) { version } }", {"id": global_id("Job", job.id)})
    assert found == {"job": {"version": versions[-1]}}


async def test_each_message_has_an_allowance_of_rows_of_its_own(url: str, live: Store, taxpayer: Taxpayer) -> None:
    """A subscription that shows a page with each change must not run dry after some of them."""
    document = """subscription($id: ID!) { jobStatus(jobId: $id) {
      version taxpayer { invoices(first: 1000) { totalCount } jobs(first: 1000) { totalCount } } } }"""
    job = await started_job(live, taxpayer)
    async with socket_of(url) as socket:
        await socket.subscribe(document, {"id": global_id("Job", job.id)})
        await socket.next()
        for count in range(1, 12):
            await happened(live, job, *([101, 102] * 6)[:count])
            assert (await socket.next())["jobStatus"]["taxpayer"]["jobs"] == {"totalCount": 1}


async def test_a_job_that_has_ended_is_one_message(url: str, live: Store, taxpayer: Taxpayer) -> None:
    job = await started_job(live, taxpayer)
    await happened(live, job, 401)
    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)})
        assert (await socket.next())["jobStatus"]["state"] == "FAILED"
        assert (await socket.receive())["type"] == "complete"


async def test_who_comes_late_or_again_learns_every_state_in_order(url: str, live: Store, taxpayer: Taxpayer) -> None:
    document = """subscription($id: ID!, $after: Int) {
      jobStatus(jobId: $id, after: $after) { version history { state code } } }"""
    job = await started_job(live, taxpayer)
    id = global_id("Job", job.id)
    await happened(live, job, 100)
    await happened(live, job, 100, 102)
    async with socket_of(url) as socket:
        await socket.subscribe(document, {"id": id})
        late = (await socket.next())["jobStatus"]
        await socket.subscribe(document, {"id": id, "after": late["version"]}, id="again")
        await happened(live, job, 100, 102, 401)
        for _ in range(4):  # each of the two is told of what is new, and of the end
            message = await socket.receive()
            if message["type"] == "next":
                assert message["payload"]["data"]["jobStatus"]["version"] == late["version"] + 1
                states = [event["state"] for event in message["payload"]["data"]["jobStatus"]["history"]]
        await socket.subscribe(document, {"id": id, "after": late["version"] + 1}, id="all seen")
        assert await socket.receive() == {"id": "all seen", "type": "complete"}
    assert [event["state"] for event in late["history"]] == states[: len(late["history"])]
    assert (states[0], states[-1]) == ("QUEUED", "FAILED")
    assert "RUNNING" in states


async def test_the_synchronisation_is_followed_until_the_client_leaves(
    url: str, live: Store, taxpayer: Taxpayer
) -> None:
    async with socket_of(url) as socket:
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
        first = (await socket.next())["syncStatus"]
        assert {kind["freshness"] for kind in first["kinds"]} == {"NEVER"}
        await taxpayers.note_download(live, taxpayer.id, Kind.INVOICE, at=now())
        second = (await socket.next())["syncStatus"]
        assert second["version"] > first["version"]
        assert second["lastDownloadAt"]
        assert {"kind": "INVOICE", "freshness": "FRESH"} in second["kinds"]
        await socket.send(id="1", type="complete")
        await taxpayers.note_download(live, taxpayer.id, Kind.WITHHOLDING, at=now())
        # What comes next is the answer to this, so nothing came of the other.
        await socket.subscribe("{ viewer { id } }", id="2")
        assert (await socket.receive())["id"] == "2"


async def test_it_ends_when_the_taxpayer_is_gone(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
        await socket.next()
        await live["taxpayers"].delete_one({"_id": taxpayer.id})
        assert (await socket.receive())["type"] == "complete"


async def test_two_at_once_on_one_socket(url: str, live: Store, taxpayer: Taxpayer) -> None:
    job = await started_job(live, taxpayer)
    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)}, id="job")
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, id="sync")
        assert {(await socket.receive())["id"], (await socket.receive())["id"]} == {"job", "sync"}
        await happened(live, job, 401)
        assert [(await socket.receive())["id"], (await socket.receive())["id"]] == ["job", "job"]
        await taxpayers.note_download(live, taxpayer.id, Kind.INVOICE, at=now())
        assert (await socket.receive())["id"] == "sync"


@pytest.mark.parametrize("document", [JOB, SYNC])
async def test_nothing_of_another_viewer(url: str, live: Store, taxpayer: Taxpayer, document: str) -> None:
    job = await started_job(live, taxpayer)
    id = global_id("Job", job.id) if document == JOB else global_id("Taxpayer", taxpayer.id)
    async with socket_of(url, STRANGER) as socket:
        assert await _refused(socket, document, {"id": id}) == "NOT_FOUND"
        assert await _refused(socket, document, {"id": "nonsense"}) == "INVALID_ID"
        other = global_id("Taxpayer", "x") if document == JOB else global_id("Job", "x")
        assert await _refused(socket, document, {"id": other}) == "INVALID_ID"
    await _forgotten(url)


async def test_a_client_that_goes_away_is_forgotten(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)})
        await socket.next()
        assert await _subscribers(url) >= 1
    await _forgotten(url)


async def test_a_client_that_goes_away_amid_changes_is_forgotten(url: str, live: Store, taxpayer: Taxpayer) -> None:
    job = await started_job(live, taxpayer)
    async with socket_of(url) as socket:
        await socket.subscribe(JOB, {"id": global_id("Job", job.id)}, id="job")
        await socket.subscribe(SYNC, {"id": global_id("Taxpayer", taxpayer.id)}, id="sync")
        await socket.next()
        for count in range(1, 6):
            await happened(live, job, *[102] * count)
    await _forgotten(url)


async def test_queries_and_mutations_on_the_socket_see_what_is_new(url: str, live: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        for count, rfc in ((1, "EKU9003173C9"), (2, "XAMA620210DQ5")):
            create = "mutation($rfc: String!) { createTaxpayer(input: {rfc: $rfc}) { errors { code } } }"
            await socket.subscribe(create, {"rfc": rfc}, id=f"m{count}")
            assert (await socket.next()) == {"createTaxpayer": {"errors": []}}
            assert (await socket.receive())["type"] == "complete"
            await socket.subscribe("{ viewer { taxpayerCount } }", id=f"q{count}")
            assert (await socket.next()) == {"viewer": {"taxpayerCount": count}}
            assert (await socket.receive())["type"] == "complete"


TWICE = f'"{PASSWORD}" "{PASSWORD}"'
INLINE = f'mutation {{ startConnection(input: {{taxpayerId: "x", password: {TWICE}}}) {{ errors {{ code }} }} }}'


@pytest.mark.parametrize(("document", "variables"), [(INLINE, None), (STRING, {"id": "x", "p": [PASSWORD]})])
async def test_no_password_in_an_error_on_the_socket(
    url: str, live: Store, capfd: pytest.CaptureFixture[str], document: str, variables: Any
) -> None:
    async with socket_of(url) as socket:
        await socket.subscribe(document, variables)
        message = await socket.receive()
    assert message["type"] in ("error", "next")
    assert "String" in str(message)
    assert PASSWORD not in str(message)
    printed = capfd.readouterr()
    assert PASSWORD not in printed.out + printed.err


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "{ nope }",
        "{ a " * 1600,
        "subscription { nope }",
        "{ ...F }",
    ],
)
async def test_what_is_no_operation_is_an_error_of_its_own_and_the_socket_goes_on(
    url: str, live: Store, document: str
) -> None:
    async with socket_of(url) as socket:
        await socket.subscribe(document)
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["message"] != "Internal error"
        await socket.subscribe("{ viewer { id } }", id="2")
        assert await socket.next() == {"viewer": {"id": VIEWER}}


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "5",
        "null",
        "[]",
        '"text"',
        "{}",
        '{"type": 5}',
        '{"type": "nothing"}',
        '{"type": "complete"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ viewer { id } }"}}',
        '{"type": "subscribe", "id": "1", "payload": "text"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }", "operationName": 5}}',
        "[" * 50_000,
        b"bytes",
    ],
)
async def test_a_frame_that_is_no_message_closes_the_socket_with_4400(url: str, frame: str | bytes) -> None:
    async with socket_of(url) as socket:
        await socket.connection.send(frame)
        assert (await socket.closed())[0] == 4400


async def test_the_subprotocol_is_the_newer_one_only(url: str) -> None:
    async with opened_socket(url) as socket:
        assert socket.connection.subprotocol == "graphql-transport-ws"


async def _refused(socket: Socket, document: str, variables: Any) -> str:
    """The code of the one error; the operation is over then."""
    await socket.subscribe(document, variables)
    message = await socket.receive()
    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    if message["type"] == "next":
        assert (await socket.receive())["type"] == "complete"
    code: str = errors[0]["extensions"]["code"]
    return code


async def _query(url: str, document: str, variables: Any) -> Any:
    async with httpx.AsyncClient(base_url=url, headers=bearer()) as http:
        return (await http.post("/graphql", json={"query": document, "variables": variables})).json()["data"]


async def _subscribers(url: str) -> int:
    async with httpx.AsyncClient(base_url=url) as http:
        count: int = (await http.get("/health/ready")).json()["subscribers"]
        return count


async def _forgotten(url: str) -> None:
    """Waits until the service has let go of every subscriber."""

    async def nobody() -> bool:
        return await _subscribers(url) == 0

    await eventually("nobody is left", nobody)
