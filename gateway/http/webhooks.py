"""POST /webhooks/syncfy: verify, parse, store in the inbox, acknowledge. Workers handle the events later.

200: every event is durable, duplicates and bad ones included · 400: no delivery · 401: forged · 413: too large, also
when unpacked · 415: packed otherwise than by gzip · 503 with Retry-After: the store is away, and Syncfy sends it again.

A bad event is kept as DEAD with its reason and is acknowledged with its neighbours: sent again it would be no better,
and a delivery that is refused for one is sent again for ever, or its webhook switched off.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.errors import StoreUnavailable, WebhookForged, WebhookMalformed
from gateway.store import inbox
from gateway.store.mongo import Row, Store
from gateway.syncfy.deliveries import BadEvent, parse_webhook
from gateway.syncfy.envelopes import Event
from gateway.syncfy.signature import Verifier
from gateway.telemetry import logger

#: Bytes. An event is about 1 kB, so that a delivery of a thousand fits.
LARGEST_BODY = 1024 * 1024
_GZIP = b"\x1f\x8b"

_log = logger(__name__)


class Queue(Protocol):
    """The queue of the workers."""

    def handle_events(self, events: Sequence[tuple[str, str]]) -> None:
        """Send (id, name) of stored events to the workers. It may fail: the sweep sends them again."""


class SyncfyWebhook:
    """The endpoint, with its collaborators."""

    def __init__(self, *, store: Store, queue: Queue, verify: Verifier) -> None:
        self._store = store
        self._queue = queue
        self._verify = verify

    async def __call__(self, request: Request) -> Response:
        try:
            self._verify(request.headers, None)  # before a megabyte is held for whoever sends one
        except WebhookForged:
            return _forged(size=None)
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return _answer(413, "the body is too large")
        try:
            # A signature is over the bytes as they were sent.
            self._verify(request.headers, body)
            if _is_packed_otherwise(request.headers.get("content-encoding", ""), body):
                return _answer(415, "a body is packed by gzip or not at all", {"Accept-Encoding": "gzip"})
            unpacked = _unpacked(body)
            if unpacked is None:
                return _answer(413, "the body is too large when unpacked")
            delivery = parse_webhook(unpacked)
            rows = [*map(as_row, delivery.events), *map(as_dead_row, delivery.bad)]
            async with self._store.availability.bounded():
                fresh = await inbox.keep(self._store, rows)
        except WebhookForged:
            return _forged(size=len(body))
        except WebhookMalformed as error:
            _log.warning("webhook.malformed", reason=str(error), size=len(body))
            return _answer(400, str(error))
        except StoreUnavailable:
            _log.error("webhook.store_unavailable", size=len(body))
            return _answer(503, "try again", {"Retry-After": "5"})
        for bad in delivery.bad:
            _log.warning("webhook.bad_event", event_id=bad.eid, reason=bad.reason)
        names = {event.eid: event.name for event in delivery.events}
        await self._send([(id, names[id]) for id in fresh if id in names])
        _log.info("webhook.kept", events=len(rows), new=len(fresh), names=sorted(set(names.values())))
        return JSONResponse({"received": len(rows), "new": len(fresh)})

    async def _send(self, fresh: list[tuple[str, str]]) -> None:
        """Send the events to the workers. They are durable already: a broker that is down costs time, not data."""
        if not fresh:
            return
        try:
            await run_in_threadpool(self._queue.handle_events, fresh)
        except Exception as error:
            _log.warning("webhook.broker_unavailable", error=type(error).__name__, events=len(fresh))


def as_row(event: Event) -> Row:
    """Make the inbox's row of an event."""
    return {
        "_id": event.eid,
        "name": str(event.name),
        "version": event.version,
        "at": event.at,
        "syncfy_user_id": event.id_user,
        # The external id of our users at Syncfy is the taxpayer's id, by which all of its events are found.
        "taxpayer": event.id_external,
        "site_id": event.id_site,
        "job_id": event.id_job,
        "credential_id": event.id_credential,
        "payload": event.raw,
    }


def as_dead_row(event: BadEvent) -> Row:
    """Make the inbox's row of an event that can not be read: `sat-gateway inbox list` shows it with its reason."""
    row: Row = {
        "_id": event.eid,
        "name": event.name,
        "syncfy_user_id": event.id_user,
        "taxpayer": event.id_external,
        "payload": event.raw,
    }
    return row | inbox.dead(event.reason)


def _is_packed_otherwise(encoding: str, body: bytes) -> bool:
    known = {"", "identity", "gzip", "x-gzip"}
    return not body.startswith(_GZIP) and encoding.strip().lower() not in known


def _unpacked(body: bytes) -> bytes | None:
    """The body without its gzip, which its first bytes tell; None for more than LARGEST_BODY, WebhookMalformed for a
    broken one."""
    if not body.startswith(_GZIP):
        return body
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = stream.decompress(body, LARGEST_BODY + 1)
    except zlib.error:
        raise WebhookMalformed("the body is not gzip") from None
    if len(content) > LARGEST_BODY:
        return None
    if not stream.eof:
        raise WebhookMalformed("the body is cut short")
    return content


def _forged(size: int | None) -> Response:
    _log.warning("webhook.forged", size=size)
    return _answer(401, "the delivery is not signed by a secret of ours")


def _answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status_code=status, headers=dict(headers or {}))
