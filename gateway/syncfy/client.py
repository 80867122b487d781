"""Syncfy's API as this product uses it: users, sessions, jobs, credentials, data and webhooks.

Errors: SyncfyUnavailable (connection, time-out, 5xx), SyncfyRateLimited (429), SyncfyRejected (any other 4xx, or a 200
that says `status: false`), SyncfyMalformed (not what it should be). Retries are the caller's, with two exceptions: a
session that Syncfy no longer knows is opened anew once, and a 429 that asks for 5 s or less is waited out once.

Every path is built here, from ids, on our own base URL: the ws, status and twofa addresses that Syncfy returns are
not requested, and addresses in events come as a checked `Endpoint`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import IO, Self, TypeVar

import httpx
import msgspec

from gateway.errors import SettingsError, SyncfyMalformed, SyncfyRejected
from gateway.syncfy import decoding
from gateway.syncfy.calls import Call, refuse_envelope
from gateway.syncfy.decoding import Page
from gateway.syncfy.endpoints import Endpoint, checked_id
from gateway.syncfy.limiter import Limiter, LocalLimiter
from gateway.syncfy.paging import pages
from gateway.syncfy.sessions import Sessions
from gateway.syncfy.sites import Site
from gateway.syncfy.transport import Transport, chunks, is_json, open_http, read, unwrap
from gateway.syncfy.wire import Credential, Document, JobStatus, StartedJob, Transaction, User, Webhook

LARGEST_ATTACHMENT = 25 * 1024 * 1024
#: Documents of one event, which are all held in memory. Syncfy delivers one of each kind.
_MOST_DOCUMENTS = 1_000
_ANY = "*/*"
_NEVER = datetime.max.replace(tzinfo=UTC)
_Row = TypeVar("_Row", Transaction, Document)


class Syncfy:
    """A client of Syncfy's API, one for each event loop. Its repr shows nothing."""

    def __init__(self, http: httpx.AsyncClient, *, api_key: str, limiter: Limiter | None = None) -> None:
        if not re.fullmatch(r"[!-~]+", api_key):
            raise SettingsError("Syncfy's API key is empty or has a character no key has")
        self._key = f"api_key api_key={api_key}"
        self._transport = Transport(http, limiter or LocalLimiter())
        self._sessions = Sessions(self._open_session)

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        api_key: str,
        limiter: Limiter | None = None,
        connect_seconds: float = 10.0,
        read_seconds: float = 60.0,
        connections: int = 10,
    ) -> Self:
        """Make a client, which opens nothing yet. `url` may end in `/v1`. Reads wait long, as for an export."""
        timeout = httpx.Timeout(read_seconds, connect=connect_seconds)
        return cls(open_http(url, timeout, connections), api_key=api_key, limiter=limiter)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def ping(self) -> None:
        """Send the cheapest request that needs a valid API key. Raises SyncfyRejected for another."""
        await self._transport.json(Call("GET", "/v1/users", (("limit", "1"),)), self._key, decoding.ANYTHING)

    # Users

    async def find_user(self, external_id: str) -> User | None:
        """Find the user with this id_external; the oldest of several, as Syncfy does not keep it unique."""
        call = Call("GET", "/v1/users", (("id_external", external_id),))
        users = decoding.many(await self._transport.json(call, self._key, decoding.USERS))
        ours = [user for user in users if user.id_external == external_id]
        return min(ours, key=lambda user: (user.dt_create or _NEVER, user.id_user), default=None)

    async def create_user(self, name: str, external_id: str) -> User:
        call = Call("POST", "/v1/users", body={"name": name, "id_external": external_id})
        return await self._transport.json(call, self._key, decoding.USER)

    async def ensure_user(self, name: str, external_id: str) -> User:
        """Find the user with this id_external, or create it. Two callers at once get the same one."""
        known = await self.find_user(external_id)
        if known is None:
            made = await self.create_user(name, external_id)
            known = await self.find_user(external_id) or made
        return known

    async def delete_user(self, id_user: str) -> bool:
        """Delete the user and all its data at Syncfy. False when there was none."""
        self._sessions.drop(id_user)
        return await self._gone(self._transport.json(_delete("users", id_user), self._key, decoding.ANYTHING))

    # Sessions

    async def session_token(self, id_user: str, *, fresh: bool = False) -> str:
        """Return a token that acts for the user: one that is cached, or with `fresh` a new one for a browser."""
        return await (self._sessions.fresh(id_user) if fresh else self._sessions.token(id_user))

    # Jobs

    async def start_job(self, id_user: str, site: Site, *, rfc: str, password: str) -> StartedJob:
        """Log in to SAT. The password goes to Syncfy and nowhere else."""
        body = {"id_site": site.id, "input": {"rfc": rfc, "password": password}, "id_user": id_user}
        return await self._json(id_user, Call("POST", "/v1/jobs", body=body), decoding.STARTED_JOB)

    async def job_statuses(self, id_user: str, id_job: str) -> list[JobStatus]:
        """List all statuses of a job, oldest first. Syncfy keeps them for 15 days; later it raises SyncfyRejected."""
        call = Call("GET", f"/v1/jobs/{checked_id(id_job)}/status")
        return decoding.many(await self._json(id_user, call, decoding.JOB_STATUSES))

    async def answer_challenge(self, id_user: str, id_job: str, answers: Mapping[str, str]) -> None:
        """Answer a challenge: a value for the name of each TwofaField."""
        call = Call("POST", f"/v1/jobs/{checked_id(id_job)}/twofa", body={"twofa": dict(answers)})
        await self._json(id_user, call, decoding.ANYTHING)

    # Credentials

    async def credentials(self, id_user: str) -> list[Credential]:
        return decoding.many(await self._json(id_user, Call("GET", "/v1/credentials"), decoding.CREDENTIALS))

    async def credential(self, id_user: str, id_credential: str) -> Credential | None:
        """Read a credential; None when Syncfy does not have it (any more)."""
        call = Call("GET", f"/v1/credentials/{checked_id(id_credential)}")
        try:
            rows = decoding.many(await self._json(id_user, call, decoding.CREDENTIALS))
        except SyncfyRejected as error:
            if error.syncfy_code == 404:
                return None
            raise
        return next((row for row in rows if row.id_credential == id_credential), None)

    async def refresh_credential(self, id_user: str, id_credential: str) -> StartedJob:
        """Start a download with the password that Syncfy holds; SAT's sites allow one a day."""
        call = Call("PUT", f"/v1/credentials/{checked_id(id_credential)}/pulls", body={})
        return await self._json(id_user, call, decoding.STARTED_JOB)

    async def delete_credential(self, id_user: str, id_credential: str) -> bool:
        """Return False when there was none."""
        return await self._gone(self._json(id_user, _delete("credentials", id_credential), decoding.ANYTHING))

    # Data

    async def transactions(self, id_user: str, endpoint: Endpoint) -> AsyncIterator[Page[Transaction]]:
        """Yield pages of transactions, from the endpoint's own `skip` to the end of the list; none is empty."""
        endpoint.must_be("/v1/transactions")
        async for page in self._pages(id_user, endpoint, decoding.TRANSACTIONS):
            yield page

    async def documents(self, id_user: str, endpoint: Endpoint) -> Page[Document]:
        """List documents with their bytes. V1 events name `/v1/webhooks/events/{id}/documents`."""
        endpoint.must_be("/v1/documents", "/v1/webhooks/events/")
        found: Page[Document] = Page([])
        async for page in self._pages(id_user, endpoint, decoding.DOCUMENTS):
            found.extend(page)
            if len(found.rows) > _MOST_DOCUMENTS:
                raise SyncfyMalformed(f"an event of more than {_MOST_DOCUMENTS} documents")
        return found

    async def export(self, id_user: str, endpoint: Endpoint, to: IO[bytes], *, max_bytes: int) -> int:
        """Write the ZIP of one page of attachments to `to` and return its size; 0 when there is nothing to export.

        One endpoint is one ZIP of up to 5,000 files. When it fails, what `to` holds is worthless.
        SyncfyMalformed: larger than `max_bytes`, or not a ZIP.
        """
        endpoint.must_be("/v1/attachments/export", "/v1/attachments")
        # The oldest events name the list of attachments and not its export; both take the same filters.
        call = Call("GET", "/v1/attachments/export", endpoint.params)
        response, token = await self._open(id_user, call, accept=_ANY)
        if is_json(response):
            await unwrap(response, call, token, decoding.ANYTHING)
            raise SyncfyMalformed("Syncfy answered an export with JSON")
        try:
            size = 0
            async with aclosing(chunks(response, max_bytes)) as content:
                async for chunk in content:
                    if size == 0 and not chunk.startswith(b"PK"[: len(chunk)]):
                        raise SyncfyMalformed("Syncfy's export is not a ZIP")
                    size += to.write(chunk)
        finally:
            await response.aclose()
        return size

    async def attachment(self, id_user: str, id_attachment: str) -> bytes:
        """Download one file: XML, PDF, or a return's JSON. Raises SyncfyMalformed above 25 MB."""
        call = Call("GET", f"/v1/attachments/{checked_id(id_attachment)}")
        response, token = await self._open(id_user, call, accept=_ANY)
        try:
            content = await read(response, LARGEST_ATTACHMENT)
        finally:
            await response.aclose()
        if is_json(response):
            refuse_envelope(content, response.status_code, call, token)
        return content

    # Webhooks

    async def webhooks(self) -> list[Webhook]:
        return decoding.many(await self._transport.json(Call("GET", "/v1/webhooks"), self._key, decoding.WEBHOOKS))

    async def register_webhook(self, url: str, events: Sequence[str], headers: Mapping[str, str]) -> Webhook:
        """Create a webhook for all users. `events` are as in envelopes.V1_NAMES; `headers` come with each delivery."""
        call = Call("POST", "/v1/webhooks", body={"url": url, "events": list(events), "headers": dict(headers)})
        return await self._transport.json(call, self._key, decoding.WEBHOOK)

    async def delete_webhook(self, id_webhook: str) -> bool:
        """Return False when there was none."""
        return await self._gone(self._transport.json(_delete("webhooks", id_webhook), self._key, decoding.ANYTHING))

    # How a request is made

    async def _open_session(self, id_user: str) -> str:
        call = Call("POST", "/v1/sessions", body={"id_user": checked_id(id_user)})
        return (await self._transport.json(call, self._key, decoding.SESSION)).token

    async def _open(self, id_user: str, call: Call, *, accept: str = "application/json") -> tuple[httpx.Response, str]:
        """Send a request; return the open response and its authentication. A refused session is replaced once."""
        token = await self._sessions.token(id_user)
        try:
            return await self._transport.send(call, _bearer(token), accept=accept), _bearer(token)
        except SyncfyRejected as error:
            if error.syncfy_code != 401:
                raise
        token = await self._sessions.renewed(id_user, token)
        return await self._transport.send(call, _bearer(token), accept=accept), _bearer(token)

    async def _json(self, id_user: str, call: Call, decoder: msgspec.json.Decoder[decoding.T]) -> decoding.T:
        response, auth = await self._open(id_user, call)
        return await unwrap(response, call, auth, decoder)

    async def _pages(self, id_user: str, endpoint: Endpoint, rows: decoding.ListOf[_Row]) -> AsyncIterator[Page[_Row]]:
        async def ask(at: Endpoint) -> Page[_Row]:
            return rows.page(await self._json(id_user, Call("GET", at.path, at.params), decoding.RAW))

        async for page in pages(ask, endpoint):
            yield page

    @staticmethod
    async def _gone(deletion: Awaitable[object]) -> bool:
        try:
            await deletion
        except SyncfyRejected as error:
            if error.syncfy_code == 404:
                return False
            raise
        return True


def _bearer(token: str) -> str:
    return f"Bearer {token}"


def _delete(resource: str, id: str) -> Call:
    return Call("DELETE", f"/v1/{resource}/{checked_id(id)}")
