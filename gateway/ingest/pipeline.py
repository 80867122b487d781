"""Store a batch that was read: files, documents, what follows from them, and what could not be read.

Any of this may be killed at any line and run again: files are content-addressed, documents are upserted by identity.
"""

from __future__ import annotations

from typing import cast

from gateway.errors import TaxpayerGone
from gateway.ingest import read
from gateway.ingest.batch import Batch
from gateway.ingest.recount import Recount
from gateway.models.taxpayer import Taxpayer
from gateway.sat.documents import Invoice
from gateway.sat.kinds import Kind
from gateway.store import arrivals, changes, files, pending_counterparties, settlements, taxpayers, unreadable
from gateway.store import documents as store_documents
from gateway.store.arrivals import Arrival
from gateway.store.documents import Upserted
from gateway.store.mongo import Store, now
from gateway.telemetry import logger

_log = logger(__name__)


async def store_batch(
    store: Store, taxpayer: Taxpayer, batch: Batch, *, downloaded: bool = True, recount: Recount | None = None
) -> None:
    """Files first, then the documents that point at them, then what can't be read; told at last, when all is there.

    `downloaded`: whether it came from SAT just now, which is what the state of the synchronisation tells. `recount`:
    for one of many batches.
    """
    if not await taxpayers.exists(store, taxpayer.id):
        raise TaxpayerGone("the taxpayer was deleted while its documents came")
    kept = len(batch.files)
    await files.keep(store, taxpayer.id, batch.files)
    problems = list(batch.unreadable)
    # Also what was told as not delivered, under the name it was announced by.
    landed = [name for _, document in batch.documents for name in read.announced(document.source)]
    landed += [name for item in problems if item.file for name in read.announced(item.source)]
    stored: list[tuple[Arrival, Upserted]] = []
    touched: dict[Kind, list[str]] = {}
    left_out: set[int] = set()
    for kind in Kind:
        mine = [document for of, document in batch.documents if of is kind]
        if not mine:
            continue
        ids = touched[kind] = [store_documents.id_of(taxpayer.id, document) for document in mine]
        note = await arrivals.begin(store, taxpayer.id, kind, ids)
        result = await store_documents.upsert(store, kind, taxpayer.id, mine)
        stored.append((note, result))
        refused = [*result.refused, *((document, read.conflict(document)) for document in result.conflicts)]
        problems += [read.not_stored(batch, kind, document, error) for document, error in refused]
        left_out |= {id(document) for document, _ in refused}
        landed += [f["sha256"] for document in mine if id(document) not in left_out for f in document.files[:1]]
        if result.inserted or result.changed:
            if downloaded:
                await taxpayers.note_download(store, taxpayer.id, kind, at=now())
            _log.info("documents.stored", kind=str(kind), inserted=result.inserted, changed=result.changed)
    # What documents say together; also of those that did not change: a worker may have ended between the two.
    invoices = [
        cast(Invoice, d.content) for kind, d in batch.documents if kind is Kind.INVOICE and id(d) not in left_out
    ]
    settled = await settlements.recompute(store, taxpayer.id, invoices)
    await pending_counterparties.note(store, taxpayer.id, touched)
    await (recount or Recount(store, taxpayer.id)).after_batch()
    await changes.note(store, touched)
    await files.keep(store, taxpayer.id, batch.files[kept:])  # the records of documents without a file
    await unreadable.keep(store, taxpayer.id, problems)
    await unreadable.forget(store, taxpayer.id, landed)
    for note, result in stored:
        await arrivals.tell(store, note, inserted=result.new_ids, changed=result.changed_ids)
    if others := sorted({*settled} - {*touched.get(Kind.INVOICE, ())}):
        note = await arrivals.begin(store, taxpayer.id, Kind.INVOICE, others)
        await arrivals.tell(store, note, inserted=[], changed=others)
