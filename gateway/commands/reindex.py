"""reindex: derived keys of documents stored by an older version of the gateway."""

from __future__ import annotations

import asyncio

import click

from gateway.commands.settings import say, settings_of_environment
from gateway.config import Settings
from gateway.embedded.local import joined
from gateway.errors import SettingsError


@click.command(short_help="Write what filters need into documents stored before.")
def reindex() -> None:
    """Derive again the keys of filters, orders and sums, and whose they are, of documents that an older version stored.

    XML that an older version could not read, or read otherwise, is read again from its bytes, and so are opiniones and
    constancias.

    Safe beside the running service, when interrupted, and when run again: it goes on where it stopped.
    """
    settings = joined(settings_of_environment())
    if not settings.mongodb_url:
        raise SettingsError("MONGODB_URL must be set, or the embedded store running (`sat-gateway serve` starts it)")
    left = asyncio.run(_run(settings))
    if left:
        raise click.ClickException(f"{left} documents were written by others meanwhile: run it again")


async def _run(settings: Settings) -> int:
    from gateway.ingest.read_again import read_again
    from gateway.sat.kinds import Kind
    from gateway.store import changes, counterparties, latest, mongo, reindex, settlements, taxpayers
    from gateway.store.indexes import ensure_indexes

    store = mongo.connect(settings.mongodb_url, settings.mongodb_database)
    left = 0
    try:
        await store.ping()
        await ensure_indexes(store)
        for kind in Kind:
            total, done = await reindex.outdated_count(store, kind), 0
            async for written in reindex.reindex(store, kind):
                done += written
                say(f"{kind.collection}: {done} of {total}")
            click.echo(f"{kind.collection}: {done} rewritten")
            left += await reindex.outdated_count(store, kind)
        # All, each time: values that depend on other documents carry no scheme, by which current ones could be skipped.
        documents, unreadable = 0, 0
        async for taxpayer in taxpayers.every_id(store):
            if (mine := await taxpayers.get(store, taxpayer)) is not None:
                again = await read_again(store, mine)
                documents, unreadable = documents + again.documents, unreadable + again.unreadable
            await settlements.recompute_all(store, taxpayer)
            await counterparties.recompute_all(store, taxpayer)
            await latest.show_all(store, taxpayer)
            await changes.note_all(store, taxpayer)
        click.echo(f"documents read again: {documents}, and {unreadable} that could not be read before")
        click.echo("settlements, counterparties and changes: checked")
        click.echo(f"unreadable: {await reindex.reorder_unreadable(store)} put into their order")
    finally:
        store.close()
    return left
