"""The part of a job that is one site's: which facts are kept of it, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from gateway.syncfy import codes
from gateway.syncfy.sites import Site

Row = dict[str, Any]

#: Ended well with nothing to download: NoTransactions and NoAccounts.
EMPTY_CODES = frozenset({202, 206})


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


def new_steps(sites: Iterable[Site]) -> Row:
    return {str(site): new_step(site) for site in sites}


def new_step(site: Site) -> Row:
    return {
        "site": str(site),
        "state": StepState.WAITING,
        "code": None,
        "job_id": None,
        "credential_id": None,
        # SAT has let this credential in, in this run or before.
        "authorised": False,
        "fetched_at": None,
        "documents": 0,
        "updated_at": None,
    }


def state_of_step(step: Mapping[str, Any], parent_failed: bool) -> StepState:
    """What its code and our own fetch make of it; where the whole run failed, what has not begun is SKIPPED."""
    code = step["code"]
    outcome = "PROGRESS" if code is None else codes.info(code).outcome
    if outcome == "FAILURE":
        return StepState.FAILED
    if step["fetched_at"] and (outcome == "SUCCESS" or parent_failed):
        return StepState.EMPTY if code in EMPTY_CODES and not step["documents"] else StepState.DONE
    if outcome == "SUCCESS" and code in EMPTY_CODES:
        return StepState.EMPTY
    if parent_failed:
        return StepState.SKIPPED
    if outcome == "SUCCESS" or step["fetched_at"]:
        return StepState.DOWNLOADING
    return StepState.WAITING if step["updated_at"] is None else StepState.RUNNING


def weightier(known: int | None, told: int | None) -> int | None:
    """Which of two codes of one site counts, whichever came first.

    A late "it has started" does not undo "it has ended", nor a failure the success that Syncfy's next try had. Of two
    failures that contradict each other the one counts that a person can do something about.
    """
    return max(known, told, key=_weight)


def _weight(code: int | None) -> tuple[int, bool, int]:
    if code is None:
        return 0, False, 0
    info = codes.info(code)
    ended = {"SUCCESS": 3, "FAILURE": 2}.get(info.outcome, 1)
    return ended, info.needs_person, -code if ended > 1 else code
