"""Every invented CFDI is well formed, its books balance, and it says the same as its row."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from gateway.sandbox.taxpayers import Taxpayers
from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import (
    COMPANY,
    PERSON,
    RFC_SHAPE,
    TODAY,
    all_of,
    amount,
    cents,
    cfdis,
    portfolio,
    uuid_in,
)

BOTH = pytest.mark.parametrize("rfc", [COMPANY, PERSON])


def version(root: etree._Element) -> str:
    return root.get("Version") or root.attrib["version"]


def document_taxes(root: etree._Element) -> tuple[Decimal, Decimal]:
    (taxes,) = all_of(root, "Impuestos") or [etree.Element("none")]
    return amount(taxes, "TotalImpuestosTrasladados"), amount(taxes, "TotalImpuestosRetenidos")


@BOTH
def test_the_total_is_what_the_lines_and_taxes_make(rfc):
    for _, root in cfdis(rfc):
        if version(root) == "3.2":
            continue
        lines = all_of(root, "Conceptos/Concepto")
        transferred, withheld = document_taxes(root)
        assert amount(root, "SubTotal") == sum(amount(line, "Importe") for line in lines)
        assert amount(root, "Descuento") == sum(amount(line, "Descuento") for line in lines)
        assert amount(root, "Total") == (amount(root, "SubTotal") - amount(root, "Descuento") + transferred - withheld)


@BOTH
def test_the_taxes_of_a_document_are_the_sums_of_its_lines(rfc):
    for _, root in cfdis(rfc):
        if version(root) == "3.2":
            continue
        by_line: Counter[tuple[str | None, ...]] = Counter()
        for tax in all_of(root, "Conceptos/Concepto/Impuestos/Traslados/Traslado"):
            if tax.get("TipoFactor") == "Exento":
                assert tax.get("TasaOCuota") is None and tax.get("Importe") is None
                continue
            assert amount(tax, "Importe") == cents(amount(tax, "Base") * amount(tax, "TasaOCuota"))
            by_line[tax.get("Impuesto"), tax.get("TasaOCuota")] += amount(tax, "Importe")
        by_document = {
            (tax.get("Impuesto"), tax.get("TasaOCuota")): amount(tax, "Importe")
            for tax in all_of(root, "Impuestos/Traslados/Traslado")
            if tax.get("TipoFactor") != "Exento"
        }
        assert by_document == dict(by_line)
        kept = all_of(root, "Conceptos/Concepto/Impuestos/Retenciones/Retencion")
        assert document_taxes(root)[1] == sum(amount(tax, "Importe") for tax in kept)


def test_a_line_is_its_quantity_at_its_price():
    for _, root in cfdis():
        for line in all_of(root, "Conceptos/Concepto"):
            if "ValorUnitario" in line.attrib:
                assert amount(line, "Importe") == cents(amount(line, "Cantidad") * amount(line, "ValorUnitario"))


def test_version_3_2_speaks_in_words_and_percentages_and_balances_too():
    old = [root for _, root in cfdis(invoices=60) if version(root) == "3.2"]
    assert len(old) == 4
    for root in old:
        (taxes,) = all_of(root, "Impuestos")
        assert {tax.get("tasa") for tax in all_of(root, "//Traslado")} <= {"16.00", "0.00", "8.00", "26.50"}
        assert amount(root, "total") == (
            amount(root, "subTotal")
            - amount(root, "descuento")
            + amount(taxes, "totalImpuestosTrasladados")
            - amount(taxes, "totalImpuestosRetenidos")
        )
        assert root.get("tipoDeComprobante") in {"ingreso", "egreso"}


@BOTH
def test_a_row_says_what_its_document_says(rfc):
    for row, root in cfdis(rfc):
        total = float(root.get("Total") or root.attrib["total"])
        issuer = all_of(root, "Emisor")[0]
        issued = (issuer.get("Rfc") or issuer.get("rfc")) == rfc
        other = all_of(root, "Receptor")[0] if issued else issuer
        assert row.reference == uuid_in(root) == uuid_in(root).upper()
        assert row.attachments[0].file == f"{row.reference}.xml"
        assert row.amount == (total if issued else -total)
        assert row.tax_id == (other.get("Rfc") or other.get("rfc"))
        assert row.description == (other.get("Nombre") or other.get("nombre"))
        assert {version(root), "emitidas" if issued else "recibidas"} <= set(row.keywords or ())
        assert re.match(RFC_SHAPE, row.tax_id)


def test_a_transaction_is_dated_at_the_local_midnight_after_the_document():
    for row, root in cfdis(invoices=60):
        day = date.fromisoformat((root.get("Fecha") or root.attrib["fecha"])[:10])
        assert (row.dt_transaction - 6 * 3600) % 86400 == 0
        assert (row.dt_transaction - 6 * 3600) // 86400 == (day - date(1970, 1, 1)).days + 1


def test_every_type_direction_and_version_is_there():
    kinds = Counter(
        (version(root), root.get("TipoDeComprobante") or root.get("tipoDeComprobante")) for _, root in cfdis()
    )
    assert {kind for _, kind in kinds} == {"I", "E", "P", "N", "T", "ingreso", "egreso"}
    assert {number for number, _ in kinds} == {"3.2", "3.3", "4.0"}
    directions = Counter(word for row, _ in cfdis() for word in row.keywords or () if word in ("emitidas", "recibidas"))
    assert 0.4 < directions["emitidas"] / 400 < 0.75


@pytest.mark.parametrize("invoices", [3, 5, 12, 29, 30, 41])
def test_every_version_is_there_at_any_size(invoices):
    found = [version(root) for _, root in cfdis(invoices=invoices)]
    assert len(found) == invoices
    assert set(found) == {"3.2", "3.3", "4.0"}


def test_before_april_2023_the_version_is_3_3():
    early = Taxpayers(7, 200, date(2023, 9, 15))(COMPANY)
    for row in early.transactions(Site.CIEC, 12):
        root = etree.fromstring(row.attachments[0].read())
        assert (root.get("Version") == "4.0") == (root.attrib["Fecha"] >= "2023-04-01")


@BOTH
def test_documents_come_oldest_first_and_none_from_the_future(rfc):
    moments = [root.get("Fecha") or root.attrib["fecha"] for _, root in cfdis(rfc)]
    assert moments == sorted(moments)
    assert moments[-1] < TODAY.isoformat()
    assert {moment[:7] for moment in moments[12:]} == {
        f"{2024 + (10 + month) // 12}-{(10 + month) % 12 + 1:02d}" for month in range(25)
    }


def test_a_credit_note_and_a_substitution_name_documents_that_exist():
    rows = {row.reference: (row, root) for row, root in cfdis()}
    kinds = Counter()
    for row, root in rows.values():
        for group in all_of(root, "CfdiRelacionados"):
            (related,) = all_of(group, "CfdiRelacionado")
            other, document = rows[related.attrib["UUID"]]
            kinds[group.attrib["TipoRelacion"]] += 1
            assert other.tax_id == row.tax_id
            assert document.attrib["Fecha"] <= root.attrib["Fecha"]
            if group.attrib["TipoRelacion"] == "04":
                assert "cancelado" in (other.keywords or ())
            else:
                assert root.attrib["TipoDeComprobante"] == "E"
                assert amount(root, "Total") <= amount(document, "Total")
    assert kinds["01"] >= 10 and kinds["04"] >= 5


def test_global_invoices_go_to_the_general_public_of_a_month():
    globals_ = [root for _, root in cfdis() if all_of(root, "InformacionGlobal")]
    assert globals_
    for root in globals_:
        (information,) = all_of(root, "InformacionGlobal")
        (receiver,) = all_of(root, "Receptor")
        assert receiver.attrib["Rfc"] == "XAXX010101000"
        assert receiver.attrib["DomicilioFiscalReceptor"] == root.attrib["LugarExpedicion"]
        assert f"{information.attrib['Año']}-{information.attrib['Meses']}" == root.attrib["Fecha"][:7]


def test_dollars_come_with_their_exchange_rate_and_pesos_without():
    currencies = Counter()
    for _, root in cfdis():
        currency = root.get("Moneda")
        currencies[currency] += 1
        if currency == "USD":
            assert 15 < amount(root, "TipoCambio") < 25
        elif currency in ("MXN", "XXX"):
            assert root.get("TipoCambio") is None
    assert currencies["USD"] >= 5


def test_payroll_pays_what_was_earned_less_what_was_kept():
    for rfc, direction in ((COMPANY, "emitidas"), (PERSON, "recibidas")):
        slips = [(row, root) for row, root in cfdis(rfc) if all_of(root, "//Nomina")]
        assert slips
        for row, root in slips:
            (pay,) = all_of(root, "//Nomina")
            earned = sum(
                amount(p, "ImporteGravado") + amount(p, "ImporteExento") for p in all_of(pay, "Percepciones/Percepcion")
            )
            kept = sum(amount(d, "Importe") for d in all_of(pay, "Deducciones/Deduccion"))
            assert earned == amount(pay, "TotalPercepciones") == amount(root, "SubTotal")
            assert kept == amount(pay, "TotalDeducciones") == amount(root, "Descuento")
            assert amount(root, "Total") == earned - kept
            assert len(all_of(pay, "Receptor")[0].attrib["Curp"]) == 18
            assert direction in (row.keywords or ())


def test_people_who_serve_companies_have_tax_withheld():
    withheld = [root for _, root in cfdis(PERSON, 600) if all_of(root, "Impuestos/Retenciones")]
    assert withheld
    rates = {tax.get("TasaOCuota") for root in withheld for tax in all_of(root, "//Retencion") if tax.get("TasaOCuota")}
    assert rates <= {"0.100000", "0.012500", "0.106667", "0.040000"}


def test_a_name_with_an_ampersand_survives():
    names = {row.description for row in portfolio(invoices=2000).transactions(Site.CIEC)}
    assert any("&" in name for name in names)
