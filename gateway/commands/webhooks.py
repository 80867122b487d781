"""webhooks: the registrations of this service at Syncfy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from gateway.commands.settings import say, settings_of_environment
from gateway.embedded.local import joined
from gateway.errors import SettingsError
from gateway.syncfy.client import Syncfy
from gateway.syncfy.envelopes import V1_NAMES

T = TypeVar("T")


@click.group(short_help="Manage the webhooks at Syncfy.")
def webhooks() -> None:
    """Manage the webhooks at Syncfy.

    Webhooks made here are Syncfy's V1. Those of its dashboard (V3) add documents.success and documents.failed, several
    events in one delivery, and a signature; set WEBHOOK_KEYS to the dashboard's key then.
    """


@webhooks.command(short_help="Register this service at Syncfy for every event.")
@click.option("--url", help="Where to send to.  [default: PUBLIC_URL/webhooks/syncfy]")
def register(url: str | None) -> None:
    """Register this service at Syncfy for every event, with the first of WEBHOOK_TOKENS as a header."""
    settings = joined(settings_of_environment())
    if not settings.webhook_tokens:
        raise SettingsError("WEBHOOK_TOKENS must be set: it is how a delivery is known to be Syncfy's")
    address = url or f"{settings.public_url}/webhooks/syncfy"

    async def work(syncfy: Syncfy) -> str:
        for known in await syncfy.webhooks():
            if known.url == address and not known.is_disabled and set(V1_NAMES) <= set(known.events):
                return f"already registered: {known.id_webhook} → {address}"
        made = await syncfy.register_webhook(address, V1_NAMES, {"X-Webhook-Token": settings.webhook_tokens[0]})
        return f"registered: {made.id_webhook} → {address}"

    click.echo(_with_syncfy(work))


@webhooks.command("list", short_help="List the webhooks of this API key.")
def list_() -> None:
    """List the webhooks of this API key."""

    async def work(syncfy: Syncfy) -> list[str]:
        return [
            f"{hook.id_webhook}  {'disabled' if hook.is_disabled else 'enabled '}  "
            f"{hook.failures or 0:>4} failed  {', '.join(hook.events)}  {hook.url}"
            for hook in await syncfy.webhooks()
        ]

    lines = _with_syncfy(work)
    for line in lines:
        click.echo(line)
    if not lines:
        say("no webhooks: run `sat-gateway webhooks register`")


@webhooks.command(short_help="Delete a webhook at Syncfy.")
@click.argument("id_webhook")
def delete(id_webhook: str) -> None:
    """Delete a webhook at Syncfy."""

    async def work(syncfy: Syncfy) -> bool:
        return await syncfy.delete_webhook(id_webhook)

    if not _with_syncfy(work):
        raise click.ClickException("there is no such webhook")
    click.echo(f"deleted: {id_webhook}")


def _with_syncfy(work: Callable[[Syncfy], Awaitable[T]]) -> T:
    settings = joined(settings_of_environment())

    async def run() -> T:
        syncfy = Syncfy.connect(settings.syncfy_url, api_key=settings.syncfy_api_key)
        try:
            return await work(syncfy)
        finally:
            await syncfy.aclose()

    return asyncio.run(run())
