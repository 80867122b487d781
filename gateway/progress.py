"""How a job's state follows from what is known of it: pure functions over a job's row (see store/jobs.py).

A job has one parent code (Syncfy's status of the run as a whole) and a step for each site that takes part. Facts come
from four places in any order, late, twice or never: the parent's status history, credentials' events, documents'
events, and our own fetches. So the row keeps the facts, and `settle` derives every state from them anew.

    QUEUED → RUNNING ⇄ AWAITING_INPUT → SUCCEEDED | PARTIALLY_SUCCEEDED | FAILED | EXPIRED

A job has SUCCEEDED when everything that Syncfy announced for it is in the store, not when Syncfy says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.syncfy import codes
from gateway.syncfy.sites import Site

Row = dict[str, Any]

#: Ended well with nothing to download: NoTransactions and NoAccounts.
_EMPTY_CODES = frozenset({202, 206})


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    AWAITING_INPUT = "AWAITING_INPUT"
    SUCCEEDED = "SUCCEEDED"
    PARTIALLY_SUCCEEDED = "PARTIALLY_SUCCEEDED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"

    @property
    def terminal(self) -> bool:
        return self in _TERMINAL


class StepState(StrEnum):
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DOWNLOADING = "DOWNLOADING"
    DONE = "DONE"
    EMPTY = "EMPTY"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"

    @property
    def terminal(self) -> bool:
        return self in (StepState.DONE, StepState.EMPTY, StepState.FAILED, StepState.SKIPPED)


_TERMINAL = (JobState.SUCCEEDED, JobState.PARTIALLY_SUCCEEDED, JobState.FAILED, JobState.EXPIRED)


def new_steps(sites: Iterable[Site]) -> Row:
    return {str(site): new_step(site) for site in sites}


def new_step(site: Site) -> Row:
    return {
        "site": str(site),
        "state": StepState.WAITING,
        "code": None,
        "job_id": None,
        "credential_id": None,
        "fetched_at": None,
        "documents": 0,
        "updated_at": None,
    }


def parent_codes(row: Row, seen: Sequence[int], challenge: Row | None, at: datetime) -> Row:
    """Takes Syncfy's status history of the run (oldest first); codes already known are not told twice."""
    for code in seen[len(row["codes"]) :]:
        row["codes"].append(code)
        row["code"] = code
        waiting = codes.info(code).outcome == "WAITING"
        row["challenge"] = challenge if waiting else None
        settle(row, at)
    return row


def child_seen(
    row: Row, site: Site, at: datetime, *, code: int | None, job_id: str | None = None, credential_id: str | None = None
) -> Row:
    """Takes what is known of a child: its job, its credential, its last code (None: it is running)."""
    step = row["steps"].setdefault(str(site), new_step(site))
    if job_id is not None:
        step["job_id"] = job_id
        row["child_ids"] = sorted({*row["child_ids"], job_id})
    step["credential_id"] = credential_id or step["credential_id"]
    # A late "it has started" does not undo "it has ended".
    if code is not None and (
        step["code"] is None or not codes.info(step["code"]).terminal or codes.info(code).terminal
    ):
        step["code"] = code
    if step["state"] == StepState.WAITING:
        step["state"] = StepState.RUNNING
    step["updated_at"] = at
    settle(row, at)
    return row


def child_fetched(row: Row, site: Site, at: datetime, *, documents: int) -> Row:
    """Takes that what the child delivered is in the store."""
    step = row["steps"].setdefault(str(site), new_step(site))
    step["fetched_at"] = at
    step["documents"] = max(step["documents"], documents)
    step["updated_at"] = at
    settle(row, at)
    return row


def could_not_start(row: Row, at: datetime, message: str) -> Row:
    """Syncfy did not take the job: it ends here, with why."""
    row["failure"] = {"code": None, "needs_person": False, "message": message}
    return _end(row, JobState.FAILED, at)


def expire(row: Row, at: datetime, message: str) -> Row:
    """Nobody can tell any more how it ended."""
    row["failure"] = {"code": row["code"], "needs_person": False, "message": message}
    return _end(row, JobState.EXPIRED, at)


def settle(row: Row, at: datetime) -> None:
    """Derives the steps' states and then the job's, and appends to the history when the state or the code changed."""
    if JobState(row["state"]).terminal and not _reopens(row):
        return
    for step in row["steps"].values():
        step["state"] = _step_state(step)
    state = _job_state(row)
    if state.terminal:
        _end(row, state, at)
        return
    row["active"] = True
    row["finished_at"] = None
    _note(row, state, at)


def _reopens(row: Row) -> bool:
    """A terminal job stays so, unless a child that had failed delivered after all (Syncfy retries by itself)."""
    late = any(s["fetched_at"] and s["state"] in (StepState.FAILED, StepState.SKIPPED) for s in row["steps"].values())
    return late and row["state"] != JobState.EXPIRED


def _step_state(step: Mapping[str, Any]) -> StepState:
    code = step["code"]
    outcome = "PROGRESS" if code is None else codes.info(code).outcome
    if outcome == "FAILURE":
        return StepState.FAILED
    if outcome == "SUCCESS":
        if code in _EMPTY_CODES:
            return StepState.EMPTY
        return StepState.DONE if step["fetched_at"] else StepState.DOWNLOADING
    if step["fetched_at"]:
        return StepState.DOWNLOADING
    return StepState.WAITING if step["state"] == StepState.WAITING else StepState.RUNNING


def _job_state(row: Row) -> JobState:
    steps = list(row["steps"].values())
    if row["code"] is not None:
        info = codes.info(row["code"])
        if info.outcome == "FAILURE":
            return _failed(row, steps)
        if info.outcome == "WAITING":
            return JobState.AWAITING_INPUT
        if info.outcome != "SUCCESS":
            return JobState.RUNNING
        if row["code"] in _EMPTY_CODES and all(s["state"] == StepState.WAITING for s in steps):
            return JobState.SUCCEEDED
    elif row["origin"] == "CLIENT" and row.get("syncfy_job_id"):
        # The parent's own code is still to come: children alone do not end the run.
        started = any(s["state"] != StepState.WAITING for s in steps)
        return JobState.RUNNING if started else JobState.QUEUED
    if not steps or not all(StepState(s["state"]).terminal for s in steps):
        return JobState.RUNNING if row["codes"] or any(s["job_id"] for s in steps) else JobState.QUEUED
    return _summed_up(steps, row)


def _summed_up(steps: Sequence[Row], row: Row) -> JobState:
    failed = [s for s in steps if s["state"] == StepState.FAILED]
    if not failed:
        return JobState.SUCCEEDED
    row["failure"] = failure(failed[0]["code"])
    return JobState.FAILED if len(failed) == len(steps) else JobState.PARTIALLY_SUCCEEDED


def _failed(row: Row, steps: Sequence[Row]) -> JobState:
    row["failure"] = failure(row["code"])
    for step in steps:
        if not StepState(step["state"]).terminal:
            step["state"] = StepState.SKIPPED
    done = any(step["state"] == StepState.DONE for step in steps)
    return JobState.PARTIALLY_SUCCEEDED if done else JobState.FAILED


def failure(code: int) -> Row:
    info = codes.info(code)
    return {"code": code, "needs_person": info.needs_person, "message": info.name}


def _end(row: Row, state: JobState, at: datetime) -> Row:
    row["active"] = False
    row["finished_at"] = row["finished_at"] or at
    row["challenge"] = None
    _note(row, state, at)
    return row


def _note(row: Row, state: JobState, at: datetime) -> None:
    last = row["history"][-1]
    row["state"] = state
    if (last["state"], last["code"]) != (state, row["code"]):
        row["history"].append({"at": at, "state": state, "code": row["code"]})
