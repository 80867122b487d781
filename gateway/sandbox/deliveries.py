"""Delivery of notifications: in order for each webhook, signed if it has a key, and retried."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import replace

import httpx
import jwt
import orjson
from jwt.utils import base64url_decode

from gateway.sandbox.background import Background, log
from gateway.sandbox.events import Occurrence, v1_body, v3_body, wanted_by
from gateway.sandbox.ids import Ids
from gateway.sandbox.options import Jwk, SandboxOptions
from gateway.sandbox.state import State, Webhook

#: A documented webhook object has is_disabled 1 and ct_failed 1001.
FAILURES_UNTIL_DISABLED = 1000
SIGNATURE_LIFETIME = 300


def signature(body: bytes, key: Jwk, now: float) -> str:
    """Sign the SHA-256 of a body as a compact JWS.

    Syncfy has not published its scheme; integrators verify `request-signature` as a JWS with the key's decoded `k`.
    """
    claims = {
        "iat": int(now),
        "exp": int(now) + SIGNATURE_LIFETIME,
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    return jwt.encode(claims, base64url_decode(key["k"]), algorithm="HS256", headers={"kid": key["kid"]})


class Deliveries:
    """Sends notifications to webhooks. `transport` is for tests; without it they go over the network."""

    def __init__(
        self,
        options: SandboxOptions,
        state: State,
        ids: Ids,
        background: Background,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._options = options
        self._state = state
        self._ids = ids
        self._background = background
        self._client = httpx.AsyncClient(
            timeout=options.delivery_timeout, trust_env=False, follow_redirects=False, transport=transport
        )
        self._lanes: dict[str, asyncio.Queue[bytes]] = {}
        #: Deliveries that are neither accepted nor given up yet.
        self.open = 0

    async def close(self) -> None:
        await self._client.aclose()

    def send(self, occurrence: Occurrence, copies: int = 1) -> None:
        """Queue the occurrence for every webhook that subscribes to it. Copies have the same bytes."""
        for webhook in list(self._state.webhooks.values()):
            body = self._body_for(webhook, occurrence)
            if body is None:
                continue
            for _ in range(copies):
                self.open += 1
                if webhook.delay:
                    self._background.spawn(self._later(webhook, body))
                else:
                    self._lane(webhook).put_nowait(body)

    def _body_for(self, webhook: Webhook, occurrence: Occurrence) -> bytes | None:
        user = occurrence.user
        is_ours = webhook.api_key in (None, user.api_key) and webhook.id_user in (None, user.id)
        if not is_ours or webhook.is_disabled or not wanted_by(webhook.events, occurrence.name):
            return None
        if webhook.format == "v1":
            body = v1_body(occurrence)
        else:
            body = v3_body(self._ids.request(), self._options.id_environment, occurrence)
        return None if body is None else orjson.dumps(body)

    async def _later(self, webhook: Webhook, body: bytes) -> None:
        await asyncio.sleep(webhook.delay)
        self._lane(webhook).put_nowait(body)

    def _lane(self, webhook: Webhook) -> asyncio.Queue[bytes]:
        lane = self._lanes.get(webhook.id)
        if lane is None:
            lane = self._lanes[webhook.id] = asyncio.Queue()
            self._background.spawn(self._drive(webhook.id, lane))
        return lane

    async def _drive(self, id_webhook: str, lane: asyncio.Queue[bytes]) -> None:
        while True:
            body = await lane.get()
            if await self._attempt(id_webhook, body):
                self.open -= 1
            else:
                self._background.spawn(self._retry(id_webhook, body))

    async def _retry(self, id_webhook: str, body: bytes) -> None:
        taken = False
        for wait in self._options.retries:
            await asyncio.sleep(wait * self._options.pace)
            if taken := await self._attempt(id_webhook, body):
                break
        self.open -= 1
        if not taken:
            log.warning("a notification was given up", extra={"id_webhook": id_webhook})

    async def _attempt(self, id_webhook: str, body: bytes) -> bool:
        """Post a body once; True when the receiver accepted it (any 2xx), or when the webhook is gone."""
        webhook = self._state.webhooks.get(id_webhook)
        if webhook is None or webhook.is_disabled:
            return True
        headers = {"Content-Type": "application/json", **webhook.headers}
        if webhook.key is not None:
            headers["request-signature"] = signature(body, webhook.key, time.time())
        try:
            response = await self._client.post(webhook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("a notification was not delivered: %s", type(error).__name__, extra={"id_webhook": id_webhook})
        else:
            if response.is_success:
                return True
            log.info("a notification was answered %d", response.status_code, extra={"id_webhook": id_webhook})
        self._count_failure(id_webhook)
        return False

    def _count_failure(self, id_webhook: str) -> None:
        if (webhook := self._state.webhooks.get(id_webhook)) is not None:
            failed = webhook.ct_failed + 1
            disabled = int(failed > FAILURES_UNTIL_DISABLED)
            self._state.webhooks[id_webhook] = replace(webhook, ct_failed=failed, is_disabled=disabled)
