"""One run of a connection, from 100 to its terminal status: the sandbox's state machine.

SAT All in One logs in once and fans out: four child credentials (CIEC, retenciones, declaraciones) and, with them, six
child jobs, each with its own ids and its underlying site. A run on one site is the same with its job as the only child.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.sandbox.announcer import Announcer
from gateway.sandbox.background import log
from gateway.sandbox.context import Context
from gateway.sandbox.extraction import SearchDates, extract_documents, extract_transactions
from gateway.sandbox.scenarios import Scenario
from gateway.sandbox.state import Credential, Job, Status, User
from gateway.sandbox.tables import is_sat_login
from gateway.sandbox.twofa import ask
from gateway.syncfy.sites import CHILDREN, Site

#: Seconds (before --pace) from the login until a child is done. The constancia comes last, as in the vendor's sample.
_DURATIONS = {
    Site.CIEC: 0.8,
    Site.WITHHOLDINGS: 1.1,
    Site.ANNUAL_RETURNS: 1.4,
    Site.MONTHLY_RETURNS: 1.7,
    Site.COMPLIANCE_OPINION: 2.2,
    Site.TAX_STATUS: 2.6,
}
_DAY = 86_400  # dt_ready is a day after dt_authorized


@dataclass(frozen=True, slots=True)
class Run:
    """The input of a run. `job` is the one that the caller got; All in One adds children."""

    job: Job
    user: User
    scenario: Scenario
    search: SearchDates = (None, None)


def new_job(
    context: Context, user: User, id_site: str, site: Site, rfc: str, base_url: str, credential: Credential | None
) -> Job:
    """Create a job at status 100."""
    id_job, id_uuid = context.ids.job()
    id_credential = credential.id if credential else None
    job = Job(id_job, id_uuid, user.id, id_site, site, rfc, base_url, id_credential)
    context.state.jobs[id_job] = job
    context.state.append_status(id_job, Status(100))
    return context.state.jobs[id_job]


def upsert_credential(
    context: Context, user: User, id_site: str, site: Site, rfc: str, scenario: Scenario
) -> tuple[Credential, bool]:
    """Return the credential of the user, site and RFC, and whether it is new."""
    id_credential = context.ids.credential(user.id, id_site, rfc)
    old = context.state.credentials.get(id_credential)
    row = (
        replace(old, scenario=scenario.name)
        if old
        else Credential(id_credential, user.id, id_site, site, rfc, scenario.name)
    )
    context.state.credentials[id_credential] = row
    return row, old is None


async def play(context: Context, run: Run, is_new: bool) -> None:
    """Play the run to its end, and then send the notifications that `reorder` held back."""
    announcer = Announcer(context, run.user, run.scenario.faults | context.options.faults)
    await _play(context, run, announcer, is_new)
    announcer.flush()


async def _play(context: Context, run: Run, announcer: Announcer, is_new: bool) -> None:
    await _wait(context, run, 0.2)
    context.state.append_status(run.job.id, Status(101))
    await _wait(context, run, 0.1)
    if run.job.site is Site.ALL_IN_ONE:
        children = await _fan_out(context, run, announcer)
    else:
        children = [run.job]
        _announce_start(context, run.job, announcer, is_new)
    await _wait(context, run, 0.5)
    refused = await _login(context, run)
    if refused is not None:
        for child in children:
            _end(context, child, refused, announcer)
        if run.job not in children:
            context.state.append_status(run.job.id, Status(refused))
        return
    for job in {child.id: child for child in (run.job, *children)}.values():
        context.state.append_status(job.id, Status(102))
        if job.id_credential is not None:
            context.state.update_credential(job.id_credential, is_authorized=1, dt_authorized=context.now())
    intact = await asyncio.gather(*(_finish_child(context, run, child, announcer) for child in children))
    if run.job not in children:
        await _wait(context, run, 0.4)
        context.state.append_status(run.job.id, Status(run.scenario.final_code if all(intact) else 500))


async def _wait(context: Context, run: Run, seconds: float) -> None:
    await context.sleep(seconds * run.scenario.slowness)


async def _fan_out(context: Context, run: Run, announcer: Announcer) -> list[Job]:
    """Create the child jobs, each with its credential where the site has one."""
    children = []
    for site in CHILDREN:
        credential, is_new = None, False
        if not site.delivers_documents:
            credential, is_new = upsert_credential(context, run.user, site.id, site, run.job.rfc, run.scenario)
        child = new_job(context, run.user, site.id, site, run.job.rfc, run.job.base_url, credential)
        context.state.append_status(child.id, Status(101))
        _announce_start(context, child, announcer, is_new)
        children.append(child)
        await _wait(context, run, 0.05)
    return children


def _announce_start(context: Context, job: Job, announcer: Announcer, is_new: bool) -> None:
    if job.id_credential is None:
        return
    credential = context.state.update_credential(job.id_credential, dt_execute=context.now(), is_locked=0)
    if credential is None:
        return
    if is_new:
        announcer.credential("credentials.created", job, credential, is_executing=1)
    announcer.credential("credentials.updated", job, credential, is_executing=1)


async def _login(context: Context, run: Run) -> int | None:
    """Log in; return None on success, else the code that ends the run."""
    if not is_sat_login(run.job.rfc):
        return 401
    if run.scenario.challenge is not None:
        for _ in range(run.scenario.rounds):
            refused = await ask(context, run.job, run.scenario.challenge)
            if refused is not None:
                return refused
            await _wait(context, run, 0.2)
    return run.scenario.login_code


def _end(context: Context, job: Job, code: int, announcer: Announcer) -> None:
    """End a child without data: a credential shows it in its code, a document job sends documents.failed."""
    context.state.append_status(job.id, Status(code))
    if job.site.delivers_documents:
        announcer.documents(job, ok=False)
        return
    if job.id_credential is None:
        return
    changes: Mapping[str, int] = {"is_locked": 1} if code == 405 else {}
    credential = context.state.update_credential(job.id_credential, **changes)
    if credential is not None:
        announcer.credential("credentials.updated", job, credential, is_executing=0)


async def _finish_child(context: Context, run: Run, job: Job, announcer: Announcer) -> bool:
    """Take a child from 102 to its terminal status; False when its portfolio failed, which ends it in 500."""
    await _wait(context, run, _DURATIONS[job.site])
    try:
        if run.scenario.final_code >= 300:
            _end(context, job, run.scenario.final_code, announcer)
        elif job.site.delivers_documents:
            await _finish_documents(context, run, job, announcer)
        else:
            await _finish_credential(context, run, job, announcer)
    except Exception:  # whatever a document source raises is one broken download, not a broken sandbox
        log.exception("a download of the sandbox failed", extra={"id_job": job.id})
        _end(context, job, 500, announcer)
        return False
    return True


async def _finish_documents(context: Context, run: Run, job: Job, announcer: Announcer) -> None:
    if run.scenario.fails_documents:
        _end(context, job, 500, announcer)
        return
    found = await extract_documents(context, job)
    context.state.append_status(job.id, Status(200 if found else 202))
    announcer.documents(job, ok=True)


async def _finish_credential(context: Context, run: Run, job: Job, announcer: Announcer) -> None:
    assert job.id_credential is not None
    scenario = run.scenario
    is_empty = scenario.empty_sites and job.site in (Site.WITHHOLDINGS, Site.MONTHLY_RETURNS)
    refresh = await extract_transactions(context, job.id_credential, 0.0 if is_empty else scenario.share, run.search)
    credential = context.state.update_credential(
        job.id_credential,
        dt_ready=context.now() + _DAY,
        is_twofa=int(scenario.challenge is not None),
    )
    if credential is None or refresh is None:
        return
    has_nothing = not credential.slices and scenario.final_code in (200, 203)
    context.state.append_status(job.id, Status(202 if has_nothing else scenario.final_code))
    announcer.credential("credentials.updated", job, credential, is_executing=0)
    if refresh.transactions:
        announcer.refreshed(job, credential, refresh)
    if scenario.later:
        context.background.spawn(_finish_later(context, run, job), owner=run.user.id)


async def _finish_later(context: Context, run: Run, job: Job) -> None:
    """Download the rest of the rows after a 201, and send one more credentials.refreshed."""
    assert job.id_credential is not None
    announcer = Announcer(context, run.user, run.scenario.faults | context.options.faults)
    await _wait(context, run, 2.0)
    refresh = await extract_transactions(context, job.id_credential, 1.0, run.search)
    credential = context.state.credentials.get(job.id_credential)
    if credential is not None and refresh is not None and refresh.transactions:
        announcer.refreshed(job, credential, refresh)
    announcer.flush()
