"""The state machine of jobs: pure functions, each from a job and a fact to the job that it then is.

A job has one parent code (Syncfy's status of the run as a whole) and a step for each site that takes part. Facts come
from four places in any order, late, twice or never: the parent's status history, credentials' events, documents'
events, and our own fetches. So the job keeps the facts, and `settled` derives every state from them anew.

    QUEUED → RUNNING ⇄ AWAITING_INPUT → SUCCEEDED | PARTIALLY_SUCCEEDED | FAILED | EXPIRED

A job has SUCCEEDED when everything that Syncfy announced for it is in the store, not when Syncfy says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.jobs import failures
from gateway.jobs.steps import PARTIAL_CODES, state_of_step, weightier
from gateway.models.job import Challenge, Failure, HistoryEntry, Job, JobOrigin, JobState, Step, StepState
from gateway.syncfy import codes
from gateway.syncfy.sites import Site


def parent_codes(job: Job, seen: Sequence[int], challenge: Challenge | None, at: datetime) -> Job:
    """Take Syncfy's status history of the run (oldest first); codes already known are not told twice."""
    if _closed(job):
        return job
    for code in seen[len(job.codes) :]:
        job = replace(job, codes=(*job.codes, code), code=code)
        job = settled(replace(job, challenge=challenge if _awaits_answer(job) else None), at)
    return job


def challenges(job: Job) -> int:
    """Count how many times the run has asked a person something so far."""
    return sum(codes.info(code).outcome == "WAITING" for code in job.codes)


def challenge_answered(job: Job, at: datetime, *, asked: int) -> Job:
    """Note that Syncfy accepted an answer to the `asked`-th challenge: it is asked no more, though a later one is.

    Syncfy goes on telling 410 until it has taken the answer to SAT: that is no second question.
    """
    if _closed(job) or asked <= job.answered:
        return job
    job = replace(job, answered=asked, answered_at=at)
    return settled(job if _awaits_answer(job) else replace(job, challenge=None), at)


def _awaits_answer(job: Job) -> bool:
    return _outcome(job.code) == "WAITING" and challenges(job) > job.answered


def child_joined(job: Job, site: Site, at: datetime, *, job_id: str) -> Job:
    """Note that a child of Syncfy's is this run's."""
    step = _step(job, site)
    if step.job_id is not None:
        return job
    job = _with_step(job, replace(step, job_id=job_id, updated_at=at))
    return settled(_with_children(job, job_id), at)


def child_seen(
    job: Job,
    site: Site,
    at: datetime,
    *,
    code: int | None,
    job_id: str | None = None,
    credential_id: str | None = None,
    authorised: bool = False,
) -> Job:
    """Take what is known of a child: its job, its credential, its last code (None: it is running)."""
    step = _step(job, site)
    if job_id is not None:
        job = _with_children(job, job_id)
    step = replace(
        step,
        job_id=job_id or step.job_id,
        credential_id=credential_id or step.credential_id,
        code=weightier(step.code, code),
        authorised=step.authorised or authorised,
        updated_at=at,
    )
    return settled(_with_step(job, step), at)


def child_fetched(job: Job, site: Site, at: datetime, *, documents: int, own: int = 0, others: int = 0) -> Job:
    """Note that what the child delivered is in the store: how many documents, and whose those are that were read."""
    step = _step(job, site)
    step = replace(
        step,
        fetched_at=at,
        documents=max(step.documents, documents),
        own=max(step.own, own),
        others=max(step.others, others),
        updated_at=at,
    )
    return settled(_with_step(job, step), at)


def child_landing(job: Job, site: Site, at: datetime, *, documents: int) -> Job:
    """Note how many of the child's documents are in the store so far; more are coming."""
    step = _step(job, site)
    return _with_step(job, replace(step, documents=max(step.documents, documents), updated_at=at))


def could_not_start(job: Job, at: datetime, message: str) -> Job:
    """End a job that Syncfy did not take, with why."""
    return _ended(replace(job, failure=failures.given_up(job, message)), JobState.FAILED, at)


def expire(job: Job, at: datetime, message: str) -> Job:
    """End a job of which nobody can tell any more how it ended; one that has ended stays as it is."""
    if job.state.terminal:
        return job
    return _ended(replace(job, failure=failures.given_up(job, message)), JobState.EXPIRED, at)


def settled(job: Job, at: datetime) -> Job:
    """Derive the steps' states and then the job's, and append to the history when the state or the code changed.

    An ended job stays ended. What comes late may still tell how: a site that had failed delivered after all.
    """
    if _closed(job):
        return job
    job = _knowing_its_own_child(job)
    parent_failed = _outcome(job.code) == "FAILURE"
    steps = {site: replace(step, state=state_of_step(step, parent_failed)) for site, step in job.steps.items()}
    job = replace(job, steps=steps)
    state = _state(job, parent_failed)
    if state.terminal:
        failure = _failure(job, state, parent_failed, job.finished_at or at)
        return _ended(replace(job, failure=failure), state, at)
    return job if job.state.terminal else _noted(job, state, at)


def _knowing_its_own_child(job: Job) -> Job:
    """Take what Syncfy tells of a run that is its own child for that child too: it is a run of this one site.

    Followed without its credential's name it counts as All in One until here; row and first event come in any order.
    """
    id = job.syncfy_job_id
    own = [step for step in job.steps.values() if id is not None and step.job_id == id]
    if not own:
        return job
    steps = {**job.steps, **{step.site: replace(step, code=weightier(step.code, job.code)) for step in own}}
    if job.site is Site.ALL_IN_ONE and job.origin is JobOrigin.WIDGET:
        steps = {site: step for site, step in steps.items() if step.job_id == id or step.updated_at is not None}
        return replace(job, site=own[0].site, steps=steps)
    return replace(job, steps=steps)


def _step(job: Job, site: Site) -> Step:
    """Return the site's step; a new one where the site has not taken part yet."""
    return job.steps.get(site) or Step(site=site)


def _with_step(job: Job, step: Step) -> Job:
    return replace(job, steps={**job.steps, step.site: step})


def _with_children(job: Job, *ids: str) -> Job:
    return replace(job, child_ids=tuple(sorted({*job.child_ids, *ids})))


def _outcome(code: int | None) -> str | None:
    return None if code is None else codes.info(code).outcome


def _closed(job: Job) -> bool:
    """Tell a job that was given up, or that Syncfy never took: no fact is about this run any more."""
    if job.state is JobState.FAILED and job.origin is JobOrigin.CLIENT:
        return job.code is None and not job.child_ids
    return job.state is JobState.EXPIRED


def _state(job: Job, parent_failed: bool) -> JobState:
    steps = job.steps.values()
    if parent_failed:
        return JobState.PARTIALLY_SUCCEEDED if any(map(_delivered, steps)) else JobState.FAILED
    begun = bool(job.codes) or any(step.state is not StepState.WAITING for step in steps)
    running = JobState.RUNNING if begun else JobState.QUEUED
    if job.code is not None:
        if _awaits_answer(job):
            return JobState.AWAITING_INPUT
        if _outcome(job.code) != "SUCCESS":
            return JobState.RUNNING
    elif job.syncfy_job_id:
        return running  # the parent's own code is still to come: children alone do not end the run
    if not steps or not all(step.state.terminal for step in steps):
        return running
    failed = [step for step in steps if step.state is StepState.FAILED]
    if not failed:
        whole = job.code not in PARTIAL_CODES and all(step.state is not StepState.PARTIAL for step in steps)
        return JobState.SUCCEEDED if whole else JobState.PARTIALLY_SUCCEEDED
    ended = [step for step in steps if step.state is not StepState.EMPTY or not any(step.of_others for step in failed)]
    nothing = len(failed) == len(ended) and not any(map(_delivered, steps))
    return JobState.FAILED if nothing else JobState.PARTIALLY_SUCCEEDED


def _delivered(step: Step) -> bool:
    """Tell whether documents came, also from a site that failed in the middle: what arrived before stays."""
    if step.state is StepState.FAILED:
        return step.documents > 0 and not step.of_others
    return step.state in (StepState.DONE, StepState.PARTIAL)


def _failure(job: Job, state: JobState, parent_failed: bool, at: datetime) -> Failure | None:
    """Return the failure of the run as a whole, else of a site: one that needs the person first, who alone moves it."""
    if state is JobState.SUCCEEDED:
        return None
    if parent_failed and job.code is not None:
        return failures.failure(job.code, at, authorised=failures.run_authorised(job))
    steps = [job.steps[site] for site in Site if site in job.steps]
    failed = [found for step in steps if (found := failures.of_step(step, job.codes, at)) is not None]
    return max(failed, key=lambda failure: failure.needs_person, default=None)


def _ended(job: Job, state: JobState, at: datetime) -> Job:
    return _noted(replace(job, active=False, finished_at=job.finished_at or at, challenge=None), state, at)


def _noted(job: Job, state: JobState, at: datetime) -> Job:
    last = job.history[-1]
    if (last.state, last.code) == (state, job.code):
        return replace(job, state=state)
    entry = HistoryEntry(at=at, state=state, code=job.code)
    return replace(job, state=state, history=(*job.history, entry))
