"""inbox: the webhook events that were received, and their replay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import click

from gateway.commands.settings import say, settings_of_environment
from gateway.config import Settings
from gateway.embedded.local import joined
from gateway.errors import SettingsError
from gateway.models.event import EventState, InboxEvent
from gateway.store import inbox as events
from gateway.store import mongo
from gateway.store.mongo import Store

T = TypeVar("T")


@click.group(short_help="Look at the webhook events received, and replay them.")
def inbox() -> None:
    """List the webhook events that were received, and replay them."""


@inbox.command("list", short_help="List events, newest first.")
@click.option("--state", type=click.Choice([str(state) for state in EventState]), help="Only these.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The newest so many.")
def list_(state: str | None, limit: int) -> None:
    """List events, newest first, and their number in each state."""

    async def work(store: Store) -> tuple[list[InboxEvent], dict[str, int]]:
        chosen = EventState(state) if state else None
        return await events.recent(store, state=chosen, limit=limit), await events.tally(store)

    newest, tally = _with_store(_settings(), work)
    for one in newest:
        error = f"  {one.error}" if one.error else ""
        received = f"{one.received_at:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{received}  {one.state:<10}  {one.attempts:>2}x  {one.name:<22}  {one.id}{error}")
    say("  ".join(f"{name}: {count}" for name, count in tally.items()))


@inbox.command(short_help="Handle events again: those named, or all dead ones.")
@click.argument("ids", nargs=-1)
@click.option("--since", type=click.DateTime(), help="Only events received since then (UTC).")
def replay(ids: tuple[str, ...], since: datetime | None) -> None:
    """Handle events again: the given IDS, or without any all DEAD ones. Handling is idempotent."""
    from datetime import UTC

    from redis import RedisError

    from tasks.broker import make_broker
    from tasks.messages import Messages

    settings = _settings()
    if not settings.broker_url:
        raise SettingsError("BROKER_URL must be set, or the embedded broker running")
    moment = since.replace(tzinfo=UTC) if since else None
    again = _with_store(settings, lambda store: events.replay(store, ids=ids or None, since=moment))
    try:
        Messages(make_broker(settings.broker_url)).handle_events(again)
    except RedisError as error:
        say(f"the broker does not answer ({type(error).__name__}): the scheduler sends them when it does")
    click.echo(f"{len(again)} events sent again")
    unknown = sorted(set(ids) - {id for id, _ in again})
    if unknown:
        raise click.ClickException(f"not in the inbox{' since then' if since else ''}: {', '.join(unknown)}")


def _settings() -> Settings:
    settings = joined(settings_of_environment())
    if not settings.mongodb_url:
        raise SettingsError("MONGODB_URL must be set, or the embedded store running (`sat-gateway serve` starts it)")
    return settings


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        store = mongo.connect(settings.mongodb_url, settings.mongodb_database)
        try:
            await store.ping()
            return await work(store)
        finally:
            store.close()

    return asyncio.run(run())
