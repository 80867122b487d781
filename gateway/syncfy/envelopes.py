"""Parsing of the events in Syncfy's webhook deliveries: both of its forms become events of one form.

V3 (made in Syncfy's dashboard): `{rid, events: [{header: {event, user}, payload}]}`. V1 (made through POST /webhooks):
the payload alone, without an id. Only what every sample has is required; an unknown name is an event all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from gateway.errors import WebhookMalformed
from gateway.syncfy.sites import Site, site_of

_LONGEST_ID = 128
_LONGEST_NAME = 100


class EventName(StrEnum):
    """The names of events; Syncfy spells each in three ways."""

    CREDENTIALS_CREATED = "credentials.created"
    CREDENTIALS_UPDATED = "credentials.updated"
    CREDENTIALS_REFRESHED = "credentials.refreshed"
    CREDENTIALS_DELETED = "credentials.deleted"
    DOCUMENTS_COMPLETED = "documents.completed"
    DOCUMENTS_SUCCESS = "documents.success"
    DOCUMENTS_FAILED = "documents.failed"


#: What POST /webhooks takes as `events`.
V1_NAMES = ("credential_create", "credential_update", "refresh", "documents_completed")

# Spellings with dots, as they are after `_` became `.`: Syncfy's forum has credential.create, its headers
# credentials.created, its payloads credential_create; a list has documents.fail where deliveries say documents.failed.
_NAMES = {
    "refresh": EventName.CREDENTIALS_REFRESHED,
    "documents.fail": EventName.DOCUMENTS_FAILED,
    "documents.complete": EventName.DOCUMENTS_COMPLETED,
    **{
        spelling: name
        for verb, name in (
            ("create", EventName.CREDENTIALS_CREATED),
            ("update", EventName.CREDENTIALS_UPDATED),
            ("delete", EventName.CREDENTIALS_DELETED),
            ("refresh", EventName.CREDENTIALS_REFRESHED),
        )
        for noun in ("credential", "credentials")
        for spelling in (f"{noun}.{verb}", f"{noun}.{verb.removesuffix('e')}ed")
    },
    **{str(name): name for name in EventName},
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses in an event, unchecked: `parse_endpoint` checks them before a request."""

    credential: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `eid` is its identity: Syncfy's own, or the SHA-256 of its canonical form where there is none."""

    eid: str
    name: EventName | str
    at: datetime | None
    version: str  # "3.1", or "v1"
    id_user: str | None
    id_external: str | None = field(repr=False)
    id_environment: str | None
    site: Site | None
    id_site: str | None
    id_job: str | None
    id_credential: str | None
    is_executing: bool | None
    endpoints: Endpoints = field(repr=False)
    raw: dict[str, Any] = field(repr=False)  # `event_of(raw)` is this event again


def event_of(raw: Mapping[str, Any]) -> Event:
    """Parse an event: an element of V3's `events`, V1's whole body, or a bad one again. Raises WebhookMalformed."""
    if "header" not in raw:
        return _event(raw, {}, {}, raw, version="v1")
    header = _object(raw, "header")
    # The payments product sends lists; none of its events is ours, and their names are kept all the same.
    payload = {} if isinstance(raw.get("payload"), list) else _object(raw, "payload", required=False)
    return _event(raw, _object(header, "event"), _object(header, "user", required=False), payload, version="3.1")


def normal_name(text: str) -> EventName | str:
    """Return an event's name for any of its spellings; an undocumented name as it is."""
    return _NAMES.get(text.strip().lower().replace("_", "."), text)


def _event(
    raw: Mapping[str, Any],
    head: Mapping[str, Any],
    user: Mapping[str, Any],
    payload: Mapping[str, Any],
    *,
    version: str,
) -> Event:
    name = short_text(head, "name", _LONGEST_NAME) or short_text(payload, "event", _LONGEST_NAME)
    if name is None:
        raise WebhookMalformed("an event without a name")
    id_site = short_text(payload, "id_site")
    return Event(
        eid=short_text(head, "eid") or short_text(payload, "uuid") or _derived(raw),
        name=normal_name(name),
        at=_moment(head.get("at")),
        version=short_text(head, "version") or version,
        id_user=short_text(user, "id_user") or short_text(payload, "id_user"),
        id_external=short_text(user, "id_external") or short_text(payload, "id_external"),
        id_environment=short_text(user, "id_environment"),
        site=site_of(id_site),
        id_site=id_site,
        id_job=short_text(payload, "id_job"),
        id_credential=short_text(payload, "id_credential"),
        is_executing=_flag(payload.get("is_executing")),
        endpoints=_endpoints(payload.get("endpoints")),
        raw=dict(raw),
    )


def _derived(raw: Mapping[str, Any]) -> str:
    canonical = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _endpoints(value: object) -> Endpoints:
    """Read the addresses: an object of lists for credentials.* and in V1, a plain list for documents.* in V3."""
    if value is None:
        return Endpoints()
    if isinstance(value, list):
        return Endpoints(documents=_addresses(value))
    if not isinstance(value, dict):
        raise WebhookMalformed("endpoints is neither an object nor a list")
    names = ("credential", "accounts", "attachments", "transactions", "documents")
    return Endpoints(**{name: _addresses(value.get(name)) for name in names})


def _addresses(value: object) -> tuple[str, ...]:
    rows = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise WebhookMalformed("an endpoint is not text")
    return tuple(rows)


def _object(parent: Mapping[str, Any], name: str, *, required: bool = True) -> Mapping[str, Any]:
    value = parent.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, Mapping):
        raise WebhookMalformed(f"{name} is not an object")
    return value


def short_text(parent: Mapping[str, Any], name: str, longest: int = _LONGEST_ID) -> str | None:
    """Read a text; None where it is missing, null or empty (Syncfy writes `id_external: ""`)."""
    value = parent.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise WebhookMalformed(f"{name} is not a short text")
    return value


def _flag(value: object) -> bool | None:
    return bool(value) if isinstance(value, bool | int) else None


def _moment(value: object) -> datetime | None:
    """Parse `2023-06-16 19:06:18.944575+0000` or Unix seconds; None for neither, so that no event is lost for it."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
