"""Looks at Syncfy for what no webhook told: a lost delivery costs time and never data."""

from __future__ import annotations

from datetime import datetime

from gateway.errors import SyncfyRejected, TaxpayerGone
from gateway.jobs.steps import EMPTY_CODES
from gateway.models.job import Job
from gateway.models.taxpayer import Taxpayer
from gateway.store import taxpayers
from gateway.store.mongo import now
from gateway.syncfy import codes, endpoints
from gateway.syncfy.decoding import Page
from gateway.syncfy.ids import CLOCK_SKEW
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Credential, Document
from gateway.telemetry import logger
from tasks import fetch, outcomes
from tasks.resources import TaskDeps

_log = logger(__name__)
# Seconds that a window reaches back before the cursor: whether Syncfy's bounds are inclusive is not published.
_OVERLAP = 60


async def taxpayer(deps: TaskDeps, id: str) -> None:
    """Everything of a taxpayer that Syncfy refreshed since we last fetched."""
    taxpayer = await taxpayers.get(deps.store, id)
    if taxpayer is None or not taxpayer.syncfy_user_id:
        return
    try:
        await _refreshed(deps, taxpayer)
    except (TaxpayerGone, SyncfyRejected):
        # Deleted meanwhile, here or, which comes a moment later, at Syncfy.
        if await taxpayers.exists(deps.store, id):
            raise
        return
    _log.info("taxpayer.reconciled", taxpayer=id)


async def _refreshed(deps: TaskDeps, taxpayer: Taxpayer) -> None:
    asked_at = now()
    for credential in await deps.syncfy.credentials(taxpayer.user_at_syncfy):
        await _fetch_credential(deps, taxpayer, credential, asked_at)
    found = await _documents(deps, taxpayer)
    for site in filter(lambda site: site.delivers_documents, Site):
        await fetch.store_documents_of(deps, taxpayer, site, found)


async def job(deps: TaskDeps, taxpayer: Taxpayer, job: Job) -> None:
    """The steps of a job that have not ended: are they over at Syncfy, and what did they bring?"""
    pending = {site for site, step in job.steps.items() if not step.state.terminal}
    if not pending or not taxpayer.syncfy_user_id:
        return
    _log.info("job.reconcile", job=job.id, sites=sorted(pending))
    found: set[Site] = set()
    asked_at = now()
    for credential in await deps.syncfy.credentials(taxpayer.user_at_syncfy):
        site = site_of(credential.id_site)
        if site in pending and _ran_in(credential, job):
            found.add(site)
            await _settle_credential(deps, taxpayer, job, site, credential, asked_at)
    for site in sorted(pending - found):
        if site.delivers_documents:
            await _settle_documents(deps, taxpayer, job, site)
        elif _parent_over(job):
            # The run is over and left no credential for this site: it had nothing there, or never got to it.
            code = job.code if job.code in EMPTY_CODES else 500
            await outcomes.note_child(deps, job, site, code=code, job_id=None)


def _ran_in(credential: Credential, job: Job) -> bool:
    """Return True where the credential's last run is this job's: one from before says nothing of it."""
    return credential.dt_execute is None or credential.dt_execute >= job.created_at - CLOCK_SKEW


async def _settle_credential(
    deps: TaskDeps, taxpayer: Taxpayer, job: Job, site: Site, credential: Credential, asked_at: datetime
) -> None:
    """While the child still runs, what there is to fetch is of an earlier run, and ends nothing."""
    if credential.code is None or not codes.info(credential.code).terminal:
        return
    await _fetch_credential(deps, taxpayer, credential, asked_at, job=job)
    await outcomes.note_child(
        deps,
        job,
        site,
        code=credential.code,
        job_id=None,
        credential_id=credential.id_credential,
        authorised=bool(credential.is_authorized),
    )


async def _fetch_credential(
    deps: TaskDeps, taxpayer: Taxpayer, credential: Credential, asked_at: datetime, *, job: Job | None = None
) -> None:
    """Fetch what was refreshed since the cursor; with a job in any case, and the job is told."""
    site = site_of(credential.id_site)
    if site is None or site.kind is None or site.delivers_documents:
        return
    fetched_to = await outcomes.keep_credential(deps, taxpayer, credential, asked_at=asked_at)
    refreshed = int(credential.dt_refresh.timestamp()) if credential.dt_refresh else 0
    if refreshed <= fetched_to and job is None:
        return
    since = max(0, fetched_to - _OVERLAP)
    landed = await fetch.reconcile_credential(deps, taxpayer, job, site, credential, since)
    if job is not None and refreshed:
        await outcomes.note_fetched(deps, job, site, landed)


async def _settle_documents(deps: TaskDeps, taxpayer: Taxpayer, job: Job, site: Site) -> None:
    """A site of documents has no credential to ask: its own job tells the end when we know it, else its files do."""
    step = job.steps[site]
    code = await outcomes.ended_with(deps, taxpayer, step.job_id)
    found = await _documents(deps, taxpayer)
    landed = await fetch.store_documents_of(deps, taxpayer, site, found)
    if code is None:
        fresh = any(_made_in(document, job) for document in found.rows if document.site is site)
        code = 200 if fresh else 500 if _parent_over(job) else None
    if code is None:
        return
    if landed.documents and codes.info(code).outcome == "SUCCESS":
        await outcomes.note_fetched(deps, job, site, landed)
    await outcomes.note_child(deps, job, site, code=code, job_id=step.job_id)


def _made_in(document: Document, job: Job) -> bool:
    """Return True where the file is this run's: Syncfy lists those of earlier runs beside it."""
    at = document.dt_refreshed or document.dt_created
    return at is not None and at >= job.created_at - CLOCK_SKEW


def _parent_over(job: Job) -> bool:
    return job.code is not None and codes.info(job.code).outcome in ("SUCCESS", "FAILURE")


async def _documents(deps: TaskDeps, taxpayer: Taxpayer) -> Page[Document]:
    return await deps.syncfy.documents(taxpayer.user_at_syncfy, endpoints.documents_all())
