"""blacklist, catalogs, documents: imports from files instead of from Syncfy."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from gateway.commands.settings import say, settings_of_environment
from gateway.embedded.local import joined
from gateway.errors import SettingsError
from gateway.store import mongo
from gateway.store.indexes import ensure_indexes
from gateway.store.mongo import Store, unavailable_means_try_again
from gateway.telemetry import configure_logging

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Run `work` on the configured store, or on the running embedded one."""
    settings = joined(settings_of_environment())
    if not settings.mongodb_url:
        raise SettingsError("MONGODB_URL must be set, or the embedded store running (`sat-gateway serve` starts it)")

    # What a person reads is printed; only what went wrong is logged beside it.
    configure_logging(dataclasses.replace(settings, log_level="WARNING"), process="import")

    async def run() -> T:
        store = mongo.connect(settings.mongodb_url, settings.mongodb_database)
        try:
            async with unavailable_means_try_again():
                await store.ping()
                await ensure_indexes(store)
                return await work(store)
        finally:
            store.close()

    return asyncio.run(run())


def content_of(file: str) -> bytes:
    """Read a file, or stdin for `-`."""
    if file == "-":
        return sys.stdin.buffer.read()
    return Path(file).read_bytes()


_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.group(short_help="SAT's list of article 69-B.")
def blacklist() -> None:
    """SAT's list of article 69-B: taxpayers presumed or proven to have issued CFDI for operations that never were."""


@blacklist.command("import", short_help="Replace the list with SAT's published CSV.")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Also an older list, or one with less than half of the taxpayers.")
def import_blacklist(file: str, force: bool) -> None:
    """Replace the list with FILE (- reads stdin): Listado_Completo_69-B.csv, as SAT publishes it.

    The new list counts when it is whole in the store; an import that is interrupted changes nothing.
    """
    from gateway.sat.blacklist import read
    from gateway.store import blacklist as entries

    content = content_of(file)
    new = read(content)
    digest = hashlib.sha256(content).hexdigest()
    done = with_store(lambda store: entries.replace(store, new, sha256=digest, force=force))
    if done.unchanged:
        say("this file was imported before: nothing to do")
    click.echo(
        f"{done.entries} taxpayers, as of {new.as_of or 'an unknown day'}: "
        f"{done.added} new, {done.changed} changed, {done.removed} no longer listed"
    )
    if new.nameless:
        say(f"left out, for want of an RFC that can be read: {new.nameless}")


@click.group(short_help="Bring in a taxpayer's own files.")
def documents() -> None:
    """Import a taxpayer's own files, beside those that Syncfy collects."""


@documents.command("import", short_help="Store XML, SAT's PDFs and metadata files, and ZIPs of them.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--taxpayer", "rfc", required=True, metavar="RFC", help="Whose they are; made known when it is new.")
@click.option("--owner", required=True, metavar="VIEWER", help="The viewer whose taxpayer it is.")
def import_documents(paths: tuple[Path, ...], rfc: str, owner: str) -> None:
    """Store the documents in PATHS: XML of CFDI and retenciones, PDFs of returns, opiniones and constancias, SAT's
    metadata files (descarga masiva), ZIPs of them, and directories with all below.

    A document known from a metadata file is completed by its XML, in any order. Importing again changes nothing.
    """
    from gateway.ingest.import_files import Report, import_files
    from gateway.usecases import create_taxpayer

    async def work(store: Store) -> Report:
        taxpayer, new = await create_taxpayer(store, owner=owner, rfc=rfc, name=None)
        if new:
            say("a new taxpayer")
        return await import_files(store, taxpayer, paths, lambda so_far: say(f"{so_far.documents} documents so far"))

    report = with_store(work)
    for name, why in report.refused:
        say(f"{name}: {why}")
    if report.others:
        say(f"{report.others} of the documents name another RFC: they are kept and listed, and count in no figure")
    click.echo(f"{report.documents} documents, {report.unreadable} kept as unreadable, {report.others} of others")
    if not report.documents and not report.unreadable:
        raise click.exceptions.Exit(1)


@click.group(short_help="SAT's catalogue of product keys.")
def catalogs() -> None:
    """SAT's catalogue of product keys (c_ClaveProdServ): all others are part of the program."""


@catalogs.command("import", short_help="Replace the labels of product keys.")
@click.argument("file", type=_FILE)
@click.option("--version", type=click.Choice(["3.3", "4.0"]), help="Of which CFDI a CSV is; without it of all.")
def import_catalogs(file: str, version: str | None) -> None:
    """Replace the labels of product keys (c_ClaveProdServ) by those in FILE (- reads stdin).

    \b
    SQL  database/data/cfdi_40_productos_servicios.sql of github.com/phpcfdi/resources-sat-catalogs
    CSV  code,label[,from,to] with a line of headings; SAT's own sheet of catCFDI.xls, saved as CSV, is one

    The API shows new labels within a minute.
    """
    from gateway.sat.catalog_file import read
    from gateway.store.catalogs import replace

    entries = read(content_of(file), version=version)
    for table, count in with_store(lambda store: replace(store, entries)).items():
        click.echo(f"{table}: {count} entries")
