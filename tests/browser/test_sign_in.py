"""Who the page is for where no demonstration says it: an app that may, and nobody else, hands a token over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from gateway.auth import mint_token
from gateway.embedded.local import environment
from gateway.embedded.ping import free_port
from tests.browser.visit import Visit
from tests.integration.processes import Cluster, Process
from tests.support import JWT_SECRET, VIEWER

APP, STRANGER = free_port(), free_port()


@pytest.fixture(scope="module")
def api(stack: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An API as in production, where nobody is a viewer without a token."""
    port = free_port()
    settings = replace(stack.settings, port=port, demo_viewer="", allowed_origins=(f"http://localhost:{APP}",))
    process = Process(["serve"], environment(settings), tmp_path_factory.mktemp("api") / "api.log")
    process.start()
    yield f"http://127.0.0.1:{port}"
    process.kill()


def app(page: str, token: str) -> str:
    """An app that frames the page and answers it."""
    return f"""<!doctype html><iframe src="{page}" width="900" height="700"></iframe><script>
      addEventListener("message", (event) => {{
        if (event.origin !== "{page}" || event.data?.type !== "sat-gateway:token-wanted") return;
        event.source.postMessage({{ type: "sat-gateway:token", token: "{token}" }}, event.origin);
      }});</script>"""


@contextmanager
def serving(port: int, body: str) -> Iterator[str]:
    """An app at an origin of its own, really served: a browser lets no page that a test made up reach loopback."""

    class App(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), App)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_page_takes_a_token_from_an_app_that_may_hand_it_over(visit: Visit, api: str) -> None:
    visit.waits_for(api)
    with serving(APP, app(api, mint_token(JWT_SECRET, VIEWER))) as address:
        visit.page.goto(address)
        visit.page.frame_locator("iframe").get_by_role("heading", name="Contribuyentes").wait_for()


def test_the_page_shows_itself_in_no_frame_of_a_stranger(visit: Visit, api: str) -> None:
    visit.expected.append("frame-ancestors")
    visit.waits_for(api)
    with serving(STRANGER, app(api, mint_token(JWT_SECRET, VIEWER))) as address:
        with visit.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            visit.page.goto(address)
        assert visit.page.frame_locator("iframe").locator("#page").count() == 0


def test_who_opens_it_alone_is_told_to_come_from_the_app(visit: Visit, api: str) -> None:
    visit.waits_for(api)
    visit.page.goto(api)
    visit.page.get_by_role("heading", name="Tu sesión no está abierta").wait_for()
    visit.page.get_by_label("Token de desarrollo").fill(mint_token(JWT_SECRET, VIEWER))
    visit.page.get_by_role("button", name="Entrar").click()
    visit.page.get_by_role("heading", name="Contribuyentes").wait_for()
