"""The bodies of Syncfy's notifications, in both formats, key by key in the order of the vendor's samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.sandbox.params import LARGEST_PAGE
from gateway.sandbox.state import Credential, Job, User
from gateway.sandbox.tables import ORGANIZATION_SAT, TYPE_GOVERNMENT

JOB_TYPE = "57884c49784806f0768b4568"

#: V3 header name → V1 event name. documents.success and .failed exist only in version 3 of the webhooks.
V1_NAMES = {
    "credentials.created": "credential_create",
    "credentials.updated": "credential_update",
    "credentials.refreshed": "refresh",
    "documents.completed": "documents_completed",
}
V3_NAMES = (*V1_NAMES, "documents.success", "documents.failed", "credentials.deleted")

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event, before it is written in the format of a webhook. `eid` is the same in every delivery."""

    name: str
    eid: str
    at: datetime
    user: User
    payload: Payload = field(repr=False)
    v1_payload: Payload | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Refresh:
    """The result of a pull: when it ran (Unix seconds) and how many rows and files it touched."""

    dt_from: int
    dt_to: int
    transactions: int
    attachments: int


def _credential_keys(credential: Credential, user: User) -> Payload:
    return {
        "id_credential": credential.id,
        "id_user": user.id,
        "id_external": user.id_external,
        "id_site": credential.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
    }


def credential_payload(name: str, job: Job, credential: Credential, user: User, is_executing: int) -> Payload:
    """Write the payload of credentials.created and credentials.updated."""
    return {
        "event": V1_NAMES[name],
        "id_job": job.id,
        "id_job_uuid": job.id_uuid,
        **_credential_keys(credential, user),
        "is_executing": is_executing,
        "endpoints": {"credential": [f"/v1/credentials/{credential.id}"]},
    }


def deleted_payload(credential: Credential, user: User) -> Payload:
    """Write credentials.deleted as other events of a credential, without a job; Syncfy documents only its name."""
    return {"event": "credential_delete", **_credential_keys(credential, user)}


def refresh_payload(job: Job, credential: Credential, user: User, refresh: Refresh) -> Payload:
    """Write credentials.refreshed, with an address for each page of 5,000 rows (skip=0, 5000, …)."""

    def pages(path: str, rows: int) -> list[str]:
        window = f"id_credential={credential.id}&dt_refresh_from={refresh.dt_from}&dt_refresh_to={refresh.dt_to}"
        skips = range(0, max(rows, 1), LARGEST_PAGE)
        return [f"/v1/{path}?{window}&limit={LARGEST_PAGE}&skip={skip}&wbhk=1" for skip in skips]

    return {
        "event": "refresh",
        "id_job": job.id,
        "id_job_type": JOB_TYPE,
        "id_job_uuid": job.id_uuid,
        "id_job_uuid_type": JOB_TYPE,
        **_credential_keys(credential, user),
        "endpoints": {
            "credential": [f"/v1/credentials/{credential.id}"],
            "accounts": pages("accounts", 1),
            "attachments": pages("attachments/export", refresh.attachments),
            "transactions": pages("transactions", refresh.transactions),
        },
    }


def documents_payload(job: Job, id_job_webhook: str) -> Payload:
    """Write the payload of documents.success and documents.failed, which names neither user nor credential."""
    return {
        "id_job": job.id,
        "id_job_uuid": job.id_uuid,
        "id_site": job.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "endpoints": [f"/v1/documents?id_job_webhook={id_job_webhook}"],
    }


def documents_v1_payload(job: Job, user: User, uuid: str) -> Payload:
    """Write V1's documents_completed, whose addresses name the event and not the user."""

    def address(suffix: str) -> list[str]:
        return [f"/v1/webhooks/events/{uuid}/documents{suffix}?limit=1000&skip=0"]

    return {
        "endpoints": {"documents": address(""), "documents_json": address("/json"), "documents_zip": address("/zip")},
        "event": "documents_completed",
        "id_external": user.id_external,
        "id_job": job.id,
        "id_job_uuid": job.id_uuid,
        "id_site": job.id_site,
        "id_site_organization": ORGANIZATION_SAT,
        "id_site_organization_type": TYPE_GOVERNMENT,
        "id_user": user.id,
        "uuid": uuid,
    }


def v3_body(rid: str, id_environment: str, occurrence: Occurrence) -> Payload:
    """`{rid, events[…]}`: every published sample has exactly one event."""
    header = {
        "event": {
            "eid": occurrence.eid,
            "name": occurrence.name,
            "at": f"{occurrence.at:%Y-%m-%d %H:%M:%S.%f}+0000",
            "version": "3.1",
        },
        "user": {
            "id_user": occurrence.user.id,
            "id_external": occurrence.user.id_external,
            "id_environment": id_environment,
        },
    }
    return {"rid": rid, "events": [{"header": header, "payload": occurrence.payload}]}


def v1_body(occurrence: Occurrence) -> Payload | None:
    """Write the flat form, keys in alphabetical order as in V1's samples; None for events that V1 lacks."""
    if occurrence.name not in V1_NAMES:
        return None
    payload = occurrence.v1_payload or occurrence.payload
    return dict(sorted(payload.items()))


def wanted_by(events: Sequence[str], name: str) -> bool:
    """Return True where a webhook with these `events` wants this one; both spellings count, and no events means all."""
    return not events or name in events or V1_NAMES.get(name) in events
