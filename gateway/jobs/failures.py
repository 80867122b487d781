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

_LET_IN = 102


def failure(code: int, at: datetime, *, authorised: bool) -> Failure:
    """Return why a code is a failure. `at`: when. `authorised`: SAT lets this credential in, as far as is known."""
    info = codes.info(code)
    return Failure(
        code=code,
        needs_person=info.needs_person,
        retries_by=RetriedBy.SYNCFY if info.syncfy_retries and authorised else RetriedBy.PERSON,
        retry_at=_next(info.again_after, at),
        message=info.name,
    )


def given_up(job: Job, message: str) -> Failure:
    """Return the failure of a run of which nobody can tell how it ended.

    What Syncfy took, we look for ourselves; what it never took, only a person can start again.
    """
    taken = bool(job.syncfy_job_id or job.child_ids)
    by = RetriedBy.GATEWAY if taken else RetriedBy.PERSON
    return Failure(code=job.code, needs_person=False, retries_by=by, message=message)


def of_step(step: Step, codes_of_run: Sequence[int], at: datetime) -> Failure | None:
    """Return the failure of one site; None where it did not fail. `codes_of_run`: the status codes of its job."""
    if step.state is StepState.FAILED and step.code is not None:
        return failure(step.code, at, authorised=step_authorised(step, codes_of_run))
    return None


def step_authorised(step: Step, codes_of_run: Sequence[int]) -> bool:
    """Tell whether SAT lets the site's credential in. Sites of documents have none that Syncfy could run again."""
    if step.site.delivers_documents:
        return False
    return step.authorised or _LET_IN in codes_of_run


def run_authorised(job: Job) -> bool:
    return _LET_IN in job.codes or any(step.authorised for step in job.steps.values())


def _next(after: timedelta | None, at: datetime) -> datetime | None:
    return at + after if after is not None else None
