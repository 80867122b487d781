"""`sat-gateway reindex`, as an operator runs it."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from gateway.cli import cli
from tests.support import opened


@pytest.fixture
def environment(mongodb_url: str, database: str) -> dict[str, str]:
    async def prepared() -> None:
        async with opened(mongodb_url, database) as store:
            row = {"taxpayer": "t", "order": "2024-01-01T00:00:00|U", "identity": "U", "total": "1.50", "revision": 1}
            await store["invoices"].insert_one({"_id": "t:U", "issued_at": "2024-01-01T00:00:00", **row})

    asyncio.run(prepared())
    return {"MONGODB_URL": mongodb_url, "MONGODB_DATABASE": database, "BROKER_URL": "redis://127.0.0.1:9"}


def test_it_says_what_it_did_and_may_be_run_again(environment: dict[str, str]) -> None:
    first = CliRunner().invoke(cli, ["reindex"], env=environment)
    assert first.exit_code == 0, first.output
    assert "invoices: 1 rewritten\nwithholdings: 0 rewritten\n" in first.stdout
    assert "invoices: 1 of 1" in first.stderr
    again = CliRunner().invoke(cli, ["reindex"], env=environment)
    assert "invoices: 0 rewritten" in again.stdout


def test_the_doctor_tells_that_it_is_needed(environment: dict[str, str]) -> None:
    before = CliRunner().invoke(cli, ["doctor"], env=environment).output
    assert "run `sat-gateway reindex`" in before
    CliRunner().invoke(cli, ["reindex"], env=environment)
    assert "reindex" not in CliRunner().invoke(cli, ["doctor"], env=environment).output
