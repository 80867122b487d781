"""Webhook management, as API version 1 has it. Version 3 is made in Syncfy's dashboard: here, in the options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from gateway.sandbox.auth import Need
from gateway.sandbox.endpoint import Call, endpoint
from gateway.sandbox.envelope import bad_request, not_found
from gateway.sandbox.events import V1_NAMES, V3_NAMES
from gateway.sandbox.ids import hashed
from gateway.sandbox.options import WebhookSpec
from gateway.sandbox.params import integer, listed, mapping, text
from gateway.sandbox.state import State, Webhook

_KNOWN = {*V1_NAMES.values(), *V3_NAMES}


def register(state: State, spec: WebhookSpec, now: int) -> None:
    """Register a webhook of the options, which receives the events of every key."""
    id_webhook = _free_id(state, "options", spec.url)
    state.webhooks[id_webhook] = Webhook(
        id_webhook, None, spec.url, tuple(spec.events), dict(spec.headers), spec.format, spec.key, dt_created=now
    )


def _free_id(state: State, *key: str) -> str:
    number = 0
    while (id_webhook := hashed("webhook", *key, str(number))) in state.webhooks:
        number += 1
    return id_webhook


def _common(webhook: Webhook) -> dict[str, Any]:
    return {
        "id_webhook": webhook.id,
        "id_user": webhook.id_user,
        "events": list(webhook.events),
        "url": webhook.url,
        "delay": webhook.delay,
    }


async def list_webhooks(call: Call) -> list[dict[str, Any]]:
    """List the webhooks. Dates are ISO here, though Unix seconds in the answer to the POST."""
    rows = []
    for webhook in call.context.state.webhooks.values():
        if webhook.format == "v1" and webhook.api_key in (None, call.api_key):
            created = datetime.fromtimestamp(webhook.dt_created, UTC).isoformat(timespec="seconds")
            more = {"is_disabled": webhook.is_disabled, "ct_failed": webhook.ct_failed}
            rows.append(_common(webhook) | more | {"dt_created": created, "dt_modified": None})
    return listed(rows, call.params)


async def create_webhook(call: Call) -> dict[str, Any]:
    url, events = text(call.params, "url"), call.params.get("events")
    if url is None or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request()
    if not isinstance(events, list) or not events or not _KNOWN.issuperset(map(str, events)):
        raise bad_request()
    state = call.context.state
    webhook = Webhook(
        id=_free_id(state, call.api_key, url),
        api_key=call.api_key,
        url=url,
        events=tuple(events),
        headers={str(name): str(value) for name, value in mapping(call.params, "headers").items()},
        format="v1",
        id_user=text(call.params, "id_user"),
        delay=max(0, integer(call.params, "delay") or 0),
        dt_created=call.context.now(),
    )
    state.webhooks[webhook.id] = webhook
    return _common(webhook) | {"dt_created": webhook.dt_created, "dt_modified": None}


async def delete_webhook(call: Call) -> bool:
    state, id_webhook = call.context.state, call.path["id_webhook"]
    if id_webhook not in state.webhooks or state.webhooks[id_webhook].api_key not in (None, call.api_key):
        raise not_found()
    del state.webhooks[id_webhook]
    return True


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/webhooks", list_webhooks, Need.KEY),
        endpoint("POST", "/webhooks", create_webhook, Need.KEY),
        endpoint("DELETE", "/webhooks/{id_webhook}", delete_webhook, Need.KEY),
    ]
