"""Fetches what an event announced, reads it and stores it. Bulk before single; the cursor is written last.

Any of this may be killed at any line and run again: files are content-addressed, documents are upserted by identity.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.ingest import read
from gateway.ingest.archive import exported
from gateway.ingest.attachments import Attachments
from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read import Delivered
from gateway.ingest.recount import Recount
from gateway.models.job import Job
from gateway.models.taxpayer import Taxpayer
from gateway.sat.direction import masks_another
from gateway.store import credentials as credential_rows
from gateway.store import documents as store_documents
from gateway.store import latest, taxpayers
from gateway.store.mongo import now
from gateway.syncfy import codes, endpoints
from gateway.syncfy.decoding import Page
from gateway.syncfy.endpoints import Endpoint, parse_endpoint
from gateway.syncfy.envelopes import Event, EventName
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Credential, Document, Transaction
from tasks import outcomes
from tasks.download_progress import Landed, landing
from tasks.job_matching import job_of
from tasks.resources import TaskDeps

_BATCH = 200


async def refreshed(deps: TaskDeps, taxpayer: Taxpayer, event: Event) -> None:
    """credentials.refreshed: transactions and their files, from the paths that the event names."""
    site = event.site
    if site is None or site.kind is None or event.id_credential is None:
        return
    transactions = [parse_endpoint(path) for path in event.endpoints.transactions]
    exports = [parse_endpoint(path) for path in event.endpoints.attachments]
    until = max((_refreshed_to(endpoint) for endpoint in transactions), default=0)
    job = await job_of(deps, taxpayer, site, event)
    await outcomes.note_child(deps, job, site, code=None, job_id=event.id_job, credential_id=event.id_credential)
    login = await outcomes.look_at_credential(deps, taxpayer, event.id_credential)
    foreign = login is not None and masks_another(login.username, taxpayer.rfc)
    landed = await transactions_of(deps, taxpayer, job, site, transactions, exports, foreign=foreign)
    await credential_rows.set_fetched_to(deps.store, taxpayer=taxpayer.id, id_credential=event.id_credential, to=until)
    await outcomes.note_fetched(deps, job, site, landed)


async def reconcile_credential(
    deps: TaskDeps, taxpayer: Taxpayer, job: Job | None, site: Site, credential: Credential, since: int
) -> Landed:
    """Fetch the same without an event: everything that Syncfy refreshed since a moment (Unix seconds)."""
    start, end = datetime.fromtimestamp(since, UTC), datetime.now(UTC)
    id_credential = credential.id_credential
    transactions = endpoints.transactions_since(id_credential, start, end)
    exports = endpoints.export_since(id_credential, start, end)
    foreign = masks_another(credential.username, taxpayer.rfc)
    until = int(end.timestamp())
    landed = await transactions_of(deps, taxpayer, job, site, [transactions], [exports], foreign=foreign)
    await credential_rows.set_fetched_to(deps.store, taxpayer=taxpayer.id, id_credential=id_credential, to=until)
    return landed


async def transactions_of(
    deps: TaskDeps,
    taxpayer: Taxpayer,
    job: Job | None,
    site: Site,
    transactions: Sequence[Endpoint],
    exports: Sequence[Endpoint],
    *,
    foreign: bool = False,
) -> Landed:
    """Read all pages of transactions with their files; what landed of them.

    `foreign`: the login that they come from is another RFC's.
    """
    id_user = taxpayer.user_at_syncfy
    async with landing(deps, job, site) as landed, exported(deps.syncfy, id_user, exports) as archive:
        recount = Recount(deps.store, taxpayer.id)
        attachments = Attachments(deps.syncfy, id_user, archive, patient=deps.patient)
        for endpoint in endpoints.distinct(transactions):
            async for page in deps.syncfy.transactions(id_user, endpoint):
                for start in range(0, len(page.rows), _BATCH):
                    rows = page.rows[start : start + _BATCH]
                    batch = await _store_transactions(deps, taxpayer, site, rows, attachments, recount, foreign)
                    landed.add(batch, len(rows))
                if page.malformed:
                    await store_batch(deps.store, taxpayer, read.read_malformed(site, page.malformed), recount=recount)
                    landed.documents += len(page.malformed)
        await recount.finish()
    await _seen(deps, taxpayer, site)
    return landed


async def _store_transactions(
    deps: TaskDeps,
    taxpayer: Taxpayer,
    site: Site,
    rows: Sequence[Transaction],
    attachments: Attachments,
    recount: Recount,
    foreign: bool,
) -> Batch:
    delivered = []
    for row in rows:
        contents = [await attachments.content(attachment) for attachment in row.attachments or ()]
        actual = site_of(row.id_site)
        delivered.append(Delivered(actual or site, row, tuple(contents)))
    batch = await asyncio.to_thread(read.read_transactions, delivered, taxpayer.rfc, foreign=foreign)
    await store_batch(deps.store, taxpayer, batch, recount=recount)
    return batch


async def documents(deps: TaskDeps, taxpayer: Taxpayer, event: Event) -> None:
    """documents.completed, .success and .failed: the files of the constancia or the opinión."""
    site = event.site
    if site is None or not site.delivers_documents:
        return
    job = await job_of(deps, taxpayer, site, event)
    found: Page[Document] = Page([])
    for path in event.endpoints.documents:
        found.extend(await deps.syncfy.documents(taxpayer.user_at_syncfy, parse_endpoint(path)))
    landed = await store_documents_of(deps, taxpayer, site, found)
    code = await outcomes.outcome(deps, taxpayer, event, None)
    if code is None:
        # The event itself tells the end: `completed` comes with or without errors, so it decides nothing alone.
        code = {EventName.DOCUMENTS_SUCCESS: 200, EventName.DOCUMENTS_FAILED: 500}.get(EventName(event.name))
    await outcomes.note_child(deps, job, site, code=code, job_id=event.id_job)
    if landed.documents or (code is not None and codes.info(code).outcome == "SUCCESS"):
        await outcomes.note_fetched(deps, job, site, landed)


async def store_documents_of(deps: TaskDeps, taxpayer: Taxpayer, site: Site, found: Page[Document]) -> Landed:
    """Store the files of one site; what documents they make. A malformed row without a site is of each."""
    landed = Landed()
    mine = [document for document in found.rows if document.site is site]
    malformed = [row for row in found.malformed if row.site in (site, None)]
    if not mine and not malformed:
        return landed
    batch = await asyncio.to_thread(read.read_documents, site, mine, taxpayer.rfc)
    batch.take(read.read_malformed(site, malformed))
    await store_batch(deps.store, taxpayer, batch)
    assert site.kind is not None
    await latest.show(deps.store, taxpayer.id, site.kind)
    await _seen(deps, taxpayer, site)
    landed.add(batch, len(batch.documents) + len(batch.unreadable))
    return landed


async def _seen(deps: TaskDeps, taxpayer: Taxpayer, site: Site) -> None:
    """Note that the kind is up to date now, also when nothing was new."""
    kind = site.kind
    if kind is not None:
        held = await store_documents.count(deps.store, kind, taxpayer.id)
        await taxpayers.note_download(deps.store, taxpayer.id, kind, at=now(), held=held)


def _refreshed_to(endpoint: Endpoint) -> int:
    """Return the end of an event's window, in Unix seconds; 0 where the address has none (Syncfy's oldest form)."""
    value = dict(endpoint.params).get("dt_refresh_to", "")
    # No later than now: what comes after it was not seen, whatever the event says.
    return min(int(value), int(now().timestamp())) if value.isdecimal() and len(value) < 20 else 0
