"""What the taxpayer's own row says of its connections: the last as a whole, and for each kind its site's run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.jobs import failures
from gateway.jobs.steps import StepState
from gateway.store import jobs, taxpayers
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site

Row = dict[str, Any]


async def tell(store: Store, job: Row) -> None:
    """Show a job's state on its taxpayer, in whatever order the states of its jobs are told.

    A job of Syncfy's own may become a part of another (see merging.py) between its change and this: that one is told.
    """
    at = job["finished_at"] or job["updated_at"]
    kinds = kinds_of(job, at)
    await taxpayers.note_connection(store, job["taxpayer"], job, at=at, kinds=kinds)
    if job["origin"] == "SYNCFY" and (other := await jobs.merged_into(store, job["_id"])) is not None:
        await taxpayers.yield_place(store, job["taxpayer"], job["_id"], list(kinds))
        await tell(store, other)


def kinds_of(job: Row, at: datetime) -> dict[str, Row]:
    """By kind: how its site stands in the job, and `ended` when that is how it stays."""
    told: dict[str, Row] = {}
    for name, step in job["steps"].items():
        kind, state = Site(name).kind, StepState(step["state"])
        if kind is None:
            continue
        moment = step["updated_at"] or at
        failed = failures.of_step(job, step, moment)
        if state is StepState.SKIPPED and job["failure"]:
            failed = job["failure"]  # it had no turn because the whole run failed
        code = step["code"] if step["code"] is not None else (failed or {}).get("code")
        told[kind] = {"state": state, "code": code, "at": moment, "failure": failed, "ended": state.terminal}
    return told
