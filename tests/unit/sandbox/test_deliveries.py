"""How notifications reach a webhook: order, faults, retries, formats, headers and signature."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import replace

import jwt

from gateway.sandbox.app import SandboxOptions, WebhookSpec
from gateway.sandbox.options import DEFAULT_API_KEY
from gateway.sandbox.scenarios import Faults
from tests.unit.sandbox.support import CIEC, HOOK, KEY, sandbox

OPTIONS = SandboxOptions(webhooks=[WebhookSpec(HOOK)], rate_limit=0)
ALL = 20  # notifications of one successful run of All in One


async def test_lost_sends_nothing_and_half_lost_every_other_one() -> None:
    async with sandbox(OPTIONS) as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "ok+lost")
        assert syncfy.receiver.requests == []
        _, session = await syncfy.user("another")
        await syncfy.run(session, "half-lost")
        assert len(syncfy.receiver.requests) == ALL // 2


async def test_duplicate_sends_every_notification_twice_with_the_same_bytes() -> None:
    async with sandbox(OPTIONS) as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "duplicate")
        assert set(Counter(request.content for request in syncfy.receiver.requests).values()) == {2}
        assert len({event["header"]["event"]["eid"] for event in syncfy.receiver.events}) == ALL


async def test_reorder_sends_the_last_one_first() -> None:
    async with sandbox(OPTIONS) as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "reorder")
        at = [event["header"]["event"]["at"] for event in syncfy.receiver.events]
        assert len(at) == ALL
        assert at == sorted(at, reverse=True)


async def test_delay_sends_when_the_job_is_long_over() -> None:
    async with sandbox(OPTIONS) as syncfy:
        _, session = await syncfy.user()
        id_job = await syncfy.start(session, "delay", id_site=CIEC)
        await syncfy.until(lambda: syncfy.context.state.jobs[id_job].ended)
        assert syncfy.receiver.requests == []
        await syncfy.until(lambda: len(syncfy.receiver.requests) == 4)


async def test_faults_of_the_options_hold_for_every_run() -> None:
    async with sandbox(replace(OPTIONS, faults=Faults(lost=True))) as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)
        assert syncfy.receiver.requests == []


async def test_what_was_not_taken_is_sent_again_and_counted() -> None:
    async with sandbox(OPTIONS) as syncfy:
        _, session = await syncfy.user()
        syncfy.receiver.answers = [500, 302, 0, 202]
        await syncfy.run(session, id_site=CIEC)
        await syncfy.until(lambda: len(syncfy.receiver.requests) == 7)
        sent = Counter(request.content for request in syncfy.receiver.requests)
        assert len(sent) == 4
        (webhook,) = syncfy.context.state.webhooks.values()
        assert webhook.ct_failed == 3


async def test_a_receiver_that_never_takes_it_is_given_up() -> None:
    async with sandbox(replace(OPTIONS, retries=(0.1, 0.1))) as syncfy:
        _, session = await syncfy.user()
        syncfy.receiver.answers = [503] * 100
        await syncfy.run(session, id_site=CIEC)
        await syncfy.until(lambda: len(syncfy.receiver.requests) == 4 * 3)
        await syncfy.quiet()
        assert len(syncfy.receiver.requests) == 4 * 3


async def test_a_webhook_that_failed_a_thousand_times_is_disabled() -> None:
    async with sandbox(OPTIONS) as syncfy:
        (webhook,) = syncfy.context.state.webhooks.values()
        syncfy.context.state.webhooks[webhook.id] = replace(webhook, ct_failed=1000)
        _, session = await syncfy.user()
        syncfy.receiver.answers = [500]
        await syncfy.run(session)
        assert syncfy.context.state.webhooks[webhook.id].is_disabled == 1
        assert len(syncfy.receiver.requests) == 1


async def test_headers_and_a_signature_over_the_body() -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    k = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
    spec = WebhookSpec(HOOK, headers={"X-Webhook-Token": "shared"}, key={"kid": "one", "kty": "oct", "k": k})
    async with sandbox(replace(OPTIONS, webhooks=[spec])) as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, id_site=CIEC)

        assert syncfy.receiver.requests
        for request in syncfy.receiver.requests:
            claims = jwt.decode(request.headers["request-signature"], secret, algorithms=["HS256"])
            assert claims["body_sha256"] == hashlib.sha256(request.content).hexdigest()
            assert claims["exp"] > claims["iat"]
            assert request.headers["x-webhook-token"] == "shared"
            assert request.headers["content-type"] == "application/json"
        assert secret.decode() not in repr(spec)
        assert "shared" not in repr(spec)


async def test_a_webhook_of_version_1_is_managed_by_the_api_and_gets_the_flat_form() -> None:
    async with sandbox(replace(OPTIONS, webhooks=())) as syncfy:
        wanted = {
            "url": HOOK,
            "events": ["refresh", "documents_completed"],
            "headers": {"X-Webhook-Token": "shared"},
        }
        made = await syncfy.call("POST", "/webhooks", headers=KEY, json=wanted)
        (listed,) = await syncfy.call("GET", "/webhooks", headers=KEY)
        assert listed["id_webhook"] == made["id_webhook"]
        assert (listed["is_disabled"], listed["ct_failed"]) == (0, 0)

        id_user, session = await syncfy.user()
        await syncfy.run(session)
        bodies = syncfy.receiver.bodies
        assert Counter(body["event"] for body in bodies) == {"refresh": 4, "documents_completed": 2}
        assert {body["id_user"] for body in bodies} == {id_user}
        documents = next(body for body in bodies if body["event"] == "documents_completed")
        as_user = {"Authorization": f"api_key api_key={DEFAULT_API_KEY},id_user={id_user}"}
        for name, content in (("documents", str), ("documents_json", type(None))):
            address = documents["endpoints"][name][0].removeprefix("/v1")
            pdf, json = await syncfy.call("GET", address, headers=as_user)
            assert isinstance(pdf["content"], content)
        assert json["content"] == {"rfc": "X"}
        archive = await syncfy.http.get(documents["endpoints"]["documents_zip"][0], headers=as_user)
        assert archive.content.startswith(b"PK")

        assert await syncfy.call("DELETE", f"/webhooks/{made['id_webhook']}", headers=KEY) is True
        await syncfy.call("DELETE", f"/webhooks/{made['id_webhook']}", code=404, headers=KEY)


async def test_a_webhook_needs_an_address_and_known_events() -> None:
    async with sandbox(OPTIONS) as syncfy:
        for bad in ({"url": HOOK}, {"url": "ftp://x", "events": ["refresh"]}, {"url": HOOK, "events": ["nothing"]}):
            await syncfy.call("POST", "/webhooks", code=400, headers=KEY, json=bad)
