"""Instalments: what payments say about an invoice follows from the invoice, in order, to the cent."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from lxml import etree

from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, all_of, amount, cents, cfdis, parsed, portfolio

Found = tuple[dict[str, etree._Element], dict[str, list[tuple[etree._Element, etree._Element, etree._Element]]]]


@pytest.fixture(scope="module", params=[COMPANY, PERSON])
def books(request) -> Found:
    """Invoices by UUID, and what each is paid by: (CFDI, Pago, DoctoRelacionado), oldest first."""
    invoices: dict[str, etree._Element] = {}
    paid = defaultdict(list)
    for row, root in cfdis(request.param, 1500):
        invoices[row.reference or ""] = root
        for payment in all_of(root, "//Pago"):
            for document in all_of(payment, "DoctoRelacionado"):
                paid[document.attrib["IdDocumento"]].append((root, payment, document))
    return invoices, paid


def months_between(first: str, second: str) -> int:
    year, month = int(second[:4]) - int(first[:4]), int(second[5:7]) - int(first[5:7])
    return year * 12 + month


def test_the_balance_goes_down_by_what_is_paid_and_starts_at_the_total(books):
    invoices, paid = books
    for uuid, instalments in paid.items():
        balance = amount(invoices[uuid], "Total")
        for number, (_, _, document) in enumerate(instalments, 1):
            assert document.attrib["NumParcialidad"] == str(number)
            assert amount(document, "ImpSaldoAnt") == balance
            assert amount(document, "ImpPagado") > 0
            balance -= amount(document, "ImpPagado")
            assert amount(document, "ImpSaldoInsoluto") == balance >= 0


def test_some_invoices_are_paid_some_partly_and_some_not_at_all(books):
    invoices, paid = books
    later = [uuid for uuid, root in invoices.items() if root.get("MetodoPago") == "PPD"]
    left = {uuid: amount(paid[uuid][-1][2], "ImpSaldoInsoluto") if uuid in paid else None for uuid in later}
    assert set(paid) <= set(later)
    assert sum(balance == 0 for balance in left.values()) > 50
    assert sum(balance is not None and balance > 0 for balance in left.values()) > 20
    assert sum(balance is None for balance in left.values()) > 20
    assert max(len(instalments) for instalments in paid.values()) == 3


def test_a_payment_is_between_the_same_two_parties_and_at_most_two_months_later(books):
    invoices, paid = books
    for uuid, instalments in paid.items():
        invoice = invoices[uuid]
        for root, payment, document in instalments:
            for side in ("Emisor", "Receptor"):
                assert all_of(root, side)[0].attrib["Rfc"] == all_of(invoice, side)[0].attrib["Rfc"]
            assert 0 <= months_between(invoice.attrib["Fecha"], root.attrib["Fecha"]) <= 2
            assert invoice.attrib["Fecha"] <= payment.attrib["FechaPago"] <= root.attrib["Fecha"]
            assert document.attrib["MonedaDR"] == invoice.attrib["Moneda"]


def test_the_amount_of_a_payment_is_the_sum_of_its_documents_in_its_own_currency(books):
    _, paid = books
    converted = 0
    for root, payment, _ in (entry for entries in paid.values() for entry in entries):
        total = Decimal(0)
        for document in all_of(payment, "DoctoRelacionado"):
            per_unit = Decimal(document.get("EquivalenciaDR") or document.get("TipoCambioDR") or 1)
            converted += per_unit != 1
            total += cents(amount(document, "ImpPagado") / per_unit)
        assert total == amount(payment, "Monto")
        if totals := all_of(root, "//Totales"):
            in_pesos = cents(amount(payment, "Monto") * amount(payment, "TipoCambioP"))
            assert amount(totals[0], "MontoTotalPagos") == in_pesos
    assert converted


def test_version_1_0_of_the_complement_belongs_to_cfdi_3_3_and_2_0_to_4_0(books):
    _, paid = books
    versions = {
        (root.attrib["Version"], all_of(root, "//Pagos")[0].attrib["Version"])
        for entries in paid.values()
        for root, _, _ in entries
    }
    assert versions == {("3.3", "1.0"), ("4.0", "2.0")}


def test_the_taxes_of_a_paid_document_are_its_share_of_the_invoice(books):
    invoices, paid = books
    for uuid, entries in paid.items():
        for root, _, document in entries:
            if root.attrib["Version"] != "4.0":
                continue
            share = amount(document, "ImpPagado") / amount(invoices[uuid], "Total")
            bases = {
                (tax.attrib["Impuesto"], tax.get("TasaOCuota")): amount(tax, "Base")
                for tax in all_of(invoices[uuid], "Impuestos/Traslados/Traslado")
            }
            for tax in all_of(document, "ImpuestosDR/TrasladosDR/TrasladoDR"):
                whole = bases[tax.attrib["ImpuestoDR"], tax.get("TasaOCuotaDR")]
                assert abs(amount(tax, "BaseDR") - whole * share) <= Decimal("0.01")


@pytest.mark.parametrize("rfc", ["CNO150304QK7", COMPANY, PERSON])
@pytest.mark.parametrize("invoices", [60, 230, 300])
def test_the_newest_ten_have_an_invoice_that_was_paid_later(rfc, invoices):
    rows = list(portfolio(rfc, invoices).transactions(Site.CIEC))
    newest = {row.reference for row in rows[-10:]}
    settled = {paid.attrib["IdDocumento"] for row in rows[-30:] for paid in all_of(parsed(row), "//DoctoRelacionado")}
    assert newest & settled
