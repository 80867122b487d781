"""Parsing of Syncfy's webhook deliveries: one request may bring many events, and a bad one costs no other."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.errors import WebhookMalformed
from gateway.syncfy.envelopes import Event, event_of, normal_name, short_text

_DEEPEST = 32
# The only key of what is kept of an event that could not be read.
_UNREAD = "malformed"


@dataclass(frozen=True, slots=True)
class BadEvent:
    """An event that is none: kept as its JSON `text`, with the reason, under what of it can be read all the same."""

    name: str
    reason: str
    id_user: str | None = field(repr=False)
    id_external: str | None = field(repr=False)
    text: str = field(repr=False)

    @property
    def eid(self) -> str:
        """Return an identity of its own and not Syncfy's: the event may come again and be right."""
        return f"malformed-{hashlib.sha256(self.text.encode()).hexdigest()}"

    @property
    def raw(self) -> dict[str, Any]:
        """Return what `event_in` reads again."""
        return {_UNREAD: self.text}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The events of one request, and those that could not be read."""

    events: list[Event] = field(default_factory=list)
    bad: list[BadEvent] = field(default_factory=list)


def parse_webhook(body: bytes) -> Delivery:
    """Parse one delivery, whose size the caller limits: a bad event costs no other one.

    Raises WebhookMalformed for what is no delivery at all: not JSON, no object, no list of events, no event's name.
    """
    content = _decoded(body.removeprefix(codecs.BOM_UTF8))
    if not isinstance(content, dict):
        raise WebhookMalformed("the body is not an object")
    events = content.get("events", [content])
    if not isinstance(events, list):
        raise WebhookMalformed("events is not a list")
    if not content.keys() & {"events", "event", "header"}:
        raise WebhookMalformed("an event without a name")
    delivery = Delivery()
    for raw in events:
        try:
            delivery.events.append(_checked(raw))
        except WebhookMalformed as error:
            delivery.bad.append(_bad(raw, str(error)))
    return delivery


def event_in(payload: Mapping[str, Any]) -> Event:
    """Parse an event again from what was kept of it, a bad one too. Raises WebhookMalformed."""
    unread = payload.get(_UNREAD)
    return _checked(_decoded(unread.encode())) if isinstance(unread, str) else event_of(payload)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        # Stricter than it need be: of half a surrogate pair or a byte of another encoding the others know nothing.
        try:
            return json.loads(body.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            raise WebhookMalformed("the body is not JSON") from None


def _checked(raw: object) -> Event:
    if not isinstance(raw, dict):
        raise WebhookMalformed("an event is not an object")
    _storable(raw, _DEEPEST)
    return event_of(raw)


def _bad(raw: object, reason: str) -> BadEvent:
    header, payload = _part(raw, "header"), _part(raw, "payload")
    if isinstance(raw, dict) and "header" not in raw:
        payload = raw
    user = _part(header, "user")
    name = _readable(_part(header, "event"), "name") or _readable(payload, "event")
    return BadEvent(
        name=str(normal_name(name)) if name else "malformed",
        reason=reason,
        id_user=_readable(user, "id_user") or _readable(payload, "id_user"),
        id_external=_readable(user, "id_external") or _readable(payload, "id_external"),
        text=json.dumps(raw, sort_keys=True),
    )


def _part(raw: object, name: str) -> Mapping[str, Any]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def _readable(parent: Mapping[str, Any], name: str) -> str | None:
    try:
        return short_text(parent, name)
    except WebhookMalformed:
        return None


def _storable(value: object, depth: int) -> None:
    """Refuse an event that the store can not keep as it is, which would otherwise be retried for ever."""
    if depth == 0:
        raise WebhookMalformed("nested too deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            if "\0" in key:
                raise WebhookMalformed("a key with a null character")
            _storable(key, depth)
            _storable(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _storable(inner, depth - 1)
    elif isinstance(value, str):
        if not (value.isascii() or _is_text(value)):
            raise WebhookMalformed("characters that are none")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise WebhookMalformed("a number of more than 64 bits")


def _is_text(value: str) -> bool:
    """Return False for a text with half a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
