"""doctor: what it says of Syncfy, over a real sandbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands.doctor import doctor
from gateway.embedded import place
from gateway.embedded.ping import free_port
from gateway.embedded.place import Place
from gateway.sandbox.app import create_sandbox
from gateway.sandbox.options import SandboxOptions
from gateway.sandbox.taxpayers import Taxpayers
from tests.contract.sandbox_server import serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with serving(create_sandbox(SandboxOptions(rate_limit=0), Taxpayers(1, 3))) as url:
        yield url


def said(data_dir: Path, **environ: str) -> list[str]:
    """The lines about Syncfy."""
    unset = dict.fromkeys(("SYNCFY_URL", "SYNCFY_API_KEY", "PUBLIC_URL", "MONGODB_URL", "BROKER_URL"), "")
    result = CliRunner().invoke(doctor, env={**unset, "DATA_DIR": str(data_dir), **environ})
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if " syncfy " in line)
    return lines[at:]


def test_beside_a_demonstration_its_sandbox_answers_and_notifies_it(tmp_path: Path, sandbox: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, place.claimed(tmp_path) as publish:
        api = f"http://127.0.0.1:{listener.getsockname()[1]}"
        publish(Place(api, sandbox))
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
