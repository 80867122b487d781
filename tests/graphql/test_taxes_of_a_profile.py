"""The taxes of an invented profile equal an account of its XML that knows nothing of our figures."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from lxml import etree

from gateway.store import files
from gateway.store.mongo import Row, Store
from tests.graphql.conftest import Profile
from tests.support import Api

Books = dict[tuple[str, str, str], Decimal]
FLOW = "{ total { net iva ieps ivaWithheld isrWithheld } coverage { used total } }"
QUERY = f"""query($id: ID!, $from: Date!, $to: Date!) {{ taxpayer(id: $id) {{ insights {{
  invoicedVersusDeclared(from: $from, to: $to) {{ months {{ month collected {FLOW} paid {FLOW}
    invoiced {{ net iva }} expenses {{ net iva }} payroll {{ isrWithheld }}
    withheldByTaxpayer {{ isrWithheld ivaWithheld }}
    withheldFromTaxpayer {{ isrWithheld ivaWithheld }} }} }} }} }} }}"""


def local(node: Any, name: str) -> list[Any]:
    return [one for one in node.iter() if etree.QName(one).localname == name]


def amount(node: Any, *names: str) -> Decimal:
    """The first of the attributes that is there, whatever its case."""
    values = {key.lower(): value for key, value in node.attrib.items()}
    return Decimal(next((values[name.lower()] for name in names if name.lower() in values), "0"))


def own(node: Any) -> dict[str, Decimal]:
    """Net and taxes of a CFDI in pesos, from its summary of taxes."""
    rate = amount(node, "TipoCambio") or Decimal(1)
    (taxes,) = [child for child in node if etree.QName(child).localname == "Impuestos"] or [None]
    found: dict[str, Decimal] = {"net": amount(node, "SubTotal") - amount(node, "Descuento")}
    for name, element, codes in (
        ("iva", "Traslado", ("002", "IVA")),
        ("ieps", "Traslado", ("003", "IEPS")),
        ("ivaWithheld", "Retencion", ("002", "IVA")),
        ("isrWithheld", "Retencion", ("001", "ISR")),
    ):
        rows = local(taxes, element) if taxes is not None else []
        tax = [row for row in rows if {row.get("Impuesto"), row.get("impuesto")} & set(codes)]
        found[name] = sum((amount(row, "Importe") for row in tax), Decimal(0))
    return {name: value * rate for name, value in found.items()}


async def account(store: Store, taxpayer: str) -> Books:
    """(month, flow, sum) by hand: PUE by Fecha, payments by FechaPago, notes of PUE taken off."""
    rows = await store["invoices"].find({"taxpayer": taxpayer, "status": "ACTIVE"}).to_list(None)
    trees: dict[str, Any] = {}
    for row in rows:
        sha256 = next((file["sha256"] for file in row["files"] if file["media_type"] == "application/xml"), None)
        content = await files.read(store, taxpayer, sha256) if sha256 else None
        if content:
            trees[row["uuid"]] = etree.fromstring(content)
    books: Books = defaultdict(Decimal)
    for row in rows:
        if row["uuid"] in trees:
            _enter(books, row, trees)
    for row in await store["withholdings"].find({"taxpayer": taxpayer, "status": "ACTIVE"}).to_list(None):
        month = f"{row['period']['year']}-{row['period']['month_to']:02}"
        flow = "withheldByTaxpayer" if row["direction"] == "ISSUED" else "withheldFromTaxpayer"
        for tax in row["taxes"]:
            books[month, flow, {"001": "isrWithheld", "002": "ivaWithheld"}[tax["tax"]]] += Decimal(tax["amount"])
    return books


def _enter(books: Books, row: Row, trees: dict[str, Any]) -> None:
    node = trees[row["uuid"]]
    flow, accrued = ("collected", "invoiced") if row["direction"] == "ISSUED" else ("paid", "expenses")
    month, kind = row["issued_at"][:7], row["type"]
    is_payroll = bool(row["payrolls"])
    if is_payroll and row["direction"] == "ISSUED":
        books[month, "payroll", "isrWithheld"] += sum(
            (amount(one, "TotalImpuestosRetenidos") for one in local(node, "Deducciones")), Decimal(0)
        )
    if kind in ("I", "E") and not is_payroll:
        sign = 1 if kind == "I" else -1
        related = [trees[r["uuid"]] for r in row["related"] if r["uuid"] in trees]
        later = any(tree.get("MetodoPago") == "PPD" for tree in related) if kind == "E" else False
        at_once = row["payment_method"] == "PUE" if kind == "I" else not later
        for name, value in own(node).items():
            books[month, accrued, name] += sign * value
            if at_once:
                books[month, flow, name] += sign * value
    for payment in local(node, "Pago"):
        for share in local(payment, "DoctoRelacionado"):
            _share(books, flow, payment, share, trees)


def _share(books: Books, flow: str, payment: Any, share: Any, trees: dict[str, Any]) -> None:
    month = payment.get("FechaPago")[:7]
    rate = amount(payment, "TipoCambioP") or Decimal(1)
    equivalence = amount(share, "EquivalenciaDR", "TipoCambioDR") or Decimal(1)
    pesos = (amount(share, "ImpPagado") or amount(payment, "Monto")) / equivalence * rate
    told = {
        "iva": [t for t in local(share, "TrasladoDR") if t.get("ImpuestoDR") == "002"],
        "ieps": [t for t in local(share, "TrasladoDR") if t.get("ImpuestoDR") == "003"],
        "ivaWithheld": [t for t in local(share, "RetencionDR") if t.get("ImpuestoDR") == "002"],
        "isrWithheld": [t for t in local(share, "RetencionDR") if t.get("ImpuestoDR") == "001"],
    }
    if local(share, "ImpuestosDR"):
        taxes = {name: sum((amount(t, "ImporteDR") for t in rows), Decimal(0)) for name, rows in told.items()}
        taxes = {name: value / equivalence * rate for name, value in taxes.items()}
        taxes["net"] = pesos - taxes["iva"] - taxes["ieps"] + taxes["ivaWithheld"] + taxes["isrWithheld"]
    else:
        invoice = trees.get(share.get("IdDocumento").upper())
        if invoice is None:
            return
        exchange = amount(invoice, "TipoCambio") or Decimal(1)
        part = pesos / (amount(invoice, "Total") * exchange)
        taxes = {name: value * part for name, value in own(invoice).items()}
    for name, value in taxes.items():
        books[month, flow, name] += value


async def test_every_month_equals_the_account(reading: Api, profile: Profile) -> None:
    books = await account(reading.store, profile.taxpayer.id)
    months = sorted({month for month, _, _ in books})
    assert len(months) > 6
    seen = 0
    for start in range(int(months[0][:4]), int(months[-1][:4]) + 1):
        variables = {"id": profile.id, "from": f"{start}-01-01", "to": f"{start}-12-31"}
        found = (await reading.data(QUERY, variables))["taxpayer"]["insights"]["invoicedVersusDeclared"]
        for month in found["months"]:
            for flow in (
                "collected",
                "paid",
                "invoiced",
                "expenses",
                "payroll",
                "withheldByTaxpayer",
                "withheldFromTaxpayer",
            ):
                figures = month[flow].get("total", month[flow])
                for name in figures:
                    expected = books.get((month["month"], flow, name), Decimal(0))
                    assert abs(Decimal(figures[name]) - expected) <= Decimal("0.005001"), (month["month"], flow, name)
                    seen += figures[name] != "0.00"
    assert seen > 40
    assert {flow for _, flow, _ in books} >= {"collected", "paid", "payroll", "withheldFromTaxpayer"}


DECLARED = """query($id: ID!, $year: Int!) { taxpayer(id: $id) { insights { taxSummary(year: $year) { months {
  month income { basis invoiced collected declared difference causes { cause explains invoices { nodes { total } } } }
  iva { caused { computed declared } creditable { computed declared } } } } } } }"""


async def test_what_was_declared_is_what_the_account_says_but_for_the_sale_that_was_forgotten(
    reading: Api, profile: Profile
) -> None:
    books = await account(reading.store, profile.taxpayer.id)
    differ, compared = set(), 0
    for year in sorted({int(month[:4]) for month, _, _ in books}):
        found = await reading.data(DECLARED, {"id": profile.id, "year": year})
        for month in found["taxpayer"]["insights"]["taxSummary"]["months"]:
            income = month["income"]
            if income["declared"] is None:
                continue
            flow = {"ACCRUED": "invoiced", "COLLECTED": "collected"}[income["basis"]]
            expected = books.get((month["month"], flow, "net"), Decimal(0))
            compared += expected != 0
            if abs(expected - Decimal(income["declared"])) > 1:
                differ.add(month["month"])
                assert abs(expected - Decimal(income["declared"]) - Decimal(income["difference"])) <= Decimal("0.01")
                assert [cause["cause"] for cause in income["causes"] if cause["explains"]] == ["ONE_INVOICE"]
            creditable = month["iva"]["creditable"]
            if creditable["declared"] is not None:
                paid = books.get((month["month"], "paid", "iva"), Decimal(0))
                assert abs(paid - Decimal(creditable["declared"])) <= 1
    # One month of each year that has a sale paid at once.
    assert compared > 4 and len({month[:4] for month in differ}) == len(differ) >= 1
