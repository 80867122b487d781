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
from gateway.sandbox.extraction import SearchDates, extract_documents, extract_transactions
from gateway.sandbox.scenarios import Scenario
from gateway.sandbox.state import Credential, Job, User
from gateway.sandbox.tables import is_sat_login
from gateway.sandbox.twofa import ask
from gateway.sandbox.world import World
from gateway.syncfy.sites import CHILDREN, Site

#: Seconds (before --pace) from the login until a child is done. The constancia comes last, as in the vendor's sample.
_TAKES = {
    Site.CIEC: 0.8,
    Site.WITHHOLDINGS: 1.1,
    Site.ANNUAL_RETURNS: 1.4,
    Site.MONTHLY_RETURNS: 1.7,
    Site.COMPLIANCE_OPINION: 2.2,
    Site.TAX_STATUS: 2.6,
}
_AGAIN_AFTER = 86400  # dt_ready = dt_authorized + a day


@dataclass(frozen=True, slots=True)
class Run:
    """The input of a run. `job` is the one that the caller got; the children of All in One come later."""

    job: Job
    user: User
    scenario: Scenario
    search: SearchDates = (None, None)


def new_job(
    world: World, user: User, id_site: str, site: Site, rfc: str, base_url: str, credential: Credential | None
) -> Job:
    """A job at status 100, known to the API from now on."""
    id_job, id_uuid = world.ids.job()
    id_credential = credential.id if credential else None
    job = Job(id_job, id_uuid, user.id, id_site, site, rfc, base_url, id_credential)
    world.state.jobs[id_job] = job
    world.state.append_status(id_job, {"code": 100})
    return world.state.jobs[id_job]


def upsert_credential(
    world: World, user: User, id_site: str, site: Site, rfc: str, scenario: Scenario
) -> tuple[Credential, bool]:
    """(credential, whether it is new): the same user, site and RFC are the same credential."""
    id_credential = world.ids.credential(user.id, id_site, rfc)
    old = world.state.credentials.get(id_credential)
    row = (
        replace(old, scenario=scenario.name)
        if old
        else Credential(id_credential, user.id, id_site, site, rfc, scenario.name)
    )
    world.state.credentials[id_credential] = row
    return row, old is None


async def play(world: World, run: Run, is_new: bool) -> None:
    """Plays the run to its end, and lets go of the notifications that `reorder` kept until then."""
    announcer = Announcer(world, run.user, run.scenario.faults | world.options.faults)
    await _play(world, run, announcer, is_new)
    announcer.flush()


async def _play(world: World, run: Run, announcer: Announcer, is_new: bool) -> None:
    await _wait(world, run, 0.2)
    world.state.append_status(run.job.id, {"code": 101})
    await _wait(world, run, 0.1)
    if run.job.site is Site.ALL_IN_ONE:
        children = await _fan_out(world, run, announcer)
    else:
        children = [run.job]
        _announce_start(world, run.job, announcer, is_new)
    await _wait(world, run, 0.5)
    refused = await _login(world, run)
    if refused is not None:
        for child in children:
            _end(world, child, refused, announcer)
        if run.job not in children:
            world.state.append_status(run.job.id, {"code": refused})
        return
    for job in {child.id: child for child in (run.job, *children)}.values():
        world.state.append_status(job.id, {"code": 102})
        if job.id_credential is not None:
            world.state.update_credential(job.id_credential, is_authorized=1, dt_authorized=world.now())
    intact = await asyncio.gather(*(_finish_child(world, run, child, announcer) for child in children))
    if run.job not in children:
        await _wait(world, run, 0.4)
        world.state.append_status(run.job.id, {"code": run.scenario.final_code if all(intact) else 500})


async def _wait(world: World, run: Run, seconds: float) -> None:
    await world.sleep(seconds * run.scenario.slowness)


async def _fan_out(world: World, run: Run, announcer: Announcer) -> list[Job]:
    """The child jobs, each with its credential where the site has one."""
    children = []
    for site in CHILDREN:
        credential, is_new = None, False
        if not site.delivers_documents:
            credential, is_new = upsert_credential(world, run.user, site.id, site, run.job.rfc, run.scenario)
        child = new_job(world, run.user, site.id, site, run.job.rfc, run.job.base_url, credential)
        world.state.append_status(child.id, {"code": 101})
        _announce_start(world, child, announcer, is_new)
        children.append(child)
        await _wait(world, run, 0.05)
    return children


def _announce_start(world: World, job: Job, announcer: Announcer, is_new: bool) -> None:
    if job.id_credential is None:
        return
    credential = world.state.update_credential(job.id_credential, dt_execute=world.now(), is_locked=0)
    if credential is None:
        return
    if is_new:
        announcer.credential("credentials.created", job, credential, is_executing=1)
    announcer.credential("credentials.updated", job, credential, is_executing=1)


async def _login(world: World, run: Run) -> int | None:
    """None when SAT lets us in, else the code that ends the run."""
    if not is_sat_login(run.job.rfc):
        return 401
    if run.scenario.challenge is not None:
        for _ in range(run.scenario.rounds):
            refused = await ask(world, run.job, run.scenario.challenge)
            if refused is not None:
                return refused
            await _wait(world, run, 0.2)
    return run.scenario.login_code


def _end(world: World, job: Job, code: int, announcer: Announcer) -> None:
    """Ends a child without data: a credential tells so by its code, a document job by documents.failed."""
    world.state.append_status(job.id, {"code": code})
    if job.site.delivers_documents:
        announcer.documents(job, ok=False)
        return
    if job.id_credential is None:
        return
    changes: Mapping[str, int] = {"is_locked": 1} if code == 405 else {}
    credential = world.state.update_credential(job.id_credential, **changes)
    if credential is not None:
        announcer.credential("credentials.updated", job, credential, is_executing=0)


async def _finish_child(world: World, run: Run, job: Job, announcer: Announcer) -> bool:
    """Extraction, from 102 to the child's terminal status. A portfolio that fails ends it in 500: False."""
    await _wait(world, run, _TAKES[job.site])
    try:
        if run.scenario.final_code >= 300:
            _end(world, job, run.scenario.final_code, announcer)
        elif job.site.delivers_documents:
            await _finish_documents(world, run, job, announcer)
        else:
            await _finish_credential(world, run, job, announcer)
    except Exception:  # whatever a document source raises is one broken download, not a broken sandbox
        log.exception("a download of the sandbox failed", extra={"id_job": job.id})
        _end(world, job, 500, announcer)
        return False
    return True


async def _finish_documents(world: World, run: Run, job: Job, announcer: Announcer) -> None:
    if run.scenario.fails_documents or not await extract_documents(world, job):
        _end(world, job, 500, announcer)
    else:
        world.state.append_status(job.id, {"code": 200})
        announcer.documents(job, ok=True)


async def _finish_credential(world: World, run: Run, job: Job, announcer: Announcer) -> None:
    assert job.id_credential is not None
    scenario = run.scenario
    is_empty = scenario.empty_sites and job.site in (Site.WITHHOLDINGS, Site.MONTHLY_RETURNS)
    refresh = await extract_transactions(world, job.id_credential, 0.0 if is_empty else scenario.share, run.search)
    credential = world.state.update_credential(
        job.id_credential,
        dt_ready=world.now() + _AGAIN_AFTER,
        is_twofa=int(scenario.challenge is not None),
    )
    if credential is None or refresh is None:
        return
    has_nothing = not credential.slices and scenario.final_code in (200, 203)
    world.state.append_status(job.id, {"code": 202 if has_nothing else scenario.final_code})
    announcer.credential("credentials.updated", job, credential, is_executing=0)
    if refresh.transactions:
        announcer.refreshed(job, credential, refresh)
    if scenario.later:
        world.background.spawn(_finish_later(world, run, job), owner=run.user.id)


async def _finish_later(world: World, run: Run, job: Job) -> None:
    """After a 201: the rest of the rows, told by one more credentials.refreshed."""
    assert job.id_credential is not None
    announcer = Announcer(world, run.user, run.scenario.faults | world.options.faults)
    await _wait(world, run, 2.0)
    refresh = await extract_transactions(world, job.id_credential, 1.0, run.search)
    credential = world.state.credentials.get(job.id_credential)
    if credential is not None and refresh is not None and refresh.transactions:
        announcer.refreshed(job, credential, refresh)
    announcer.flush()
