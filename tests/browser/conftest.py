"""The page in a real Chromium, over the whole service as processes, with Syncfy's real widget from npm."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.http.page import WIDGET, is_built
from tests.browser.visit import Visit
from tests.databases import Databases
from tests.integration.processes import Cluster, cluster
from tests.support import VIEWER
from tests.waiting import PATIENCE

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright here: install the test extra")
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def stack(mongodb_url: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for all: each test has a taxpayer of its own."""
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt-get install chromium")
    if not is_built() or not (WIDGET / "version").exists():
        pytest.skip("the page is not built here: make page")
    home = tmp_path_factory.mktemp("browser")
    # Slow enough for a person, and a browser, to see a run go on.
    run: dict[str, Any] = {"sandbox": ["--invoices", "24", "--pace", "0.4"], "apis": 1, "workers": 1}
    with (
        databases.lent() as database,
        cluster(home, **run, mongodb_url=mongodb_url, database=database, demo_viewer=VIEWER) as it,
    ):
        asyncio.run(_answering(it))
        yield it


async def _answering(it: Cluster) -> None:
    await it.ready(f"{it.apis[0]}/health/ready")
    await it.ready(it.sandbox)


# For each module: while Playwright is there, its loop is this thread's, and other tests have loops of their own.
@pytest.fixture(scope="module")
def chromium(stack: Cluster) -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(stack: Cluster, chromium: sync_api.Browser, tmp_path: Path) -> Iterator[Visit]:
    """A person who opens the page for the first time. What the browser complains of fails the test."""
    # Without motion: what turns and shines while one waits would be drawn without a graphics card.
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="es-MX", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(
        PATIENCE * 1000
    )  # of a machine that does much else; nothing is waited for longer than it takes
    visit = Visit(context.new_page(), stack.apis[0], stack.sandbox)
    yield visit
    try:
        assert visit.complaints == []
    finally:
        context.close()
