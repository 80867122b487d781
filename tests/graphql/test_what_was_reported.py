"""Documents that people reported as counted wrongly: each gives the right value over the whole API."""

from __future__ import annotations

from typing import Any

from resolvers.node import global_id
from tests.books import Books as Documents
from tests.books import cfdi, payment, payroll, payroll32, share
from tests.graphql.ledger_books import Books
from tests.support import Api

CLI, ANA, PUBLIC = "CLI010101AB1", "AAAA800101AA1", "XAXX010101000"
YEAR = 'from: "2024-01-01", to: "2024-12-31"'
LOCAL = """<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0"
 TotaldeRetenciones="{}" TotaldeTraslados="{}">{}</implocal:ImpuestosLocales>"""


async def of(api: Api, *documents: tuple[int, str, str, str]) -> Books:
    """The taxpayer of these documents: (number, its type, the other party, its XML)."""
    made = Documents()
    for number, type, other, xml in documents:
        made.add(number, True, "2024-03-05T10:00:00", xml, other=other, type=type)
    return Books(api, global_id("Taxpayer", (await made.stored(api.store)).id))


def invoice(number: int = 1, at: str = "2024-03-05T10:00:00", **changes: Any) -> str:
    given = {"subtotal": "1000.00", "total": "1160.00", "transferred": {"002": "160.00"}}
    return cfdi(number, True, at, other=changes.pop("other", CLI), **(given | changes))


async def test_state_taxes_in_two_complements_and_with_a_percent_sign(api: Api) -> None:
    rate = '<implocal:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00%" Importe="30.00"/>'
    complement = LOCAL.format("0.00", "30.00", rate) + LOCAL.format("5.00", "0.00", "")
    books = await of(api, (1, "I", CLI, invoice(total="1185.00", complement=complement)))
    found = (await books.ask(
        f"sales({YEAR}) {{ total {{ result {{ localTransferred localWithheld total rounding }}"
        " coverage { used total complete } } }"
    ))["total"]  # fmt: skip
    assert found["result"] == {
        "localTransferred": "30.00", "localWithheld": "5.00", "total": "1185.00", "rounding": "0.00",
    }  # fmt: skip
    assert found["coverage"] == {"used": 1, "total": 1, "complete": True}


async def test_one_absurd_amount_leaves_the_others_their_sum(api: Api) -> None:
    absurd = invoice(subtotal="1" * 120, total="1" * 120, transferred={})
    books = await of(api, (1, "I", CLI, absurd), (2, "I", CLI, invoice(2)))
    coverage = "coverage { used total missing { reason documents } }"
    told = {"used": 1, "total": 2, "missing": [{"reason": "MISSING_VALUE", "documents": 1}]}
    sales = (await books.ask(f"sales({YEAR}) {{ total {{ result {{ net }} {coverage} }} }}"))["total"]
    assert sales == {"result": {"net": "1000.00"}, "coverage": told}
    cash = (await books.ask(f"cashFlow({YEAR}) {{ total {{ net {coverage} }} }}"))["total"]
    assert cash == {"net": "1160.00", "coverage": told}


async def test_an_absurd_equivalence_leaves_the_other_payments_their_sum(api: Api) -> None:
    at = "2024-04-05T12:00:00"
    shares = share(1, "10.00", "10.00", "0.00", currency="USD", equivalence=f"0.{'0' * 900}1")
    absurd = payment(2, True, at, at, other=CLI, amount="10.00", shares=shares)
    sound = payment(3, True, at, at, other=CLI, amount="58.00", shares=share(4, "58.00", "58.00", "0.00"))
    books = await of(api, (2, "P", CLI, absurd), (3, "P", CLI, sound))
    found = await books.ask(f"""invoicedVersusDeclared({YEAR}) {{ total {{ collected {{ payments {{
        net coverage {{ used total }} }} }} }} }}""")
    assert found["total"]["collected"]["payments"] == {"net": "58.00", "coverage": {"used": 1, "total": 2}}


async def test_an_unreadable_payroll_of_3_2_is_no_credit_note(api: Api) -> None:
    at = "2024-05-20T10:00:00"
    books = await of(api, (1, "E", ANA, payroll32(1, at, employee=ANA, paid_on="ayer")), (2, "I", CLI, invoice(2)))
    found = await books.ask(
        f"""sales({YEAR}) {{ total {{ result {{ net }} coverage {{ used total }} }} }}
        cash: cashFlow({YEAR}) {{ total {{ moneyIn {{ total }} }} }}
        paid: payroll({YEAR}) {{ total {{ documents coverage {{ missing {{ reason documents }} }} }} }}"""
    )
    assert found["total"] == {"result": {"net": "1000.00"}, "coverage": {"used": 1, "total": 1}}


async def test_what_was_compensated_is_no_cash_and_is_paid(api: Api) -> None:
    at = "2024-04-05T12:00:00"
    paid = payment(
        2, True, at, at, other=CLI, amount="1160.00", form="17", shares=share(1, "1160.00", "1160.00", "0.00")
    )
    books = await of(
        api, (1, "I", CLI, invoice(method="PPD", form="99")), (2, "P", CLI, paid), (3, "I", CLI, invoice(3, form="15"))
    )
    side = "{ total atOnce { total } payments { total documents } withoutMoney { documents total } }"
    found = await books.ask(f"cashFlow({YEAR}) {{ total {{ net moneyIn {side} coverage {{ used total }} }} }}")
    assert found["total"] == {
        "net": "0.00",
        "moneyIn": {
            "total": "0.00", "atOnce": {"total": "0.00"}, "payments": {"total": "0.00", "documents": 0},
            "withoutMoney": {"documents": 2, "total": "2320.00"},
        },
        "coverage": {"used": 2, "total": 2},
    }  # fmt: skip
    assert (await books.ask("receivables { total { documents } }"))["total"] == {"documents": 0}


async def test_a_payroll_counts_when_it_was_paid_and_a_global_invoice_in_its_period(api: Api) -> None:
    wages = payroll(1, "2024-02-05T10:00:00", employee=ANA, perceptions="5000.00", deductions="500.00", isr="500.00",
                    others="0.00", total="4500.00")  # fmt: skip
    wages = wages.replace('FechaPago="2024-02-05"', 'FechaPago="2024-01-31"')
    period = '<cfdi:InformacionGlobal Periodicidad="04" Meses="01" Año="2024"/>'
    books = await of(
        api,
        (1, "N", ANA, wages),
        (2, "I", PUBLIC, invoice(2, "2024-02-01T09:00:00", other=PUBLIC, form="01", inside=period)),
    )
    days = 'from: "2024-01-01", to: "2024-02-29"'
    for by, place in (("PERIOD", 0), ("ISSUE", 1)):
        taxes = await books.ask(
            f"""invoicedVersusDeclared({days}, by: {by}) {{ months {{ payroll {{ isrWithheld }}
            collected {{ total {{ net iva }} }} }} }}"""
        )
        cash = await books.ask(f"cashFlow({days}, by: {by}) {{ periods {{ net invoices {{ totalCount }} }} }}")
        found = taxes["months"][place], taxes["months"][1 - place]
        assert [month["payroll"]["isrWithheld"] for month in found] == ["500.00", "0.00"]
        assert [month["collected"]["total"] for month in found] == [
            {"net": "1000.00", "iva": "160.00"},
            {"net": "0.00", "iva": "0.00"},
        ]
        assert cash["periods"][place] == {"net": "-3340.00", "invoices": {"totalCount": 2}}
        assert cash["periods"][1 - place] == {"net": "0.00", "invoices": {"totalCount": 0}}


async def test_a_share_in_a_pago_of_its_own_is_of_the_only_payment(api: Api) -> None:
    at = "2024-04-05T12:00:00"
    paid = payment(2, True, "2024-04-07T12:00:00", at, other=CLI, amount="116.00",
                   shares=share(1, "116.00", "1160.00", "1044.00"))  # fmt: skip
    paid = paid.replace('Monto="116.00">', 'Monto="116.00"/><pago20:Pago>')
    books = await of(api, (1, "I", CLI, invoice(method="PPD", form="99")), (2, "P", CLI, paid))
    found = await books.ask(
        'invoicedVersusDeclared(from: "2024-04-01", to: "2024-04-30") { total { collected {'
        " payments { documents net coverage { complete } } } } }"
    )
    assert found["total"]["collected"]["payments"] == {"documents": 1, "net": "116.00", "coverage": {"complete": True}}
    assert (await books.ask("receivables { total { outstanding } }"))["total"] == {"outstanding": "1044.00"}
