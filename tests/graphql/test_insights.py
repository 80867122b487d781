"""Insights as a client asks for them: arguments, zero buckets, the way to the documents, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers.node import global_id
from tests.books import Books, cfdi
from tests.graphql.conftest import STRANGER
from tests.support import Api

CLIENT = "CLI010101AB1"
SALES = """query($id: ID!, $from: Date!, $to: Date!, $every: Every! = MONTH, $currency: String) {
  taxpayer(id: $id) { insights { sales(from: $from, to: $to, every: $every, currency: $currency) {
    currency total { result { net total documents } coverage { used total } }
    periods { period { key from to } invoiced { net } creditNotes { net } result { net iva total }
      cancelled { documents total } coverage { used total } invoices { totalCount nodes { uuid } } }
  } } } }"""


def some_books() -> Books:
    books = Books()
    for number, at, net, total in (
        (1, "2024-01-31T23:59:59", "100.00", "116.00"),
        (2, "2024-02-01T00:00:00", "200.00", "232.00"),
    ):
        iva = {"002": "16.00" if number == 1 else "32.00"}
        books.add(number, True, at, cfdi(number, True, at, other=CLIENT, subtotal=net, total=total, transferred=iva),
                  other=CLIENT)  # fmt: skip
    books.add(3, True, "2024-02-10T10:00:00", None, other=CLIENT, amount="58.00")
    books.add(4, True, "2024-02-11T10:00:00", None, other=CLIENT, amount="11.60", cancelled=True)
    return books


async def sales(api: Api, **variables: Any) -> Any:
    return (await api.data(SALES, variables))["taxpayer"]["insights"]["sales"]


async def test_months_are_of_the_cfdis_own_date_and_one_without_documents_is_a_zero(api: Api) -> None:
    taxpayer = global_id("Taxpayer", (await some_books().stored(api.store))["_id"])
    found = await sales(api, id=taxpayer, **{"from": "2024-01-01", "to": "2024-03-31"})
    january, february, march = found["periods"]
    assert [period["period"]["key"] for period in found["periods"]] == ["2024-01", "2024-02", "2024-03"]
    assert january["result"] == {"net": "100.00", "iva": "16.00", "total": "116.00"}
    assert february["result"] == {"net": "200.00", "iva": "32.00", "total": "232.00"}
    assert march["result"] == {"net": "0.00", "iva": "0.00", "total": "0.00"}
    # The metadata of an invoice does not tell its net and taxes: it is no part of the sums, and coverage says so.
    assert [period["coverage"] for period in found["periods"]] == [
        {"used": 1, "total": 1},
        {"used": 1, "total": 2},
        {"used": 0, "total": 0},
    ]
    assert february["cancelled"] == {"documents": 1, "total": "11.60"}
    assert [node["uuid"][-1] for node in february["invoices"]["nodes"]] == ["3", "2"]
    assert (february["invoices"]["totalCount"], march["invoices"]["totalCount"]) == (2, 0)
    assert found["total"] == {
        "result": {"net": "300.00", "total": "348.00", "documents": 3},
        "coverage": {"used": 2, "total": 3},
    }


async def test_a_range_cuts_its_first_and_last_period(api: Api) -> None:
    taxpayer = global_id("Taxpayer", (await some_books().stored(api.store))["_id"])
    found = await sales(api, id=taxpayer, every="QUARTER", **{"from": "2024-02-01", "to": "2024-04-15"})
    assert [period["period"] for period in found["periods"]] == [
        {"key": "2024-Q1", "from": "2024-02-01", "to": "2024-03-31"},
        {"key": "2024-Q2", "from": "2024-04-01", "to": "2024-04-15"},
    ]
    assert [period["result"]["net"] for period in found["periods"]] == ["200.00", "0.00"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from": "2024-02-02", "to": "2024-02-01"}, "INVALID_RANGE"),
        ({"from": "2014-01-01", "to": "2024-01-01"}, "INVALID_RANGE"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "INVALID_RANGE"),
        ({"from": "9999-12-01", "to": "9999-12-31"}, "INVALID_RANGE"),
        ({"from": "2024-01-01", "to": "2024-01-02", "currency": "pesos"}, "INVALID_CURRENCY"),
        ({"from": "2024-01-01", "to": "2024-01-02", "currency": "$ne"}, "INVALID_CURRENCY"),
    ],
)
async def test_what_can_not_be_asked_is_an_error(api: Api, changes: dict[str, str], code: str) -> None:
    taxpayer = global_id("Taxpayer", (await Books().stored(api.store))["_id"])
    assert await api.code(SALES, {"id": taxpayer, **changes}) == code


async def test_ten_years_can_be_asked(api: Api) -> None:
    taxpayer = global_id("Taxpayer", (await Books().stored(api.store))["_id"])
    found = await sales(api, id=taxpayer, every="YEAR", **{"from": "2015-01-01", "to": "2024-12-31"})
    assert len(found["periods"]) == 10


async def test_the_documents_of_another_taxpayer_are_in_no_figure(api: Api) -> None:
    mine = global_id("Taxpayer", (await Books().stored(api.store))["_id"])
    await some_books().stored(api.store, STRANGER)
    found = await sales(api, id=mine, **{"from": "2024-01-01", "to": "2024-12-31"})
    assert found["total"]["result"] == {"net": "0.00", "total": "0.00", "documents": 0}
    assert all(not period["invoices"]["nodes"] for period in found["periods"])
