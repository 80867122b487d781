"""A delivery of Syncfy's: verified, parsed, kept in the inbox, told to the workers, acknowledged."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import orjson

from benchmarks.rounds import Ask, once
from benchmarks.servers import Field, Server
from gateway.sandbox.events import Occurrence, Refresh, refresh_payload, v3_body
from gateway.sandbox.state import Credential, Job, User
from gateway.syncfy.sites import Site

_USER = User("648a053b59f043380d473be3", "key", "benchmarks", "Benchmarks", dt_create=0)
_JOB = Job("648cb2a9718d6c796e4091c1", "648cb2a9718d6c796e4091c2", _USER.id, Site.CIEC.id, Site.CIEC, "", "")
_CREDENTIAL = Credential("648cb2a99ca1b91b0a141391", _USER.id, Site.CIEC.id, Site.CIEC, "", "ok")


def delivery() -> bytes:
    """A refresh as the sandbox sends it, with an event id that nobody has seen."""
    payload = refresh_payload(_JOB, _CREDENTIAL, _USER, Refresh(1684213883, 1684213915, 100, 100))
    event = Occurrence("credentials.refreshed", str(uuid.uuid4()), datetime.now(UTC), _USER, payload)
    return orjson.dumps(v3_body(str(uuid.uuid4()), "production", event))


def asks(field: Field) -> tuple[Ask, Ask]:
    headers = {"X-Webhook-Token": field.webhook_token, "Content-Type": "application/json"}

    def ask(server: Server) -> Ask:
        return Ask(server, "POST", "/webhooks/syncfy", headers, delivery)

    return ask(field.ours), ask(field.peer)


def acknowledged(ask: Ask) -> bool:
    """Whether the server took one event and called it new."""
    answer: dict[str, int] = orjson.loads(once(ask))
    return answer == {"received": 1, "new": 1}
