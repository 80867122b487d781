"""Runs that Syncfy's widget started in a browser, and that a client asks us to follow."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from gateway.errors import EndpointRefused, InvalidInput, SyncfyRejected
from gateway.jobs import machine, merging
from gateway.jobs.challenge import challenge_of
from gateway.jobs.summary import update_summary
from gateway.models.job import Job, JobOrigin
from gateway.models.taxpayer import Taxpayer
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.syncfy.ids import made_at
from gateway.syncfy.sites import CHILDREN, Site, site_of
from gateway.syncfy.wire import JobStatus
from gateway.usecases.context import UseCaseDeps, syncfy_user, watch

#: Seconds before each look: Syncfy's own tests wait until a job that was just made can be found.
LOOKS = (0.0, 0.2, 0.6)
#: One that is older than this and not found is not worth a second of Syncfy's few requests.
_YOUNG = timedelta(minutes=1)


async def follow_connection(
    deps: UseCaseDeps, taxpayer: Taxpayer, *, syncfy_job_id: str, syncfy_credential_id: str | None = None
) -> Job:
    """Return the job of a run of the taxpayer's own user at Syncfy, from now on watched like one of ours.

    Its events may have been here before, or come at the same moment: it is one job all the same.
    """
    history = await _history(deps, taxpayer, syncfy_job_id)
    site = await _site(deps, taxpayer, syncfy_credential_id)
    known = await jobs.with_syncfy_job(deps.store, syncfy_job_id) or await _made(deps, taxpayer, syncfy_job_id, site)
    if known.taxpayer != taxpayer.id:
        raise _unknown()
    seen, challenge = [status.code for status in history], challenge_of(history[-1])
    job = await jobs.change(deps.store, known.id, lambda job: machine.parent_codes(job, seen, challenge, now()))
    job = await merging.absorb_events(deps.store, job or known)
    await update_summary(deps.store, job)
    if job.active:
        await watch(deps, job.id, job.check)
    return job


async def _history(deps: UseCaseDeps, taxpayer: Taxpayer, syncfy_job_id: str) -> list[JobStatus]:
    """Ask for the job's history in the taxpayer's own session: another user's job is unknown to it."""
    id_user = taxpayer.syncfy_user_id
    made = made_at(syncfy_job_id)
    looks = LOOKS if made is None or made > now() - _YOUNG else LOOKS[:1]
    for wait in looks if id_user else ():
        await asyncio.sleep(wait)
        try:
            history = await deps.syncfy.job_statuses(str(id_user), syncfy_job_id)
        except EndpointRefused:
            raise InvalidInput("INVALID_ID", "not an id of Syncfy's", ["syncfyJobId"]) from None
        except SyncfyRejected as error:
            if error.syncfy_code not in (400, 401, 403, 404):
                raise
            history = []
        if history:
            return history
    raise _unknown()


async def _site(deps: UseCaseDeps, taxpayer: Taxpayer, id_credential: str | None) -> Site:
    """Return the site of a credential's run; All in One where no credential is named, until an event tells better."""
    if id_credential is None:
        return Site.ALL_IN_ONE
    try:
        credential = await deps.syncfy.credential(await syncfy_user(deps, taxpayer), id_credential)
    except EndpointRefused:
        raise InvalidInput("INVALID_ID", "not an id of Syncfy's", ["syncfyCredentialId"]) from None
    site = site_of(credential.id_site) if credential else None
    if site is None or site.kind is None:
        raise InvalidInput("NOT_FOUND", "the taxpayer has no such credential", ["syncfyCredentialId"])
    return site


async def _made(deps: UseCaseDeps, taxpayer: Taxpayer, syncfy_job_id: str, site: Site) -> Job:
    """Return the run's new row, or the one that was made at the same moment, or by an event of its only site."""
    at = now()
    started = made_at(syncfy_job_id)
    job = await jobs.create_followed(
        deps.store,
        taxpayer=taxpayer.id,
        owner=taxpayer.owner,
        site=site,
        sites=CHILDREN if site is Site.ALL_IN_ONE else [site],
        syncfy_job_id=syncfy_job_id,
        started_at=min(started or at, at),
    )
    if job is not None:
        return job if site is Site.ALL_IN_ONE else await _joined(deps, job, site, syncfy_job_id)
    found = await jobs.change(deps.store, f"{taxpayer.id}:{syncfy_job_id}", lambda job: _adopted(job, syncfy_job_id))
    found = found or await jobs.with_syncfy_job(deps.store, syncfy_job_id)
    if found is None:
        raise _unknown()
    return found


async def _joined(deps: UseCaseDeps, job: Job, site: Site, child: str) -> Job:
    """A run of one site is its own child."""
    joined = await jobs.change(deps.store, job.id, lambda job: machine.child_joined(job, site, now(), job_id=child))
    return joined or job


def _adopted(job: Job, syncfy_job_id: str) -> Job:
    origin = JobOrigin.WIDGET if job.origin is JobOrigin.SYNCFY else job.origin
    return replace(job, syncfy_job_id=syncfy_job_id, origin=origin)


def _unknown() -> InvalidInput:
    return InvalidInput("NOT_FOUND", "Syncfy knows no such job of this taxpayer", ["syncfyJobId"])
