"""Insights by counterparty, product, type and year of the hand-written ledger equal its books to the cent."""

from __future__ import annotations

from typing import Any

from tests.graphql.ledger_books import DAYS, Books, nodes
from tests.ledger import ABROAD, CLI, DOS, PRO, PUBLIC, SUM, uuids


async def test_concentration_of_customers(books: Books) -> None:
    found = await books.ask(
        f"""customers({DAYS}, top: 3) {{ total herfindahl counterpartyCount coverage {{ used total }}
          others {{ counterpartyCount net share }} counterparties {{
            identity {{ key rfc name counterparty {{ rfc name }} }}
            documents net total share cumulativeShare coverage {{ used total }} invoices {{ nodes {{ uuid }} }} }} }}"""
    )
    assert (found["total"], found["counterpartyCount"], found["herfindahl"]) == ("35197.97", 4, "0.403419")
    first, second, third = found["counterparties"]
    assert [p["identity"]["rfc"] for p in found["counterparties"]] == [DOS, CLI, ABROAD]
    # 1,000 dollars at 17.1234, 1,900, less a return of 200.
    assert (first["net"], first["share"], first["cumulativeShare"]) == ("18823.40", "0.534787", "0.534787")
    assert (second["net"], second["share"], second["cumulativeShare"]) == ("11250.00", "0.319621", "0.854407")
    assert second["total"] == "13050.00"
    assert nodes(second) == uuids(1, 2, 8, 11, 15, 18)
    assert (third["net"], third["coverage"]) == ("4262.50", {"used": 1, "total": 2})
    assert third["identity"] == {
        "key": f"{ABROAD}|empresa xex",
        "rfc": ABROAD,
        "name": "EMPRESA XEX",
        "counterparty": {"rfc": ABROAD, "name": "EMPRESA XEX"},
    }
    assert found["others"] == {"counterpartyCount": 1, "net": "862.07", "share": "0.024492"}
    assert found["coverage"] == {"used": 10, "total": 12}


async def test_concentration_of_nothing(books: Books) -> None:
    found = await books.ask(
        """suppliers(from: "2020-01-01", to: "2020-12-31") {
          total herfindahl counterparties { net } others { share net } }"""
    )
    assert found == {
        "total": "0.00",
        "herfindahl": None,
        "counterparties": [],
        "others": {"share": None, "net": "0.00"},
    }


async def test_the_network_both_ways(books: Books) -> None:
    way = "{ documents net total }"
    found = await books.ask(
        f"""network({DAYS}) {{ counterpartyCount counterparties {{ identity {{ rfc }} sold {way} bought {way}
          documents cancelled
          cancellationRate creditNotes creditNoteRate firstIssuedAt lastIssuedAt coverage {{ used total }}
          invoices {{ totalCount }} }} }}"""
    )
    assert found["counterpartyCount"] == 6
    parties = {one["identity"]["rfc"]: one for one in found["counterparties"]}
    assert [one["identity"]["rfc"] for one in found["counterparties"]] == [DOS, CLI, PRO, ABROAD, SUM, PUBLIC]
    assert parties[CLI] == {
        "identity": {"rfc": CLI},
        "sold": {"documents": 6, "net": "11250.00", "total": "13050.00"},
        "bought": {"documents": 0, "net": "0.00", "total": "0.00"},
        "documents": 6,
        "cancelled": 2,
        "cancellationRate": "0.250000",
        "creditNotes": 1,
        "creditNoteRate": "0.166667",
        "firstIssuedAt": "2023-12-31T23:59:59",
        "lastIssuedAt": "2024-03-20T11:00:00",
        "coverage": {"used": 5, "total": 6},
        "invoices": {"totalCount": 6},
    }
    assert parties[PRO]["bought"] == {"documents": 3, "net": "4900.00", "total": "5684.00"}
    assert parties[SUM]["bought"] == {"documents": 1, "net": "1000.00", "total": "1282.80"}


async def test_products_sold(books: Books) -> None:
    found = await books.ask(
        f"""productsSold({DAYS}, top: 2) {{ net productCount coverage {{ used total }}
          others {{ productCount net share }} products {{ product {{ code }}
            description documents lines quantity invoiced credited net share
            coverage {{ used total }} invoices {{ nodes {{ uuid }} }} }} }}"""
    )
    assert (found["net"], found["productCount"], found["coverage"]) == ("35197.97", 3, {"used": 10, "total": 12})
    support, service = found["products"]
    # 4,000, 1,000 dollars at 17.1234, and 2,000 less a discount of 100.
    assert (support["product"]["code"], support["net"], support["quantity"]) == ("81111500", "23023.40", "12")
    assert nodes(support) == uuids(2, 5, 9)
    assert (service["invoiced"], service["credited"], service["net"]) == ("6874.57", "200.00", "6674.57")
    assert (service["documents"], service["lines"], service["quantity"]) == (7, 7, "5")
    assert service["coverage"] == {"used": 6, "total": 7}
    assert [support["share"], service["share"]] == ["0.654112", "0.189629"]
    # Computers, of which a part was credited.
    assert found["others"] == {"productCount": 1, "net": "5500.00", "share": "0.156259"}


async def test_products_of_3_2_go_by_their_description(books: Books) -> None:
    found = await books.ask(
        """productsSold(from: "2016-01-01", to: "2016-12-31") { products { product { code } description quantity net
          documents invoices { totalCount } } }"""
    )
    assert found["products"] == [
        {
            "product": None,
            "description": "Libro",
            "quantity": "4",
            "net": "3900.00",
            "documents": 2,
            "invoices": {"totalCount": 2},
        }
    ]


async def test_products_bought(books: Books) -> None:
    found = await books.ask(f"productsBought({DAYS}) {{ products {{ product {{ code }} net }} }}")
    assert [(one["product"]["code"], one["net"]) for one in found["products"]] == [
        ("84111506", "3900.00"),
        ("43211500", "2000.00"),
    ]


async def test_rates_of_cancellation_and_of_credit_notes(books: Books) -> None:
    names = """invoiceCount cancelledCount cancellationRate cancelledTotal cancelledShare creditNoteCount
      creditNoteRate creditedNet creditedShare"""
    found = await books.ask(
        f"""rates(from: "2024-01-01", to: "2024-04-30") {{ total {{ {names} }}
          periods {{ {names} invoices {{ totalCount }} }} }}"""
    )
    january, february, _, april = found["periods"]

    def told(one: Any) -> list[Any]:
        return [one[name] for name in names.split()]

    assert told(january) == [5, 2, "0.400000", "1276.00", "0.038363", 0, "0.000000", "0.00", "0.000000"]
    assert told(february) == [2, 0, "0.000000", "0.00", "0.000000", 1, "0.500000", "500.00", "0.181024"]
    assert told(april) == [0, 0, None, "0.00", None, 0, None, "0.00", None]
    assert [period["invoices"]["totalCount"] for period in found["periods"]] == [5, 3, 6, 0]
    assert (found["total"]["invoiceCount"], found["total"]["cancelledCount"]) == (12, 3)


async def test_documents_by_type(books: Books) -> None:
    found = await books.ask(
        f"""invoiceTypes({DAYS}) {{ types {{ type {{ code }} direction documents cancelled total
          coverage {{ used total }} invoices {{ totalCount }} }} }}"""
    )
    assert [
        (one["direction"], one["type"]["code"], one["documents"], one["cancelled"], one["total"])
        for one in found["types"]
    ] == [
        ("ISSUED", "E", 2, 0, "812.00"),
        ("ISSUED", "I", 10, 3, "41494.97"),
        ("ISSUED", "N", 4, 1, "20900.00"),
        ("ISSUED", "P", 5, 1, "0.00"),
        ("ISSUED", "T", 1, 0, "0.00"),
        ("RECEIVED", "E", 1, 0, "116.00"),
        ("RECEIVED", "I", 3, 0, "7082.80"),
    ]
    assert found["types"][1]["coverage"] == {"used": 9, "total": 10}
    assert [one["invoices"]["totalCount"] for one in found["types"]] == [2, 10, 4, 5, 1, 1, 3]


async def test_payroll_cost_and_headcount(books: Books) -> None:
    names = "documents headcount perceptions otherPayments deductions isrWithheld total cancelled"
    found = await books.ask(
        f"payroll({DAYS}) {{ total {{ {names} }} periods {{ {names} invoices {{ nodes {{ uuid }} }} }} }}"
    )

    def told(one: Any) -> list[Any]:
        return [one[name] for name in names.split()]

    december, january, february, _ = found["periods"]
    assert told(december) == [0, 0, "0.00", "0.00", "0.00", "0.00", "0.00", 0]
    assert told(january) == [2, 2, "14000.00", "100.00", "1300.00", "1000.00", "12800.00", 0]
    # Ana was paid twice; Ben's was cancelled.
    assert told(february) == [2, 1, "9000.00", "0.00", "900.00", "700.00", "8100.00", 1]
    assert told(found["total"]) == [4, 2, "23000.00", "100.00", "2200.00", "1700.00", "20900.00", 1]
    assert nodes(february) == uuids(42, 43)


async def test_year_on_year(books: Books) -> None:
    side = "{ key net documents invoices { totalCount } }"
    pair = f"current {side} previous {side} difference growth"
    found = await books.ask(f"yearOnYear(year: 2024) {{ total {{ {pair} }} months {{ month {pair} }} }}")
    january, december = found["months"][0], found["months"][11]
    assert [month["month"] for month in found["months"]] == list(range(1, 13))
    assert (january["current"]["net"], january["previous"]["net"], january["growth"]) == ("27573.40", "0.00", None)
    assert december["previous"] == {"key": "2023-12", "net": "1000.00", "documents": 1, "invoices": {"totalCount": 1}}
    assert (december["current"]["net"], december["difference"], december["growth"]) == ("0.00", "-1000.00", "-1.000000")
    assert (found["total"]["current"]["net"], found["total"]["growth"]) == ("34197.97", "33.197970")
