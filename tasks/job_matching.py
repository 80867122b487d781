"""Which job an event belongs to: nothing in an event names the run of All in One that started its child.

A child's events are handled beside each other, so the choice is made by one atomic change of the job's row: the first
event takes the place of its site in the run, and the others find their child there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from gateway.jobs import machine, merging
from gateway.jobs.machine import JobState
from gateway.store import jobs
from gateway.store.mongo import Row, now
from gateway.syncfy.envelopes import Event
from gateway.syncfy.sites import Site
from tasks.resources import Resources

# A child of a run starts within this of the run; a later one belongs to a run of Syncfy's own.
_SAME_RUN = timedelta(hours=12)
# Syncfy's clock and ours.
_SKEW = timedelta(seconds=5)


async def job_of(use: Resources, taxpayer: Row, site: Site, event: Event) -> Row:
    """The job that the event's child is part of.

    The one that knows the child's id, or is the child's own; else the newest run in which this site has no child yet,
    which may have ended (it was reconciled before a late event came); else a job of Syncfy's own (its daily download,
    or a run of the widget that nobody follows), which the sites that take part join as they appear.
    """
    child = event.id_job
    if child is not None:
        known = await jobs.with_child(use.store, taxpayer["_id"], child) or await _alone(use, taxpayer, site, child)
        if known is not None:
            return known
    for job in _candidates(await jobs.latest(use.store, taxpayer["_id"], limit=20), event):
        taken = await _take(use, job, site, child)
        if taken is not None:
            return taken
    steps = machine.new_steps([site])
    if child is not None:
        # From the first moment on: to others the place would be free, and the job of any run.
        steps[str(site)] |= {"job_id": child, "updated_at": now()}
    own = await jobs.create_for_child(
        use.store,
        taxpayer=taxpayer["_id"],
        owner=taxpayer["owner"],
        site=str(site),
        origin="SYNCFY",
        steps=steps,
        child=child or f"{site}-{now():%Y%m%d}",
    )
    return await merging.gathered(use.store, own)


async def _alone(use: Resources, taxpayer: Row, site: Site, child: str) -> Row | None:
    """The followed run whose own id the event has: one of a single site, as All in One's own is never told."""
    job = await jobs.with_syncfy_job(use.store, child)
    if job is None or job["taxpayer"] != taxpayer["_id"]:
        return None
    return await jobs.change(use.store, job["_id"], lambda row: machine.child_joined(row, site, now(), job_id=child))


def _candidates(found: Sequence[Row], event: Event) -> list[Row]:
    """Runs of clients first, then Syncfy's own; each newest first, but before them those begun when the event was."""
    possible = [job for job in found if _may_hold(job, event)]
    return sorted(
        possible, key=lambda job: (job["origin"] == "SYNCFY", event.at is not None and job["created_at"] > event.at)
    )


def _may_hold(job: Row, event: Event) -> bool:
    if event.id_job is not None and merging.is_of_an_earlier_run(event.id_job, job):
        return False
    if event.at is not None and event.at < job["created_at"] - _SKEW:
        return False
    if job["active"]:
        return bool(job["created_at"] > now() - _SAME_RUN)
    started = job.get("syncfy_job_id") is not None and job["state"] != JobState.EXPIRED
    # Only Syncfy's own time tells a late event of an ended run from one of the next run; V1 events have none.
    return started and event.at is not None and event.at <= job["finished_at"] + _SKEW


async def _take(use: Resources, job: Row, site: Site, child: str | None) -> Row | None:
    """The job, if the site's place in it is free or already this child's."""
    held = False

    def take(row: Row) -> Row | None:
        nonlocal held
        step = row["steps"].get(str(site))
        joins = step is None and row["origin"] == "SYNCFY" and row["active"]
        held = joins or (step is not None and step["job_id"] in (None, child))
        return machine.child_joined(row, site, now(), job_id=child) if held and child is not None else None

    after = await jobs.change(use.store, job["_id"], take)
    return after if held else None
