"""Fetches what an event announced, reads it and stores it. Bulk before single; the cursor is written last.

Any of this may be killed at any line and run again: files are content-addressed, documents are upserted by identity.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.errors import TaxpayerGone
from gateway.sat.kinds import Kind
from gateway.store import arrivals, changes, files, pending_parties, settlements, taxpayers, unreadable
from gateway.store import credentials as credential_rows
from gateway.store import documents as store_documents
from gateway.store.documents import Upserted
from gateway.store.mongo import Row, Store, now
from gateway.syncfy import codes, endpoints
from gateway.syncfy.endpoints import Endpoint, parse_endpoint
from gateway.syncfy.envelopes import Event, EventName
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Document, Transaction
from gateway.telemetry import logger
from tasks import observe, read
from tasks.archive import exported
from tasks.attachments import Attachments
from tasks.landing import landing
from tasks.parties import Parties
from tasks.read import Batch, Delivered
from tasks.resources import Resources
from tasks.runs import job_of

_BATCH = 200
_log = logger(__name__)


async def refreshed(use: Resources, taxpayer: Row, event: Event) -> None:
    """credentials.refreshed: transactions and their files, from the paths that the event names."""
    site = event.site
    if site is None or site.kind is None or event.id_credential is None:
        return
    transactions = [parse_endpoint(path) for path in event.endpoints.transactions]
    exports = [parse_endpoint(path) for path in event.endpoints.attachments]
    until = max((_refreshed_to(endpoint) for endpoint in transactions), default=0)
    job = await job_of(use, taxpayer, site, event)
    await observe.note_child(use, job, site, code=None, job_id=event.id_job, credential_id=event.id_credential)
    await observe.look_at_credential(use, taxpayer, event.id_credential)
    total = await transactions_of(use, taxpayer, job, site, transactions, exports)
    await credential_rows.set_fetched_to(
        use.store, taxpayer=taxpayer["_id"], id_credential=event.id_credential, to=until
    )
    await observe.note_fetched(use, job, site, documents=total)


async def reconcile_credential(
    use: Resources, taxpayer: Row, job: Row | None, site: Site, id_credential: str, since: int
) -> int:
    """The same without an event: everything that Syncfy refreshed since a moment (Unix seconds)."""
    start, end = datetime.fromtimestamp(since, UTC), datetime.now(UTC)
    transactions = endpoints.transactions_since(id_credential, start, end)
    exports = endpoints.export_since(id_credential, start, end)
    until = int(end.timestamp())
    total = await transactions_of(use, taxpayer, job, site, [transactions], [exports])
    await credential_rows.set_fetched_to(use.store, taxpayer=taxpayer["_id"], id_credential=id_credential, to=until)
    return total


async def transactions_of(
    use: Resources,
    taxpayer: Row,
    job: Row | None,
    site: Site,
    transactions: Sequence[Endpoint],
    exports: Sequence[Endpoint],
) -> int:
    """Reads all pages of transactions with their files; how many transactions there were."""
    id_user = taxpayer["syncfy_user_id"]
    async with landing(use, job, site) as landed, exported(use.syncfy, id_user, exports) as archive:
        parties = Parties(use.store, taxpayer["_id"])
        attachments = Attachments(use.syncfy, id_user, archive, patient=use.patient)
        for endpoint in endpoints.distinct(transactions):
            async for page in use.syncfy.transactions(id_user, endpoint):
                for start in range(0, len(page), _BATCH):
                    rows = page[start : start + _BATCH]
                    await _store_transactions(use, taxpayer, site, rows, attachments, parties)
                    landed.documents += len(rows)
        await parties.finish()
    await _seen(use, taxpayer, site)
    return landed.documents


async def _store_transactions(
    use: Resources,
    taxpayer: Row,
    site: Site,
    rows: Sequence[Transaction],
    attachments: Attachments,
    parties: Parties,
) -> None:
    delivered = []
    for row in rows:
        contents = [await attachments.content(attachment) for attachment in row.attachments or ()]
        actual = site_of(row.id_site) if row.id_site else None
        delivered.append(Delivered(actual or site, row, tuple(contents)))
    batch = await asyncio.to_thread(read.read_transactions, delivered, taxpayer["rfc"])
    await store_read(use.store, taxpayer, batch, parties=parties)


async def documents(use: Resources, taxpayer: Row, event: Event) -> None:
    """documents.completed, .success and .failed: the files of the constancia or the opinión."""
    site = event.site
    if site is None or not site.delivers_documents:
        return
    job = await job_of(use, taxpayer, site, event)
    found: list[Document] = []
    for path in event.endpoints.documents:
        found += await use.syncfy.documents(taxpayer["syncfy_user_id"], parse_endpoint(path))
    stored = await store_documents_of(use, taxpayer, site, found)
    code = await observe.outcome(use, taxpayer, event, None)
    if code is None:
        # The event itself tells the end: `completed` comes with or without errors, so it decides nothing alone.
        code = {EventName.DOCUMENTS_SUCCESS: 200, EventName.DOCUMENTS_FAILED: 500}.get(EventName(event.name))
    await observe.note_child(use, job, site, code=code, job_id=event.id_job)
    if stored or (code is not None and codes.info(code).outcome == "SUCCESS"):
        await observe.note_fetched(use, job, site, documents=stored)


async def store_documents_of(use: Resources, taxpayer: Row, site: Site, found: Sequence[Document]) -> int:
    """Stores the files of one site; how many documents they make."""
    mine = [document for document in found if document.id_site and site_of(document.id_site) is site]
    if not mine:
        return 0
    batch = await asyncio.to_thread(read.read_documents, site, mine)
    await store_batch(use, taxpayer, batch)
    await _embed_latest(use, taxpayer, site)
    await _seen(use, taxpayer, site)
    return len(batch.documents) + len(batch.unreadable)


async def store_batch(use: Resources, taxpayer: Row, batch: Batch) -> None:
    await store_read(use.store, taxpayer, batch)


async def store_read(
    store: Store, taxpayer: Row, batch: Batch, *, downloaded: bool = True, parties: Parties | None = None
) -> None:
    """Files first, then the documents that point at them, then what can't be read; told at last, when all is there.

    `downloaded`: whether it came from SAT just now, which is what the state of the synchronisation tells. `parties`:
    for one of many batches.
    """
    if not await taxpayers.exists(store, taxpayer["_id"]):
        raise TaxpayerGone("the taxpayer was deleted while its documents came")
    await files.keep(store, taxpayer["_id"], batch.files)
    problems = list(batch.unreadable)
    # Also what was told as not delivered, under the name it was announced by.
    landed = [name for _, document in batch.documents for name in read.announced(document.source)]
    landed += [name for item in problems if item.file for name in read.announced(item.source)]
    stored: list[tuple[Row, Upserted]] = []
    touched: dict[Kind, list[str]] = {}
    for kind in Kind:
        mine = [document for of, document in batch.documents if of is kind]
        if not mine:
            continue
        ids = touched[kind] = [store_documents.id_of(taxpayer["_id"], document) for document in mine]
        note = await arrivals.begin(store, taxpayer["_id"], kind, ids)
        result = await store_documents.upsert(store, kind, taxpayer["_id"], mine)
        stored.append((note, result))
        problems += [read.conflict(kind, document) for document in result.conflicts]
        refused = {id(document) for document in result.conflicts}
        landed += [f["sha256"] for document in mine if id(document) not in refused for f in document.files[:1]]
        if result.inserted or result.changed:
            if downloaded:
                await taxpayers.note_download(store, taxpayer["_id"], kind, at=now())
            _log.info("documents.stored", kind=str(kind), inserted=result.inserted, changed=result.changed)
    # What documents say together; also of those that did not change: a worker may have ended between the two.
    invoices = [document.content for kind, document in batch.documents if kind is Kind.INVOICE]
    settled = await settlements.recompute(store, taxpayer["_id"], invoices)
    await pending_parties.note(store, taxpayer["_id"], touched)
    await (parties or Parties(store, taxpayer["_id"])).after_batch()
    await changes.note(store, touched)
    await unreadable.keep(store, taxpayer["_id"], problems)
    await unreadable.forget(store, taxpayer["_id"], landed)
    for note, result in stored:
        await arrivals.tell(store, note, inserted=result.new_ids, changed=result.changed_ids)
    if others := sorted({*settled} - {*touched.get(Kind.INVOICE, ())}):
        note = await arrivals.begin(store, taxpayer["_id"], Kind.INVOICE, others)
        await arrivals.tell(store, note, inserted=[], changed=others)


async def _embed_latest(use: Resources, taxpayer: Row, site: Site) -> None:
    kind = site.kind
    assert kind is not None
    field = {Kind.TAX_STATUS: "tax_status", Kind.COMPLIANCE_OPINION: "compliance_opinion"}[kind]
    newest = await store_documents.newest(use.store, kind, taxpayer["_id"])
    await taxpayers.set_latest(use.store, taxpayer["_id"], field, newest)


async def _seen(use: Resources, taxpayer: Row, site: Site) -> None:
    """Notes that the kind is up to date now, also when nothing was new."""
    kind = site.kind
    if kind is not None:
        held = await store_documents.count(use.store, kind, taxpayer["_id"])
        await taxpayers.note_download(use.store, taxpayer["_id"], kind, at=now(), held=held)


def _refreshed_to(endpoint: Endpoint) -> int:
    """The end of an event's window, in Unix seconds; 0 where the address has none (Syncfy's oldest form)."""
    value = dict(endpoint.params).get("dt_refresh_to", "")
    return int(value) if value.isdecimal() else 0
