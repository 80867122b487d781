"""How a job's state follows from what is known of it: pure functions over a job's row (see store/jobs.py).

A job has one parent code (Syncfy's status of the run as a whole) and a step for each site that takes part. Facts come
from four places in any order, late, twice or never: the parent's status history, credentials' events, documents'
events, and our own fetches. So the row keeps the facts, and `settle` derives every state from them anew.

    QUEUED → RUNNING ⇄ AWAITING_INPUT → SUCCEEDED | PARTIALLY_SUCCEEDED | FAILED | EXPIRED

A job has SUCCEEDED when everything that Syncfy announced for it is in the store, not when Syncfy says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.jobs import failures
from gateway.jobs.steps import EMPTY_CODES, StepState, new_step, new_steps, state_of_step, weightier
from gateway.syncfy import codes
from gateway.syncfy.sites import Site

__all__ = [
    "EMPTY_CODES",
    "JobState",
    "StepState",
    "challenge_answered",
    "challenges",
    "child_fetched",
    "child_joined",
    "child_landing",
    "child_seen",
    "could_not_start",
    "expire",
    "new_step",
    "new_steps",
    "parent_codes",
    "settle",
]

Row = dict[str, Any]


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


_TERMINAL = (JobState.SUCCEEDED, JobState.PARTIALLY_SUCCEEDED, JobState.FAILED, JobState.EXPIRED)


def parent_codes(row: Row, seen: Sequence[int], challenge: Row | None, at: datetime) -> Row:
    """Takes Syncfy's status history of the run (oldest first); codes already known are not told twice."""
    if _closed(row):
        return row
    for code in seen[len(row["codes"]) :]:
        row["codes"].append(code)
        row["code"] = code
        row["challenge"] = challenge if _awaits_answer(row) else None
        settle(row, at)
    return row


def challenges(row: Row) -> int:
    """How many times the run has asked a person something so far."""
    return sum(codes.info(code).outcome == "WAITING" for code in row["codes"])


def challenge_answered(row: Row, at: datetime, *, asked: int) -> Row:
    """Takes that Syncfy accepted an answer to the `asked`-th challenge: it is asked no more, though a later one is.

    Syncfy goes on telling 410 until it has taken the answer to SAT: that is no second question.
    """
    if _closed(row) or asked <= row.get("answered", 0):
        return row
    row["answered"] = asked
    row["answered_at"] = at
    if not _awaits_answer(row):
        row["challenge"] = None
    settle(row, at)
    return row


def _awaits_answer(row: Row) -> bool:
    waiting = row["code"] is not None and codes.info(row["code"]).outcome == "WAITING"
    return waiting and challenges(row) > row.get("answered", 0)


def child_joined(row: Row, site: Site, at: datetime, *, job_id: str) -> Row:
    """Takes that a child of Syncfy's is this run's."""
    step = row["steps"].setdefault(str(site), new_step(site))
    if step["job_id"] is None:
        step["job_id"] = job_id
        step["updated_at"] = at
        row["child_ids"] = sorted({*row["child_ids"], job_id})
        settle(row, at)
    return row


def child_seen(
    row: Row,
    site: Site,
    at: datetime,
    *,
    code: int | None,
    job_id: str | None = None,
    credential_id: str | None = None,
    authorised: bool = False,
) -> Row:
    """Takes what is known of a child: its job, its credential, its last code (None: it is running)."""
    step = row["steps"].setdefault(str(site), new_step(site))
    if job_id is not None:
        step["job_id"] = job_id
        row["child_ids"] = sorted({*row["child_ids"], job_id})
    step["credential_id"] = credential_id or step["credential_id"]
    step["code"] = weightier(step["code"], code)
    step["authorised"] = step.get("authorised", False) or authorised
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


def child_landing(row: Row, site: Site, at: datetime, *, documents: int) -> Row:
    """Takes how many of the child's documents are in the store so far; more are coming."""
    step = row["steps"].setdefault(str(site), new_step(site))
    step["documents"] = max(step["documents"], documents)
    step["updated_at"] = at
    return row


def could_not_start(row: Row, at: datetime, message: str) -> Row:
    """Syncfy did not take the job: it ends here, with why."""
    row["failure"] = failures.given_up(row, message)
    return _end(row, JobState.FAILED, at)


def expire(row: Row, at: datetime, message: str) -> Row:
    """Nobody can tell any more how it ended; a job that has ended stays as it is."""
    if JobState(row["state"]).terminal:
        return row
    row["failure"] = failures.given_up(row, message)
    return _end(row, JobState.EXPIRED, at)


def settle(row: Row, at: datetime) -> None:
    """Derives the steps' states and then the job's, and appends to the history when the state or the code changed.

    An ended job stays ended. What comes late may still tell how: a site that had failed delivered after all.
    """
    if _closed(row):
        return
    _know_its_own_child(row)
    parent_failed = row["code"] is not None and codes.info(row["code"]).outcome == "FAILURE"
    for step in row["steps"].values():
        step["state"] = state_of_step(step, parent_failed)
    state = _job_state(row, parent_failed)
    if state.terminal:
        row["failure"] = _failure_of(row, state, parent_failed, row["finished_at"] or at)
        _end(row, state, at)
    elif not JobState(row["state"]).terminal:
        _note(row, state, at)


def _know_its_own_child(row: Row) -> None:
    """Take what Syncfy tells of a run that is its own child for that child too: it is a run of this one site.

    Followed without its credential's name it counts as All in One until here; row and first event come in any order.
    """
    id = row.get("syncfy_job_id")
    own = [name for name, step in row["steps"].items() if id is not None and step["job_id"] == id]
    if own and row["site"] == Site.ALL_IN_ONE and row["origin"] == "WIDGET":
        row["site"] = own[0]
        row["steps"] = {name: step for name, step in row["steps"].items() if name in own or step["updated_at"]}
    for name in own:
        row["steps"][name]["code"] = weightier(row["steps"][name]["code"], row["code"])


def _closed(row: Row) -> bool:
    """Given up, or never taken by Syncfy: no fact is about this run any more."""
    if row["state"] == JobState.FAILED and row["origin"] == "CLIENT":
        return row["code"] is None and not row["child_ids"]
    return bool(row["state"] == JobState.EXPIRED)


def _job_state(row: Row, parent_failed: bool) -> JobState:
    steps = list(row["steps"].values())
    if parent_failed:
        return JobState.PARTIALLY_SUCCEEDED if any(map(_delivered, steps)) else JobState.FAILED
    begun = bool(row["codes"]) or any(step["state"] != StepState.WAITING for step in steps)
    running = JobState.RUNNING if begun else JobState.QUEUED
    if row["code"] is not None:
        outcome = codes.info(row["code"]).outcome
        if _awaits_answer(row):
            return JobState.AWAITING_INPUT
        if outcome != "SUCCESS":
            return JobState.RUNNING
    elif row.get("syncfy_job_id"):
        return running  # the parent's own code is still to come: children alone do not end the run
    if not steps or not all(StepState(step["state"]).terminal for step in steps):
        return running
    failed = [step for step in steps if step["state"] == StepState.FAILED]
    if not failed:
        return JobState.SUCCEEDED
    nothing = len(failed) == len(steps) and not any(map(_delivered, steps))
    return JobState.FAILED if nothing else JobState.PARTIALLY_SUCCEEDED


def _delivered(step: Row) -> bool:
    """Also a site that failed in the middle: what arrived before is here, and stays."""
    return bool(step["state"] == StepState.DONE or (step["state"] == StepState.FAILED and step["documents"]))


def _failure_of(row: Row, state: JobState, parent_failed: bool, at: datetime) -> Row | None:
    """Of the run as a whole, else of a site: first of one that needs the person, as nothing else will move it."""
    if state == JobState.SUCCEEDED:
        return None
    if parent_failed:
        return failures.failure(row["code"], at, authorised=failures.run_authorised(row))
    found = {name: failures.of_step(row, step, at) for name, step in row["steps"].items()}
    failed = [failure for site in Site if (failure := found.get(site)) is not None]
    return max(failed, key=lambda failure: bool(failure["needs_person"]))


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
