"""What a person does in the page, in words of what they see."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gateway.auth import mint_token
from tests.support import JWT_SECRET, VIEWER
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

#: Whom the widget tells of itself, and where it has pictures from; the page's policy keeps it from all of them.
STRANGERS = re.compile(r"firebase|googleapis|googletagmanager|rollbar|paybook\.com|hatscripts")
#: The widget logs the exception of its own call to one of them.
OF_THE_WIDGET = re.compile(r"/widget/syncfy-authentication-widget\.js")


class Visit:
    def __init__(self, page: Page, url: str, sandbox: str) -> None:
        self.page, self.url, self.sandbox = page, url, sandbox
        self.complaints: list[str] = []
        #: Parts of complaints that a test is about: what it breaks itself.
        self.expected: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type != "error" or STRANGERS.search(text) or OF_THE_WIDGET.search(text):
            return
        if not any(part in text for part in self.expected):
            self.complaints.append(text)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.page.get_by_role("heading", level=1).wait_for()

    def waits_for(self, api: str) -> None:
        """Until another API than the stack's answers."""

        def answers() -> bool:
            with contextlib.suppress(Exception):
                return bool(self.page.request.get(f"{api}/health/ready").ok)
            return False

        self.until(f"{api} answers", answers)

    def settles(self) -> None:
        """Until nothing that was asked for is still to come."""
        busy = self.page.locator("[aria-busy=true]")
        self.until("nothing is still to come", lambda: busy.count() == 0)

    def until(self, what: str, true: Callable[[], bool]) -> None:
        """Until it is true; meanwhile the page goes on, which it only does while Playwright waits."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
            self.page.wait_for_timeout(100)

    def register(self, rfc: str, name: str = "") -> None:
        """The first stage of onboarding."""
        self.open("/registro")
        self.page.get_by_label("RFC").fill(rfc)
        self.page.get_by_label("Nombre o razón social").fill(name)
        self.page.get_by_role("button", name="Continuar").click()
        self.page.get_by_role("button", name="Abrir la ventana segura").wait_for()

    @property
    def widget(self) -> Locator:
        return self.page.locator("#syncfy-widget")

    def open_widget(self) -> None:
        """Up to the form of its login."""
        self.page.get_by_role("button", name=re.compile("ventana segura|Abrir de nuevo")).click()
        self.widget.get_by_role("button", name="Continuar").click()
        self.widget.get_by_test_id("site-button").wait_for()

    def log_in(self, rfc: str, password: str) -> None:
        fields = self.widget.get_by_test_id("site-input")
        fields.nth(0).fill(rfc)
        fields.nth(1).fill(password)
        self.widget.get_by_test_id("site-button").click()

    def connect(self, rfc: str, password: str) -> None:
        self.open_widget()
        self.log_in(rfc, password)

    def sees(self, text: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_text(text).first.wait_for()

    def sees_no_more(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(state="detached")

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        """The data of an operation of the public API, asked beside the page."""
        answer = self.page.request.post(
            f"{self.url}/graphql",
            data={"query": document, "variables": variables or {}},
            headers={"Authorization": f"Bearer {mint_token(JWT_SECRET, VIEWER)}"},
        ).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]
