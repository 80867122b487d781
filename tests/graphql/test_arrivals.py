"""documentsArrived: what a worker stores comes to whoever follows, once, in order, and again from any cursor."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.ingest.pipeline import store_batch
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import arrivals, documents
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.usecases import create_taxpayer
from resolvers.node import global_id
from tests.graphql.conftest import STRANGER
from tests.graphql.sockets import Socket, socket_of
from tests.graphql.test_subscriptions import _refused, _subscribers
from tests.profiles import delivered_batch
from tests.support import VIEWER, bearer
from tests.waiting import eventually

RFC = "EKU9003173C9"
FEED = """subscription($id: ID!, $kinds: [DocumentKind!], $after: String) {
  documentsArrived(taxpayerId: $id, kinds: $kinds, after: $after) {
    cursor kind count inserted changed arrivedAt
    documents(first: 250) { __typename id kind taxpayer { id } ... on FiscalDocument { uuid } ... on Invoice { total } }
  } }"""


@pytest.fixture
def worker(live: Store) -> Store:
    """The store as a worker has it."""
    return live


@pytest.fixture
async def taxpayer(worker: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(worker, owner=VIEWER, rfc=RFC, name="Escuela Kemper")
    return taxpayer


async def stored(store: Store, taxpayer: Taxpayer, site: Site = Site.CIEC, count: int = 3, start: int = 0) -> None:
    """Some documents of a site, as a worker stores a batch."""
    await store_batch(store, taxpayer, delivered_batch(RFC, 12, site, slice(start, start + count)))


async def follow(socket: Socket, taxpayer: Taxpayer, after: str | None = None, kinds: list[str] | None = None) -> None:
    variables = {"id": global_id("Taxpayer", taxpayer.id), "after": after, "kinds": kinds}
    await socket.subscribe(FEED, variables, id=f"{after}{kinds}")


async def arrived(socket: Socket) -> Any:
    return (await socket.next())["documentsArrived"]


async def cursor_now(socket: Socket, taxpayer: Taxpayer) -> str:
    document = "query($id: ID!) { taxpayer(id: $id) { syncStatus { arrivalsCursor } } }"
    await socket.subscribe(document, {"id": global_id("Taxpayer", taxpayer.id)}, id="cursor")
    cursor: str = (await socket.next())["taxpayer"]["syncStatus"]["arrivalsCursor"]
    assert (await socket.receive())["type"] == "complete"
    return cursor


async def test_what_is_stored_comes_with_its_documents(url: str, worker: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, after=await cursor_now(socket, taxpayer))
        await stored(worker, taxpayer)
        await stored(worker, taxpayer, Site.WITHHOLDINGS, count=2)
        invoices, withholdings = await arrived(socket), await arrived(socket)
    assert (invoices["kind"], invoices["count"], invoices["inserted"], invoices["changed"]) == ("INVOICE", 3, 3, 0)
    assert (withholdings["kind"], withholdings["count"]) == ("WITHHOLDING", 2)
    assert invoices["arrivedAt"].endswith("Z") or "+" in invoices["arrivedAt"]
    rows = await worker["invoices"].find({}).to_list(None)
    assert {(d["id"], d["uuid"], d["total"]) for d in invoices["documents"]} == {
        (global_id("Invoice", row["_id"]), row["uuid"], row["total"]) for row in rows
    }
    whose = global_id("Taxpayer", taxpayer.id)
    assert {(d["__typename"], d["kind"], d["taxpayer"]["id"]) for d in withholdings["documents"]} == {
        ("Withholding", "WITHHOLDING", whose)
    }


async def test_a_store_that_is_away_when_an_arrival_is_told_leaves_no_gap(
    url: str, worker: Store, taxpayer: Taxpayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_ids, refusals = documents.by_ids, 2

    async def away_at_first(*args: Any) -> Any:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise StoreUnavailable("the store is changing over")
        return await by_ids(*args)

    monkeypatch.setattr(documents, "by_ids", away_at_first)
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, after=await cursor_now(socket, taxpayer))
        await stored(worker, taxpayer)
        assert len((await arrived(socket))["documents"]) == 3
    assert refusals == 0


async def test_again_from_a_cursor_misses_nothing_and_repeats_nothing(
    url: str, worker: Store, taxpayer: Taxpayer
) -> None:
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, after=await cursor_now(socket, taxpayer))
        for start in (0, 2):
            await stored(worker, taxpayer, count=2, start=start)
        first = await arrived(socket)
        second = await arrived(socket)
    for start in (4, 6):
        await stored(worker, taxpayer, count=2, start=start)
    await stored(worker, taxpayer, count=2, start=6)  # a delivery that comes twice is no arrival
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, after=first["cursor"])
        await follow(socket, taxpayer, after=second["cursor"])
        seen: dict[str, list[str]] = {first["cursor"]: [], second["cursor"]: []}
        for _ in range(5):
            message = await socket.receive()
            seen[message["id"].removesuffix("None")].append(message["payload"]["data"]["documentsArrived"]["cursor"])
        await stored(worker, taxpayer, count=1, start=8)
        last = [(await socket.receive())["payload"]["data"]["documentsArrived"] for _ in range(2)]
    assert seen[first["cursor"]] == [second["cursor"], *seen[second["cursor"]]]
    assert last[0] == last[1]
    assert last[0]["count"] == 1


async def test_only_the_kinds_that_are_asked_for(url: str, worker: Store, taxpayer: Taxpayer) -> None:
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, await cursor_now(socket, taxpayer), ["WITHHOLDING"])
        await stored(worker, taxpayer)
        await stored(worker, taxpayer, Site.WITHHOLDINGS, count=1)
        assert (await arrived(socket))["kind"] == "WITHHOLDING"


async def test_a_change_of_what_is_here_is_told_as_one(url: str, worker: Store, taxpayer: Taxpayer) -> None:
    await stored(worker, taxpayer)
    batch = delivered_batch(RFC, 12, Site.CIEC, slice(0, 1))
    ((_, document),) = batch.documents
    async with socket_of(url) as socket:
        await follow(socket, taxpayer, after=await cursor_now(socket, taxpayer))
        note = await arrivals.begin(worker, taxpayer.id, Kind.INVOICE, [])
        document.observed["status"] = "CANCELLED"
        result = await documents.upsert(worker, Kind.INVOICE, taxpayer.id, [document])
        await arrivals.tell(worker, note, inserted=result.new_ids, changed=result.changed_ids)
        told = await arrived(socket)
    assert (told["count"], told["inserted"], told["changed"], len(told["documents"])) == (1, 0, 1, 1)


async def test_without_a_cursor_it_begins_now_and_ends_with_the_taxpayer(
    url: str, worker: Store, taxpayer: Taxpayer
) -> None:
    await stored(worker, taxpayer)
    async with socket_of(url) as socket:
        await follow(socket, taxpayer)
        await eventually("it is followed", lambda: _subscribers(url))
        await stored(worker, taxpayer, count=1, start=5)
        assert (await arrived(socket))["count"] == 1
        await worker["taxpayers"].delete_one({"_id": taxpayer.id})
        assert (await socket.receive())["type"] == "complete"


async def test_cursors_that_are_none_or_too_old(url: str, worker: Store, taxpayer: Taxpayer) -> None:
    id = global_id("Taxpayer", taxpayer.id)
    async with socket_of(url) as socket:
        cursor = await cursor_now(socket, taxpayer)
        other, _ = await create_taxpayer(worker, owner=VIEWER, rfc="XAMA620210DQ5", name="Alba")
        for wrong in ("", "x", "é", cursor + "A", await cursor_now(socket, other)):
            assert await _refused(socket, FEED, {"id": id, "after": wrong}) == "INVALID_CURSOR"
        for start in (0, 1):
            await stored(worker, taxpayer, count=1, start=start)
        later = await cursor_now(socket, taxpayer)
        await worker["arrivals"].delete_one({"taxpayer": taxpayer.id, "order": f"{1:012d}"})
        assert await _refused(socket, FEED, {"id": id, "after": cursor}) == "CURSOR_TOO_OLD"
        await worker["arrivals"].delete_many({"taxpayer": taxpayer.id})
        assert await _refused(socket, FEED, {"id": id, "after": later}) == "CURSOR_TOO_OLD"


async def test_nothing_of_another_viewers(url: str, worker: Store, taxpayer: Taxpayer) -> None:
    await stored(worker, taxpayer)
    async with socket_of(url, STRANGER) as socket:
        assert await _refused(socket, FEED, {"id": global_id("Taxpayer", taxpayer.id)}) == "NOT_FOUND"
    assert bearer(STRANGER) != bearer(VIEWER)
