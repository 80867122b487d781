"""The state of one site's part of a job, and which of two codes of it counts (pure)."""

from __future__ import annotations

from gateway.models.job import Step, StepState
from gateway.syncfy import codes

#: Ended well with nothing to download: NoTransactions and NoAccounts.
EMPTY_CODES = frozenset({202, 206})
#: Ended well with a part of what there is: PartialTransactions and Incomplete.
PARTIAL_CODES = frozenset({203, 204})


def state_of_step(step: Step, parent_failed: bool) -> StepState:
    """Derive the state from its code and our own fetch; where the whole run failed, what has not begun is SKIPPED."""
    outcome = "PROGRESS" if step.code is None else codes.info(step.code).outcome
    if outcome == "FAILURE":
        return StepState.FAILED
    if step.fetched_at and (outcome == "SUCCESS" or parent_failed):
        return _ended_well(step)
    if outcome == "SUCCESS" and step.code in EMPTY_CODES:
        return StepState.EMPTY
    if parent_failed:
        return StepState.SKIPPED
    if outcome == "SUCCESS" or step.fetched_at:
        return StepState.DOWNLOADING
    return StepState.WAITING if step.updated_at is None else StepState.RUNNING


def _ended_well(step: Step) -> StepState:
    if step.of_others:
        return StepState.FAILED
    if step.code in EMPTY_CODES and not step.documents:
        return StepState.EMPTY
    return StepState.PARTIAL if step.code in PARTIAL_CODES else StepState.DONE


def weightier(known: int | None, told: int | None) -> int | None:
    """Return the one of two codes of a site that counts, whichever came first.

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
