"""Failures of a run or a site, and who moves next: Syncfy by itself, the person, or the gateway (pure).

Syncfy runs a credential again by itself after a 5xx if it is authorised: SAT has let it in before, or did in this very
run (it reached 102). A 4xx waits for the person. Before SAT ever let anybody in, nobody but the person can try again:
the password is kept by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.models.job import Failure, Job, RetriedBy, Step, StepState
from gateway.syncfy import codes
from gateway.syncfy.codes import Advice

_LET_IN = 102


def failure(code: int, at: datetime, *, authorised: bool) -> Failure:
    """Return why a code is a failure. `at`: when. `authorised`: SAT lets this credential in, as far as is known."""
    info = codes.info(code)
    by = RetriedBy.SYNCFY if info.syncfy_retries and authorised else RetriedBy.PERSON
    return _made(code, info.name, by, _next(info.again_after, at))


def given_up(job: Job, message: str) -> Failure:
    """Return the failure of a run of which nobody can tell how it ended.

    What Syncfy took, we look for ourselves; what it never took, only a person can start again.
    """
    taken = bool(job.syncfy_job_id or job.child_ids)
    return _made(job.code, message, RetriedBy.GATEWAY if taken else RetriedBy.PERSON)


def other_rfc(code: int | None) -> Failure:
    """Return the failure of a site all of whose documents name another RFC: the login was somebody else's."""
    by = RetriedBy.PERSON
    return Failure(code=code, message="every document names another RFC", retries_by=by, advice=Advice.CORRECT_RFC)


def advice(code: int | None, by: RetriedBy) -> Advice:
    """Return the advice on a failure: the one table from which `needs_person`, `retry_at` and this agree.

    by        needs_person  retry_at                       advice
    SYNCFY    False         when Syncfy does, if known     WAIT_AND_RETRY
    GATEWAY   False         None                           READ_AGAIN_LATER
    PERSON    True          None                           that of the code; START_AGAIN where it has none for a person
    """
    if by is RetriedBy.SYNCFY:
        return Advice.WAIT_AND_RETRY
    if by is RetriedBy.GATEWAY:
        return Advice.READ_AGAIN_LATER
    info = None if code is None else codes.info(code)
    return info.advice if info is not None and info.outcome == "FAILURE" and info.needs_person else Advice.START_AGAIN


def _made(code: int | None, message: str, by: RetriedBy, at: datetime | None = None) -> Failure:
    retry_at = None if by is RetriedBy.PERSON else at
    return Failure(code=code, message=message, retries_by=by, retry_at=retry_at, advice=advice(code, by))


def of_step(step: Step, codes_of_run: Sequence[int], at: datetime) -> Failure | None:
    """Return the failure of one site; None where it did not fail. `codes_of_run`: the status codes of its job."""
    if step.state is not StepState.FAILED:
        return None
    if step.code is not None and codes.info(step.code).outcome == "FAILURE":
        return failure(step.code, at, authorised=step_authorised(step, codes_of_run))
    return other_rfc(step.code)


def step_authorised(step: Step, codes_of_run: Sequence[int]) -> bool:
    """Tell whether SAT lets the site's credential in. Sites of documents have none that Syncfy could run again."""
    if step.site.delivers_documents:
        return False
    return step.authorised or _LET_IN in codes_of_run


def run_authorised(job: Job) -> bool:
    """Return True when SAT let the run in, as a whole or for one of its steps."""
    return _LET_IN in job.codes or any(step.authorised for step in job.steps.values())


def _next(after: timedelta | None, at: datetime) -> datetime | None:
    return at + after if after is not None else None
