"""Identifiers of the sandbox.

What has a natural key (user, credential, account, webhook) gets a hash of it, so that a restarted sandbox answers the
same ids once the same users are made again. What happens in time (job, notification) gets a fresh one.
"""

from __future__ import annotations

import hashlib
import itertools
import secrets
import time
import uuid


def hashed(*natural_key: str) -> str:
    """24 lowercase hex out of a natural key: the look of Syncfy's ids, the same after every restart."""
    return hashlib.sha256("\x1f".join(natural_key).encode()).hexdigest()[:24]


class Ids:
    """The source of new ids; tests hand in their own."""

    def __init__(self) -> None:
        self._counter = itertools.count(secrets.randbelow(1 << 23))
        self._process = secrets.token_hex(5)

    def credential(self, id_user: str, id_site: str, username: str) -> str:
        """Return the id of a login: the same for the same login, as Syncfy's is."""
        return hashed("credential", id_user, id_site, username)

    def job(self) -> tuple[str, str]:
        """(id_job, id_job_uuid): consecutive, as in every sample of Syncfy."""
        id_job = self.job_webhook()
        return id_job, self.job_webhook()

    def job_webhook(self) -> str:
        """Like an ObjectId: seconds, process, counter."""
        return f"{int(time.time()):08x}{self._process}{next(self._counter) & 0xFFFFFF:06x}"

    def event(self) -> str:
        return str(uuid.uuid4())

    def request(self) -> str:
        return str(uuid.uuid4())

    def token(self) -> str:
        """Make a session's token: 64 lower-case hex digits."""
        return secrets.token_hex(32)
