"""One stored profile for all tests that only read, and the API over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from gateway.store.mongo import Row
from resolvers.node import global_id
from tests.profiles import PERSON, stored_profile
from tests.support import VIEWER, Api, opened, running_api, settings_for

STRANGER = "viewer-2"


@dataclass(frozen=True, slots=True)
class Profile:
    """Viewer 1's company and viewer 2's person, in one database."""

    database: str
    taxpayer: Row
    strangers: Row

    @property
    def id(self) -> str:
        return global_id("Taxpayer", self.taxpayer["_id"])


@pytest.fixture(scope="session")
def profile(mongodb_url: str) -> Iterator[Profile]:
    database = "graphql_profile"

    async def prepared() -> Profile:
        async with opened(mongodb_url, database) as store:
            await store.db.client.drop_database(database)
        async with opened(mongodb_url, database) as store:
            mine = await stored_profile(store, VIEWER)
            theirs = await stored_profile(store, STRANGER, rfc=PERSON, invoices=12, name="Alba Xochitl")
        return Profile(database, mine, theirs)

    yield asyncio.run(prepared())


@pytest.fixture
async def reading(mongodb_url: str, profile: Profile) -> AsyncIterator[Api]:
    """The API over the stored profile. Tests must leave the database as it is."""
    async with running_api(settings_for(mongodb_url, profile.database)) as api:
        yield api
