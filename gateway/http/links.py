"""Signed links to files: whoever holds one may download that one file until it ends, and needs no token for it.

A link is `PUBLIC_URL/files/PAYLOAD.SIGNATURE`. The payload names the taxpayer by our id (never by its RFC), and what is
behind the link; the signature is HMAC-SHA256 under a key that is derived from JWT_SECRET for this purpose alone, so
that neither a viewer's token nor a link can pass for the other.

A new JWT_SECRET ends every link that is out, as it ends every token: they live minutes, and a query gives new ones.
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

# A link holds for one to two of these. Their ends are rounded, so that a page that is asked for again has the same
# links, and a browser its copies.
_STEP = 900
_LONGEST = 4096
_KEY = b"sat-gateway files 1"


class Purpose(StrEnum):
    """The kind of thing that a link leads to, which decides its subject."""

    FILE = "file"  # bytes as they were delivered; the subject is their SHA-256
    PRINT = "print"  # our own printed representation; the subject is `KIND:identity`
    JSON = "json"  # our normal form; the subject is `KIND:identity`
    EXPORT = "export"  # the subject is the export's id


@dataclass(frozen=True, slots=True)
class Link:
    taxpayer: str
    purpose: Purpose
    subject: str
    #: To save it under; empty for the name that it was delivered under, which may hold an RFC and be of any length.
    name: str = ""


class Links:
    """Makes and opens links. Making one takes no I/O: a query gives thousands."""

    def __init__(self, secret: str, public_url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(secret.encode(), _KEY, hashlib.sha256)
        self._base = f"{public_url}/files/"
        self._clock = clock

    def url(self, link: Link) -> tuple[str, datetime]:
        """The address of a link, and when it ends."""
        expires = (int(self._clock()) // _STEP + 2) * _STEP
        payload = _encoded(orjson.dumps([link.taxpayer, link.purpose, link.subject, link.name, expires]))
        return f"{self._base}{payload}.{self._signature(payload)}", datetime.fromtimestamp(expires, UTC)

    def open(self, token: str) -> Link:
        """Open a link's last segment. Raises LinkForged, or LinkExpired for one that was good."""
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
