"""The laptop's secrets: made once, kept from others, never replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.embedded.secrets import local_secrets
from gateway.errors import SettingsError


def test_secrets_are_made_once_even_by_many_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(local_secrets, [tmp_path / "data"] * 32))
    assert len(found) == 1
    secrets = found.pop()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secrets.json"]
    assert stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode) == 0o600
    assert secrets.jwt_secret != secrets.webhook_token
    assert repr(secrets) == "LocalSecrets()"


def test_a_damaged_secrets_file_is_not_replaced_behind_anyones_back(tmp_path: Path) -> None:
    for damage in ("", "[]", '{"jwt_secret": "x"}', '{"jwt_secret": "", "webhook_token": "x"}'):
        (tmp_path / "secrets.json").write_text(damage)
        with pytest.raises(SettingsError, match="damaged"):
            local_secrets(tmp_path)
        assert (tmp_path / "secrets.json").read_text() == damage
