"""Fixtures of the contracts: Node's packages, and the API under a real server with a stored profile behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.app import create_app
from gateway.models.taxpayer import Taxpayer
from tests.contract.node import modules
from tests.contract.sandbox_server import serving
from tests.profiles import stored_profile
from tests.support import bearer, opened, settings_for

__all__ = ["modules", "served"]


@dataclass(frozen=True, slots=True)
class Served:
    """Where the API listens, a token for it, and the taxpayer behind it."""

    url: str
    token: str
    mongodb_url: str
    database: str
    taxpayer: Taxpayer

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @property
    def variables(self) -> dict[str, str]:
        """For a script of Node's."""
        return {"GRAPHQL_URL": self.url, "SOCKET_URL": self.socket_url, "AUTHORIZATION": self.token}


@pytest.fixture(scope="module")
def served(mongodb_url: str, module_database: str) -> Iterator[Served]:
    async def prepared() -> Taxpayer:
        async with opened(mongodb_url, module_database) as store:
            return await stored_profile(store)

    taxpayer: Any = asyncio.run(prepared())
    with serving(create_app(settings_for(mongodb_url, module_database))) as base:
        yield Served(f"{base}/graphql", bearer()["Authorization"], mongodb_url, module_database, taxpayer)
