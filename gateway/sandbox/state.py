"""The data of the sandbox, in memory: frozen rows, which are replaced whole, and the State that holds them.

Rows are immutable so that a page can be read in a thread while a job goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from gateway.sandbox.options import Jwk
from gateway.syncfy.sites import Site


class Option(msgspec.Struct, frozen=True):
    """One of the answers that a second factor offers, with its picture in base64."""

    value: str
    picture: str = msgspec.field(name="imgBase64File")


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of a second factor, as a status names it; `picture` is a PNG in base64."""

    name: str
    type: str
    label: str
    picture: str | None = msgspec.field(name="imgBase64File", default=None)
    options: tuple[Option, ...] | None = None


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """One status of a job; 410 has the address for the answer, and the questions."""

    code: int
    address: str | None = None
    twofa: tuple[Question, ...] | None = None


@dataclass(frozen=True, slots=True)
class User:
    id: str
    api_key: str = field(repr=False)
    id_external: str | None
    name: str = field(repr=False)
    dt_create: int
    dt_modify: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    token: str = field(repr=False)
    id_user: str
    used_at: float


@dataclass(frozen=True, slots=True)
class Slice:
    """Transactions [start:stop] of a portfolio's site, and when they were last downloaded (Unix seconds)."""

    start: int
    stop: int
    dt_refresh: int


@dataclass(frozen=True, slots=True)
class Credential:
    id: str
    id_user: str
    id_site: str
    site: Site
    rfc: str = field(repr=False)
    scenario: str
    code: int = 100
    is_authorized: int = 0
    is_locked: int = 0
    is_twofa: int = 0
    dt_authorized: int | None = None
    dt_execute: int | None = None
    dt_ready: int | None = None
    dt_refresh: int | None = None
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    id_uuid: str
    id_user: str
    id_site: str
    site: Site
    rfc: str = field(repr=False)
    base_url: str
    id_credential: str | None = None
    statuses: tuple[Status, ...] = ()

    @property
    def ended(self) -> bool:
        """Return True after a terminal status: any 2xx, and 4xx or 5xx except 410 (waiting for a second factor)."""
        code = self.statuses[-1].code if self.statuses else 0
        return code >= 200 and code != 410


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The constancia or the opinión as one run left it; `ok` False means that the run got none."""

    id_user: str
    id_site: str
    site: Site
    rfc: str = field(repr=False)
    at: int
    ok: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    api_key: str | None = field(repr=False)  # None: of every key
    url: str
    events: Sequence[str]
    headers: Mapping[str, str] = field(repr=False)
    format: Literal["v1", "v3"]
    key: Jwk | None = field(repr=False, default=None)
    id_user: str | None = None
    delay: float = 0
    dt_created: int = 0
    ct_failed: int = 0
    is_disabled: int = 0


@dataclass(slots=True, repr=False)  # its keys are tokens and RFCs
class State:
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    announced: dict[str, Downloaded] = field(default_factory=dict)  # by id_job_webhook, or by a V1 event's uuid
    documents: dict[tuple[str, str, str], Downloaded] = field(default_factory=dict)  # the newest by user, site, RFC
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    answers: dict[str, asyncio.Future[dict[str, str]]] = field(default_factory=dict)  # jobs that wait for one
    _changed: dict[str, asyncio.Event] = field(default_factory=dict)

    def credentials_of(self, id_user: str) -> Iterator[Credential]:
        return (row for row in self.credentials.values() if row.id_user == id_user)

    def update_credential(self, id_credential: str, **changes: Any) -> Credential | None:
        """Change a credential and return the new row; None if it was deleted in the meantime."""
        row = self.credentials.get(id_credential)
        if row is not None:
            row = self.credentials[id_credential] = replace(row, **changes)
        return row

    def append_status(self, id_job: str, status: Status) -> None:
        """Append a status to a job and its code to the credential, and wake the waiting readers."""
        job = self.jobs.get(id_job)
        if job is None:  # its user was deleted
            return
        self.jobs[id_job] = replace(job, statuses=(*job.statuses, status))
        if job.id_credential is not None:
            self.update_credential(job.id_credential, code=status.code)
        if (event := self._changed.pop(id_job, None)) is not None:
            event.set()

    async def status_after(self, id_job: str, seen: int) -> None:
        """Wait until the job has more than `seen` statuses, or is deleted."""
        while id_job in self.jobs and len(self.jobs[id_job].statuses) <= seen:
            await self._changed.setdefault(id_job, asyncio.Event()).wait()

    def forget_credential(self, id_credential: str) -> None:
        self.credentials.pop(id_credential, None)

    def forget_user(self, id_user: str) -> None:
        """Delete all the user's data, as DELETE /users/{id_user} promises."""
        self.users.pop(id_user, None)
        self.sessions = {key: row for key, row in self.sessions.items() if row.id_user != id_user}
        self.credentials = {key: row for key, row in self.credentials.items() if row.id_user != id_user}
        self.announced = {key: row for key, row in self.announced.items() if row.id_user != id_user}
        self.documents = {key: row for key, row in self.documents.items() if row.id_user != id_user}
        for id_job in [key for key, row in self.jobs.items() if row.id_user == id_user]:
            del self.jobs[id_job]
            if (event := self._changed.pop(id_job, None)) is not None:
                event.set()
