"""Every insight of a hand-written ledger (tests/ledger.py) equals its books to the cent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.books import uuid_of
from tests.graphql.ledger_books import DAYS, Books, nodes
from tests.ledger import uuids

AMOUNTS = """documents net iva ieps ivaWithheld isrWithheld iepsWithheld localTransferred localWithheld total"""
BUCKET = f"""invoiced {{ {AMOUNTS} }} creditNotes {{ {AMOUNTS} }} result {{ {AMOUNTS} }}
  cancelled {{ documents total }} coverage {{ used total }} invoices {{ nodes {{ uuid }} }}"""


def amounts(documents: int, **known: str) -> dict[str, Any]:
    names = AMOUNTS.split()[1:]
    return {"documents": documents, **dict.fromkeys(names, "0.00"), **known}


async def test_sales_by_month(books: Books) -> None:
    found = await books.ask(f"sales({DAYS}) {{ total {{ {BUCKET} }} periods {{ period {{ key }} {BUCKET} }} }}")
    december, january, february, march = found["periods"]
    assert december["invoiced"] == december["result"] == amounts(1, net="1000.00", iva="160.00", total="1160.00")
    # 10,000 + 450 + 1,000 dollars at 17.1234.
    assert january["invoiced"] == amounts(3, net="27573.40", iva="4411.74", total="31985.14")
    assert january["cancelled"] == {"documents": 2, "total": "1276.00"}
    assert nodes(january) == uuids(2, 5, 15)
    assert february["invoiced"] == amounts(
        2, net="2762.07", iva="441.93", ivaWithheld="202.67", isrWithheld="190.00", total="2811.33"
    )
    assert february["creditNotes"] == amounts(1, net="500.00", iva="80.00", total="580.00")
    assert february["result"] == amounts(
        3, net="2262.07", iva="361.93", ivaWithheld="202.67", isrWithheld="190.00", total="2231.33"
    )
    # 300, and 250 dollars at 17.05; euros without a rate and metadata are in no sum.
    assert march["invoiced"] == amounts(4, net="4562.50", iva="48.00", total="4610.50")
    assert march["result"] == amounts(5, net="4362.50", iva="16.00", total="4378.50")
    assert march["cancelled"] == {"documents": 1, "total": "50.00"}
    assert march["coverage"] == {"used": 3, "total": 5}
    assert nodes(march) == uuids(10, 11, 18, 19, 20)
    assert [period["coverage"]["used"] for period in found["periods"]] == [1, 3, 3, 3]
    # Rounded once: 160 + 4,411.744 + 361.93 + 16.
    assert found["total"]["result"] == amounts(
        12, net="35197.97", iva="4949.67", ivaWithheld="202.67", isrWithheld="190.00", total="39754.97"
    )
    assert found["total"]["coverage"] == {"used": 10, "total": 12}


async def test_sales_in_a_currency_alone(books: Books) -> None:
    found = await books.ask(f'sales({DAYS}, every: QUARTER, currency: "usd") {{ currency periods {{ {BUCKET} }} }}')
    assert found["currency"] == "USD"
    assert found["periods"][1]["invoiced"] == amounts(2, net="1250.00", iva="160.00", total="1410.00")
    assert nodes(found["periods"][1]) == uuids(5, 20)


async def test_sales_by_what_the_cfdi_say(books: Books) -> None:
    sums = "result { net } coverage { used total } invoices { totalCount }"
    found = await books.ask(
        f"""sales({DAYS}) {{ byCurrency {{ currency {{ code }} {sums} }}
        byPaymentMethod {{ paymentMethod {{ code label }} {sums} }} 
        byPaymentForm {{ paymentForm {{ code }} {sums} }} }}"""
    )
    assert [(b["currency"]["code"], b["result"]["net"], b["coverage"]) for b in found["byCurrency"]] == [
        ("EUR", "0.00", {"used": 0, "total": 1}),
        ("MXN", "13812.07", {"used": 8, "total": 9}),
        ("USD", "21385.90", {"used": 2, "total": 2}),
    ]
    assert [
        (b["paymentMethod"] and b["paymentMethod"]["code"], b["result"]["net"]) for b in found["byPaymentMethod"]
    ] == [
        ("PPD", "27123.40"),
        ("PUE", "8074.57"),
        (None, "0.00"),
    ]
    assert [
        (b["paymentForm"] and b["paymentForm"]["code"], b["invoices"]["totalCount"]) for b in found["byPaymentForm"]
    ] == [
        ("01", 1),
        ("03", 7),
        ("04", 1),
        ("99", 2),
        (None, 1),
    ]


async def test_expenditures_with_ieps_and_local_taxes(books: Books) -> None:
    found = await books.ask(f"expenditures({DAYS}) {{ periods {{ {BUCKET} }} }}")
    december, january, february, march = found["periods"]
    assert december["invoiced"] == amounts(0)
    assert january["result"] == amounts(1, net="2000.00", iva="320.00", total="2320.00")
    assert february["result"] == amounts(1, net="3000.00", iva="480.00", total="3480.00")
    assert march["invoiced"] == amounts(
        1, net="1000.00", iva="172.80", ieps="80.00", localTransferred="30.00", total="1282.80"
    )
    assert march["result"] == amounts(
        2, net="900.00", iva="156.80", ieps="80.00", localTransferred="30.00", total="1166.80"
    )


async def test_sales_of_cfdi_3_2(books: Books) -> None:
    found = await books.ask(f'sales(from: "2016-01-01", to: "2016-12-31", every: QUARTER) {{ periods {{ {BUCKET} }} }}')
    _, second, third, _ = found["periods"]
    assert second["result"] == amounts(1, net="200.00", iva="32.00", isrWithheld="20.00", total="212.00")
    assert third["result"] == amounts(1, net="3700.00", iva="592.00", isrWithheld="370.00", total="3922.00")


SIDE = "atOnce { total } payments { total documents } payroll { total } refunds { total } total"


def side(at_once: str, payments: str, payroll: str, refunds: str, total: str) -> dict[str, str]:
    return {"atOnce": at_once, "payments": payments, "payroll": payroll, "refunds": refunds, "total": total}


async def test_cash_flow_by_when_it_was_paid(books: Books) -> None:
    found = await books.ask(
        f"""cashFlow({DAYS}) {{ total {{ net coverage {{ used total }} }}
          periods {{ net coverage {{ used total }} moneyIn {{ {SIDE} }} moneyOut {{ {SIDE} }}
            invoices {{ nodes {{ uuid }} }} }} }}"""
    )

    def told(period: Any, name: str) -> dict[str, str]:
        return {key: value if key == "total" else value["total"] for key, value in period[name].items()}

    december, january, february, march = found["periods"]
    assert told(december, "moneyIn") == side("1160.00", "0.00", "0.00", "0.00", "1160.00")
    assert told(january, "moneyIn") == side("522.00", "4000.00", "0.00", "0.00", "4522.00")
    assert told(january, "moneyOut") == side("2320.00", "0.00", "12800.00", "0.00", "15120.00")
    assert january["net"] == "-10598.00"
    assert nodes(january) == uuids(3, 15, 30, 40, 41)
    # 9,976 pesos for 580 dollars, and 812 for an invoice that was cancelled after it was paid.
    assert told(february, "moneyIn") == side("2811.33", "10788.00", "0.00", "0.00", "13599.33")
    assert told(february, "moneyOut") == side("0.00", "0.00", "8100.00", "0.00", "8100.00")
    # 5,000, and 580 dollars at 16.80. The credit note of an invoice that is paid later gave no money back.
    assert told(march, "moneyIn") == side("4610.50", "14744.00", "0.00", "232.00", "19122.50")
    assert told(march, "moneyOut") == side("1282.80", "1480.00", "0.00", "116.00", "2646.80")
    assert march["coverage"] == {"used": 8, "total": 10}
    assert nodes(march) == uuids(4, 7, 10, 11, 18, 19, 20, 32, 33, 34)
    assert uuid_of(8) not in nodes(february)
    # 1,160 − 10,598 + 5,499.33 + 16,475.70.
    assert found["total"]["net"] == "12537.03"


async def test_cash_flow_in_dollars(books: Books) -> None:
    found = await books.ask(f'cashFlow({DAYS}, every: YEAR, currency: "USD") {{ periods {{ moneyIn {{ {SIDE} }} }} }}')
    assert found["periods"][1]["moneyIn"] == {
        "atOnce": {"total": "250.00"},
        "payments": {"total": "580.00", "documents": 1},
        "payroll": {"total": "0.00"},
        "refunds": {"total": "0.00"},
        "total": "830.00",
    }


BALANCE = "documents outstanding invoices { nodes { uuid } }"
BALANCES = f"""asOf coverage {{ used total }} total {{ {BALANCE} oldest }} ageing {{ age {BALANCE} }}
  byCurrency {{ currency {{ code }} outstanding outstandingPesos ageing {{ age outstanding }} }}
  counterpartyCount counterparties {{ identity {{ rfc }} {BALANCE} }}"""


def aged(found: Any) -> dict[str, str]:
    """The ages of which there is something."""
    return {one["age"]: one["outstanding"] for one in found["ageing"] if one["documents"]}


async def test_receivables_on_an_earlier_day(books: Books) -> None:
    found = await books.ask(f'receivables(asOf: "2024-02-29") {{ {BALANCES} }}')
    # 11,600 less 4,000 and a credit note of 580; 1,160 dollars less 580, at 17.1234.
    assert (found["total"]["outstanding"], found["total"]["oldest"]) == ("16951.57", "2024-01-15T10:00:00")
    assert nodes(found["total"]) == uuids(2, 5)
    assert aged(found) == {"DAYS_31_TO_60": "16951.57"}
    assert [(one["currency"]["code"], one["outstanding"], one["outstandingPesos"]) for one in found["byCurrency"]] == [
        ("MXN", "7020.00", "7020.00"),
        ("USD", "580.00", "9931.57"),
    ]
    assert [(one["identity"]["rfc"], one["outstanding"]) for one in found["counterparties"]] == [
        ("DOS020202CD3", "9931.57"),
        ("CLI010101AB1", "7020.00"),
    ]
    assert found["coverage"] == {"used": 2, "total": 2}


async def test_an_invoice_falls_due_so_many_days_after_its_issue(books: Books) -> None:
    found = await books.ask(f'receivables(asOf: "2024-01-31", creditDays: 15) {{ {BALANCES} }}')
    assert aged(found) == {"NOT_DUE": "19863.14", "DAYS_1_TO_30": "7600.00"}
    found = await books.ask(f'receivables(asOf: "2024-01-15") {{ {BALANCES} }}')
    assert aged(found) == {"NOT_DUE": "11600.00"}
    assert (await books.ask(f'receivables(asOf: "2024-01-14") {{ {BALANCES} }}'))["total"]["documents"] == 0


async def test_a_payment_counts_from_the_day_on_which_it_was_made(books: Books) -> None:
    """Its CFDI is of two days later."""
    before = await books.ask(f'payables(asOf: "2024-03-30") {{ {BALANCES} }}')
    assert aged(before) == {"DAYS_31_TO_60": "3480.00", "OVER_90_DAYS": "580.00"}
    after = await books.ask(f'payables(asOf: "2024-03-31") {{ {BALANCES} }}')
    assert aged(after) == {"DAYS_31_TO_60": "2000.00", "OVER_90_DAYS": "580.00"}
    assert nodes(after["total"]) == uuids(31, 35)


async def test_what_is_owed_now_is_what_the_settlements_say(books: Books) -> None:
    found = await books.ask(f"receivables {{ {BALANCES} }}")
    # The cancelled payment of what was left paid nothing, and a cancelled invoice is owed by nobody.
    assert aged(found) == {"OVER_90_DAYS": "2020.00"}
    assert nodes(found["total"]) == uuids(2)
    # Whether the invoice that is known from its metadata alone is paid later, nobody can tell.
    assert found["coverage"] == {"used": 1, "total": 2}
    assert aged(await books.ask(f"payables {{ {BALANCES} }}")) == {"OVER_90_DAYS": "2580.00"}
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    for insight in ("receivables", "payables"):
        now = await books.ask(f"{insight} {{ {BALANCES} }}")
        then = await books.ask(f'{insight}(asOf: "{yesterday}") {{ {BALANCES} }}')
        assert {**now, "asOf": ""} == {**then, "asOf": ""}
