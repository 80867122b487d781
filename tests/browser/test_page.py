"""What holds for the page as a whole: its size, its views for everybody, its languages, its line that may be lost."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.http.page import BUILT
from tests.browser.visit import Visit
from tests.integration.processes import Cluster

AXE = Path(__file__).parents[2] / "gateway/web/node_modules/axe-core/axe.min.js"
VIEWS = ("/", "/registro", "/credenciales", "/perfil", "/facturas", "/nowhere")
LARGEST_SCRIPT = 250_000


def test_the_first_view_loads_little_script(visit: Visit) -> None:
    loaded: list[str] = []
    visit.page.on("response", lambda r: loaded.append(r.url.rpartition("/")[2]) if r.url.endswith(".js") else None)
    visit.open("/")
    visit.settles()
    assert loaded
    sizes = {name: (BUILT / "assets" / f"{name}.gz").stat().st_size for name in loaded if _is_packed(name)}
    assert sum(sizes.values()) < LARGEST_SCRIPT, sizes


def _is_packed(name: str) -> bool:
    return (BUILT / "assets" / f"{name}.gz").exists()


def test_axe_finds_no_serious_issue_in_any_view_in_either_light_and_each_fits_a_small_phone(visit: Visit) -> None:
    for view in VIEWS:
        visit.open(view)
        visit.settles()
        visit.page.evaluate(AXE.read_text())
        for light in ("light", "dark"):
            visit.page.emulate_media(color_scheme=light)
            # Two frames on, everything is drawn in the other light.
            visit.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            found = visit.page.evaluate(
                "axe.run(document, {resultTypes: ['violations']})"
                ".then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120) + ' ' + n.failureSummary).join(' | ')))"
            )
            assert found == [], (view, light)
        visit.page.set_viewport_size({"width": 360, "height": 740})
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360, view
        visit.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_other_language_is_one_press_away_and_is_remembered(visit: Visit) -> None:
    visit.open("/")
    visit.page.get_by_role("button", name="English").click()
    visit.page.get_by_role("heading", name="Taxpayers").wait_for()
    assert visit.page.locator("html").get_attribute("lang") == "en"
    visit.open("/registro")
    visit.page.get_by_role("heading", name="Register").wait_for()


def test_a_view_is_reached_by_keyboard_and_begins_at_its_heading(visit: Visit) -> None:
    visit.open("/")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    link = visit.page.get_by_role("navigation").get_by_role("link", name="Registro")
    link.focus()
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("heading", name="Registro").wait_for()
    visit.page.wait_for_function("document.activeElement.tagName === 'H1'")
    visit.page.go_back()
    visit.page.get_by_role("heading", name="Contribuyentes").wait_for()


def test_a_wrong_rfc_is_said_at_its_field(visit: Visit) -> None:
    visit.open("/registro")
    rfc = visit.page.get_by_label("RFC")
    rfc.fill("XAXX010101000")
    visit.page.get_by_role("button", name="Continuar").click()
    visit.page.get_by_role("alert").get_by_text("Ese RFC no es válido").wait_for()
    assert rfc.get_attribute("aria-invalid") == "true"


def test_a_token_that_ran_out_is_renewed_unseen(visit: Visit) -> None:
    visit.expected.append("401")
    refused: list[str] = []

    def refuse_once(route: object) -> None:
        if refused:
            route.continue_()  # type: ignore[attr-defined]
        else:
            refused.append("once")
            route.fulfill(status=401, json={"errors": [{"message": "no longer"}]})  # type: ignore[attr-defined]

    visit.page.route("**/graphql", refuse_once)
    visit.open("/")
    visit.page.get_by_role("link", name=re.compile("Registrar contribuyente")).first.wait_for()
    assert refused


def test_a_line_that_is_lost_is_told_and_comes_back_with_what_was_missed(visit: Visit, stack: Cluster) -> None:
    visit.expected += ["WebSocket", "ERR_CONNECTION_REFUSED"]
    made = visit.ask('mutation { createTaxpayer(input: {rfc: "BRO900101AB1"}) { taxpayer { id } } }')
    taxpayer = made["createTaxpayer"]["taxpayer"]["id"]
    visit.open(f"/credenciales?c={taxpayer}")
    visit.sees("Sin conexión todavía")
    api = stack.running["api-0"]
    api.kill()
    visit.page.get_by_text("Sin conexión en vivo").wait_for()
    api.start()
    visit.page.get_by_text("Sin conexión en vivo").wait_for(state="detached")
    start = 'mutation($id: ID!) { startConnection(input: {taxpayerId: $id, password: "demo"}) { job { id } } }'
    visit.ask(start, {"id": taxpayer})
    visit.sees("Conexión exitosa")
