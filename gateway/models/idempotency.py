"""KeyEntry: what an idempotency key was first used for, and what came of it. It holds no secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class KeyState(StrEnum):
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """`fingerprint`: a keyed hash of the input. `run`: whose turn it is. `answer`: ids of the payload's objects."""

    id: str
    taxpayer: str | None
    fingerprint: str
    state: KeyState
    run: str
    lease_until: datetime
    expire_at: datetime
    answer: Mapping[str, Any] | None = None
    errors: tuple[Mapping[str, Any], ...] | None = None
