"""Says what happens in a run, with the faults that its scenario asks for."""

from __future__ import annotations

from gateway.sandbox.context import Context
from gateway.sandbox.events import (
    Occurrence,
    Payload,
    Refresh,
    credential_payload,
    documents_payload,
    documents_v1_payload,
    refresh_payload,
)
from gateway.sandbox.scenarios import Faults
from gateway.sandbox.state import Credential, Downloaded, Job, User

DELAY = 10.0


class Announcer:
    """The notifications of one run. `flush()` at its end sends what `reorder` kept back."""

    def __init__(self, context: Context, user: User, faults: Faults) -> None:
        self._world = context
        self._user = user
        self._faults = faults
        self._count = 0
        self._kept: list[Occurrence] = []

    def credential(self, name: str, job: Job, credential: Credential, is_executing: int) -> None:
        """Tell of a credential's run, by the name of the event."""
        self._say(name, credential_payload(name, job, credential, self._user, is_executing))

    def refreshed(self, job: Job, credential: Credential, refresh: Refresh) -> None:
        """Tell that a credential's rows can be fetched, with their endpoints."""
        self._say("credentials.refreshed", refresh_payload(job, credential, self._user, refresh))

    def documents(self, job: Job, ok: bool) -> None:
        """Two notifications for one run, each with an id_job_webhook of its own, a few milliseconds apart."""
        for name in ("documents.completed", "documents.success" if ok else "documents.failed"):
            id_job_webhook, uuid = self._world.ids.job_webhook(), self._world.ids.event()
            row = Downloaded(job.id_user, job.id_site, job.site, job.rfc, self._world.now(), ok)
            self._world.state.announced[id_job_webhook] = self._world.state.announced[uuid] = row
            v1_payload = documents_v1_payload(job, self._user, uuid)
            self._say(name, documents_payload(job, id_job_webhook), v1_payload)

    def _say(self, name: str, payload: Payload, v1_payload: Payload | None = None) -> None:
        self._count += 1
        if self._faults.lost or (self._faults.half_lost and self._count % 2 == 0):
            return
        context = self._world
        occurrence = Occurrence(name, context.ids.event(), context.clock(), self._user, payload, v1_payload)
        if self._faults.reorder:
            self._kept.append(occurrence)
        else:
            self._send(occurrence)

    def flush(self) -> None:
        """Send what was kept back to be told in the wrong order."""
        for occurrence in reversed(self._kept):
            self._send(occurrence)
        self._kept.clear()

    def _send(self, occurrence: Occurrence) -> None:
        copies = 2 if self._faults.duplicate else 1
        if self._faults.delay:
            self._world.background.spawn(self._send_late(occurrence, copies), owner=self._user.id)
        else:
            self._world.deliveries.send(occurrence, copies)

    async def _send_late(self, occurrence: Occurrence, copies: int) -> None:
        await self._world.sleep(DELAY)
        self._world.deliveries.send(occurrence, copies)
