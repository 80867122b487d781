"""Syncfy's own JavaScript client (@paybook/sync-js) runs its flow against the sandbox, with Node's WebSocket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.contract.node import HERE, run_node
from tests.contract.sandbox_server import serving
from tests.unit.sandbox.portfolio import TinyPortfolio


@pytest.fixture
def sandbox_url() -> Iterator[str]:
    with serving(create_sandbox(SandboxOptions(pace=0.01, rate_limit=0), TinyPortfolio)) as base_url:
        yield f"{base_url}/v1"


def flow(modules: Path, sandbox_url: str) -> dict[str, Any]:
    script: list[str | Path] = ["-r", HERE / "reroute.js", HERE / "flow.js"]
    variables = {"SANDBOX_URL": sandbox_url, "SANDBOX_API_KEY": DEFAULT_API_KEY}
    seen: dict[str, Any] = json.loads(run_node(script, modules, variables))
    return seen


def test_the_documented_flow(modules: Path, sandbox_url: str) -> None:
    seen = flow(modules, sandbox_url)

    assert seen["users"] == [seen["updated"]]
    assert seen["updated"]["name"] == "Renamed"
    assert seen["verified"]["response"] is True
    assert seen["codes"] == [100, 101, 102, 200]
    assert seen["history"] == [{"code": code} for code in seen["codes"]]
    assert seen["twofa"] == [100, 101, 410, 103, 102, 200]
    assert [row["is_twofa"] for row in seen["credentials"]] == [1]
    assert [row["name"] for row in seen["accounts"]] == ["Facturas CFDI ACM010101ABC"]
    assert len(seen["transactions"]) == 8
    assert seen["attachment"].startswith("<?xml")
    assert seen["allInOne"] == [100, 101, 102, 200]
    assert len(seen["children"]) == 5  # the four of All in One, and the sandbox's own CIEC site
    assert seen["deleted"] == [True, True, True]
