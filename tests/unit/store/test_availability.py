"""A store that is away: operations look for it for a while, and after that are refused at once."""

from __future__ import annotations

import asyncio

import pytest
from bson import ObjectId
from pymongo.errors import InvalidOperation, ServerSelectionTimeoutError
from pymongo.monitoring import TopologyDescriptionChangedEvent

from gateway.errors import StoreUnavailable
from gateway.store import mongo
from gateway.store.mongo import Store
from tests.waiting import eventually

NOBODY = "mongodb://127.0.0.1:9/?replicaSet=rs0"


async def test_without_a_primary_for_long_nothing_is_asked_any_more() -> None:
    away = mongo.connect(NOBODY, "x", wait=0.1)

    async def refused() -> bool:
        """Without a look for a server, which the driver would tell of with an error of its own."""
        try:
            async with mongo.unavailable_means_try_again():
                await away["jobs"].find_one({})
        except StoreUnavailable as error:
            return "no primary" in str(error)
        return False

    await eventually("a refusal before anything was asked", refused)
    with pytest.raises(StoreUnavailable, match="no primary"):
        await away.ping()
    with pytest.raises(StoreUnavailable, match="no primary"):
        await away.check_writable()
    away.close()


async def test_a_store_that_nobody_has_asked_yet_is_asked(mongodb_url: str, database: str) -> None:
    """The driver tells of a set without a primary before it has looked for one."""
    store = mongo.connect(mongodb_url, database, wait=0)
    unknown = store.db.client.topology_description
    assert not unknown.has_writable_server()
    store.availability.description_changed(TopologyDescriptionChangedEvent(unknown, unknown, ObjectId()))
    store.availability.check()
    store.close()


async def test_what_waits_when_the_primary_goes_is_cut_off() -> None:
    away = mongo.connect(NOBODY, "x", wait=0.1)
    with pytest.raises(StoreUnavailable, match="no primary"):
        async with away.availability.bounded():
            looking = asyncio.ensure_future(away["jobs"].find_one({}))
            await asyncio.Event().wait()
    with pytest.raises(ServerSelectionTimeoutError):
        await looking
    away.close()


async def test_a_process_that_ends_waits_no_longer() -> None:
    away = mongo.connect(NOBODY, "x", wait=3600)
    looking = asyncio.ensure_future(away["jobs"].find_one({}))
    with pytest.raises(StoreUnavailable, match="no primary"):
        async with away.availability.bounded():
            away.availability.give_up()
            await asyncio.Event().wait()
    away.close()
    with pytest.raises(InvalidOperation):
        await looking


async def test_a_bound_lets_other_timeouts_be(store: Store) -> None:
    with pytest.raises(TimeoutError):
        async with store.availability.bounded(), asyncio.timeout(0):
            await asyncio.Event().wait()


async def test_writes_wait_for_a_majority_but_not_for_ever_and_reads_see_nothing_else(store: Store) -> None:
    jobs = store["jobs"]
    assert jobs.read_concern.level == "majority"
    written = jobs.write_concern.document
    assert (written["w"], written["j"]) == ("majority", True)
    assert written["wtimeout"] > 0
