"""The five kinds of documents that are not invoices."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdf
import pytest

from gateway.sandbox.taxpayers import Taxpayers
from gateway.sandbox.taxpayers.identity import circle, taxpayer
from gateway.sandbox.taxpayers.ids import key_of
from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, all_of, amount, parsed, portfolio, uuid_in

BOTH = pytest.mark.parametrize("rfc", [COMPANY, PERSON])


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def files(rfc: str, site: Site) -> tuple[str, dict]:
    pdf, document = portfolio(rfc).documents(site)
    return text_of(pdf.read()), json.loads(document.read())


def number(text: str) -> int:
    return int(text.replace(",", ""))


@BOTH
def test_withholdings_balance_in_both_versions(rfc):
    rows = list(portfolio(rfc, 500).transactions(Site.WITHHOLDINGS))
    assert len(rows) == 12 + 500 // 50
    versions = []
    for row in rows:
        root = parsed(row)
        (totals,) = all_of(root, "Totales")
        versions.append(root.attrib["Version"])
        upper = versions[-1] == "2.0"
        operation, taxed, exempt, kept = (
            amount(totals, name if upper else name[0].lower() + name[1:])
            for name in ("MontoTotOperacion", "MontoTotGrav", "MontoTotExent", "MontoTotRet")
        )
        rows_ = all_of(totals, "ImpRetenidos")
        assert operation == taxed + exempt
        assert kept == sum(amount(tax, "MontoRet" if upper else "montoRet") for tax in rows_)
        assert {len(tax.get("ImpuestoRet") or tax.attrib["Impuesto"]) for tax in rows_} == {3 if upper else 2}
        assert row.reference == uuid_in(root) and row.amount == 0
        assert {root.attrib["Version"], root.attrib["CveRetenc"], "vigente"} <= set(row.keywords or ())
    assert versions == sorted(versions) and set(versions) == {"1.0", "2.0"}


def test_people_sell_through_platforms_and_companies_do_not():
    people = [parsed(row) for row in portfolio(PERSON, 900).transactions(Site.WITHHOLDINGS)]
    companies = [parsed(row) for row in portfolio(COMPANY, 900).transactions(Site.WITHHOLDINGS)]
    assert {root.attrib["CveRetenc"] for root in people} == {"26", "16"}
    assert {root.attrib["CveRetenc"] for root in companies} == {"14", "16", "18"}
    for root in people:
        for sold in all_of(root, "//ServiciosPlataformasTecnologicas"):
            kept = amount(sold, "TotalIVARetenido") + amount(sold, "DifIVAEntregadoPrestServ")
            assert kept == amount(sold, "TotalIVATrasladado")


def test_a_foreign_receiver_has_no_rfc():
    abroad = [
        (row, parsed(row))
        for row in portfolio(COMPANY, 900).transactions(Site.WITHHOLDINGS)
        if "18" in (row.keywords or ())
    ]
    assert abroad
    for row, root in abroad:
        assert all_of(root, "Receptor/Extranjero") and not all_of(root, "Receptor/Nacional")
        assert row.tax_id is None


@BOTH
def test_there_is_an_annual_return_for_every_year_since_2018(rfc):
    rows = list(portfolio(rfc).transactions(Site.ANNUAL_RETURNS))
    years = [json.loads(row.attachments[1].read())["ejercicio"] for row in rows]
    assert years == [str(year) for year in range(2018, 2026)]
    folio = json.loads(rows[1].attachments[1].read())["numero_operacion"]
    assert rows[1].attachments[0].file == f"dec_anual_2019_{folio}.pdf"
    assert rows[1].description == f"Declaración Anual {rfc} 2019 {folio}"
    assert (rows[1].keywords, rows[1].reference, rows[1].tax_id, rows[1].amount) == (None, None, None, 0)


@BOTH
def test_monthly_returns_cover_thirty_months_and_one_was_amended(rfc):
    rows = list(portfolio(rfc).transactions(Site.MONTHLY_RETURNS))
    contents = [json.loads(row.attachments[1].read()) for row in rows]
    kinds = [content["tipo_declaracion"] for content in contents]
    periods = [(content["ejercicio"], content["periodo"]) for content in contents]
    assert kinds.count("Complementaria") == 1
    assert len(set(periods)) == len(periods) - 1 == 31
    amended = contents[kinds.index("Complementaria")]
    assert periods.count((amended["ejercicio"], amended["periodo"])) == 2
    assert [row.dt_transaction for row in rows] == sorted(row.dt_transaction for row in rows)
    assert len({row.attachments[0].file for row in rows}) == len(rows)


@BOTH
def test_the_amended_return_takes_off_what_was_paid_before(rfc):
    rows = list(portfolio(rfc).transactions(Site.MONTHLY_RETURNS))
    contents = [json.loads(row.attachments[1].read()) for row in rows]
    (amended,) = (content for content in contents if content["tipo_declaracion"] == "Complementaria")
    (first,) = (
        content
        for content in contents
        if content is not amended
        and (content["ejercicio"], content["periodo"]) == (amended["ejercicio"], amended["periodo"])
    )
    (again,) = amended["conceptos"]
    (before,) = (concept for concept in first["conceptos"] if concept["nombre"] == again["nombre"])
    paid = number(again.get("monto_pagado_con_anterioridad", "0"))
    assert paid == number(before["cantidad_a_pagar"])
    owed = sum(number(again[name]) for name in ("a_cargo", "parte_actualizada", "recargos"))
    assert number(again["cantidad_a_pagar"]) == owed - paid > 0
    assert contents.index(first) < contents.index(amended)


@BOTH
def test_a_return_adds_up_and_its_pdf_says_the_same(rfc):
    for site in (Site.ANNUAL_RETURNS, Site.MONTHLY_RETURNS):
        for row in portfolio(rfc).transactions(site):
            pdf, document = row.attachments
            content = json.loads(document.read())
            due = number(content["importe_total_a_pagar"])
            assert due == sum(number(concept["cantidad_a_pagar"]) for concept in content["conceptos"])
            assert (content["linea_captura"] is None) == (due == 0)
            printed = text_of(pdf.read())
            assert f"Número de operación: {content['numero_operacion']}" in printed
            assert f"Tipo de declaración: {content['tipo_declaracion']}" in printed
            for concept in content["conceptos"]:
                assert concept["nombre"] in printed
            if content["linea_captura"]:
                assert len(content["linea_captura"]) == 20
                assert f"Importe total a pagar: ${content['importe_total_a_pagar']}" in printed
            assert pdf.mime == "application/pdf" and document.mime is None


@BOTH
def test_the_tax_status_has_syncfys_keys_and_prints_them(rfc):
    printed, content = files(rfc, Site.TAX_STATUS)
    assert set(content) == {
        "datos_de_identificacion_del_contribuyente",
        "datos_de_ubicacion",
        "actividades_econominas",
        "regimenes",
        "obligaciones",
        "nombre_denominacion_o_razon_social",
        "lugar_y_fecha_de_emision",
        "cadena_original_sello",
        "sello_digital",
    }
    identity = content["datos_de_identificacion_del_contribuyente"]
    assert identity["rfc"] == rfc
    assert ("curp" in identity) == (rfc == PERSON)
    assert ("regimen_capital" in identity) == (rfc == COMPANY)
    assert f"RFC: {rfc}" in printed and f"Código Postal:{content['datos_de_ubicacion']['codigo_postal']}" in printed
    for row in (*content["regimenes"], *content["actividades_econominas"]):
        assert (row.get("regimen") or row["actividad_economica"]) in printed
    assert f"|{rfc}|CONSTANCIA DE SITUACIÓN FISCAL|" in printed


@BOTH
def test_the_opinion_has_syncfys_keys_and_prints_them(rfc):
    printed, content = files(rfc, Site.COMPLIANCE_OPINION)
    assert set(content) == {
        "denominacion_razon_social",
        "rfc",
        "folio",
        "estatus",
        "fecha_de_revision",
        "obligaciones",
        "cadena_original_sello",
        "sello_digital",
    }
    letter = {"Positivo": "P", "Negativo": "N"}[content["estatus"]]
    assert f"||{rfc}|{content['folio']}|22-11-2026|{letter}||" in printed.replace("\n", "")
    assert (letter == "N") == bool(content["obligaciones"])


def test_nothing_is_dated_later_than_it_is_in_mexico():
    # 21:57 of the day before in Mexico City.
    mine = Taxpayers(7, 40, clock=lambda: datetime(2026, 11, 23, 3, 57, tzinfo=UTC))(COMPANY)
    opinion = json.loads(mine.documents(Site.COMPLIANCE_OPINION)[1].read())
    status = json.loads(mine.documents(Site.TAX_STATUS)[1].read())
    assert opinion["fecha_de_revision"].startswith("21 de noviembre de 2026 a las ")
    assert status["lugar_y_fecha_de_emision"].endswith(" A 21 DE NOVIEMBRE DE 2026")
    assert max(parsed(row).get("Fecha") for row in mine.transactions(Site.CIEC, 12)) < "2026-11-22"


def test_on_the_first_of_a_month_no_document_is_of_that_day():
    mine = Taxpayers(7, 40, date(2026, 11, 1))(COMPANY)
    assert max(parsed(row).get("Fecha") for row in mine.transactions(Site.CIEC, 12)) < "2026-11-01"


def test_companies_are_companies_for_profit():
    regimes = {taxpayer(key_of(1, f"XYZ9105{day:02d}QQ2"), f"XYZ9105{day:02d}QQ2").regime for day in range(1, 29)}
    around = circle(key_of(1, COMPANY))
    regimes |= {party.regime for party in (*around.customers, *around.suppliers) if not party.person}
    assert regimes == {"601", "626"}


def test_most_opinions_are_positive_and_some_are_not():
    seen = [files(f"XYZ9105{day:02d}QQ2", Site.COMPLIANCE_OPINION)[1]["estatus"] for day in range(1, 29)]
    assert 0.6 < Decimal(seen.count("Positivo")) / len(seen) < 1


def test_the_documents_are_named_as_syncfy_names_them():
    mine = portfolio(COMPANY)
    assert [file.file for file in mine.documents(Site.TAX_STATUS)] == [
        f"Contancia_Situación_Fiscal_SAT_{COMPANY}.pdf",
        f"Contancia_Situación_Fiscal_SAT_{COMPANY}.json",
    ]
    assert [file.keywords for file in mine.documents(Site.COMPLIANCE_OPINION)] == [(COMPANY,), (COMPANY,)]
    assert mine.documents(Site.CIEC) == ()
