"""Insights of an invented taxpayer equal what an independent reading of its XML comes to (tests/witness.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from gateway.syncfy.sites import Site
from tests import witness
from tests.graphql.conftest import Profile
from tests.graphql.ledger_books import Books
from tests.profiles import COMPANY
from tests.support import Api
from tests.witness import Paper, cents

#: In Mexico: no balance is asked of a day to come.
TODAY = datetime.now(ZoneInfo("America/Mexico_City")).date()
#: As far back as one insight looks.
SINCE = TODAY.replace(year=TODAY.year - 9, month=1, day=1)
DAYS = f'from: "{SINCE}", to: "{TODAY}"'
NOTHING = (Decimal(0), Decimal(0))


@lru_cache
def papers() -> tuple[Paper, ...]:
    return tuple(witness.papers(COMPANY, 40, Site.CIEC))


@pytest.mark.parametrize(("insight", "issued"), [("sales", True), ("expenditures", False)])
async def test_sales_and_expenditures(reading: Api, profile: Profile, insight: str, issued: bool) -> None:
    found = await Books(reading, profile.id).ask(
        f"{insight}({DAYS}) {{ periods {{ period {{ key }} result {{ net total }} }} }}"
    )
    expected = witness.sales(papers(), issued=issued)
    assert sum(1 for month in expected if month >= f"{SINCE:%Y-%m}") > 3
    for period in found["periods"]:
        net, total = expected.get(period["period"]["key"], NOTHING)
        assert period["result"] == {"net": cents(net), "total": cents(total)}, period["period"]


async def test_cash_flow(reading: Api, profile: Profile) -> None:
    found = await Books(reading, profile.id).ask(
        f"cashFlow({DAYS}) {{ periods {{ period {{ key }} moneyIn {{ total }} moneyOut {{ total }} }} }}"
    )
    expected = witness.cash(papers())
    for period in found["periods"]:
        came, went = expected.get(period["period"]["key"], NOTHING)
        told = period["moneyIn"]["total"], period["moneyOut"]["total"]
        assert told == (cents(came), cents(went)), period["period"]


@pytest.mark.parametrize(("insight", "issued"), [("receivables", True), ("payables", False)])
async def test_what_is_owed(reading: Api, profile: Profile, insight: str, issued: bool) -> None:
    rates = {paper.uuid: paper.rate for paper in papers()}
    for back in (0, 20, 45, 90, 200):
        day = TODAY - timedelta(days=back)
        found = await Books(reading, profile.id).ask(
            f'{insight}(asOf: "{day}") {{ total {{ outstanding invoices {{ nodes {{ uuid }} }} }} }}'
        )
        expected = witness.owed(papers(), day.isoformat(), issued=issued)
        assert {node["uuid"] for node in found["total"]["invoices"]["nodes"]} == set(expected)
        assert found["total"]["outstanding"] == cents(
            sum((left * rates[uuid] for uuid, left in expected.items()), Decimal(0))
        )
