"""What an event tells of a credential or a job is looked up at Syncfy and noted: on the credential's row and the job's.

Events do not carry the outcome: at `is_executing: 0` the credential's `code` and the job's history tell it.
"""

from __future__ import annotations

from datetime import timedelta

from gateway import progress
from gateway.errors import SyncfyRejected
from gateway.store import credentials, jobs, taxpayers
from gateway.store.mongo import Row, now
from gateway.syncfy import codes
from gateway.syncfy.envelopes import Event
from gateway.syncfy.sites import Site, site_of
from gateway.syncfy.wire import Credential
from tasks.resources import Resources

# A child of a run starts within this of the run; a later one belongs to a run of Syncfy's own.
_SAME_RUN = timedelta(hours=12)


async def credential_event(use: Resources, taxpayer: Row, event: Event) -> None:
    """credentials.created and credentials.updated."""
    credential = await look_at_credential(use, taxpayer, event.id_credential)
    if event.site is None or event.site.kind is None:
        return
    code = None
    if event.is_executing is False:
        code = await outcome(use, taxpayer, event, credential)
    job = await job_of(use, taxpayer, event.site, event.id_job)
    await note_child(use, job, event.site, code=code, job_id=event.id_job, credential_id=event.id_credential)


async def look_at_credential(use: Resources, taxpayer: Row, id_credential: str | None) -> Credential | None:
    """Reads a credential at Syncfy and keeps what it says. None when it is gone."""
    if id_credential is None:
        return None
    credential = await use.syncfy.credential(taxpayer["syncfy_user_id"], id_credential)
    if credential is not None:
        await keep_credential(use, taxpayer, credential)
    return credential


async def keep_credential(use: Resources, taxpayer: Row, credential: Credential) -> Row:
    site = site_of(credential.id_site)
    seen = {
        "site": str(site) if site else None,
        "site_id": credential.id_site,
        "username": credential.username,
        "code": credential.code,
        "is_authorized": credential.is_authorized,
        "is_locked": credential.is_locked,
        "can_sync": credential.can_sync,
        "authorized_at": credential.dt_authorized,
        "executed_at": credential.dt_execute,
        "ready_at": credential.dt_ready,
        "refreshed_at": credential.dt_refresh,
    }
    return await credentials.observe(
        use.store,
        taxpayer=taxpayer["_id"],
        owner=taxpayer["owner"],
        id_credential=credential.id_credential,
        seen=seen,
    )


async def outcome(use: Resources, taxpayer: Row, event: Event, credential: Credential | None) -> int | None:
    """The code with which the event's run ended: the job's own history first, the credential's last code otherwise."""
    if event.id_job is not None:
        try:
            history = await use.syncfy.job_statuses(taxpayer["syncfy_user_id"], event.id_job)
        except SyncfyRejected:  # kept 15 days only; the credential remembers longer
            history = []
        if history and codes.info(history[-1].code).terminal:
            return history[-1].code
    if credential is not None and credential.code is not None and codes.info(credential.code).terminal:
        return credential.code
    return None


async def job_of(use: Resources, taxpayer: Row, site: Site, id_job: str | None) -> Row:
    """The job that a child belongs to: nothing in an event names the run of All in One that started it.

    The one that knows the child's id; else the newest active run in which this site has no child yet; else a job of
    Syncfy's own (its daily download, or a run of the widget), which the sites that take part join as they appear.
    """
    if id_job is not None:
        known = await jobs.with_child(use.store, taxpayer["_id"], id_job)
        if known is not None:
            return known
    for job in await jobs.active(use.store, taxpayer["_id"]):
        step = job["steps"].get(str(site))
        fresh = job["created_at"] > now() - _SAME_RUN
        if fresh and (step is None if job["origin"] == "SYNCFY" else step is not None and step["job_id"] is None):
            return job
    return await jobs.create_for_child(
        use.store,
        taxpayer=taxpayer["_id"],
        owner=taxpayer["owner"],
        site=str(site),
        origin="SYNCFY",
        steps=progress.new_steps([site]),
        child=id_job or f"{site}-{now():%Y%m%d}",
    )


async def note_child(
    use: Resources, job: Row, site: Site, *, code: int | None, job_id: str | None, credential_id: str | None = None
) -> Row | None:
    at = now()
    after = await jobs.change(
        use.store,
        job["_id"],
        lambda row: progress.child_seen(row, site, at, code=code, job_id=job_id, credential_id=credential_id),
    )
    await announce(use, after)
    return after


async def note_fetched(use: Resources, job: Row, site: Site, *, documents: int) -> Row | None:
    at = now()
    after = await jobs.change(
        use.store, job["_id"], lambda row: progress.child_fetched(row, site, at, documents=documents)
    )
    await announce(use, after)
    return after


async def announce(use: Resources, job: Row | None) -> None:
    """Shows a job's state on its taxpayer: the result and date of the last connection."""
    if job is not None:
        at = job["finished_at"] or job["updated_at"]
        await taxpayers.note_connection(
            use.store, job["taxpayer"], job=job["_id"], state=job["state"], code=job["code"], at=at
        )
