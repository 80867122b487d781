"""Runs that Syncfy's widget started in a browser, and that a client asks us to follow."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from gateway.errors import EndpointRefused, InvalidInput, SyncfyRejected
from gateway.jobs import machine, merging
from gateway.jobs.challenge import challenge_of
from gateway.jobs.summary import tell
from gateway.store import jobs
from gateway.store.mongo import now
from gateway.syncfy.ids import made_at
from gateway.syncfy.sites import CHILDREN, Site, site_of
from gateway.syncfy.wire import JobStatus
from gateway.usecases.context import Connections, watch

Row = dict[str, Any]
#: Seconds before each look: Syncfy's own tests wait until a job that was just made can be found.
LOOKS = (0.0, 0.2, 0.6)
#: One that is older than this and not found is not worth a second of Syncfy's few requests.
_YOUNG = timedelta(minutes=1)


async def follow_connection(
    use: Connections, taxpayer: Row, *, syncfy_job_id: str, syncfy_credential_id: str | None = None
) -> Row:
    """The job of a run of the taxpayer's own user at Syncfy, from now on watched like one of ours.

    Its events may have been here before, or come at the same moment: it is one job all the same.
    """
    history = await _history(use, taxpayer, syncfy_job_id)
    site = await _site(use, taxpayer, syncfy_credential_id)
    known = await jobs.with_syncfy_job(use.store, syncfy_job_id) or await _made(use, taxpayer, syncfy_job_id, site)
    if known["taxpayer"] != taxpayer["_id"]:
        raise _unknown()
    seen, challenge = [status.code for status in history], challenge_of(history[-1])
    row = await jobs.change(use.store, known["_id"], lambda row: machine.parent_codes(row, seen, challenge, now()))
    row = await merging.gather(use.store, row or known)
    await tell(use.store, row)
    if row["active"]:
        await watch(use, row["_id"], row["check"])
    return row


async def _history(use: Connections, taxpayer: Row, syncfy_job_id: str) -> list[JobStatus]:
    """What Syncfy tells the taxpayer's own session of the job: another user's is unknown to it."""
    id_user = taxpayer.get("syncfy_user_id")
    made = made_at(syncfy_job_id)
    looks = LOOKS if made is None or made > now() - _YOUNG else LOOKS[:1]
    for wait in looks if id_user else ():
        await asyncio.sleep(wait)
        try:
            history = await use.syncfy.job_statuses(str(id_user), syncfy_job_id)
        except EndpointRefused:
            raise InvalidInput("INVALID_ID", "not an id of Syncfy's", ["syncfyJobId"]) from None
        except SyncfyRejected as error:
            if error.syncfy_code not in (400, 401, 403, 404):
                raise
            history = []
        if history:
            return history
    raise _unknown()


async def _site(use: Connections, taxpayer: Row, id_credential: str | None) -> Site:
    """The site of a credential's run; All in One where no credential is named, until an event tells better."""
    if id_credential is None:
        return Site.ALL_IN_ONE
    try:
        credential = await use.syncfy.credential(taxpayer["syncfy_user_id"], id_credential)
    except EndpointRefused:
        raise InvalidInput("INVALID_ID", "not an id of Syncfy's", ["syncfyCredentialId"]) from None
    site = site_of(credential.id_site) if credential else None
    if site is None or site.kind is None:
        raise InvalidInput("NOT_FOUND", "the taxpayer has no such credential", ["syncfyCredentialId"])
    return site


async def _made(use: Connections, taxpayer: Row, syncfy_job_id: str, site: Site) -> Row:
    """The run's new row, or the one that was made at the same moment, or by an event of its only site."""
    at = now()
    started = made_at(syncfy_job_id)
    row = await jobs.create_followed(
        use.store,
        taxpayer=taxpayer["_id"],
        owner=taxpayer["owner"],
        site=str(site),
        steps=machine.new_steps(CHILDREN if site is Site.ALL_IN_ONE else [site]),
        syncfy_job_id=syncfy_job_id,
        at=min(started or at, at),
    )
    if row is not None:
        return row if site is Site.ALL_IN_ONE else await _joined(use, row, site)
    found = await jobs.change(use.store, f"{taxpayer['_id']}:{syncfy_job_id}", lambda row: _adopted(row, syncfy_job_id))
    found = found or await jobs.with_syncfy_job(use.store, syncfy_job_id)
    if found is None:
        raise _unknown()
    return found


async def _joined(use: Connections, row: Row, site: Site) -> Row:
    """A run of one site is its own child."""
    return (
        await jobs.change(
            use.store, row["_id"], lambda row: machine.child_joined(row, site, now(), job_id=str(row["syncfy_job_id"]))
        )
        or row
    )


def _adopted(row: Row, syncfy_job_id: str) -> Row:
    row["syncfy_job_id"] = syncfy_job_id
    row["origin"] = "WIDGET" if row["origin"] == "SYNCFY" else row["origin"]
    return row


def _unknown() -> InvalidInput:
    return InvalidInput("NOT_FOUND", "Syncfy knows no such job of this taxpayer", ["syncfyJobId"])
