"""What serves the page: files, headers, settings; and that a token is given to nobody but a demonstration's visitor."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.app import create_app
from gateway.auth import viewer_of
from gateway.config import Settings
from gateway.demo.routes import demonstration
from gateway.http.page import Page, PageSettings, content_security_policy, widget_routes
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.support import JWT_SECRET, WEBHOOK_TOKEN

HTML = {"Accept": "text/html,*/*;q=0.8"}
SCRIPT = b"console.log(1)" * 50


@pytest.fixture
def built(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("<head><!--settings--></head>")
    (assets / "index-abc.js").write_bytes(SCRIPT)
    (assets / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "index-abc.js.map").write_text("{}")
    return tmp_path


def client(built: Path, settings: PageSettings | None = None) -> TestClient:
    page = Page(settings or PageSettings("https://widget.test/v3"), built=built)
    return TestClient(Starlette(routes=page.routes()))


def test_an_asset_is_kept_for_ever_and_sent_packed_to_who_can_unpack_it(built: Path) -> None:
    packed = client(built).get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert packed.content == SCRIPT
    plain = client(built).get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == SCRIPT


@pytest.mark.parametrize(
    "name", ["other.js", "index-abc.js.map", "index-abc.js.gz", "../index.html", "%2e%2e/index.html"]
)
def test_what_is_no_asset_is_not_found_and_never_the_index(built: Path, name: str) -> None:
    assert client(built).get(f"/assets/{name}", headers={"Accept": "*/*"}).status_code == 404


def test_every_view_has_an_address_of_its_own_and_the_index_is_asked_for_anew(built: Path) -> None:
    web = client(built)
    index = web.get("/", headers=HTML)
    assert index.headers["cache-control"] == "no-cache"
    assert web.get("/facturas/SW52b2ljZTo", headers=HTML).text == index.text
    again = web.get("/", headers={**HTML, "If-None-Match": index.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert web.get("/facturas", headers={"Accept": "application/json"}).status_code == 404


def test_the_page_is_told_where_it_runs_and_nothing_in_it_ends_the_element(built: Path) -> None:
    told = PageSettings("https://widget.test/v3", hosts=("https://app.test",), demo={"name": '"><script>'})
    index = client(built, told).get("/", headers=HTML).text
    written = re.search(r'<meta name="settings" content="([^"]*)">', index)
    assert written is not None
    settings = json.loads(unescape(written[1]))
    assert settings["demo"] == {"name": '"><script>'}
    assert settings["hosts"] == ["https://app.test"]
    assert settings["widget"]["script"] == "https://widget.test/v3/syncfy-authentication-widget.js"
    assert "<script>" not in index


def test_without_a_build_the_address_says_how_to_make_one(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/", headers=HTML)
    assert answer.status_code == 404
    assert "make page" in answer.text


def test_the_policy_lets_in_the_widget_and_syncfy_and_is_shown_in_no_strange_frame() -> None:
    real = content_security_policy(PageSettings("https://syncfy.com/widget/v3", hosts=("https://app.test",)))
    rules = dict(rule.split(" ", 1) for rule in real.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == ["'self'", "https://syncfy.com"]
    assert rules["connect-src"].split() == ["'self'", "https://sync.paybook.com", "wss://sync.paybook.com"]
    assert rules["frame-ancestors"].split() == ["'self'", "https://app.test"]
    local = content_security_policy(PageSettings("/widget", syncfy_url="http://127.0.0.1:8090"))
    assert "ws://127.0.0.1:8090" in local
    # Nothing of elsewhere but the logo that the widget shows first: a picture.
    assert [part for part in local.split() if part.startswith("https://")] == ["https://www.paybook.com;"]
    assert local.split("img-src")[1].partition(";")[0].endswith(" https://www.paybook.com")


def test_the_widget_of_npm_is_served_by_its_names_alone(tmp_path: Path) -> None:
    (tmp_path / "syncfy-authentication-widget.js").write_text("widget")
    (tmp_path / "version").write_text("0")
    web = TestClient(Starlette(routes=widget_routes(tmp_path)))
    assert web.get("/widget/syncfy-authentication-widget.js").text == "widget"
    assert web.get("/widget/version").status_code == 404
    assert web.get("/widget/syncfy-authentication-widget.css").status_code == 404


DEMO = Settings(
    mongodb_url="mongodb://127.0.0.1:9/",
    broker_url="stub:",
    syncfy_url="http://127.0.0.1:9/v1",
    syncfy_api_key=DEFAULT_API_KEY,
    webhook_tokens=(WEBHOOK_TOKEN,),
    jwt_secret=JWT_SECRET,
    demo_viewer="demo-1",
)


def demonstrating(settings: Settings) -> Starlette:
    """Make the application as `sat-gateway serve` makes it."""
    demo = demonstration(settings)
    return create_app(settings, page=demo.page, routes=demo.routes)


def test_a_demonstration_gives_a_token_of_its_viewer_to_who_is_on_this_machine() -> None:
    web = TestClient(demonstrating(DEMO), base_url="http://127.0.0.1:8000")
    answer = web.post("/demo/token")
    assert viewer_of(JWT_SECRET, f"Bearer {answer.json()['token']}").id == "demo-1"
    assert answer.headers["cache-control"] == "no-store"
    assert web.post("/demo/token", headers={"Host": "rebound.example"}).status_code == 403
    assert web.post("/demo/token", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": "production"},
        {"syncfy_api_key": "a key of Syncfy's own"},
        {"demo_viewer": ""},
    ],
)
def test_there_is_no_such_token_and_no_widget_of_npm_where_taxpayers_are_real(changes: dict[str, str]) -> None:
    web = TestClient(demonstrating(dataclasses.replace(DEMO, **changes)), base_url="http://127.0.0.1:8000")
    assert web.post("/demo/token").status_code in (404, 405)
    assert web.get("/widget/syncfy-authentication-widget.js", headers={"Accept": "*/*"}).status_code == 404
    index = web.get("/", headers=HTML).text
    assert "EKU9003173C9" not in index
