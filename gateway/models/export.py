"""Export: a filter's documents as a file. A Job like another for clients; what is written of it are parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.models.job import Failure, HistoryEntry, JobState

#: How long an export and its file are kept.
KEPT = timedelta(days=1)
#: How long a fresh export is left to the broker before the sweep sends it again.
GRACE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """`filter` is the plain input of the list that `kind` is made of. `done` of `total` documents are written.

    `lease` is whose turn it is. `size`, `last_part` and `tag` are known when it has SUCCEEDED; it goes at `expire_at`.
    """

    id: str
    taxpayer: str
    owner: str
    kind: str
    format: str
    filter: Mapping[str, Any] | None
    state: JobState
    active: bool
    done: int
    total: int | None
    size: int | None
    last_part: int | None
    tag: str | None
    failure: Failure | None
    history: tuple[HistoryEntry, ...]
    tries: int
    lease: str | None
    lease_until: datetime
    due_at: datetime
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    expire_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place to go on from: after part `number`, with the writer's `state`, after the `done`-th document `after`."""

    number: int
    state: dict[str, Any]
    after: str | None
    done: int


def new_export(
    *,
    id: str,
    taxpayer: str,
    owner: str,
    kind: str,
    format: str,
    filter: Mapping[str, Any] | None,
    at: datetime,
) -> Export:
    """Return a queued export."""
    return Export(
        id=id,
        taxpayer=taxpayer,
        owner=owner,
        kind=kind,
        format=format,
        filter=filter,
        state=JobState.QUEUED,
        active=True,
        done=0,
        total=None,
        size=None,
        last_part=None,
        tag=None,
        failure=None,
        history=(HistoryEntry(at=at, state=JobState.QUEUED, code=None),),
        tries=0,
        lease=None,
        lease_until=at,
        due_at=at + GRACE,
        created_at=at,
        updated_at=at,
        finished_at=None,
        expire_at=at + KEPT,
        version=1,
    )
