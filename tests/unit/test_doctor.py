"""doctor: what it says of Syncfy, over a real sandbox, and of the store."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.commands.doctor import doctor
from gateway.embedded import demonstration
from gateway.embedded.demonstration import Addresses
from gateway.embedded.ping import free_port
from gateway.embedded.servers import Running
from gateway.sandbox.app import create_sandbox
from gateway.sandbox.options import SandboxOptions
from gateway.sandbox.taxpayers import Taxpayers
from tests.contract.sandbox_server import serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with serving(create_sandbox(SandboxOptions(rate_limit=0), Taxpayers(1, 3))) as url:
        yield url


def said(data_dir: Path, about: str = "syncfy", **environ: str) -> list[str]:
    """The lines about Syncfy and behind them; or those that begin with those about another."""
    unset = dict.fromkeys(("SYNCFY_URL", "SYNCFY_API_KEY", "PUBLIC_URL", "MONGODB_URL", "BROKER_URL"), "")
    result = CliRunner().invoke(doctor, env={**unset, "DATA_DIR": str(data_dir), **environ})
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if f" {about} " in line)
    return lines[at:]


def test_beside_a_demonstration_its_sandbox_answers_and_notifies_it(tmp_path: Path, sandbox: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, demonstration.claimed(tmp_path) as publish:
        api = f"http://127.0.0.1:{listener.getsockname()[1]}"
        publish(Addresses(api, sandbox))
        assert said(tmp_path) == [f"✓ syncfy    {sandbox}/v1 answers; it notifies {api}/webhooks/syncfy"]


def test_another_sandbox_has_to_be_told_where_to_send_to(tmp_path: Path, sandbox: str) -> None:
    first, advice = said(tmp_path, SYNCFY_URL=f"{sandbox}/v1")
    assert first == f"✓ syncfy    {sandbox}/v1 answers; no webhook of this key's API is ours"
    assert "sat-gateway webhooks register" in advice


def test_where_nothing_was_set_and_nothing_answers_a_sandbox_is_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.embedded.local.SANDBOX_URL", f"http://127.0.0.1:{free_port()}/v1")
    first, advice = said(tmp_path)
    assert first.startswith("✗ syncfy")
    assert advice.strip() == "→ run `sat-gateway sandbox` or `sat-gateway demo`"


def test_an_address_that_was_set_and_does_not_answer_is_to_be_checked(tmp_path: Path) -> None:
    first, advice = said(tmp_path, SYNCFY_URL=f"http://127.0.0.1:{free_port()}/v1")
    assert first.startswith("✗ syncfy")
    assert advice.strip() == "→ check SYNCFY_URL and SYNCFY_API_KEY"


def test_the_store_is_named_with_its_version(tmp_path: Path, mongodb_url: str) -> None:
    first, *_ = said(tmp_path, "store", MONGODB_URL=mongodb_url, MONGODB_DATABASE="test_doctor")
    assert re.fullmatch(r"✓ store     MongoDB \d+\.\d+\.\d+: answers, with change streams", first)


def test_a_store_of_this_machine_is_called_embedded(tmp_path: Path, mongodb_url: str, monkeypatch: Any) -> None:
    joined = Running(mongodb_url, "")
    monkeypatch.setattr("gateway.embedded.local.running", lambda data_dir: joined)
    first, *_ = said(tmp_path, "store", MONGODB_DATABASE="test_doctor")
    assert ", embedded: answers" in first
