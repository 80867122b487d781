"""Looking at a profile: its figures, the documents behind each, and an invoice with its payments."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.test_credentials import CREATE, START
from tests.browser.test_page import AXE
from tests.browser.visit import Visit

JOB = "query($id: ID!) { taxpayer(id: $id) { latestJob { state } } }"
PAID = """query($id: ID!) { taxpayer(id: $id) {
  invoices(filter: {settlement: [PAID, PARTIALLY_PAID]}, first: 1) { nodes {
    id series folio settlement { outstanding } instalments { document { id series folio } }
  } }
  all: invoices(first: 0) { totalCount }
  issued: invoices(filter: {direction: [ISSUED]}, first: 0) { totalCount }
} }"""


@pytest.fixture(scope="module")
def profiles() -> dict[str, str]:
    """The taxpayer of these tests, made by the first of them."""
    return {}


def profile(visit: Visit, profiles: dict[str, str]) -> str:
    """The id of a taxpayer whose whole profile has arrived."""
    if "id" not in profiles:
        taxpayer: str = visit.ask(CREATE, {"rfc": "PRO900101AA1"})["createTaxpayer"]["taxpayer"]["id"]
        visit.ask(START, {"id": taxpayer, "password": "demo"})

        def arrived() -> bool:
            return bool(visit.ask(JOB, {"id": taxpayer})["taxpayer"]["latestJob"]["state"] == "SUCCEEDED")

        visit.until("the profile has arrived", arrived)
        profiles["id"] = taxpayer
    return profiles["id"]


def listed(visit: Visit, label: str | re.Pattern[str] = "Facturas") -> Any:
    return visit.page.get_by_role("table", name=label).locator("tbody tr")


def test_what_sat_says_and_what_the_documents_come_to(visit: Visit, profiles: dict[str, str]) -> None:
    visit.open(f"/perfil?c={profile(visit, profiles)}")
    visit.sees(re.compile("Positiva|Negativa"))
    visit.sees("Regímenes")
    visit.settles()
    for title in ("Ventas y gastos por mes", "Flujo de efectivo", "Por cobrar", "Clientes", "Facturado y declarado"):
        visit.page.get_by_role("heading", name=title, exact=True).wait_for()
    assert visit.page.get_by_text("No se pudo leer").count() == 0
    # What a chart draws is also a table.
    visit.page.get_by_text("Ver las cifras").first.click()
    assert visit.page.get_by_role("table", name="Ventas y gastos por mes").locator("tbody tr").count() == 12


def test_a_month_leads_to_its_return_with_what_it_declares(visit: Visit, profiles: dict[str, str]) -> None:
    visit.open(f"/perfil?c={profile(visit, profiles)}")
    months = listed(visit, "Facturado y declarado")
    months.first.wait_for()
    assert visit.page.get_by_role("button", name="Ingresos", exact=True).get_attribute("aria-pressed") == "true"
    months.get_by_role("link").first.click()
    visit.page.get_by_role("heading", name=re.compile("Declaración"), level=1).wait_for()
    visit.settles()
    told = listed(visit, "Lo declarado").all_inner_texts()
    assert any("Ingresos" in row and "JSON" in row for row in told)
    assert any("IVA causado" in row for row in told)
    visit.page.get_by_text("determinacion_iva").click()
    visit.sees("iva_acreditable")
    with visit.page.expect_download() as pdf:
        visit.page.get_by_role("link", name="PDF").click()
    assert pdf.value.path().read_bytes().startswith(b"%PDF-")


def test_a_figure_leads_to_the_very_documents_behind_it(visit: Visit, profiles: dict[str, str]) -> None:
    taxpayer = profile(visit, profiles)
    visit.open(f"/perfil?c={taxpayer}")
    visit.settles()
    covered = visit.page.get_by_role("definition").filter(has_text="documentos").first
    total = re.search(r"(\d+) de (\d+)", covered.inner_text())
    assert total
    covered.get_by_role("link").click()
    visit.page.get_by_role("heading", name="Ventas", level=1).wait_for()
    visit.settles()
    assert listed(visit, "Ventas").count() == int(total[2])
    assert listed(visit, "Ventas").filter(has_text="Recibida").count() == 0


def test_invoices_are_filtered_by_what_the_address_says(visit: Visit, profiles: dict[str, str]) -> None:
    taxpayer = profile(visit, profiles)
    known = visit.ask(PAID, {"id": taxpayer})["taxpayer"]
    visit.open(f"/facturas?c={taxpayer}")
    visit.sees(f"{known['all']['totalCount']} documentos")
    listed(visit).first.wait_for()
    assert listed(visit).count() == known["all"]["totalCount"]
    visit.page.get_by_label("Emitidas o recibidas").select_option("ISSUED")
    visit.sees(f"{known['issued']['totalCount']} documentos")
    visit.page.wait_for_url("**d=ISSUED**")
    name = listed(visit).first.get_by_role("link").inner_text()
    visit.page.get_by_label("Nombre, RFC o folio fiscal").fill(name.lower())
    visit.page.wait_for_url("**q=**")
    visit.settles()
    assert {row.get_by_role("link").inner_text() for row in listed(visit).all()} == {name}
    visit.page.get_by_role("button", name="Quitar filtros").click()
    visit.sees(f"{known['all']['totalCount']} documentos")


def test_an_invoice_shows_its_payments_and_leads_to_them_and_back(visit: Visit, profiles: dict[str, str]) -> None:
    taxpayer = profile(visit, profiles)
    (invoice,) = visit.ask(PAID, {"id": taxpayer})["taxpayer"]["invoices"]["nodes"]
    name = f"{invoice['series']} {invoice['folio']}"
    visit.open(f"/facturas/{invoice['id']}?c={taxpayer}")
    visit.page.get_by_role("heading", name=re.compile(name), level=1).wait_for()
    visit.sees(re.compile("Pagada|Pago parcial"))
    visit.page.get_by_role("link", name="Ver el pago").first.click()
    visit.page.get_by_role("heading", name="Facturas que paga").wait_for()
    visit.page.get_by_role("link", name=name).click()
    visit.page.get_by_role("heading", name=re.compile(name), level=1).wait_for()
    with visit.page.expect_download() as xml:
        visit.page.get_by_role("link", name="XML").click()
    assert xml.value.suggested_filename.endswith(".xml")
    with visit.page.expect_download() as pdf:
        visit.page.get_by_role("link", name="PDF").click()
    assert pdf.value.path().read_bytes().startswith(b"%PDF-")


def test_an_invoice_of_nobody_is_said_to_be_none(visit: Visit, profiles: dict[str, str]) -> None:
    for id in ("nonsense", "SW52b2ljZTp4OnkK"):
        visit.open(f"/facturas/{id}?c={profile(visit, profiles)}")
        visit.sees("No existe esta factura")


@pytest.mark.parametrize("light", ["light", "dark"])
def test_axe_finds_no_serious_issue_in_a_full_profile(visit: Visit, profiles: dict[str, str], light: str) -> None:
    taxpayer = profile(visit, profiles)
    (invoice,) = visit.ask(PAID, {"id": taxpayer})["taxpayer"]["invoices"]["nodes"]
    visit.page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
    issues: dict[str, Any] = {}
    for view in ("/perfil", "/facturas", f"/facturas/{invoice['id']}", "/documentos?de=cash"):
        visit.open(f"{view}{'&' if '?' in view else '?'}c={taxpayer}")
        visit.settles()
        visit.page.evaluate(AXE.read_text())
        found = visit.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']})"
            ".then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | ')))"
        )
        if found:
            issues[view] = found
    assert issues == {}


def test_a_full_profile_fits_a_small_phone(visit: Visit, profiles: dict[str, str]) -> None:
    taxpayer = profile(visit, profiles)
    (invoice,) = visit.ask(PAID, {"id": taxpayer})["taxpayer"]["invoices"]["nodes"]
    visit.page.set_viewport_size({"width": 360, "height": 740})
    for view in ("/perfil", "/facturas", f"/facturas/{invoice['id']}"):
        visit.open(f"{view}?c={taxpayer}")
        visit.settles()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360, view
