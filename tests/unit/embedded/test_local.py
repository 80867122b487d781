"""What a development machine fills in: its own secrets, and which sandbox plays Syncfy."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.config import load_settings
from gateway.embedded import demonstration
from gateway.embedded.demonstration import Addresses
from gateway.embedded.local import SANDBOX_URL, joined
from gateway.embedded.ping import free_port
from gateway.errors import EmbeddedUnavailable, SettingsError
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]


@contextmanager
def listening() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def here() -> Iterator[Addresses]:
    with listening() as api, listening() as sandbox:
        yield Addresses(api, sandbox)


def found(data_dir: Path, **environ: str) -> tuple[str, str, str]:
    settings = joined(load_settings({"DATA_DIR": str(data_dir), **environ}))
    return settings.syncfy_url, settings.syncfy_api_key, settings.public_url


def test_without_a_demonstration_the_sandbox_is_where_its_command_starts_it(tmp_path: Path) -> None:
    assert found(tmp_path) == (SANDBOX_URL, DEFAULT_API_KEY, "http://127.0.0.1:8000")


def test_commands_find_the_sandbox_of_the_demonstration_that_runs(tmp_path: Path, here: Addresses) -> None:
    with demonstration.claimed(tmp_path) as publish:
        assert found(tmp_path)[0] == SANDBOX_URL
        publish(here)
        assert found(tmp_path) == (f"{here.sandbox}/v1", DEFAULT_API_KEY, here.api)
    assert found(tmp_path)[0] == SANDBOX_URL


def test_an_address_or_a_key_that_was_given_is_honoured(tmp_path: Path, here: Addresses) -> None:
    mine = "http://127.0.0.1:9999/v1"
    with demonstration.claimed(tmp_path) as publish:
        publish(here)
        assert found(tmp_path, SYNCFY_URL=mine)[:2] == (mine, DEFAULT_API_KEY)
        assert found(tmp_path, SYNCFY_URL=mine, SYNCFY_API_KEY="k")[:2] == (mine, "k")
        assert found(tmp_path, SYNCFY_API_KEY="k")[:2] == ("https://sync.paybook.com/v1", "k")


def test_a_demonstration_that_does_not_listen_yet_is_not_found(tmp_path: Path, here: Addresses) -> None:
    with demonstration.claimed(tmp_path) as publish:
        publish(Addresses(here.api, f"http://127.0.0.1:{free_port()}"))
        assert demonstration.running(tmp_path) is None


def test_a_demonstration_that_talks_to_syncfy_has_no_sandbox_to_find(tmp_path: Path, here: Addresses) -> None:
    with demonstration.claimed(tmp_path) as publish:
        publish(Addresses(here.api, None))
        assert demonstration.running(tmp_path) == Addresses(here.api, None)
        assert found(tmp_path)[0] == SANDBOX_URL


CLAIM = """
    import sys, time
    from pathlib import Path
    from gateway.embedded import demonstration
    with demonstration.claimed(Path(sys.argv[1])) as publish:
        publish(demonstration.Addresses(*sys.argv[2:]))
        print(flush=True)
        time.sleep(3600)
"""


def test_one_that_was_killed_is_not_believed_though_its_ports_answer(tmp_path: Path, here: Addresses) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CLAIM), str(tmp_path), here.api, str(here.sandbox)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            assert demonstration.running(tmp_path) == here
        finally:
            process.kill()
    assert json.loads((tmp_path / "demo.run.json").read_text())["api"] == here.api
    assert demonstration.running(tmp_path) is None
    with demonstration.claimed(tmp_path):
        pass


def test_a_second_demonstration_is_refused_with_the_address_of_the_first(tmp_path: Path, here: Addresses) -> None:
    with demonstration.claimed(tmp_path) as publish:
        with pytest.raises(EmbeddedUnavailable, match="already runs here: stop it"), demonstration.claimed(tmp_path):
            pass
        publish(here)
        with (
            pytest.raises(EmbeddedUnavailable, match=rf"here \({here.api}\): .* DATA_DIR"),
            demonstration.claimed(tmp_path),
        ):
            pass
    with demonstration.claimed(tmp_path):
        pass


def test_the_demo_command_is_refused_at_once_with_exit_code_4(tmp_path: Path, here: Addresses) -> None:
    with demonstration.claimed(tmp_path) as publish:
        publish(here)
        ended = subprocess.run(
            [sys.executable, "-m", "gateway", "demo", "--once"],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 4
    assert f"a demonstration already runs here ({here.api})" in ended.stderr
    assert not (tmp_path / "store").exists()


def test_a_directory_that_can_not_be_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="DATA_DIR"), demonstration.claimed(tmp_path / "file" / "below"):
        pass
