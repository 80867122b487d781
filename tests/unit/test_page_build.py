"""How the page is built: exact versions, no addresses in the repository, and no registry is no reason to stop."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "gateway/web"


def test_packages_are_pinned_and_their_lock_file_names_no_place_to_fetch_them_from() -> None:
    package = json.loads((WEB / "package.json").read_text())
    pinned = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in pinned.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in pinned} == pinned
    assert [name for name, entry in locked.items() if "resolved" in entry] == []
    assert [name for name, entry in locked.items() if name and "integrity" not in entry] == []


def test_syncfy_s_widget_is_no_package_of_the_page() -> None:
    assert "@syncfy/authentication-widget" not in (WEB / "package-lock.json").read_text()


def test_where_npm_s_registry_can_not_be_reached_the_build_says_so_and_is_no_failure(tmp_path: Path) -> None:
    if shutil.which("npm", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])) is None:
        pytest.skip("no npm here: install the test extra, which brings Node")
    web = tmp_path / "web"
    shutil.copytree(WEB / "tools", web / "tools")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(WEB / name, web)
    away = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    # A cache of the machine's own would do instead of the registry.
    away["npm_config_cache"] = str(tmp_path / "cache")
    done = subprocess.run(
        [sys.executable, str(web / "tools" / "build.py")],
        env=os.environ | away,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "the page is not built: npm can not reach its registry; all else works without it" in done.stdout
    assert not (web / "dist").exists()
