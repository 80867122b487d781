"""What every insight stands on: each document is in it or is missing for a reason, and parts are their total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from resolvers.node import global_id
from tests.books import Books as Documents
from tests.books import cfdi, payment, payroll, payroll32, related, share, uuid_of
from tests.graphql.conftest import Profile
from tests.graphql.ledger_books import Books
from tests.support import Api

COVERED = """coverage { used total complete missing { reason documents
  invoices(first: 0) { totalCount } withholdings(first: 0) { totalCount } } }"""
LISTED = "invoices(first: 0) { totalCount }"
AMOUNTS = "net iva ieps ivaWithheld isrWithheld iepsWithheld localTransferred localWithheld total rounding documents"
TRADE = f"""invoiced {{ {AMOUNTS} }} creditNotes {{ {AMOUNTS} }} result {{ {AMOUNTS} }} cancelled {{ total }}
  {COVERED} {LISTED}"""
SIDE = "{ atOnce { total } payments { total } payroll { total } refunds { total } withoutMoney { total } total }"
CASH = f"moneyIn {SIDE} moneyOut {SIDE} net {COVERED} {LISTED}"
TAXES = "net iva ieps ivaWithheld isrWithheld iepsWithheld"
PART = f"{{ {TAXES} documents {COVERED} {LISTED} }}"
FLOW = f"{{ atOnce {PART} payments {PART} refunds {PART} total {{ {TAXES} }} {COVERED} }}"
RETAINED = f"{{ isrWithheld ivaWithheld {COVERED} withholdings(first: 0) {{ totalCount }} }}"
MONTH = f"""collected {FLOW} paid {FLOW} invoiced {{ {TAXES} {COVERED} }} expenses {{ {TAXES} {COVERED} }}
  payroll {{ isrWithheld {COVERED} {LISTED} }} withheldByTaxpayer {RETAINED} withheldFromTaxpayer {RETAINED}
  comparisons {{ tax invoiced {COVERED} }}"""
#: The same without the documents: one operation may not ask for those of so many figures.
COUNTED = MONTH.replace(COVERED, "coverage { used total complete missing { reason documents } }").replace(LISTED, "")
PAYROLL = f"documents perceptions otherPayments deductions isrWithheld total {COVERED} {LISTED}"
YEAR = f"{{ documents net total {COVERED} {LISTED} }}"
BALANCE = f"documents outstanding {COVERED} {LISTED}"
TRADED = f"""currency total {{ {TRADE} }} periods {{ {TRADE} }} byCurrency {{ {TRADE} }}
  byPaymentMethod {{ {TRADE} }} byPaymentForm {{ {TRADE} }}"""
PARTIES = (
    f"""total counterpartyCount counterparties {{ net documents {COVERED} {LISTED} }} others {{ net }} {COVERED}"""
)
GOODS = f"net products {{ net invoiced credited documents {COVERED} {LISTED} }} others {{ net }} {COVERED}"
OWED = f"""total {{ {BALANCE} }} {COVERED} ageing {{ {BALANCE} }} counterparties {{ {BALANCE} }}
  byCurrency {{ outstandingPesos outstanding documents {COVERED} ageing {{ outstanding documents {LISTED} }} }}"""
INSIGHTS = {
    "sales": ("({days})", TRADED),
    "expenditures": ("({days})", TRADED),
    "dollars: sales": ('({days}, currency: "USD")', TRADED),
    "cashFlow": ("({days})", f"total {{ {CASH} }} periods {{ {CASH} }}"),
    "dollars: cashFlow": ('({days}, currency: "USD")', f"total {{ {CASH} }} periods {{ {CASH} }}"),
    "invoicedVersusDeclared": ("({days})", f"total {{ {MONTH} }} months {{ {COUNTED} }}"),
    "customers": ("({days}, top: 2)", PARTIES),
    "suppliers": ("({days}, top: 100)", PARTIES),
    "network": ("({days})", f"counterparties {{ documents {COVERED} {LISTED} }}"),
    "productsSold": ("({days}, top: 2)", GOODS),
    "productsBought": ("({days}, top: 100)", GOODS),
    "rates": ("({days})", f"total {{ cancelledTotal creditedNet {COVERED} }} periods {{ cancelledTotal creditedNet }}"),
    "invoiceTypes": ("({days})", f"types {{ documents {COVERED} {LISTED} }}"),
    "payroll": ("({days})", f"total {{ {PAYROLL} }} periods {{ {PAYROLL} }}"),
    "yearOnYear": ("(year: 2024)", f"total {{ current {YEAR} previous {YEAR} }} months {{ current {YEAR} }}"),
    "receivables": ("", OWED),
    "payables": ("", OWED),
    "then: receivables": ('(asOf: "2024-02-29")', OWED),
}
LEDGER, OF_PROFILE = 'from: "2023-12-01", to: "2024-04-30"', 'from: "2023-01-01", to: "2027-12-31", every: QUARTER'
CLI, PRO, ANA = "CLI010101AB1", "PRO030303EF5", "AAAA800101AA1"


def coverages(found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every coverage in an answer, with what it belongs to."""
    if isinstance(found, list):
        for one in found:
            yield from coverages(one)
    elif isinstance(found, dict):
        for name, inner in found.items():
            if name == "coverage":
                yield name, found, inner
            else:
                yield from coverages(inner)


def check_coverage(found: Any) -> int:
    """Assert what holds of every coverage; how many documents are missing in all of them."""
    missing = 0
    for _, of, told in coverages(found):
        assert told["used"] + sum(one["documents"] for one in told["missing"]) == told["total"], of
        assert told["complete"] is (told["used"] == told["total"])
        for one in told["missing"]:
            if "invoices" in one:
                listed = one["invoices"]["totalCount"] + one["withholdings"]["totalCount"]
                assert listed == one["documents"], (one, of)
        if "documents" in of and "invoices" in of:
            assert of["documents"] == of["invoices"]["totalCount"] == told["total"], of
        missing += told["total"] - told["used"]
    return missing


def check_sums(whole: Any, parts: list[Any]) -> None:
    """Assert that every amount of a total is the sum of those of its parts, to the cent."""
    for name, value in whole.items():
        if isinstance(value, str) and name not in ("currency", "tax"):
            assert sum((Decimal(part[name]) for part in parts), Decimal(0)) == Decimal(value), name
        elif isinstance(value, dict) and name not in ("coverage", "invoices", "withholdings"):
            check_sums(value, [part[name] for part in parts])


def check_parts(insight: str, found: Any) -> None:
    name = insight.partition(": ")[2] or insight
    for view in ("periods", "months", "byCurrency", "byPaymentMethod", "byPaymentForm"):
        if name in ("sales", "expenditures", "cashFlow", "rates", "payroll") and view in found:
            check_sums(found["total"], found[view])
    if name == "invoicedVersusDeclared":
        total = {key: value for key, value in found["total"].items() if key != "comparisons"}
        check_sums(total, found["months"])
    if name == "yearOnYear":
        check_sums({"current": found["total"]["current"]}, found["months"])
    if name in ("customers", "suppliers"):
        assert sum(Decimal(p["net"]) for p in (*found["counterparties"], found["others"])) == Decimal(found["total"])
    if name in ("productsSold", "productsBought"):
        assert sum(Decimal(p["net"]) for p in (*found["products"], found["others"])) == Decimal(found["net"])
        assert all(Decimal(p["invoiced"]) - Decimal(p["credited"]) == Decimal(p["net"]) for p in found["products"])
    if name in ("receivables", "payables"):
        whole = Decimal(found["total"]["outstanding"])
        assert sum(Decimal(one["outstanding"]) for one in found["ageing"]) == whole
        assert sum(Decimal(one["outstandingPesos"]) for one in found["byCurrency"]) == whole
        for one in found["byCurrency"]:
            assert sum(Decimal(age["outstanding"]) for age in one["ageing"]) == Decimal(one["outstanding"])


def check_trade(found: Any) -> None:
    for bucket in (found["total"], *found["periods"]):
        for name in ("invoiced", "creditNotes", "result"):
            amounts = {key: Decimal(value) for key, value in bucket[name].items()}
            parts = sum(amounts[key] for key in ("net", "iva", "ieps", "localTransferred", "rounding"))
            parts -= sum(amounts[key] for key in amounts if key.endswith("Withheld"))
            assert parts == amounts["total"]
            assert Decimal(bucket["result"]["net"]) == (
                Decimal(bucket["invoiced"]["net"]) - Decimal(bucket["creditNotes"]["net"])
            )


def check_cash(found: Any) -> None:
    for bucket in (found["total"], *found["periods"]):
        for side in (bucket["moneyIn"], bucket["moneyOut"]):
            amount = {name: Decimal(part["total"]) for name, part in side.items() if name != "total"}
            parts = amount["atOnce"] + amount["payments"] + amount["payroll"] - amount["refunds"]
            assert parts == Decimal(side["total"])
        assert Decimal(bucket["moneyIn"]["total"]) - Decimal(bucket["moneyOut"]["total"]) == Decimal(bucket["net"])


def asked(insight: str, days: str) -> str:
    arguments, selection = INSIGHTS[insight]
    if "currency" in arguments or "top" in arguments or not arguments:
        days = days.replace(", every: QUARTER", "" if "top" in arguments else ", every: QUARTER")
    if insight in ("invoicedVersusDeclared", "network", "invoiceTypes"):
        days = days.replace(", every: QUARTER", "")
    return f"{insight}{arguments.format(days=days)} {{ {selection} }}".replace("dollars: ", "").replace("then: ", "")


async def check(books: Books, insight: str, days: str) -> int:
    found = await books.ask(asked(insight, days))
    check_parts(insight, found)
    if "sales" in insight or insight == "expenditures":
        check_trade(found)
    if "cashFlow" in insight:
        check_cash(found)
    return check_coverage(found)


@pytest.mark.parametrize("insight", INSIGHTS)
async def test_each_document_of_the_books_is_in_a_figure_or_missing_for_a_reason(books: Books, insight: str) -> None:
    await check(books, insight, LEDGER)


@pytest.mark.parametrize("insight", INSIGHTS)
async def test_each_document_of_a_profile_is_in_a_figure_or_missing_for_a_reason(
    reading: Api, profile: Profile, insight: str
) -> None:
    await check(Books(reading, profile.id), insight, OF_PROFILE)


def broken() -> Documents:
    """One document of each way to be outside a figure, and some whose pesos have many decimals."""
    made = Documents()

    def add(number: int, issued: bool, xml: str | None, type: str = "I", other: str = CLI, at: str = "") -> None:
        made.add(number, issued, at or f"2024-02-{number:02}T10:00:00", xml, other=other, type=type, amount="9.00")

    def invoice(number: int, issued: bool = True, **changes: Any) -> str:
        given = {"subtotal": "1000.00", "total": "1160.00", "transferred": {"002": "160.00"}}
        return cfdi(number, issued, f"2024-02-{number:02}T10:00:00", other=CLI, **(given | changes))

    unreadable = '<x:ImpuestosLocales xmlns:x="x" version="9" TotaldeRetenciones="0.00" TotaldeTraslados="1.00"/>'
    add(1, True, None)
    add(2, True, invoice(2, complement=unreadable))
    add(3, True, invoice(3).replace('SubTotal="1000.00"', ""))
    add(4, False, invoice(4, issued=False, total="1160.50"))
    add(5, True, invoice(5, currency="USD"))
    add(6, True, invoice(6, method=None))
    add(7, True, invoice(7, type="E", inside=related("01", 99)), "E")
    add(8, True, invoice(8, type="E"), "E")
    add(9, True, None, "P")
    add(10, True, invoice(10, form=None))
    add(11, True, invoice(11).replace('TipoDeComprobante="I"', ""))
    add(12, True, invoice(12, method="PPD", form="99"))
    at = "2024-02-13T10:00:00"
    paid = payment(13, True, at, at, other=CLI, amount="116.00", shares=share(12, "116.00", "1160.00", "1044.00"))
    add(13, True, paid.replace('MonedaDR="MXN"', 'MonedaDR="MXV"'), "P")
    add(
        14,
        True,
        payment(14, True, at, at, other=CLI, amount="116.00", form="17", shares=share(12, "116.00", "9", "9")),
        "P",
    )
    old = (
        '<pago10:Pagos xmlns:pago10="http://www.sat.gob.mx/Pagos" Version="1.0"><pago10:Pago'
        f' FechaPago="{at}" FormaDePagoP="03" MonedaP="MXN" Monto="116.00"><pago10:DoctoRelacionado'
        f' IdDocumento="{uuid_of(98)}" MonedaDR="MXN" MetodoDePagoDR="PPD" ImpPagado="116.00"/></pago10:Pago>'
        "</pago10:Pagos>"
    )
    add(15, True, cfdi(15, True, "2024-02-15T10:00:00", other=CLI, subtotal="0", total="0", type="P", currency="XXX",
                       method=None, form=None, complement=old), "P")  # fmt: skip
    wages = payroll(16, "2024-02-16T10:00:00", employee=ANA, perceptions="100.00", deductions="10.00", isr="10.00",
                    others="0.00", total="90.00")  # fmt: skip
    add(16, True, wages.replace('FechaPago="2024-02-16"', ""), "N", ANA)
    add(17, True, payroll32(17, "2024-02-17T10:00:00", employee=ANA, paid_on="ayer"), "E", ANA)
    for number in range(18, 25):
        add(number, number % 2 == 0, invoice(number, number % 2 == 0, currency="USD", rate="17.123456",
            subtotal="1.11", total="1.29", transferred={"002": "0.18"}))  # fmt: skip
    add(25, True, invoice(25).replace('Fecha="2024-02-25T10:00:00"', ""))
    add(26, True, invoice(26, inside='<cfdi:InformacionGlobal Periodicidad="04" Meses="01" Año="2024"/>'))
    add(27, True, invoice(27, form="17"))
    return made


REASONS = {
    "METADATA_ONLY", "UNREADABLE_PART", "MISSING_VALUE", "INCONSISTENT", "UNKNOWN_CURRENCY", "UNKNOWN_PAYMENT",
    "INVOICE_NOT_HERE",
}  # fmt: skip


async def test_each_reason_leads_to_its_very_documents(api: Api) -> None:
    books = Books(api, global_id("Taxpayer", (await broken().stored(api.store)).id))
    seen = set()
    for insight in INSIGHTS:
        for by in ("PERIOD", "ISSUE"):
            days = f"{LEDGER}, by: {by}"
            found = await books.ask(asked(insight, days))
            check_coverage(found)
            check_parts(insight, found)
            seen |= {one["reason"] for _, _, told in coverages(found) for one in told["missing"]}
    assert seen == REASONS
