"""What a client can start: the use-cases behind the mutations. They talk to Syncfy and write a job; nothing else does.

Each takes a viewer's own taxpayer row, so that ownership is decided before, in one place. Expected refusals are
InvalidInput with a code; Syncfy being away is SyncfyUnavailable. The password passes through `start_connection` once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from gateway import progress
from gateway.errors import InvalidInput, SyncfyError, SyncfyRejected
from gateway.sat import rfc as rfcs
from gateway.store import credentials, jobs, taxpayers
from gateway.store.mongo import Store, now
from gateway.syncfy import codes
from gateway.syncfy.client import Syncfy
from gateway.syncfy.sites import CHILDREN, Site, site_of
from gateway.syncfy.wire import StartedJob
from gateway.telemetry import logger

_log = logger(__name__)
Row = dict[str, Any]


class Queue(Protocol):
    """Where work for the workers goes (tasks/messages.py)."""

    def watch_job(self, job: str, check: int, *, delay: timedelta = timedelta(0)) -> None: ...


@dataclass(frozen=True, slots=True)
class Connections:
    """The collaborators of the use-cases."""

    store: Store
    syncfy: Syncfy
    queue: Queue


@dataclass(frozen=True, slots=True)
class WidgetToken:
    """What the widget needs: a session token (5 minutes, sliding) and the site it opens with."""

    token: str
    site_id: str
    expires_at: datetime


async def create_taxpayer(store: Store, *, owner: str, rfc: str, name: str | None) -> tuple[Row, bool]:
    """The owner's taxpayer with this RFC, and whether it is new. An RFC is never refused on its check digit."""
    normal = rfcs.normalize_rfc(rfc)
    flaw = rfcs.rfc_flaw(normal)
    if flaw is not None:
        raise InvalidInput("INVALID_RFC", flaw, ["rfc"])
    if normal in rfcs.GENERIC_RFCS:
        raise InvalidInput("INVALID_RFC", "a generic RFC names no taxpayer", ["rfc"])
    given = (name or "").strip()
    if len(given) > 254:
        raise InvalidInput("INVALID_NAME", "a name has 254 characters at most", ["name"])
    return await taxpayers.create(store, owner=owner, rfc=normal, name=given or normal)


async def widget_token(use: Connections, taxpayer: Row) -> WidgetToken:
    """A session of the taxpayer's Syncfy user for Syncfy's widget. The API key stays here."""
    id_user = await _syncfy_user(use, taxpayer)
    token = await use.syncfy.session_token(id_user, fresh=True)
    return WidgetToken(token, Site.ALL_IN_ONE.id, datetime.now(UTC) + timedelta(minutes=5))


async def start_connection(use: Connections, taxpayer: Row, *, password: str) -> Row:
    """Starts SAT All in One with the taxpayer's RFC and CIEC password and returns the job at once.

    The job's row is written before Syncfy is asked, so that a crash in between leaves a trace and never a ghost.
    """
    if not password or len(password) > 100:
        raise InvalidInput("INVALID_PASSWORD", "the CIEC password is missing or too long", ["password"])
    await _refuse_when_running(use, taxpayer)
    row = await _new_run(use, taxpayer, CHILDREN)
    try:
        started = await _start(use, taxpayer, password)
    except SyncfyError as error:
        message = str(error)
        await jobs.change(use.store, row["_id"], lambda job: progress.could_not_start(job, now(), message))
        raise
    return await _started(use, row["_id"], started)


async def refresh_connection(use: Connections, taxpayer: Row) -> Row:
    """Asks Syncfy to download again with the credentials it holds; no password is needed.

    SAT's sites allow one download a day: when all credentials must wait, TOO_SOON says so.
    """
    await _refuse_when_running(use, taxpayer)
    id_user = await _syncfy_user(use, taxpayer)
    usable = [(c, site_of(c.id_site)) for c in await use.syncfy.credentials(id_user)]
    usable = [(c, site) for c, site in usable if site is not None and site.kind is not None]
    if not usable:
        raise InvalidInput("NOT_CONNECTED", "there is no connection yet: start one with the CIEC password")
    ready = [(c, site) for c, site in usable if site is not None and c.can_sync]
    if not ready:
        at = min((c.dt_ready for c, _ in usable if c.dt_ready), default=None)
        when = f" before {at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
        raise InvalidInput("TOO_SOON", f"SAT allows one download a day: not again{when}")
    row = await _new_run(use, taxpayer, [site for _, site in ready])
    after = row
    for credential, site in ready:
        after = await _refresh_one(use, row["_id"], id_user, credential.id_credential, site) or after
    await _watch(use, row["_id"], 0, delay=timedelta(seconds=1))
    return after


async def answer_challenge(use: Connections, taxpayer: Row, job: Row, answers: Mapping[str, str]) -> Row:
    """Passes the person's answer (token, captcha text, chosen option) on to Syncfy. It is not kept either.

    From here on the job is RUNNING, and nobody is asked the same again.
    """
    if job["state"] != progress.JobState.AWAITING_INPUT or not job.get("syncfy_job_id"):
        raise InvalidInput("NOT_AWAITING_INPUT", "the job is not waiting for an answer", ["jobId"])
    names = [field["name"] for field in (job["challenge"] or {}).get("fields", [])]
    unknown = sorted(set(answers) - set(names))
    if unknown or not answers:
        raise InvalidInput("INVALID_ANSWER", f"the challenge asks for: {', '.join(names)}", ["answers"])
    id_user = await _syncfy_user(use, taxpayer)
    await use.syncfy.answer_challenge(id_user, job["syncfy_job_id"], answers)
    asked = progress.challenges(job)
    row = await jobs.change(use.store, job["_id"], lambda row: progress.challenge_answered(row, now(), asked=asked))
    if row is None:
        return job
    await taxpayers.note_connection(use.store, row["taxpayer"], row, at=row["finished_at"] or row["updated_at"])
    return row


async def _refresh_one(use: Connections, job: str, id_user: str, id_credential: str, site: Site) -> Row | None:
    try:
        started = await use.syncfy.refresh_credential(id_user, id_credential)
    except SyncfyError as error:
        # The other sites of the run go on: Syncfy may have taken them already.
        code = error.code if isinstance(error, SyncfyRejected) else 501
        code = code if codes.info(code).outcome == "FAILURE" else 400
        return await jobs.change(
            use.store,
            job,
            lambda row: progress.child_seen(row, site, now(), code=code, credential_id=id_credential),
        )
    return await jobs.change(
        use.store,
        job,
        lambda row: progress.child_seen(
            row, site, now(), code=None, job_id=started.id_job, credential_id=id_credential
        ),
    )


async def _start(use: Connections, taxpayer: Row, password: str) -> StartedJob:
    id_user = await _syncfy_user(use, taxpayer)
    try:
        return await use.syncfy.start_job(id_user, Site.ALL_IN_ONE, rfc=taxpayer["rfc"], password=password)
    except SyncfyRejected as error:
        # "Invalid user": the user was deleted at Syncfy (or the environment's key changed). A new one is made, once.
        if error.code not in (401, 404):
            raise
    id_user = await _syncfy_user(use, taxpayer, forget=True)
    return await use.syncfy.start_job(id_user, Site.ALL_IN_ONE, rfc=taxpayer["rfc"], password=password)


async def _started(use: Connections, job: str, started: StartedJob) -> Row:
    def note(row: Row) -> Row:
        row["syncfy_job_id"] = started.id_job
        row["syncfy_job_uuid"] = started.id_job_uuid
        return row

    row = await jobs.change(use.store, job, note)
    assert row is not None
    await _watch(use, job, row["check"])
    return row


async def _watch(use: Connections, job: str, check: int, *, delay: timedelta = timedelta(0)) -> None:
    """Has the job watched. It is at Syncfy already: a broker that is down costs time, the sweep sends the check."""
    try:
        # In a thread: a broker that hangs must not hold up everybody else's requests.
        await asyncio.to_thread(use.queue.watch_job, job, check, delay=delay)
    except Exception as error:
        _log.warning("job.broker_unavailable", job=job, error=type(error).__name__)


async def _new_run(use: Connections, taxpayer: Row, sites: Iterable[Site]) -> Row:
    row = await jobs.create_run(
        use.store,
        taxpayer=taxpayer["_id"],
        owner=taxpayer["owner"],
        site=str(Site.ALL_IN_ONE),
        steps=progress.new_steps(sites),
    )
    if row is None:
        raise InvalidInput("ALREADY_RUNNING", "another job of this taxpayer has not ended yet")
    return row


async def _refuse_when_running(use: Connections, taxpayer: Row) -> None:
    """One running job for a taxpayer. One that Syncfy knows nothing of any more ends here and does not block."""
    for job in await jobs.active(use.store, taxpayer["_id"]):
        if job["origin"] != "CLIENT":
            continue
        if job.get("syncfy_job_id") and taxpayer.get("syncfy_user_id"):
            try:
                await use.syncfy.job_statuses(taxpayer["syncfy_user_id"], job["syncfy_job_id"])
            except SyncfyRejected:
                await jobs.change(use.store, job["_id"], lambda row: progress.expire(row, now(), "superseded"))
                continue
        elif not job["child_ids"] and job["created_at"] < now() - timedelta(minutes=2):
            await jobs.change(use.store, job["_id"], lambda row: progress.expire(row, now(), "superseded"))
            continue
        raise InvalidInput("ALREADY_RUNNING", f"job {job['_id']} of this taxpayer has not ended yet")


async def _syncfy_user(use: Connections, taxpayer: Row, *, forget: bool = False) -> str:
    """The taxpayer's user at Syncfy, made when first needed. Its external id is ours, so it is found again."""
    known: str | None = taxpayer.get("syncfy_user_id")
    if known and not forget:
        return known
    user = await use.syncfy.ensure_user(taxpayer["name"], taxpayer["_id"])
    await taxpayers.set_syncfy_user(use.store, taxpayer["_id"], user.id_user)
    taxpayer["syncfy_user_id"] = user.id_user
    return user.id_user


async def credentials_of(store: Store, taxpayer: str) -> list[Row]:
    return await credentials.of_taxpayer(store, taxpayer)
