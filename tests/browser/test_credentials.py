"""How a synchronisation stands, and correcting its password: what is seen follows without a reload."""

from __future__ import annotations

import re

from tests.browser.visit import Visit

CREATE = "mutation($rfc: String!) { createTaxpayer(input: {rfc: $rfc}) { taxpayer { id } } }"
START = """mutation($id: ID!, $password: String!) {
  startConnection(input: {taxpayerId: $id, password: $password}) { job { id } errors { code } }
}"""


def connected(visit: Visit, rfc: str, password: str) -> str:
    """A taxpayer whose connection was started by somebody else; the view of its credentials is open."""
    taxpayer: str = visit.ask(CREATE, {"rfc": rfc})["createTaxpayer"]["taxpayer"]["id"]
    visit.open(f"/credenciales?c={taxpayer}")
    visit.sees("Sin conexión todavía")
    assert visit.ask(START, {"id": taxpayer, "password": password})["startConnection"]["errors"] == []
    return taxpayer


def test_a_connection_that_somebody_else_started_is_seen_as_it_goes(visit: Visit) -> None:
    connected(visit, "CRE900101AA1", "demo")
    visit.sees("En este momento")
    visit.sees("Conexión exitosa")
    row = visit.page.get_by_role("row", name=re.compile("Facturas"))
    row.get_by_role("cell", name="24", exact=True).wait_for()
    row.get_by_text("Al día").wait_for()
    visit.sees("Autorizado")


def test_a_password_that_sat_refuses_is_corrected_in_the_widget(visit: Visit) -> None:
    connected(visit, "CRE900101AA2", "wrong")
    visit.sees("El SAT no aceptó el RFC o la contraseña (CIEC)")
    visit.page.get_by_role("button", name="Actualizar contraseña").click()
    visit.connect("CRE900101AA2", "demo")
    visit.page.get_by_role("definition").get_by_text("Conexión exitosa").wait_for()
    visit.sees_no_more("El SAT no aceptó")


def test_a_challenge_is_answered_without_the_widget(visit: Visit) -> None:
    connected(visit, "CRE900101AA3", "captcha")
    visit.page.get_by_role("heading", name="El SAT pide un dato más").wait_for()
    picture = visit.page.get_by_alt_text("Imagen con el texto que hay que escribir")
    assert picture.evaluate("it => it.naturalWidth") > 0
    visit.page.get_by_label("Captcha").fill("123456")
    visit.page.get_by_role("button", name="Responder").click()
    visit.page.get_by_role("definition").get_by_text("Conexión exitosa").wait_for()


def test_sat_allows_one_download_a_day_and_the_page_says_when(visit: Visit) -> None:
    taxpayer = connected(visit, "CRE900101AA4", "demo")
    visit.page.get_by_role("definition").get_by_text("Conexión exitosa").wait_for()
    visit.open(f"/credenciales?c={taxpayer}")
    visit.page.get_by_role("button", name="Descargar ahora").click()
    visit.sees(re.compile("SAT permite una descarga al día. Se podrá otra vez el"))


def test_the_form_without_the_widget_connects_too(visit: Visit) -> None:
    visit.register("CRE900101AA5")
    visit.page.get_by_text("Conectar sin la ventana").click()
    visit.page.get_by_label("Contraseña (CIEC)").fill("options")
    visit.page.get_by_role("button", name="Conectar", exact=True).click()
    visit.page.get_by_role("radio").nth(1).check()
    visit.page.get_by_role("button", name="Responder").click()
    visit.sees("Todo listo: el perfil está aquí")


def test_a_taxpayer_is_deleted_only_by_who_types_its_rfc(visit: Visit) -> None:
    taxpayer: str = visit.ask(CREATE, {"rfc": "CRE900101AA6"})["createTaxpayer"]["taxpayer"]["id"]
    visit.open(f"/credenciales?c={taxpayer}")
    visit.page.get_by_text("Eliminar este contribuyente").click()
    rfc = visit.page.get_by_label("Escribe su RFC")
    rfc.fill("CRE900101AA5")
    visit.page.get_by_role("button", name="Eliminar todo").click()
    visit.sees("No es el RFC de este contribuyente")
    rfc.fill("CRE900101AA6")
    visit.page.get_by_role("button", name="Eliminar todo").click()
    visit.page.get_by_role("heading", name="Contribuyentes").wait_for()
    visit.page.get_by_text("CRE900101AA6").first.wait_for(state="detached")
    assert visit.ask("query($id: ID!) { taxpayer(id: $id) { id } }", {"id": taxpayer})["taxpayer"] is None
