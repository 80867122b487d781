"""Look up at Syncfy what an event tells of a credential or a job, and note it on the credential's row and the job's.

Events do not carry the outcome: at `is_executing: 0` the credential's `code` and the job's history tell it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from gateway.errors import SyncfyRejected
from gateway.jobs import machine
from gateway.jobs.summary import update_summary
from gateway.models.credential import SeenCredential
from gateway.models.job import Job
from gateway.models.taxpayer import Taxpayer
from gateway.store import credentials, jobs, taxpayers
from gateway.store.mongo import now
from gateway.syncfy import codes
from gateway.syncfy.envelopes import Event
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Credential
from tasks.download_progress import Landed
from tasks.job_matching import job_of
from tasks.resources import TaskDeps


async def credential_event(deps: TaskDeps, taxpayer: Taxpayer, event: Event) -> None:
    """credentials.created and credentials.updated."""
    credential = await look_at_credential(deps, taxpayer, event.id_credential)
    if event.site is None or event.site.kind is None:
        return
    code = None
    if event.is_executing is False:
        code = await outcome(deps, taxpayer, event, credential)
    job = await job_of(deps, taxpayer, event.site, event)
    await note_child(
        deps,
        job,
        event.site,
        code=code,
        job_id=event.id_job,
        credential_id=event.id_credential,
        authorised=bool(credential and credential.is_authorized),
    )


async def credential_deleted(deps: TaskDeps, taxpayer: Taxpayer, event: Event) -> None:
    """credentials.deleted: forgotten here too, if Syncfy has it no more (a late event may be of one made anew)."""
    asked_at = now()
    if event.id_credential is None or await look_at_credential(deps, taxpayer, event.id_credential) is not None:
        return
    id = event.id_credential
    if await credentials.forget(deps.store, taxpayer=taxpayer.id, id_credential=id, asked_at=asked_at):
        await taxpayers.note_change(deps.store, taxpayer.id)


async def look_at_credential(deps: TaskDeps, taxpayer: Taxpayer, id_credential: str | None) -> Credential | None:
    """Read a credential at Syncfy and keep what it says. None when it is gone."""
    if id_credential is None:
        return None
    asked_at = now()
    credential = await deps.syncfy.credential(taxpayer.user_at_syncfy, id_credential)
    if credential is not None:
        await keep_credential(deps, taxpayer, credential, asked_at=asked_at)
    return credential


async def keep_credential(deps: TaskDeps, taxpayer: Taxpayer, credential: Credential, *, asked_at: datetime) -> int:
    """Write what Syncfy said of a credential, and return the cursor of its downloads.

    `asked_at`: a moment before it was asked, which orders the answers.
    """
    seen = SeenCredential(
        site=site_of(credential.id_site),
        site_id=credential.id_site,
        username=credential.username,
        code=credential.code,
        is_authorized=credential.is_authorized,
        is_locked=credential.is_locked,
        can_sync=credential.can_sync,
        authorized_at=credential.dt_authorized,
        executed_at=credential.dt_execute,
        ready_at=credential.dt_ready,
        refreshed_at=credential.dt_refresh,
    )
    return await credentials.observe(
        deps.store,
        taxpayer=taxpayer.id,
        owner=taxpayer.owner,
        id_credential=credential.id_credential,
        seen=seen,
        asked_at=asked_at,
    )


async def outcome(deps: TaskDeps, taxpayer: Taxpayer, event: Event, credential: Credential | None) -> int | None:
    """The code with which the event's run ended: the job's own history first, the credential's last code otherwise."""
    code = await ended_with(deps, taxpayer, event.id_job)
    if code is not None:
        return code
    if credential is not None and credential.code is not None and codes.info(credential.code).terminal:
        return credential.code
    return None


async def ended_with(deps: TaskDeps, taxpayer: Taxpayer, id_job: str | None) -> int | None:
    """The terminal code of one of Syncfy's jobs; None while it runs, and where Syncfy no longer knows it (15 days)."""
    if id_job is None:
        return None
    try:
        history = await deps.syncfy.job_statuses(taxpayer.user_at_syncfy, id_job)
    except SyncfyRejected:
        return None
    return history[-1].code if history and codes.info(history[-1].code).terminal else None


async def note_child(
    deps: TaskDeps,
    job: Job,
    site: Site,
    *,
    code: int | None,
    job_id: str | None,
    credential_id: str | None = None,
    authorised: bool = False,
) -> Job | None:
    at = now()
    after = await jobs.change(
        deps.store,
        job.id,
        lambda job: machine.child_seen(
            job, site, at, code=code, job_id=job_id, credential_id=credential_id, authorised=authorised
        ),
    )
    await announce(deps, after)
    return after


async def note_fetched(deps: TaskDeps, job: Job, site: Site, landed: Landed) -> Job | None:
    """Note in a job what was stored of a site, and tell who follows it."""
    at, told = now(), asdict(landed)
    after = await jobs.change(deps.store, job.id, lambda job: machine.child_fetched(job, site, at, **told))
    await announce(deps, after)
    return after


async def announce(deps: TaskDeps, job: Job | None) -> None:
    """Show a job's state on its taxpayer: the result and date of the last connection."""
    if job is not None:
        await update_summary(deps.store, job)
