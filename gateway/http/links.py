"""Signed links to files: the holder of a link may download one file, without a token, until the link expires.

A link is `PUBLIC_URL/files/PAYLOAD.SIGNATURE`. The payload names the taxpayer by our id (never by its RFC) and the
file; the signature is HMAC-SHA256 under a key that is derived from JWT_SECRET for this purpose alone, so that neither a
viewer's token nor a link can pass for the other.

A new JWT_SECRET invalidates every link, as it does every token: links live minutes, and a query gives new ones.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import orjson

from gateway.errors import LinkExpired, LinkForged

# Seconds: a link is valid for one to two of these. Ends are rounded up to a multiple, so that a repeated query returns
# the same links, which browsers have cached.
_STEP = 900
_LONGEST = 4096
_KEY = b"sat-gateway files 1"


class Purpose(StrEnum):
    """The kind of file behind a link, which decides the meaning of its subject."""

    FILE = "file"  # bytes as they were delivered; the subject is their SHA-256
    PRINT = "print"  # our own printed representation; the subject is `KIND:identity`
    JSON = "json"  # our normal form; the subject is `KIND:identity`
    EXPORT = "export"  # the subject is the export's id


@dataclass(frozen=True, slots=True)
class Link:
    """A file of a taxpayer. `name` is the name to save it under; empty: the one it was delivered under."""

    taxpayer: str
    purpose: Purpose
    subject: str
    name: str = ""  # the delivered name may hold an RFC and be of any length, so that links do not carry it


class Links:
    """Makes and opens links, without I/O: one query returns thousands."""

    def __init__(self, secret: str, public_url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(secret.encode(), _KEY, hashlib.sha256)
        self._base = f"{public_url}/files/"
        self._clock = clock

    def url(self, link: Link) -> tuple[str, datetime]:
        """Return the address of a link, and the time at which it expires."""
        expires = (int(self._clock()) // _STEP + 2) * _STEP
        payload = _encoded(orjson.dumps([link.taxpayer, link.purpose, link.subject, link.name, expires]))
        return f"{self._base}{payload}.{self._signature(payload)}", datetime.fromtimestamp(expires, UTC)

    def open(self, token: str) -> Link:
        """Verify the last segment of an address. Raises LinkForged, or LinkExpired for a link that was valid."""
        payload, _, signature = token.partition(".")
        # As bytes: compare_digest takes no text beyond ASCII.
        if len(token) > _LONGEST or not hmac.compare_digest(self._signature(payload).encode(), signature.encode()):
            raise LinkForged("this link was not made here")
        try:
            taxpayer, purpose, subject, name, expires = orjson.loads(_decoded(payload))
            link = Link(taxpayer, Purpose(purpose), subject, name)
        except (binascii.Error, ValueError, TypeError) as error:  # signed by a later version of ours
            raise LinkForged("this link can not be read") from error
        if expires <= self._clock():
            raise LinkExpired("this link has ended: ask for a new one")
        return link

    def _signature(self, payload: str) -> str:
        return _encoded(hmac.digest(self._key, payload.encode(), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
