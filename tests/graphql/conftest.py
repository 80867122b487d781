"""One stored profile for all tests that only read, and the API over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from gateway.app import create_app
from gateway.models.taxpayer import Taxpayer
from gateway.sat.blacklist import Blacklist
from gateway.store import blacklist
from gateway.store.mongo import Store
from resolvers.node import global_id
from tests.contract.sandbox_server import serving
from tests.databases import Databases
from tests.graphql.ledger_books import Books
from tests.ledger import ledger
from tests.profiles import PERSON, stored_profile
from tests.support import VIEWER, Api, opened, running_api, settings_for
from tests.unit.store.test_blacklist import entry

STRANGER = "viewer-2"


@dataclass(frozen=True, slots=True)
class Profile:
    """Viewer 1's company and viewer 2's person, in one database."""

    database: str
    taxpayer: Taxpayer
    strangers: Taxpayer

    @property
    def id(self) -> str:
        return global_id("Taxpayer", self.taxpayer.id)


async def _list_a_counterparty(store: Store, taxpayer: Taxpayer) -> None:
    """A 69-B list with one who sold to the taxpayer."""
    row = await store["invoices"].find_one({"taxpayer": taxpayer.id, "direction": "RECEIVED", "status": "ACTIVE"})
    assert row is not None
    listed = entry(row["issuer"]["rfc"], "DEFINITIVE")
    await blacklist.replace(store, Blacklist("2024-02-29", (listed,), 0), sha256="1")


@pytest.fixture(scope="session")
def profile(mongodb_url: str, databases: Databases) -> Iterator[Profile]:
    async def prepared(database: str) -> Profile:
        async with opened(mongodb_url, database) as store:
            mine = await stored_profile(store, VIEWER)
            await _list_a_counterparty(store, mine)
            theirs = await stored_profile(store, STRANGER, rfc=PERSON, invoices=12, name="Alba Xochitl")
        return Profile(database, mine, theirs)

    with databases.lent() as database:
        yield asyncio.run(prepared(database))


@pytest.fixture
async def reading(mongodb_url: str, profile: Profile) -> AsyncIterator[Api]:
    """The API over the stored profile. Tests must leave the database as it is."""
    async with running_api(settings_for(mongodb_url, profile.database)) as api:
        yield api


@pytest.fixture(scope="session")
def ledger_profile(mongodb_url: str, databases: Databases) -> Iterator[tuple[str, str]]:
    """The database of the books that the tests have written by hand, and the id of their taxpayer."""

    async def prepared(database: str) -> str:
        async with opened(mongodb_url, database) as store:
            return global_id("Taxpayer", (await ledger().stored(store)).id)

    with databases.lent() as database:
        yield database, asyncio.run(prepared(database))


@pytest.fixture
async def books(mongodb_url: str, ledger_profile: tuple[str, str]) -> AsyncIterator[Books]:
    database, taxpayer = ledger_profile
    async with running_api(settings_for(mongodb_url, database)) as api:
        yield Books(api, taxpayer)


@pytest.fixture(scope="module")
def url(mongodb_url: str, module_database: str) -> Iterator[str]:
    with serving(create_app(settings_for(mongodb_url, module_database))) as base:
        yield base


@pytest.fixture
async def live(mongodb_url: str, databases: Databases, module_database: str, url: str) -> AsyncIterator[Store]:
    """The emptied store behind the server at `url`, as a worker in another process has it."""
    databases.empty(module_database)
    async with opened(mongodb_url, module_database) as store:
        yield store
