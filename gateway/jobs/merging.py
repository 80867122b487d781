"""One row for one run, whichever comes first: the client that follows it, or the events of its sites.

Syncfy's widget starts a run itself, so its children's events may be here before anybody names the run. They get a job
of Syncfy's own then, as those of its daily download do. Whoever comes second folds that job into the run's own.
"""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from typing import Any

from gateway.jobs import machine
from gateway.jobs.steps import new_step, weightier
from gateway.jobs.summary import tell
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store, now
from gateway.syncfy.ids import made_at
from gateway.syncfy.sites import Site

Row = dict[str, Any]

# All in One makes its children in its first seconds; a portal that is slow gets an hour.
_FANS_OUT = timedelta(hours=1)
# Ids have whole seconds, and Syncfy's clocks need not agree.
_SKEW = timedelta(seconds=5)
_RECENT = 20


async def gather(store: Store, job: Row) -> Row:
    """The job of a followed run, with what events had told of its sites before it was followed."""
    for other in await jobs.latest(store, job["taxpayer"], limit=_RECENT):
        if is_part(job, other):
            job = await _folded(store, other, job) or job
    return job


async def gathered(store: Store, own: Row) -> Row:
    """The job that a new job of Syncfy's own is a part of, if somebody followed that run in the meantime; else itself.

    Both sides write first and look then, so that of two at once at least one sees the other.
    """
    for job in await jobs.latest(store, own["taxpayer"], limit=_RECENT):
        if is_part(job, own):
            return await _folded(store, own, job) or own
    return own


async def _folded(store: Store, other: Row, job: Row) -> Row | None:
    after = await jobs.fold(store, other["_id"], job["_id"], functools.partial(folded, at=now()))
    kinds = [str(kind) for name in other["steps"] if (kind := Site(name).kind) is not None]
    await taxpayers.yield_place(store, other["taxpayer"], other["_id"], kinds)
    if after is not None:
        await tell(store, after)
    return after


def is_part(job: Row, other: Row) -> bool:
    """Whether `other`, a job of Syncfy's own, is of the followed run of All in One: by when its children began."""
    if job["origin"] != "WIDGET" or job["site"] != Site.ALL_IN_ONE or other["origin"] != "SYNCFY":
        return False
    if not all(_fits(job, name, step) for name, step in other["steps"].items()):
        return False
    if any(is_of_an_earlier_run(id, job) for id in other["child_ids"]):
        return False
    starts = [made_at(id) or other["created_at"] for id in other["child_ids"]] or [other["created_at"]]
    return all(job["created_at"] - _SKEW <= at <= job["created_at"] + _FANS_OUT for at in starts)


def is_of_an_earlier_run(child: str, job: Row) -> bool:
    """Return True when Syncfy made the child before the run: both ids tell the second, by Syncfy's own clock.

    A person corrects a password within seconds, and the run that failed is still told of when the next has begun.
    """
    made, begun = made_at(child), made_at(job.get("syncfy_job_id") or "")
    return made is not None and begun is not None and made < begun


def _fits(job: Row, name: str, step: Row) -> bool:
    place = job["steps"].get(name)
    return place is not None and (None in (place["job_id"], step["job_id"]) or place["job_id"] == step["job_id"])


def folded(row: Row, other: Row, *, at: datetime) -> Row:
    """The row with all that the other knows. Twice the same changes nothing."""
    for name, theirs in other["steps"].items():
        step = row["steps"].setdefault(name, new_step(Site(name)))
        step["job_id"] = step["job_id"] or theirs["job_id"]
        step["credential_id"] = step["credential_id"] or theirs["credential_id"]
        step["code"] = weightier(step["code"], theirs["code"])
        step["authorised"] = step.get("authorised", False) or theirs.get("authorised", False)
        step["documents"] = max(step["documents"], theirs["documents"])
        for key in ("fetched_at", "updated_at"):
            step[key] = max((moment for moment in (step[key], theirs[key]) if moment), default=None)
    row["child_ids"] = sorted({*row["child_ids"], *other["child_ids"]})
    machine.settle(row, at)
    return row
