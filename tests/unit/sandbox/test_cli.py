"""`sat-gateway sandbox`: its help, its options and where its documents come from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from click.testing import CliRunner

from gateway.sandbox.cli import portfolio_source, sandbox
from gateway.sandbox.context import Context
from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.sandbox.scenarios import described
from gateway.syncfy.sites import Site
from tests.unit.sandbox.portfolio import RFC


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Context, dict[str, Any]]]:
    """What uvicorn would have served, and how."""
    calls: list[tuple[Context, dict[str, Any]]] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: calls.append((app.state.context, how)))
    return calls


def test_the_help_teaches_every_scenario() -> None:
    shown = CliRunner().invoke(sandbox, ["--help"]).output
    words = {name.removeprefix("…+") for name, _ in described()}
    assert all(re.search(rf"\b{re.escape(word)}\b", shown) for word in words)


def test_without_options_it_listens_here_and_knows_one_key(started: list[tuple[Context, dict[str, Any]]]) -> None:
    assert CliRunner().invoke(sandbox, []).exit_code == 0
    ((context, how),) = started
    assert (how["host"], how["port"], how["access_log"]) == ("127.0.0.1", 8090, False)
    assert context.options.api_keys == (DEFAULT_API_KEY,)
    assert (context.options.pace, context.options.rate_limit, context.options.webhooks) == (1.0, 5, [])


def test_secrets_may_come_from_the_environment(started: list[tuple[Context, dict[str, Any]]]) -> None:
    environment = {
        "SANDBOX_API_KEY": "0" * 32,
        "SANDBOX_WEBHOOK_HEADER": "X-Webhook-Token: a shared secret",
        "SANDBOX_WEBHOOK_KEY": "c2VjcmV0",
    }
    answered = CliRunner().invoke(sandbox, ["--webhook", "http://one/", "--webhook", "http://two/"], env=environment)
    ((context, _),) = started
    assert context.options.api_keys == ("0" * 32,)
    assert [webhook.url for webhook in context.state.webhooks.values()] == ["http://one/", "http://two/"]
    for webhook in context.state.webhooks.values():
        assert webhook.headers == {"X-Webhook-Token": "a shared secret"}
        assert webhook.key is not None
        assert webhook.key["k"] == "c2VjcmV0"
    assert not any(secret in answered.output for secret in ("0" * 32, "shared", "c2VjcmV0"))


@pytest.mark.parametrize("wrong", [["--documents", "/nowhere"], ["--webhook-header", "no colon"], ["--pace", "fast"]])
def test_wrong_options_are_refused(wrong: list[str], started: list[tuple[Context, dict[str, Any]]]) -> None:
    assert CliRunner().invoke(sandbox, wrong).exit_code == 2
    assert started == []


def test_beside_a_directory_of_documents_nothing_is_invented_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text("<cfdi:Comprobante/>")
    invented = portfolio_source(1, 40, None)(RFC)
    own = portfolio_source(1, 40, tmp_path)(RFC)
    both = portfolio_source(1, 40, tmp_path, invent_papers=True)(RFC)

    assert (invented.count(Site.CIEC), own.count(Site.CIEC), both.count(Site.CIEC)) == (40, 1, 1)
    assert own.count(Site.MONTHLY_RETURNS) == 0
    assert list(own.transactions(Site.MONTHLY_RETURNS)) == []
    assert len(own.documents(Site.TAX_STATUS)) == 0
    assert both.count(Site.MONTHLY_RETURNS) == invented.count(Site.MONTHLY_RETURNS) > 0
    assert len(both.documents(Site.TAX_STATUS)) == len(invented.documents(Site.TAX_STATUS)) > 0
