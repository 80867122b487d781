"""A taxpayer's whole profile in the store, put there by the code that a worker runs, from an invented portfolio."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

import httpx
from dramatiq.brokers.stub import StubBroker

from gateway.ingest import read
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read import Batch, Delivered
from gateway.jobs import machine
from gateway.models.job import Job, JobOrigin
from gateway.models.taxpayer import Taxpayer
from gateway.sandbox.portfolio import DocumentFile
from gateway.sandbox.portfolio import Transaction as SandboxTransaction
from gateway.store import documents as store_documents
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store, now
from gateway.syncfy.decoding import Page
from gateway.syncfy.sites import CHILDREN, Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Credential, Document, Keywords, Transaction
from gateway.usecases import create_taxpayer
from tasks import fetch, outcomes
from tasks.download_progress import Landed
from tasks.messages import Messages
from tasks.resources import TaskDeps
from tests.support import VIEWER, portfolio_of, syncfy_over

COMPANY, PERSON = "EKU9003173C9", "XAMA620210DQ5"
BROKEN = b"<cfdi:Comprobante"


def resources_over(store: Store) -> TaskDeps:
    """TaskDeps of a task that must not ask Syncfy anything."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"Syncfy was asked {request.method} {request.url.path}")

    return TaskDeps(store, syncfy_over(httpx.MockTransport(refuse)), Messages(StubBroker()))


async def stored_profile(
    store: Store, owner: str = VIEWER, *, rfc: str = COMPANY, invoices: int = 40, name: str = "Escuela Kemper"
) -> Taxpayer:
    """The owner's taxpayer with documents of all six kinds, one that can't be read, credentials and an ended job."""
    taxpayer, _ = await create_taxpayer(store, owner=owner, rfc=rfc, name=name)
    deps = resources_over(store)
    for site in CHILDREN:
        if site.delivers_documents:
            await fetch.store_documents_of(deps, taxpayer, site, Page(delivered_documents(rfc, invoices, site)))
        else:
            await store_batch(deps.store, taxpayer, _batch(rfc, invoices, site))
            await _downloaded(store, taxpayer, site)
            await outcomes.keep_credential(deps, taxpayer, _credential(taxpayer, site), asked_at=now())
    await ended_job(deps, taxpayer)
    await deps.syncfy.aclose()
    found = await taxpayers.get(store, taxpayer.id)
    assert found is not None
    return found


async def ended_job(deps: TaskDeps, taxpayer: Taxpayer) -> Job:
    """A run of All in One: the retenciones' site failed, the others delivered, one a document of another RFC too."""
    job = await started_job(deps.store, taxpayer)
    for site in CHILDREN:
        code = 500 if site is Site.WITHHOLDINGS else 200
        await outcomes.note_child(deps, job, site, code=code, job_id=f"{site.id}{job.id}")
        if code == 200:
            others = 1 if site is Site.CIEC else 0
            await outcomes.note_fetched(deps, job, site, Landed(documents=1 + others, own=1, others=others))
    after = await jobs.change(deps.store, job.id, lambda job: machine.parent_codes(job, [100, 102, 200], None, now()))
    await outcomes.announce(deps, after)
    assert after is not None
    return after


async def started_job(store: Store, taxpayer: Taxpayer) -> Job:
    return await jobs.create(
        store,
        taxpayer=taxpayer.id,
        owner=taxpayer.owner,
        site=Site.ALL_IN_ONE,
        origin=JobOrigin.CLIENT,
        sites=CHILDREN,
    )


def delivered_transactions(rfc: str, invoices: int, site: Site) -> list[Delivered]:
    """What a site delivers, as our client of Syncfy gives it; for CFDI also one broken XML."""
    rows = list(portfolio_of(rfc, invoices).transactions(site))
    delivered = [_delivered(site, row) for row in rows]
    if site is Site.CIEC:
        refs = AttachmentRefs([AttachmentRef(id_attachment="b" * 24, file="broken.xml")])
        delivered.append(Delivered(site, Transaction(id_transaction="b" * 24, attachments=refs), (BROKEN,)))
    return delivered


def delivered_documents(rfc: str, invoices: int, site: Site) -> list[Document]:
    return [_document(site, file) for file in portfolio_of(rfc, invoices).documents(site)]


def delivered_batch(rfc: str, invoices: int, site: Site, part: slice) -> Batch:
    """Some of what a site delivers, read."""
    return read.read_transactions(delivered_transactions(rfc, invoices, site)[part], rfc)


@lru_cache
def _batch(rfc: str, invoices: int, site: Site) -> Batch:
    """Read once for all tests: it is the store that differs."""
    return read.read_transactions(delivered_transactions(rfc, invoices, site), rfc)


async def _downloaded(store: Store, taxpayer: Taxpayer, site: Site) -> None:
    kind = site.kind
    assert kind is not None
    held = await store_documents.count(store, kind, taxpayer.id)
    await taxpayers.note_download(store, taxpayer.id, kind, at=now(), held=held)


def _delivered(site: Site, row: SandboxTransaction) -> Delivered:
    files = [AttachmentRef(id_attachment=f.id, id_attachment_type=f.type_id, file=f.file) for f in row.attachments]
    transaction = Transaction(
        id_transaction=row.id,
        id_site=site.id,
        description=row.description,
        reference=row.reference,
        amount=Decimal(str(row.amount)),
        currency=row.currency,
        keywords=Keywords(row.keywords or ()),
        attachments=AttachmentRefs(files),
        dt_transaction=datetime.fromtimestamp(row.dt_transaction, UTC),
    )
    return Delivered(site, transaction, tuple(file.read() for file in row.attachments))


def _document(site: Site, file: DocumentFile) -> Document:
    return Document(
        id_document=file.id, id_site=site.id, file=file.file, keywords=Keywords(file.keywords), content=file.read()
    )


def _credential(taxpayer: Taxpayer, site: Site) -> Credential:
    at = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    return Credential(
        id_credential=f"{site.id[:16]}{taxpayer.id[:8]}",
        id_site=site.id,
        username=f"{taxpayer.rfc[0]}{'*' * (len(taxpayer.rfc) - 2)}{taxpayer.rfc[-1]}",
        code=200,
        is_authorized=True,
        is_locked=False,
        can_sync=True,
        dt_authorized=at,
        dt_execute=at,
        dt_refresh=at,
        dt_ready=at,
    )
