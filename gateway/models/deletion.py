"""Deletion: a taxpayer that is being erased, for whoever erases it; and the states that its receipt shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeletionState(StrEnum):
    RUNNING = "RUNNING"
    DONE = "DONE"


class AtSyncfy(StrEnum):
    PENDING = "PENDING"
    DELETED = "DELETED"
    NOTHING = "NOTHING"  # there was no user at Syncfy


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """`id` is the taxpayer's. `counts`: the rows that there were of each collection; None until they are counted."""

    id: str
    owner: str
    state: DeletionState
    at_syncfy: AtSyncfy
    syncfy_user_id: str | None
    user_hash: str | None
    counts: Mapping[str, int] | None
    requested_at: datetime
    finished_at: datetime | None
    due_at: datetime
    attempts: int
