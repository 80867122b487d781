"""Looks at Syncfy for what no webhook told: a lost delivery costs time and never data."""

from __future__ import annotations

from datetime import timedelta

from gateway.progress import StepState
from gateway.store import taxpayers
from gateway.store.mongo import Row
from gateway.syncfy import codes, endpoints
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Credential
from gateway.telemetry import logger
from tasks import fetch, observe
from tasks.resources import Resources

_log = logger(__name__)
# Seconds that a window reaches back before the cursor: whether Syncfy's bounds are inclusive is not published.
_OVERLAP = 60


async def taxpayer(use: Resources, id: str) -> None:
    """Everything of a taxpayer that Syncfy refreshed since we last fetched."""
    row = await taxpayers.get(use.store, id)
    if row is None or not row.get("syncfy_user_id"):
        return
    for credential in await use.syncfy.credentials(row["syncfy_user_id"]):
        await _fetch_credential(use, row, credential)
    await _fetch_documents(use, row, (Site.TAX_STATUS, Site.COMPLIANCE_OPINION))
    _log.info("taxpayer.reconciled", taxpayer=id)


async def job(use: Resources, row: Row, job: Row) -> None:
    """The steps of a job that have not ended: are they over at Syncfy, and what did they bring?"""
    pending = {Site(name) for name, step in job["steps"].items() if not StepState(step["state"]).terminal}
    if not pending:
        return
    _log.info("job.reconcile", job=job["_id"], sites=sorted(pending))
    for credential in await use.syncfy.credentials(row["syncfy_user_id"]):
        if site_of(credential.id_site) in pending and _ran_in(credential, job):
            await _settle_credential(use, row, job, credential)
    for site in (Site.TAX_STATUS, Site.COMPLIANCE_OPINION):
        if site in pending:
            await _settle_documents(use, row, job, site)


def _ran_in(credential: Credential, job: Row) -> bool:
    """Whether the credential's last run is this job's: one from before says nothing of it."""
    return credential.dt_execute is None or credential.dt_execute >= job["created_at"] - timedelta(seconds=5)


async def _settle_credential(use: Resources, row: Row, job: Row, credential: Credential) -> None:
    site = site_of(credential.id_site)
    assert site is not None
    await _fetch_credential(use, row, credential, job=job)
    code = credential.code if credential.code is not None and codes.info(credential.code).terminal else None
    if code is not None:
        await observe.note_child(use, job, site, code=code, job_id=None, credential_id=credential.id_credential)


async def _fetch_credential(use: Resources, row: Row, credential: Credential, *, job: Row | None = None) -> None:
    site = site_of(credential.id_site)
    if site is None or site.kind is None or site.delivers_documents:
        return
    known = await observe.keep_credential(use, row, credential)
    refreshed = int(credential.dt_refresh.timestamp()) if credential.dt_refresh else 0
    if refreshed <= known["fetched_to"] and job is None:
        return
    since = max(0, known["fetched_to"] - _OVERLAP)
    total = await fetch.reconcile_credential(use, row, site, credential.id_credential, since)
    if job is not None and refreshed:
        await observe.note_fetched(use, job, site, documents=total)


async def _settle_documents(use: Resources, row: Row, job: Row, site: Site) -> None:
    """A site of documents has no credential to ask: its own job tells the end when we know it, else its files do."""
    step = job["steps"][str(site)]
    code = None
    if step["job_id"]:
        history = await use.syncfy.job_statuses(row["syncfy_user_id"], step["job_id"])
        code = history[-1].code if history and codes.info(history[-1].code).terminal else None
    stored = await _fetch_documents(use, row, (site,))
    if stored:
        await observe.note_fetched(use, job, site, documents=stored)
        code = code or 200
    elif code is None and _parent_over(job):
        code = 500
    if code is not None:
        await observe.note_child(use, job, site, code=code, job_id=step["job_id"])


def _parent_over(job: Row) -> bool:
    return job["code"] is not None and codes.info(job["code"]).outcome in ("SUCCESS", "FAILURE")


async def _fetch_documents(use: Resources, row: Row, sites: tuple[Site, ...]) -> int:
    found = await use.syncfy.documents(row["syncfy_user_id"], endpoints.documents_all())
    return sum([await fetch.store_documents_of(use, row, site, found) for site in sites])
