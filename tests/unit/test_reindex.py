"""`sat-gateway reindex`, as an operator runs it."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner

from gateway.cli import cli
from gateway.sat.empty_records import blank_invoice
from gateway.store import taxpayers
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


def test_it_tells_anew_whose_a_document_is(mongodb_url: str, database: str, environment: dict[str, str]) -> None:
    """An older version took what Syncfy's list said, whoever had logged in."""

    async def prepared() -> None:
        async with opened(mongodb_url, database) as store:
            taxpayer, _ = await taxpayers.create(store, owner="o", rfc="AAA010101AAA", name="One")
            for number, login in ((1, "A**********A"), (2, "B**********A")):
                await store["credentials"].insert_one(
                    {"_id": f"{taxpayer.id}:c{number}", "taxpayer": taxpayer.id, "username": login}
                )
            parties = {
                "strangers": (3, "BBB010101BB1", "CCC010101CC1", None),
                "mine": (3, "AAA010101AAA", "CCC010101CC1", None),
                "metadata": (1, "AAA010101AAA", "CCC010101CC1", "c1"),
                "metadata of a stranger": (1, "AAA010101AAA", "CCC010101CC1", "c2"),
            }
            for name, (rank, issuer, receiver, login) in parties.items():
                row = {
                    **blank_invoice(),
                    "_id": f"{taxpayer.id}:{name}",
                    "taxpayer": taxpayer.id,
                    "identity": name,
                    "revision": 1,
                    "order": f"2024-01-01|{name}",
                    "direction": "ISSUED",
                    "rank": rank,
                    "history": [],
                    "issuer": {"rfc": issuer},
                    "receiver": {"rfc": receiver},
                    "source": {"credential_id": login},
                }
                await store["invoices"].insert_one(row)
            paper = {"taxpayer": taxpayer.id, "revision": 1, "rfc": "BBB010101BB1", "order": "2024-01-01|P"}
            await store["tax_statuses"].insert_one({"_id": f"{taxpayer.id}:P", "identity": "P", **paper})
            await taxpayers.set_latest(store, taxpayer.id, "tax_status", paper)

    asyncio.run(prepared())
    ran = CliRunner().invoke(cli, ["reindex"], env=environment)
    assert ran.exit_code == 0, ran.output

    async def found() -> None:
        async with opened(mongodb_url, database) as store:
            rows = {row["identity"]: row for row in await store["invoices"].find({"rank": {"$gt": 0}}).to_list(None)}
            assert {name: row["direction"] for name, row in rows.items()} == {
                "strangers": "OTHER",
                "mine": "ISSUED",
                "metadata": "ISSUED",
                "metadata of a stranger": "OTHER",
            }
            (entry,) = rows["strangers"]["history"]
            assert (entry["field"], entry["from"], entry["to"]) == ("direction", "ISSUED", "OTHER")
            assert await store["changes"].count_documents({"field": "direction"}) == 2
            parties = await store["counterparties"].find({}).to_list(None)
            assert [(row["key"], row["documents"]) for row in parties] == [("CCC010101CC1", 2)]
            paper = await store["tax_statuses"].find_one({})
            taxpayer = await store["taxpayers"].find_one({})
            assert paper is not None
            assert taxpayer is not None
            assert paper["other"] is True
            assert taxpayer["tax_status"] is None

    asyncio.run(found())
