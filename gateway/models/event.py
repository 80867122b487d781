"""InboxEvent: a webhook event of Syncfy's as the inbox keeps it, for whoever handles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventState(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    DONE = "DONE"
    IGNORED = "IGNORED"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEvent:
    """`payload`: None of one whose taxpayer was deleted. `put_backs`: those of its `attempts` that ended in words."""

    id: str
    name: str
    state: EventState
    received_at: datetime
    attempts: int
    lease: str | None
    put_backs: int = 0
    error: str | None = None
    payload: Mapping[str, Any] | None = None
