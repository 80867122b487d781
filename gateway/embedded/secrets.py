"""Secrets of a development machine: generated once, in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from gateway.errors import SettingsError


@dataclass(frozen=True, slots=True)
class LocalSecrets:
    """The generated secrets; their repr shows nothing."""

    jwt_secret: str = field(repr=False)
    webhook_token: str = field(repr=False)


def local_secrets(data_dir: Path) -> LocalSecrets:
    """Return the secrets of this data directory, generated on first use in `secrets.json` (mode 0600).

    Two processes at once get the same ones. Raises SettingsError when the file is damaged.
    """
    make_directory(data_dir)
    path = data_dir / "secrets.json"
    if not path.exists():
        _create(path)
    path.chmod(0o600)
    try:
        content = json.loads(path.read_bytes())
        found = LocalSecrets(**{f.name: content[f.name] for f in fields(LocalSecrets)})
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{path} is damaged: delete it and new secrets are made") from error
    if not all(isinstance(value, str) and value for value in asdict(found).values()):
        raise SettingsError(f"{path} is damaged: delete it and new secrets are made")
    return found


def make_directory(data_dir: Path) -> None:
    """Make DATA_DIR, for its owner only. Raises SettingsError where that is impossible."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"DATA_DIR can not be {data_dir}: {error.strerror}") from error


def _create(path: Path) -> None:
    """Write a file and link it into place: the first of several processes wins, and none reads half of it."""
    fresh = LocalSecrets(secrets.token_urlsafe(48), secrets.token_urlsafe(32))
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(fresh), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was first: its secrets are the ones
    finally:
        draft.unlink()
