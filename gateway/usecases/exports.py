"""The use-case behind `createExport`. A worker writes it (tasks/exports.py)."""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.errors import InvalidInput
from gateway.exporting.columns import TABLES
from gateway.exporting.offered import offered
from gateway.models.export import Export
from gateway.models.taxpayer import Taxpayer
from gateway.store import export_rows, exports
from gateway.store.mongo import Store, now
from gateway.store.query_language import ClientFilter
from gateway.telemetry import logger

_log = logger(__name__)


class Queue(Protocol):
    def write_export(self, export: str) -> None: ...


async def create(
    store: Store, queue: Queue, taxpayer: Taxpayer, *, kind: str, format: str, filter: ClientFilter | None
) -> Export:
    """Return the export, at once."""
    if not offered(kind, format):
        raise InvalidInput("INVALID_FORMAT", f"{format} is available for INVOICES and WITHHOLDINGS only", ["format"])
    export_rows.query(TABLES[kind].kind, taxpayer.id, filter, now())  # what is wrong with it is told now
    export = await exports.create(
        store, taxpayer=taxpayer.id, owner=taxpayer.owner, kind=kind, format=format, filter=filter or None
    )
    if export is None:
        running, kept = exports.MOST_RUNNING, exports.MOST_KEPT
        why = f"{running} exports of yours are running, or {kept} of the taxpayer's are kept for their day"
        raise InvalidInput("TOO_MANY_EXPORTS", f"{why}: wait for one of them")
    try:
        await asyncio.to_thread(queue.write_export, export.id)
    except Exception as error:  # the row is there: the sweep sends it
        _log.warning("export.not_sent", error=type(error).__name__)
    return export
