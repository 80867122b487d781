"""Runs that we start: a login with the password, and a download with the credentials that Syncfy holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.errors import InvalidInput, SyncfyError, SyncfyRejected
from gateway.jobs import machine
from gateway.jobs.summary import update_summary
from gateway.models.job import Job, JobOrigin
from gateway.models.taxpayer import Taxpayer
from gateway.store import credentials, jobs
from gateway.store.mongo import now
from gateway.syncfy import codes
from gateway.syncfy.sites import CHILDREN, Site, site_of
from gateway.syncfy.wire import Credential, StartedJob
from gateway.usecases.context import UseCaseDeps, as_syncfy_user, watch

_WRONG_PASSWORD = 401


@dataclass(frozen=True, slots=True)
class WidgetToken:
    """The widget's configuration: a session token (5 minutes, sliding), and what it opens with."""

    token: str
    site_id: str
    credential_id: str | None
    expires_at: datetime


async def widget_token(deps: UseCaseDeps, taxpayer: Taxpayer, *, update: bool = False) -> WidgetToken:
    """Return a session of the taxpayer's Syncfy user for Syncfy's widget. The API key stays here."""
    token = await as_syncfy_user(deps, taxpayer, lambda id_user: deps.syncfy.session_token(id_user, fresh=True))
    held = await credentials.of_taxpayer(deps.store, taxpayer.id) if update else []
    known = next((access.syncfy_credential_id for access in held if access.site is Site.CIEC), None)
    return WidgetToken(token, Site.ALL_IN_ONE.id, known, datetime.now(UTC) + timedelta(minutes=5))


async def start_connection(deps: UseCaseDeps, taxpayer: Taxpayer, *, password: str) -> Job:
    """Start SAT All in One with the taxpayer's RFC and CIEC password and return the job at once.

    The job's row is written before Syncfy is asked, so that a crash in between leaves a trace and never a ghost.
    """
    if not password or len(password) > 100:
        raise InvalidInput("INVALID_PASSWORD", "the CIEC password is missing or too long", ["password"])
    job = await _new_run(deps, taxpayer, CHILDREN)
    try:
        started = await _start(deps, taxpayer, password)
    except SyncfyError as error:
        message = str(error)
        failed = await jobs.change(deps.store, job.id, lambda job: machine.could_not_start(job, now(), message))
        await update_summary(deps.store, failed or job)
        raise
    return await _started(deps, job.id, started)


async def update_credential(deps: UseCaseDeps, taxpayer: Taxpayer, *, password: str) -> Job:
    """Log in with a corrected password: Syncfy knows the credentials by the RFC and updates them."""
    if not taxpayer.syncfy_user_id:
        raise InvalidInput("NOT_CONNECTED", "there is no connection yet: start one with the CIEC password")
    return await start_connection(deps, taxpayer, password=password)


async def refresh_connection(
    deps: UseCaseDeps, taxpayer: Taxpayer, *, sites: Collection[Site] = (), credential: str | None = None
) -> Job:
    """Ask Syncfy to download again with the credentials it holds; no password is needed.

    All of them, or those of `sites`, or one by Syncfy's own id. SAT's sites allow one download a day: when all must
    wait, TOO_SOON says so, and until when.
    """
    if any(site.kind is None or site.delivers_documents for site in sites):
        raise InvalidInput("INVALID_SITE", "this site has no credential: a new login downloads it", ["sites"])

    async def listed(id_user: str) -> tuple[str, list[Credential]]:
        return id_user, await deps.syncfy.credentials(id_user)

    id_user, all_held = await as_syncfy_user(deps, taxpayer, listed)
    usable = [
        (held, site)
        for held in all_held
        if (site := site_of(held.id_site)) is not None and site.kind is not None
        if not sites or site in sites
        if credential is None or held.id_credential == credential
    ]
    if not usable:
        raise InvalidInput("NOT_CONNECTED", "there is no such connection yet: start one with the CIEC password")
    await _refuse_when_running(deps, taxpayer, [site for _, site in usable])
    ready = _ready(usable)
    after = job = await _new_run(deps, taxpayer, [site for _, site in ready])
    for held, site in ready:
        after = await _refresh_one(deps, job.id, id_user, held.id_credential, site) or after
    await update_summary(deps.store, after)
    await watch(deps, job.id, after.check, delay=timedelta(seconds=1))
    return after


def _ready(usable: list[tuple[Credential, Site]]) -> list[tuple[Credential, Site]]:
    """Return those that Syncfy would take now; why not, when there is none."""
    allowed = [(held, site) for held, site in usable if held.code != _WRONG_PASSWORD]
    if not allowed:
        raise InvalidInput("PASSWORD_REFUSED", "SAT refused the password that Syncfy holds: correct it first")
    ready = [(held, site) for held, site in allowed if held.can_sync]
    if not ready:
        at = min((moment for held, _ in allowed if (moment := ready_at(held))), default=None)
        when = f" before {at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
        raise InvalidInput("TOO_SOON", f"SAT allows one download a day: not again{when}", retry_at=at)
    return ready


def ready_at(held: Credential) -> datetime | None:
    """Return when the credential may download again: Syncfy's date, or else by the seconds that it says are left."""
    if held.dt_ready is not None:
        return held.dt_ready
    return now() + timedelta(seconds=held.ready_in) if held.ready_in else None


async def _refresh_one(deps: UseCaseDeps, job: str, id_user: str, id_credential: str, site: Site) -> Job | None:
    code: int | None = None
    started: StartedJob | None = None
    try:
        started = await deps.syncfy.refresh_credential(id_user, id_credential)
    except SyncfyError as error:
        # The other sites of the run go on: Syncfy may have taken them already.
        code = error.syncfy_code if isinstance(error, SyncfyRejected) else 501
        code = code if codes.info(code).outcome == "FAILURE" else 400
    child = started.id_job if started else None
    return await jobs.change(
        deps.store,
        job,
        lambda job: machine.child_seen(
            # Without a password only a login that worked before is used again.
            job,
            site,
            now(),
            code=code,
            job_id=child,
            credential_id=id_credential,
            authorised=True,
        ),
    )


async def _start(deps: UseCaseDeps, taxpayer: Taxpayer, password: str) -> StartedJob:
    return await as_syncfy_user(
        deps,
        taxpayer,
        lambda id_user: deps.syncfy.start_job(id_user, Site.ALL_IN_ONE, rfc=taxpayer.rfc, password=password),
    )


async def _started(deps: UseCaseDeps, job: str, started: StartedJob) -> Job:
    def note(job: Job) -> Job:
        return replace(job, syncfy_job_id=started.id_job, syncfy_job_uuid=started.id_job_uuid)

    after = await jobs.change(deps.store, job, note)
    assert after is not None
    await update_summary(deps.store, after)
    await watch(deps, job, after.check)
    return after


async def _new_run(deps: UseCaseDeps, taxpayer: Taxpayer, sites: Collection[Site]) -> Job:
    await _refuse_when_running(deps, taxpayer, sites)
    site = Site.ALL_IN_ONE if len(set(sites)) > 1 else next(iter(sites))
    job = await jobs.create_run(deps.store, taxpayer=taxpayer.id, owner=taxpayer.owner, site=site, sites=sites)
    if job is None:
        raise InvalidInput("ALREADY_RUNNING", "another job of this taxpayer has not ended yet")
    return job


async def _refuse_when_running(deps: UseCaseDeps, taxpayer: Taxpayer, sites: Collection[Site]) -> None:
    """One running job for a credential. One that Syncfy knows nothing of any more ends here and does not block.

    Syncfy's own daily download is no run of a person's: it does not keep anybody from starting one.
    """
    for job in await jobs.active(deps.store, taxpayer.id):
        if job.origin is JobOrigin.SYNCFY or not _shares(job, sites):
            continue
        if job.syncfy_job_id and taxpayer.syncfy_user_id:
            try:
                await deps.syncfy.job_statuses(taxpayer.syncfy_user_id, job.syncfy_job_id)
            except SyncfyRejected:
                await jobs.change(deps.store, job.id, lambda job: machine.expire(job, now(), "superseded"))
                continue
        elif not job.child_ids and job.created_at < now() - timedelta(minutes=2):
            await jobs.change(deps.store, job.id, lambda job: machine.expire(job, now(), "superseded"))
            continue
        raise InvalidInput("ALREADY_RUNNING", f"job {job.id} of this taxpayer has not ended yet")


def _shares(job: Job, sites: Collection[Site]) -> bool:
    """Return True where the job still uses one of these sites; a login uses all of them to its end."""
    if job.syncfy_job_id and job.site is Site.ALL_IN_ONE:
        return True
    return any(site in sites and not step.state.terminal for site, step in job.steps.items())
