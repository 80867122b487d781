"""doctor: checks of the configuration and the servers, with advice."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import aclosing
from dataclasses import dataclass

import click

from gateway.commands.settings import settings_of_environment
from gateway.config import VARIABLES, Settings
from gateway.embedded import demonstration
from gateway.embedded.local import joined
from gateway.errors import GatewayError, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    ok: bool
    detail: str
    advice: str = ""


@click.command(short_help="Check settings, store, broker and Syncfy; say what to do.")
@click.option("--settings", "list_settings", is_flag=True, help="Only list the settings and what they mean.")
def doctor(list_settings: bool) -> None:
    """Check the settings, the store, the broker and Syncfy, and say what to do. Exit 1 when something is wrong."""
    if list_settings:
        for name, meaning in VARIABLES.items():
            click.echo(f"{name:<18} {'set  ' if os.environ.get(name) else 'unset'}  {meaning}")
        return
    given = settings_of_environment()
    findings = asyncio.run(_examine(joined(given), embedded=not given.mongodb_url))
    for finding in findings:
        mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.what:<9} {finding.detail}")
        if finding.advice:
            click.echo(f"            → {finding.advice}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


async def _examine(settings: Settings, *, embedded: bool) -> list[Finding]:
    kind = "production" if settings.production else "development"
    findings = [Finding("settings", True, f"{kind}; webhooks below {settings.public_url}")]
    findings.append(await _store(settings, embedded=embedded))
    findings.append(await _broker(settings))
    findings.append(await _syncfy(settings))
    return findings


async def _store(settings: Settings, *, embedded: bool) -> Finding:
    if not settings.mongodb_url:
        return Finding("store", False, "no MONGODB_URL, and no embedded store is running", _START)
    from gateway.store import mongo, reindex, watch

    store = mongo.connect(settings.mongodb_url, settings.mongodb_database, wait=3)
    engine = ""
    try:
        engine = await store.engine() + (", embedded" if embedded else "")
        async with aclosing(watch.changes(store)) as stream:
            await anext(stream)
        older = await reindex.outdated(store)
    except StoreUnavailable as error:
        return Finding("store", False, str(error), "check MONGODB_URL and that the server runs")
    except Exception as error:
        return Finding(
            "store",
            False,
            f"{engine}: answers, but change streams do not work ({type(error).__name__})",
            "subscriptions need a replica set: start mongod with --replSet and run rs.initiate()",
        )
    finally:
        store.close()
    if older:
        return Finding("store", True, f"{engine}: answers; some documents were stored by an older version", _REINDEX)
    return Finding("store", True, f"{engine}: answers, with change streams")


async def _broker(settings: Settings) -> Finding:
    if not settings.broker_url:
        return Finding("broker", False, "no BROKER_URL, and no embedded broker is running", _START)
    import redis

    try:
        await asyncio.to_thread(lambda: redis.Redis.from_url(settings.broker_url, socket_timeout=3).ping())
    except redis.RedisError as error:
        advice = "check BROKER_URL and that the server runs; webhooks are kept meanwhile and handled later"
        return Finding("broker", False, f"does not answer ({type(error).__name__})", advice)
    return Finding("broker", True, "answers")


async def _syncfy(settings: Settings) -> Finding:
    from gateway.syncfy.client import Syncfy

    syncfy = Syncfy.connect(settings.syncfy_url, api_key=settings.syncfy_api_key, connect_seconds=3, read_seconds=10)
    try:
        await syncfy.ping()
        urls = [hook.url for hook in await syncfy.webhooks() if not hook.is_disabled]
    except GatewayError as error:
        given = any(os.environ.get(name, "").strip() for name in ("SYNCFY_URL", "SYNCFY_API_KEY"))
        advice = "check SYNCFY_URL and SYNCFY_API_KEY" if given or settings.production else _PLAY
        return Finding("syncfy", False, f"{settings.syncfy_url}: {error}", advice)
    finally:
        await syncfy.aclose()
    expected = f"{settings.public_url}/webhooks/syncfy"
    demo = demonstration.running(settings.data_dir)
    # The demonstration's sandbox gets its webhook as an option: the API has none to list or to make.
    is_demo = demo is not None and (f"{demo.sandbox}/v1", demo.api) == (settings.syncfy_url, settings.public_url)
    if is_demo or expected in urls:
        return Finding("syncfy", True, f"{settings.syncfy_url} answers; it notifies {expected}")
    advice = "run `sat-gateway webhooks register`, or make one in Syncfy's dashboard (then this list can't show it)"
    return Finding("syncfy", True, f"{settings.syncfy_url} answers; no webhook of this key's API is ours", advice)


_PLAY = "run `sat-gateway sandbox` or `sat-gateway demo`"
_REINDEX = "run `sat-gateway reindex`: filters, orders and sums may leave them out until then"
_START = "run `sat-gateway serve` or `sat-gateway demo`, which start them, or set it to your own"
