"""Every query of the workers, the schedule and the commands is answered from an index, beside a crowd of documents.

A whole run of a connection, and then each thing that a run does not come to, is done for the taxpayer with thousands of
documents. Which functions of the store they call is read from their modules: one that is never reached fails the test.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import gateway.store
from gateway import usecases
from gateway.commands import reindex
from gateway.models.event import EventState, InboxEvent
from gateway.sat.blacklist import Blacklist
from gateway.sat.catalog_file import CatalogEntry
from gateway.store import (
    arrivals,
    blacklist,
    catalogs,
    credentials,
    deletions,
    exports,
    idempotency,
    inbox,
    jobs,
    taxpayers,
    unreadable,
)
from gateway.store import reindex as outdated
from gateway.store.mongo import Store, now
from gateway.store.pacing import SharedPace
from gateway.syncfy.sites import Site
from tasks import exports as writing
from tasks import reconcile
from tasks.sweep import clean, reconcile_stale, sweep
from tests.crowd import crowd_in, faults_of
from tests.integration.flow import Flow, flow
from tests.plans import recorder
from tests.support import opened, settings_for
from tests.unit.store.test_blacklist import entry
from tests.waiting import eventually

_ROOT = Path(__file__).parents[2]
#: Where the workers' and commands' own code is.
_CALLERS = ("tasks", "gateway/ingest", "gateway/usecases", "gateway/commands")
#: The stream of changes, which is no query.
_NOT_HERE = {"watch.changes"}


def called_by_workers() -> set[str]:
    """`module.function` of each coroutine of the store that their code calls."""
    modules = {module.name for module in pkgutil.iter_modules(gateway.store.__path__)}
    found = set()
    for folder in _CALLERS:
        for path in (_ROOT / folder).rglob("*.py"):
            for module, name in re.findall(r"\b([a-z_]+)\.([a-z_]+)\(", path.read_text(encoding="utf-8")):
                if module in modules:
                    function = getattr(importlib.import_module(f"gateway.store.{module}"), name, None)
                    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                        found.add(f"{module}.{name}")
    return found


@contextmanager
def reached() -> Iterator[set[str]]:
    """Gathers `module.function` of the store that runs within the block."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and "gateway/store/" in frame.f_code.co_filename:
            found.add(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def test_the_workers_queries_are_answered_from_indexes(mongodb_url: str, database: str) -> None:
    crowded = await crowd_in(mongodb_url, database)
    async with opened(mongodb_url, database) as store, flow(store, sweeping=False) as it:
        assert it.taxpayer.id == crowded.taxpayer.id
        with reached() as found, recorder.recording(database):
            await _runs(it)
            await _heals(it)
            await _exports(it)
            await _rest(store, it)
            await reindex._run(settings_for(mongodb_url, database))
        assert await faults_of(store, crowded, recorder.shapes) == {}
        with reached() as found_at_last, recorder.recording(database):
            await usecases.delete_taxpayer(it.connections, it.taxpayer)
            await eventually("the taxpayer is erased", lambda: _erased(it))
        assert await faults_of(store, crowded, recorder.shapes) == {}
    assert called_by_workers() - found - found_at_last == _NOT_HERE


async def _erased(it: Flow) -> bool:
    receipt = await deletions.get(it.store, it.taxpayer.id, owner=it.taxpayer.owner)
    return receipt is not None and receipt["state"] == "DONE"


async def _runs(it: Flow) -> None:
    await it.run()
    await it.quiet()
    seen = await taxpayers.get(it.store, it.taxpayer.id)
    assert seen is not None
    it.taxpayer = seen
    await reconcile.taxpayer(it.deps, it.taxpayer.id)


async def _heals(it: Flow) -> None:
    store = it.store
    await sweep(it.deps)
    await arrivals.tell_left(store, before=now() + timedelta(hours=1))
    await jobs.take_late(store, before=now(), again_after=timedelta(minutes=1))
    await reconcile_stale(it.deps)
    await clean(it.deps)


async def _exports(it: Flow) -> None:
    for format in ("CSV", "ZIP_XML"):
        asked = {"kind": "INVOICES", "format": format, "filter": {"direction": ["ISSUED"]}}
        export = await exports.create(it.store, taxpayer=it.taxpayer.id, owner=it.taxpayer.owner, **asked)
        assert export is not None
        await writing.write(it.deps, export.id)
        held = await exports.get(it.store, export.id)
        assert held is not None
        assert held.state == "SUCCEEDED"
        assert held.done > 1000
        await exports.release(it.store, export)
        await exports.fail(it.store, export, "it has ended")
        await exports.remove(it.store, export)


async def _rest(store: Store, it: Flow) -> None:
    """What neither a run nor the schedule comes to."""
    await SharedPace(store, per_second=1000)()
    await unreadable.count(store, it.taxpayer.id)
    for version in ("1", "2"):
        await blacklist.replace(store, Blacklist("2024-02-29", (entry("AAA010101AAA"),), 0), sha256=version)
        await catalogs.replace(store, [CatalogEntry("product_keys", None, "43", version, None, None)])
    await catalogs.tables(store)
    key, _ = await idempotency.begin(store, "k", taxpayer="t", fingerprint="f", lease=timedelta(seconds=1))
    await idempotency.begin(store, "k", taxpayer="t", fingerprint="f", lease=timedelta(seconds=1))
    await idempotency.refused(store, key, [])
    await idempotency.done(store, key, {})
    event = InboxEvent(id="e", name="x", state=EventState.PROCESSING, received_at=now(), attempts=1, lease="l")
    await inbox.renew(store, event, lease=timedelta(seconds=1))
    await inbox.put_back(store, event, error="none", after=timedelta(0))
    await inbox.bury(store, event, error="none")
    await inbox.not_sent(store, ["e"])
    await inbox.tally(store)
    for state in (None, EventState.DEAD):
        await inbox.recent(store, state=state)
    await inbox.replay(store, since=now())
    id, owner = it.taxpayer.id, it.taxpayer.owner
    await taxpayers.create(store, owner=owner, rfc="XAMA620210DQ5", name="Alba Xochitl")
    await taxpayers.rename(store, id, it.taxpayer.name)
    await taxpayers.note_change(store, id)
    await taxpayers.note_look(store, [id])
    for credential in await credentials.of_taxpayer(store, id):
        await credentials.forget(store, taxpayer=id, id_credential=credential.syncfy_credential_id, asked_at=now())
    run: dict[str, Any] = {"taxpayer": id, "owner": owner, "site": Site.CIEC}
    await jobs.create_followed(store, **run, sites=[Site.CIEC], syncfy_job_id="followed", started_at=now())
    await jobs.create_for_child(store, **run, child="child")
    assert not await outdated.outdated(store)
