"""Registering a taxpayer with Syncfy's real widget: every way in which it can go."""

from __future__ import annotations

import re

from tests.browser.visit import Visit


def test_a_right_password_brings_the_profile_while_one_looks(visit: Visit) -> None:
    visit.register("BRO900101AA1", "Browser Uno")
    visit.connect("BRO900101AA1", "demo")
    visit.sees("Todo listo: el perfil está aquí")
    visit.sees("Conexión exitosa")
    visit.sees("24 documentos")
    # The widget has given way by itself, and the way on leads to this taxpayer.
    visit.widget.get_by_test_id("site-button").wait_for(state="hidden")
    visit.page.get_by_role("link", name="Ver el perfil").click()
    visit.page.wait_for_url("**/perfil?c=*")
    assert (
        visit.page.get_by_label("Contribuyente").evaluate("it => it.selectedOptions[0].text").startswith("Browser Uno")
    )


def test_the_widget_is_opened_as_the_product_s_origin_has_it(visit: Visit) -> None:
    visit.page.add_init_script(
        """Object.defineProperty(window, "SyncfyWidget", {
             configurable: true,
             set(Widget) {
               Object.defineProperty(window, "SyncfyWidget", { configurable: true, value: class extends Widget {
                 constructor(given) { window.given = JSON.parse(JSON.stringify(given)); super(given); } } });
             } });"""
    )
    visit.register("BRO900101AA2")
    visit.open_widget()
    given = visit.page.evaluate("window.given")
    token, config = given.pop("token"), given["config"]
    assert len(token) == 64
    assert config.pop("__internal__")["apiBaseUrl"] == visit.sandbox
    assert given == {
        "element": "#syncfy-widget",
        "enableTestMode": True,
        "config": {
            "locale": "es",
            "entrypoint": {"site": "61c12b8cde3c034b3c8b25b1"},
            "navigation": {"oneSiteFlow": True},
        },
    }


def test_a_wrong_password_is_said_in_words_and_can_be_corrected_at_once(visit: Visit) -> None:
    visit.register("BRO900101AA3")
    visit.connect("BRO900101AA3", "wrong")
    visit.widget.get_by_text("Credenciales Inválidas").wait_for()
    visit.sees("El SAT no aceptó el RFC o la contraseña (CIEC)")
    visit.widget.get_by_label("Cerrar").click()
    visit.connect("BRO900101AA3", "demo")
    visit.sees("Todo listo: el perfil está aquí")
    visit.sees_no_more("El SAT no aceptó")


def test_another_rfc_typed_into_the_widget_is_said(visit: Visit) -> None:
    visit.register("BRO900101AA8")
    visit.connect("OTH900101AA8", "demo")
    visit.sees("Todos los documentos son de otro RFC")
    visit.sees(re.compile("documentos son de otro RFC"))
    visit.sees(re.compile("se entró con OTH900101AA8, y este contribuyente es BRO900101AA8"))


def test_a_second_factor_is_asked_by_the_widget_and_the_page_waits_with_it(visit: Visit) -> None:
    visit.register("BRO900101AA4")
    visit.connect("BRO900101AA4", "twofa")
    code = visit.widget.get_by_test_id("twofa-input")
    code.wait_for()
    visit.sees("Espera tu respuesta")
    code.fill("123456")
    visit.widget.get_by_test_id("twofa-button").click()
    visit.sees("Todo listo: el perfil está aquí")


def test_a_portal_that_is_down_before_the_login_waits_for_the_person(visit: Visit) -> None:
    visit.register("BRO900101AA5")
    visit.connect("BRO900101AA5", "unavailable-before")
    visit.sees("Espera unos 15 minutos y vuelve a conectar")
    visit.sees("Código 501")


def test_a_portal_that_is_down_after_the_login_needs_nobody(visit: Visit) -> None:
    visit.register("BRO900101AA9")
    visit.connect("BRO900101AA9", "unavailable-after")
    visit.sees("Por ahora no hay que hacer nada")


def test_a_socket_that_drops_is_opened_again_by_the_widget(visit: Visit) -> None:
    dropped = []

    def drop_once(socket: object) -> None:
        server = socket.connect_to_server()  # type: ignore[attr-defined]
        if not dropped:
            dropped.append(socket)
            server.on_message(lambda _: socket.close())  # type: ignore[attr-defined]

    visit.page.route_web_socket("**/v1/status/*", drop_once)
    visit.register("BRO900101AA6")
    visit.connect("BRO900101AA6", "demo")
    visit.sees("Todo listo: el perfil está aquí")
    assert dropped


def test_a_session_that_ran_out_is_renewed_and_the_login_goes_on(visit: Visit) -> None:
    visit.expected.append("401")
    tokens: list[str] = []
    visit.page.on("request", lambda r: tokens.extend(_bearer(r.headers)) if visit.sandbox in r.url else None)
    visit.register("BRO900101AA7")
    visit.open_widget()
    visit.page.request.delete(f"{visit.sandbox}/v1/sessions/{tokens[-1]}")
    visit.log_in("BRO900101AA7", "demo")
    # The widget asks first, and then begins its form anew with the session that the page got for it.
    with visit.page.expect_response("**/v1/catalogues/widget/sites/*"):
        visit.page.get_by_role("button", name="Renovar").click()
    visit.log_in("BRO900101AA7", "demo")
    visit.sees("Todo listo: el perfil está aquí")
    assert len(set(tokens)) == 2


def _bearer(headers: dict[str, str]) -> list[str]:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return [token] if scheme.lower() == "bearer" else []
