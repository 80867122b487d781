"""The working of invented returns: it adds up, the JSON and the PDF hold it alike, and the regimes differ."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, portfolio

TRUST = "COSC8001137NA"


def pesos(text: str) -> int:
    return int(text.replace(",", ""))


def filed(rfc: str, site: Site) -> list[tuple[dict[str, Any], str]]:
    """The JSON and the printed text of each return."""
    found = []
    for row in portfolio(rfc, 150).transactions(site):
        pdf, document = row.attachments
        pages = PdfReader(io.BytesIO(pdf.read())).pages
        found.append((json.loads(document.read()), "\n".join(page.extract_text() for page in pages)))
    return found


@pytest.mark.parametrize("rfc", [COMPANY, PERSON, TRUST])
@pytest.mark.parametrize("site", [Site.ANNUAL_RETURNS, Site.MONTHLY_RETURNS])
def test_every_amount_of_the_json_is_on_the_pdf(rfc: str, site: Site) -> None:
    seen = 0
    for content, text in filed(rfc, site):
        for part in (value for key, value in content.items() if isinstance(value, dict)):
            for value in part.values():
                assert f": {value}" in text
                seen += 1
    assert seen > 25


@pytest.mark.parametrize("rfc", [COMPANY, PERSON, TRUST])
def test_the_working_of_a_month_comes_to_its_conceptos(rfc: str) -> None:
    worked = 0
    for content, text in filed(rfc, Site.MONTHLY_RETURNS):
        is_of_december = content["periodo"] == "Diciembre"
        assert ("determinacion_isr" in content or content["tipo_declaracion"] != "Normal") is not is_of_december
        if is_of_december:
            assert "Determinación del ISR" in text or content["tipo_declaracion"] != "Normal"
            continue
        if content["tipo_declaracion"] != "Normal":
            continue
        isr, iva = content["determinacion_isr"], content["determinacion_iva"]
        first, second = content["conceptos"][:2]
        assert isr["isr_a_cargo"] == first["a_cargo"]
        own = pesos(iva["iva_causado"]) - pesos(iva["iva_acreditable"]) - pesos(iva["iva_retenido"])
        assert own == pesos(second.get("a_cargo", "0")) - pesos(second.get("a_favor", "0"))
        worked += own != 0
    assert worked > 5


def test_a_companys_months_add_up_to_its_annual_return() -> None:
    months: dict[str, int] = {}
    for content, _ in filed(COMPANY, Site.MONTHLY_RETURNS):
        if "determinacion_isr" in content and content["tipo_declaracion"] == "Normal":
            whole = pesos(content["determinacion_isr"]["total_de_ingresos_nominales"])
            months[content["ejercicio"]] = max(whole, months.get(content["ejercicio"], 0))
    annual = {content["ejercicio"]: content for content, _ in filed(COMPANY, Site.ANNUAL_RETURNS)}
    shared = [year for year in months if "determinacion_impuesto" in annual.get(year, {})]
    assert shared
    for year in shared:
        # December's working is on its PDF alone.
        assert pesos(annual[year]["determinacion_impuesto"]["ingresos_acumulables"]) >= months[year]


def test_a_companys_statements_balance() -> None:
    seen = 0
    for content, _ in filed(COMPANY, Site.ANNUAL_RETURNS):
        sheet, statement = content.get("estado_de_posicion_financiera"), content.get("estado_de_resultados")
        assert (sheet is None) == (statement is None) == (int(content["ejercicio"]) < 2021)
        if sheet and statement:
            liabilities, equity = pesos(sheet["total_de_pasivo"]), pesos(sheet["total_de_capital_contable"])
            assert pesos(sheet["total_de_activo"]) == liabilities + equity
            profit = pesos(statement.get("utilidad_neta", "0")) - pesos(statement.get("perdida_neta", "0"))
            assert pesos(sheet["resultado_del_ejercicio"]) == profit
            seen += 1
    assert seen > 3
    assert all("estado_de_resultados" not in content for content, _ in filed(PERSON, Site.ANNUAL_RETURNS))


def test_most_returns_tell_of_their_payment_and_some_do_not() -> None:
    due = [content for content, _ in filed(COMPANY, Site.MONTHLY_RETURNS) if content["linea_captura"]]
    told = [content for content in due if "pago" in content]
    assert 0 < len(told) < len(due)
    assert all(content["pago"]["importe_pagado"] == content["importe_total_a_pagar"] for content in told)
