"""What all insights have in common: their arguments, their errors, the way to their documents, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from resolvers.node import global_id
from tests.books import Books as Documents
from tests.books import cfdi
from tests.graphql.conftest import STRANGER, Profile
from tests.graphql.ledger_books import Books
from tests.ledger import uuids
from tests.support import Api

EARLIER = date.today() - timedelta(days=60)


async def test_a_range_cuts_its_first_and_last_period(books: Books) -> None:
    found = await books.ask(
        """sales(from: "2024-02-29", to: "2024-04-15", every: QUARTER) {
          periods { period { key from to } result { net } } }"""
    )
    assert [period["period"] for period in found["periods"]] == [
        {"key": "2024-Q1", "from": "2024-02-29", "to": "2024-03-31"},
        {"key": "2024-Q2", "from": "2024-04-01", "to": "2024-04-15"},
    ]
    assert [period["result"]["net"] for period in found["periods"]] == ["6262.50", "0.00"]


async def test_the_first_second_of_a_range_is_in_it_and_the_first_after_it_is_not(books: Books) -> None:
    bought = "result { documents } invoices { nodes { uuid } totalCount }"
    for days, found in (
        ('from: "2024-02-01", to: "2024-02-01"', uuids(31)),
        ('from: "2024-01-11", to: "2024-01-31"', []),
    ):
        total = (await books.ask(f"expenditures({days}) {{ total {{ {bought} }} }}"))["total"]
        assert [node["uuid"] for node in total["invoices"]["nodes"]] == found
        assert total["result"]["documents"] == total["invoices"]["totalCount"] == len(found)


async def test_ten_years_can_be_asked(books: Books) -> None:
    found = await books.ask('sales(from: "2016-01-01", to: "2025-12-31", every: YEAR) { periods { result { net } } }')
    assert [period["result"]["net"] for period in found["periods"]] == [
        "3900.00",
        *["0.00"] * 6,
        "1000.00",
        "34197.97",
        "0.00",
    ]


async def test_documents_of_a_bucket_come_in_pages(books: Books) -> None:
    page = "invoices(first: 2%s) { nodes { uuid } pageInfo { endCursor hasNextPage } }"
    days, seen, after = 'from: "2024-03-01", to: "2024-03-31"', [], ""
    for _ in range(6):
        found = (await books.ask(f"cashFlow({days}) {{ total {{ {page % after} }} }}"))["total"]["invoices"]
        seen += [node["uuid"] for node in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = f', after: "{found["pageInfo"]["endCursor"]}"'
    assert sorted(seen) == uuids(4, 7, 10, 11, 18, 19, 20, 32, 33, 34)


REFUSED = [
    ('sales(from: "2024-02-02", to: "2024-02-01") { to }', "INVALID_RANGE"),
    ('sales(from: "2014-01-01", to: "2024-01-01") { to }', "INVALID_RANGE"),
    ('cashFlow(from: "0001-01-01", to: "0001-01-02") { to }', "INVALID_RANGE"),
    ('invoiceTypes(from: "9999-12-01", to: "9999-12-31") { to }', "INVALID_RANGE"),
    ('sales(from: "2024-01-01", to: "2024-01-02", currency: "pesos") { to }', "INVALID_CURRENCY"),
    ('sales(from: "2024-01-01", to: "2024-01-02", currency: "$ne") { to }', "INVALID_CURRENCY"),
    ('receivables(asOf: "2999-01-01") { asOf }', "INVALID_DATE"),
    ('payables(asOf: "1999-12-31") { asOf }', "INVALID_DATE"),
    ("receivables(creditDays: -1) { asOf }", "INVALID_CREDIT_DAYS"),
    ("receivables(top: 0) { asOf }", "INVALID_TOP"),
    ('customers(from: "2024-01-01", to: "2024-01-02", top: 101) { total }', "INVALID_TOP"),
    ("yearOnYear(year: 2000) { year }", "INVALID_RANGE"),
    ("yearOnYear(year: 123456) { year }", "INVALID_RANGE"),
]


async def test_what_no_insight_can_answer_is_an_error_of_it_alone(books: Books) -> None:
    for insight, code in REFUSED:
        answer = await books.answer(insight)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code], insight
        assert answer["data"]["taxpayer"]["insights"] == {"asked": None}


async def test_one_operation_may_not_ask_for_insights_without_end(books: Books) -> None:
    more = " ".join(f'a{n}: invoiceTypes(from: "2024-01-01", to: "2024-12-31") {{ to }}' for n in range(40))
    answer = await books.answer(f'invoiceTypes(from: "2024-01-01", to: "2024-12-31") {{ to }} {more}')
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TOO_COSTLY"]


async def test_the_documents_of_another_taxpayer_are_in_no_figure(api: Api) -> None:
    mine = global_id("Taxpayer", (await Documents().stored(api.store)).id)
    theirs, at = Documents(), "2024-02-10T10:00:00"
    xml = cfdi(1, True, at, other="CLI010101AB1", subtotal="100.00", total="100.00", method="PPD")
    theirs.add(1, True, at, xml, other="CLI010101AB1")
    await theirs.stored(api.store, STRANGER)
    days = 'from: "2024-01-01", to: "2024-12-31"'
    found = await Books(api, mine).answer(
        f"""sales({days}) {{ total {{ result {{ net documents }} invoices {{ nodes {{ uuid }} }} }} }}
        cash: cashFlow({days}) {{ total {{ net invoices {{ totalCount }} }} }}
        owed: receivables {{ total {{ documents invoices {{ totalCount }} }} }}
        then: receivables(asOf: "2024-03-01") {{ total {{ documents }} }}
        customers({days}) {{ counterpartyCount }} network({days}) {{ counterpartyCount }}
        productsSold({days}) {{ productCount }}
        rates({days}) {{ total {{ invoiceCount }} }} invoiceTypes({days}) {{ types {{ documents }} }}
        payroll({days}) {{ total {{ documents }} }} yearOnYear(year: 2024) {{ total {{ current {{ documents }} }} }}"""
    )
    nothing = {"documents": 0}
    assert found["data"]["taxpayer"]["insights"] == {
        "asked": {"total": {"result": {"net": "0.00", **nothing}, "invoices": {"nodes": []}}},
        "cash": {"total": {"net": "0.00", "invoices": {"totalCount": 0}}},
        "owed": {"total": {**nothing, "invoices": {"totalCount": 0}}},
        "then": {"total": nothing},
        "customers": {"counterpartyCount": 0},
        "network": {"counterpartyCount": 0},
        "productsSold": {"productCount": 0},
        "rates": {"total": {"invoiceCount": 0}},
        "invoiceTypes": {"types": []},
        "payroll": {"total": nothing},
        "yearOnYear": {"total": {"current": nothing}},
    }


@pytest.mark.parametrize("arguments", ["", "(creditDays: 45)", "(creditDays: 365)", f'(asOf: "{EARLIER}")'])
@pytest.mark.parametrize("insight", ["receivables", "payables"])
async def test_each_balance_leads_to_its_very_invoices(
    reading: Api, profile: Profile, insight: str, arguments: str
) -> None:
    sums = "documents invoices(first: 0) { totalCount }"
    document = f"""query($id: ID!) {{ taxpayer(id: $id) {{ insights {{ found: {insight}{arguments} {{
      total {{ {sums} }} ageing {{ {sums} }} counterparties {{ {sums} }}
      byCurrency {{ ageing {{ {sums} }} }} }} }} }} }}"""
    found = (await reading.data(document, {"id": profile.id}))["taxpayer"]["insights"]["found"]
    ages = [age for currency in found["byCurrency"] for age in currency["ageing"]]
    buckets = [found["total"], *found["ageing"], *found["counterparties"], *ages]
    assert found["total"]["documents"] > 0
    assert [b["invoices"]["totalCount"] for b in buckets] == [b["documents"] for b in buckets]
    assert sum(age["documents"] for age in found["ageing"]) == found["total"]["documents"]
