"""Client, envelopes and signature against the sandbox, which shares no code with them but the list of sites."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from gateway.errors import SyncfyRejected
from gateway.sandbox.app import create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY, Jwk, SandboxOptions, WebhookSpec
from gateway.sandbox.taxpayers import Taxpayers
from gateway.syncfy.client import Syncfy
from gateway.syncfy.codes import Outcome, info
from gateway.syncfy.deliveries import parse_webhook
from gateway.syncfy.endpoints import documents_all, parse_endpoint
from gateway.syncfy.envelopes import V1_NAMES, Event, EventName
from gateway.syncfy.signature import Verifier, verifier
from gateway.syncfy.sites import CHILDREN, Site
from tests.support import played_syncfy
from tests.waiting import patience

KEY: Jwk = {"kid": "1", "kty": "oct", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}
RFC = "EKU9003173C9"


@dataclass
class Inbox:
    """Receives what the sandbox delivers, as our own endpoint would."""

    verify: Verifier
    events: list[Event] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.verify(dict(request.headers), request.content)
        self.events += parse_webhook(request.content).events
        return httpx.Response(200, json={})

    async def until(self, enough: Callable[[list[Event]], bool]) -> list[Event]:
        async with patience():
            while not enough(self.events):
                await asyncio.sleep(0.01)
        return self.events


@asynccontextmanager
async def sandbox(*webhooks: WebhookSpec, verify: Verifier) -> AsyncIterator[tuple[Syncfy, Inbox]]:
    inbox = Inbox(verify)
    options = SandboxOptions(pace=0.001, rate_limit=0, webhooks=webhooks)
    app = create_sandbox(options, Taxpayers(1, 12), transport=httpx.MockTransport(inbox))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox.test/v1")

    async def at_once() -> None:
        """No pace: the sandbox's limit is off."""

    async with app.router.lifespan_context(app):
        client = Syncfy(http, api_key=DEFAULT_API_KEY, limiter=at_once)
        yield client, inbox
        await client.aclose()


def _complete(events: list[Event]) -> bool:
    done = {(event.site, event.name) for event in events}
    transactions = {(site, EventName.CREDENTIALS_REFRESHED) for site in CHILDREN if not site.delivers_documents}
    documents = {(site, EventName.DOCUMENTS_SUCCESS) for site in CHILDREN if site.delivers_documents}
    return transactions | documents <= done


async def test_all_in_one_from_the_login_to_the_last_document() -> None:
    hook = WebhookSpec("http://gateway.test/webhooks/syncfy", key=KEY)
    async with sandbox(hook, verify=verifier([], [json.dumps(KEY)])) as (syncfy, inbox):
        user = await syncfy.ensure_user("Escuela Kemper", "taxpayer-1")
        assert await syncfy.ensure_user("Escuela Kemper", "taxpayer-1") == user
        started = await syncfy.start_job(user.id_user, Site.ALL_IN_ONE, rfc=RFC, password="ok")
        events = await inbox.until(_complete)

        await _ended(syncfy, user.id_user, started.id_job)  # the run's own end comes after its sites' events
        history = await syncfy.job_statuses(user.id_user, started.id_job)
        assert info(history[0].code).outcome is Outcome.PROGRESS
        assert info(history[-1].code).outcome is Outcome.SUCCESS
        assert {event.id_user for event in events} == {user.id_user}
        assert {event.id_external for event in events} == {"taxpayer-1"}
        assert all(event.at is not None and event.version == "3.1" for event in events)

        credentials = {row.id_credential: row for row in await syncfy.credentials(user.id_user)}
        assert {row.site for row in credentials.values()} == {site for site in CHILDREN if not site.delivers_documents}
        for event in events:
            if event.name == EventName.CREDENTIALS_REFRESHED:
                assert event.id_credential is not None
                assert credentials[event.id_credential].site == event.site
                await _fetches_all(syncfy, user.id_user, event)

        files = [
            document
            for event in events
            if event.name == EventName.DOCUMENTS_SUCCESS
            for path in event.endpoints.documents
            for document in (await syncfy.documents(user.id_user, parse_endpoint(path))).rows
        ]
        assert {(file.site, (file.content or b"")[:1]) for file in files} == {
            (site, start) for site in CHILDREN if site.delivers_documents for start in (b"%", b"{")
        }
        everything = (await syncfy.documents(user.id_user, documents_all())).rows
        assert {file.id for file in files} <= {file.id for file in everything}


async def _ended(syncfy: Syncfy, id_user: str, id_job: str) -> None:
    """Waits for a status after which none comes."""
    async with patience():
        while not info((await syncfy.job_statuses(id_user, id_job))[-1].code).terminal:
            await asyncio.sleep(0.01)


async def _fetches_all(syncfy: Syncfy, id_user: str, event: Event) -> None:
    """The event's lists and its export agree, and a single attachment is the file in the ZIP."""
    (path,), (zipped,) = event.endpoints.transactions, event.endpoints.attachments
    rows = [row async for page in syncfy.transactions(id_user, parse_endpoint(path)) for row in page.rows]
    attachments = [attachment for row in rows for attachment in row.attachments]
    assert rows
    assert {row.site for row in rows} == {event.site}
    buffer = io.BytesIO()
    assert await syncfy.export(id_user, parse_endpoint(zipped), buffer, max_bytes=50_000_000) > 0
    with zipfile.ZipFile(buffer) as archive:
        assert sorted(archive.namelist()) == sorted(attachment.file or "" for attachment in attachments)
        single = attachments[-1]
        assert archive.read(single.file or "") == await syncfy.attachment(id_user, single.id_attachment)


async def test_small_pages_make_the_same_list() -> None:
    hook = WebhookSpec("http://gateway.test/webhooks/syncfy", headers={"X-Webhook-Token": "shared"})
    async with sandbox(hook, verify=verifier(["shared"], [])) as (syncfy, inbox):
        user = await syncfy.create_user("Escuela Kemper", "taxpayer-1")
        await syncfy.start_job(user.id_user, Site.ALL_IN_ONE, rfc=RFC, password="ok")
        events = await inbox.until(_complete)
        path = next(e.endpoints.transactions[0] for e in events if e.site is Site.CIEC and e.endpoints.transactions)
        whole = [row.id async for page in syncfy.transactions(user.id_user, parse_endpoint(path)) for row in page.rows]
        small = parse_endpoint(path.replace("limit=5000", "limit=5"))
        pages = [[row.id for row in page.rows] async for page in syncfy.transactions(user.id_user, small)]
        assert [id for page in pages for id in page] == whole
        assert all(len(page) == 5 for page in pages[:-1])


async def test_a_webhook_of_the_first_kind_is_registered_and_read() -> None:
    async with sandbox(verify=verifier(["shared"], [])) as (syncfy, inbox):
        hook = await syncfy.register_webhook("http://gateway.test/hook", V1_NAMES, {"X-Webhook-Token": "shared"})
        assert [row.id_webhook for row in await syncfy.webhooks()] == [hook.id_webhook]
        user = await syncfy.create_user("Escuela Kemper", "taxpayer-1")
        await syncfy.start_job(user.id_user, Site.ALL_IN_ONE, rfc=RFC, password="ok")
        events = await inbox.until(
            lambda seen: {Site.TAX_STATUS, Site.COMPLIANCE_OPINION} <= {e.site for e in seen if e.endpoints.documents}
        )
        assert {event.version for event in events} == {"v1"}
        assert len({event.eid for event in events}) == len(events)
        event = next(event for event in events if event.name == EventName.DOCUMENTS_COMPLETED)
        assert event.id_user == user.id_user
        assert len((await syncfy.documents(user.id_user, parse_endpoint(event.endpoints.documents[0]))).rows) == 2
        assert await syncfy.delete_webhook(hook.id_webhook)
        assert await syncfy.webhooks() == []


async def test_a_challenge_is_shown_and_answered() -> None:
    async with sandbox(verify=verifier(["x"], [])) as (syncfy, _):
        user = await syncfy.create_user("Escuela Kemper", "taxpayer-1")
        started = await syncfy.start_job(user.id_user, Site.ALL_IN_ONE, rfc=RFC, password="captcha")
        async with patience():
            while not (last := (await syncfy.job_statuses(user.id_user, started.id_job))[-1]).twofa:
                await asyncio.sleep(0.01)
        assert (last.code, info(last.code).outcome) == (410, Outcome.WAITING)
        assert last.twofa[0].image
        await syncfy.answer_challenge(user.id_user, started.id_job, {last.twofa[0].name: "123456"})
        await _ended(syncfy, user.id_user, started.id_job)


async def test_a_wrong_password_ends_the_job_and_the_credential_is_refused_another_pull() -> None:
    async with sandbox(verify=verifier(["x"], [])) as (syncfy, _):
        user = await syncfy.create_user("Escuela Kemper", "taxpayer-1")
        started = await syncfy.start_job(user.id_user, Site.CIEC, rfc=RFC, password="wrong")
        await _ended(syncfy, user.id_user, started.id_job)
        assert (await syncfy.job_statuses(user.id_user, started.id_job))[-1].code == 401
        refused = await syncfy.credentials(user.id_user)
        assert [(row.site, row.code, row.is_authorized) for row in refused] == [(Site.CIEC, 401, False)]
        for credential in refused:
            with pytest.raises(SyncfyRejected, match="400"):
                await syncfy.refresh_credential(user.id_user, credential.id_credential)
            assert await syncfy.delete_credential(user.id_user, credential.id_credential)
            assert await syncfy.credential(user.id_user, credential.id_credential) is None
        assert await syncfy.delete_user(user.id_user)
        assert await syncfy.find_user("taxpayer-1") is None


async def test_two_who_need_the_same_user_at_once_come_to_one() -> None:
    async with played_syncfy() as syncfy:
        users = await asyncio.gather(*(syncfy.ensure_user("Escuela Kemper", "taxpayer-1") for _ in range(3)))
        assert len({user.id_user for user in users}) == 1
        assert await syncfy.ensure_user("Escuela Kemper", "taxpayer-1") == users[0]
