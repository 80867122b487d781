"""A request to Syncfy, and its refusal in Syncfy's words without what we sent: passwords, keys, tokens, RFCs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from gateway.errors import SyncfyMalformed, SyncfyRejected
from gateway.syncfy import decoding
from gateway.syncfy.decoding import Envelope

_RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}", re.IGNORECASE)
_LONG_HEX = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """A request without its authentication. Parameters and body stay out of the repr: passwords travel in them."""

    method: str
    path: str  # "/v1/users"
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)


def refuse_envelope(content: bytes, status: int, call: Call, auth: str) -> None:
    """Raise the refusal that came with HTTP 200 in place of a file; a file that is JSON (a return) passes."""
    try:
        envelope = decoding.decoded(decoding.ENVELOPE, content)
    except SyncfyMalformed:
        return  # the file's reader will say what is wrong with it
    if envelope.refused and envelope.code is not None:
        raise refusal(envelope, status, call, auth)


def refusal(envelope: Envelope, status: int, call: Call, auth: str) -> SyncfyRejected:
    """Make the error of a refusal, with Syncfy's words. Its code is the envelope's when HTTP's is 200, as for some."""
    code = envelope.code if status < 400 and isinstance(envelope.code, int) else status
    message = envelope.message if isinstance(envelope.message, str) and envelope.message else "no reason given"
    return SyncfyRejected(code, scrubbed(message, call, auth))


def scrubbed(message: str, call: Call, auth: str) -> str:
    """Shorten a message to 200 characters, without the values we sent, RFCs and anything that looks like a token."""
    for secret in sorted(set(_sent(call, auth)), key=len, reverse=True):
        for spelling in (secret, quote(secret, safe=""), html.escape(secret)):
            message = re.sub(re.escape(spelling), "***", message, flags=re.IGNORECASE)
    # Keys and tokens first: the middle of one may look like an RFC.
    message = _RFC.sub("***", _LONG_HEX.sub("***", message))
    return "".join(c if c.isprintable() else " " for c in message)[:200]


def _sent(call: Call, auth: str) -> Iterator[str]:
    # Shorter texts are no secrets, and cutting them out would leave nothing of the message.
    shortest = 3
    yield auth.rpartition("=")[2].rpartition(" ")[2]
    yield from (value for _, value in call.params if len(value) >= shortest)
    yield from (value for value in _texts(call.body) if len(value) >= shortest)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
