"""A job's state follows from the facts alone: in any order, twice, or found out afterwards."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.jobs import machine
from gateway.jobs.steps import EMPTY_CODES
from gateway.models.job import Challenge, ChallengeField, Job, JobOrigin, new_job
from gateway.syncfy import codes
from gateway.syncfy.sites import CHILDREN, Site
from tests.budget import examples

Fact = Callable[[Job], Job]
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DOCUMENT_SITES = tuple(site for site in CHILDREN if site.delivers_documents)
CREDENTIAL_SITES = tuple(site for site in CHILDREN if not site.delivers_documents)
TOKEN = Challenge(fields=(ChallengeField(name="token", type="text", label=None, image=None, options=()),))
BEGUN = [100, 101, 102]


def job_of(
    sites: Sequence[Site] = CHILDREN, origin: JobOrigin = JobOrigin.CLIENT, syncfy: str | None = "parent"
) -> Job:
    taken = syncfy if origin is JobOrigin.CLIENT else None
    return new_job(
        id="a", taxpayer="t", owner="o", site=Site.ALL_IN_ONE, origin=origin, sites=sites, at=AT, syncfy_job_id=taken
    )


def parent(*history: int) -> Fact:
    challenge = TOKEN if history[-1] == 410 else None
    return lambda job: machine.parent_codes(job, list(history), challenge, AT)


def answered(asked: int) -> Fact:
    return lambda job: machine.challenge_answered(job, AT, asked=asked)


def joined(site: Site) -> Fact:
    return lambda job: machine.child_joined(job, site, AT, job_id=f"job-{site}")


def seen(site: Site, code: int | None) -> Fact:
    return lambda job: machine.child_seen(job, site, AT, code=code, job_id=f"job-{site}")


def found(site: Site, code: int) -> Fact:
    """What the reconciliation learns: the code, and not which job of Syncfy's it was."""
    return lambda job: machine.child_seen(job, site, AT, code=code)


def fetched(site: Site, documents: int = 3) -> Fact:
    return lambda job: machine.child_fetched(job, site, AT, documents=documents)


def child(site: Site, code: int, *, delivers: bool) -> list[Fact]:
    """All that a run tells of a child."""
    facts = [joined(site), seen(site, None), seen(site, code)]
    return [*facts, fetched(site)] if delivers else facts


def run(final: int, children: dict[Site, int], codes_before: Sequence[int] = BEGUN) -> list[Fact]:
    """The facts of a run, of which the parent's grow as its history does."""
    history = [*codes_before, final]
    facts = [parent(*history[:n]) for n in range(1, len(history) + 1)]
    for site, code in children.items():
        facts += child(site, code, delivers=codes.info(code).outcome == "SUCCESS" and code not in EMPTY_CODES)
    return facts


def every(code: int, sites: Sequence[Site] = CHILDREN) -> dict[Site, int]:
    return dict.fromkeys(sites, code)


RUNS: dict[str, tuple[list[Fact], str, int | None]] = {
    "ok": (run(200, every(200)), "SUCCEEDED", None),
    "wrong": (run(401, every(401), [100, 101]), "FAILED", 401),
    "locked": (run(405, every(405), [100, 101]), "FAILED", 405),
    "conflict": (run(406, every(406), [100, 101]), "FAILED", 406),
    "action": (run(408, every(408), [100, 101]), "FAILED", 408),
    "wrongsite": (run(409, every(409), [100, 101]), "FAILED", 409),
    "login-error": (run(413, every(413), [100, 101]), "FAILED", 413),
    "twofa": (run(200, every(200), [100, 101, 410, 103, 102]), "SUCCEEDED", None),
    "twofa answered": ([answered(1), *run(200, every(200), [100, 101, 410, 103, 102])], "SUCCEEDED", None),
    "twofa wrong": (run(403, every(403), [100, 101, 410]), "FAILED", 403),
    "twofa unanswered": (run(411, every(411), [100, 101, 410]), "FAILED", 411),
    "unavailable-before": (run(501, every(501), [100, 101]), "FAILED", 501),
    "error-after": (run(500, every(500)), "FAILED", 500),
    "timeout-after": (run(504, every(504)), "FAILED", 504),
    "maintenance-after": (run(509, every(509)), "FAILED", 509),
    "pending": (run(201, every(201, CREDENTIAL_SITES) | every(200, DOCUMENT_SITES)), "SUCCEEDED", None),
    "empty": (run(202, every(202, CREDENTIAL_SITES) | every(200, DOCUMENT_SITES)), "SUCCEEDED", None),
    "partial": (
        run(203, every(203) | {Site.WITHHOLDINGS: 202, Site.MONTHLY_RETURNS: 202} | every(200, DOCUMENT_SITES)),
        "PARTIALLY_SUCCEEDED",
        None,
    ),
    "incomplete": (run(204, every(204, CREDENTIAL_SITES) | every(200, DOCUMENT_SITES)), "PARTIALLY_SUCCEEDED", None),
    "no-documents": (run(200, every(200) | every(500, DOCUMENT_SITES)), "PARTIALLY_SUCCEEDED", 500),
    "one broken download": (run(500, every(200) | {Site.CIEC: 500}), "PARTIALLY_SUCCEEDED", 500),
    "children that never began": (run(500, {}), "FAILED", 500),
    "failed after some had delivered": (run(501, {Site.CIEC: 200, Site.TAX_STATUS: 202}), "PARTIALLY_SUCCEEDED", 501),
}


def told(facts: Sequence[Fact], job: Job | None = None) -> Job:
    job = job or job_of()
    for fact in facts:
        job = applied(fact, job)
        assert_consistent(job)
    return job


def applied(fact: Fact, job: Job) -> Job:
    """The job that a fact makes of another, which stays as it was."""
    before = copy.deepcopy(job)
    after = fact(job)
    assert job == before, "a fact changed the job that it was given"
    return after


def assert_consistent(job: Job) -> None:
    terminal = job.state.terminal
    states = {step.state for step in job.steps.values()}
    assert job.active is not terminal
    assert (job.finished_at is not None) is terminal
    assert (job.challenge is not None) <= (job.state == "AWAITING_INPUT")
    failed = job.state in ("FAILED", "EXPIRED") or (job.state == "PARTIALLY_SUCCEEDED" and "FAILED" in states)
    parent_failed = job.code is not None and codes.info(job.code).outcome == "FAILURE"
    assert (job.failure is not None) is (failed or (job.state == "PARTIALLY_SUCCEEDED" and parent_failed))
    assert job.history[-1].state == job.state


def essence(job: Job) -> Any:
    steps = {name: (s.state, s.code, s.documents, s.job_id) for name, s in job.steps.items()}
    return job.state, job.code, job.failure, job.active, job.challenge, steps


@pytest.mark.parametrize("name", RUNS)
def test_every_course_of_a_run_ends_as_documented(name: str) -> None:
    facts, state, code = RUNS[name]
    job = told(facts)
    assert job.state == state
    assert (job.failure and job.failure.code) == code
    assert all(step.state.terminal for step in job.steps.values())
    assert len({(entry.state, entry.code) for entry in job.history}) == len(job.history)


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(sorted(RUNS)), st.data())
def test_any_order_and_any_repetition_ends_the_same(name: str, data: st.DataObject) -> None:
    facts, *_ = RUNS[name]
    again = data.draw(st.lists(st.sampled_from(range(len(facts))), max_size=12))
    order = data.draw(st.permutations([*range(len(facts)), *again]))
    assert essence(told([facts[index] for index in order])) == essence(told(facts))


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(sorted(RUNS)), st.data())
def test_what_was_lost_and_then_found_out_ends_the_same(name: str, data: st.DataObject) -> None:
    facts, *_ = RUNS[name]
    clean = told(facts)
    kept = data.draw(st.permutations(facts)) if facts else []
    kept = kept[: data.draw(st.integers(0, len(kept)))]
    job = told(kept)
    job = told(reconciled(clean), job)
    late = [fact for fact in facts if fact not in kept]
    job = told(late, job)
    assert essence(job) == essence(clean)


def reconciled(clean: Job) -> list[Fact]:
    """What the watch and the reconciliation find: the parent's whole history, each child's code and its documents."""
    facts = [parent(*clean.codes)]
    for site, step in clean.steps.items():
        if step.documents:
            facts.append(fetched(site, step.documents))
        if step.code is not None:
            facts.append(found(site, step.code))
    return facts


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(sorted(RUNS)), st.data())
def test_a_job_that_has_ended_never_begins_again(name: str, data: st.DataObject) -> None:
    facts, *_ = RUNS[name]
    job = job_of()
    ended = False
    for fact in data.draw(st.permutations(facts)):
        job = fact(job)
        assert not (ended and job.active)
        ended = not job.active


def test_syncfys_word_is_not_enough_for_a_success() -> None:
    job = told([parent(100, 101, 102, 200), *(seen(site, 200) for site in CHILDREN)])
    assert job.state == "RUNNING"
    assert {step.state for step in job.steps.values()} == {"DOWNLOADING"}
    assert told([fetched(site) for site in CHILDREN], job).state == "SUCCEEDED"


def test_the_children_alone_do_not_end_a_run() -> None:
    job = told([fact for site in CHILDREN for fact in child(site, 200, delivers=True)])
    assert job.state == "RUNNING"
    assert told([parent(100, 200)], job).state == "SUCCEEDED"


def test_nothing_to_download_still_waits_for_the_sites_that_may_have_something() -> None:
    assert told([parent(100, 101, 102, 202)]).state == "RUNNING"


def test_a_challenge_comes_and_goes() -> None:
    job = told([parent(100, 101, 410)])
    assert (job.state, job.challenge) == ("AWAITING_INPUT", TOKEN)
    job = told([parent(100, 101, 410, 103)], job)
    assert (job.state, job.challenge) == ("RUNNING", None)
    assert [entry.state for entry in job.history] == ["QUEUED", "RUNNING", "RUNNING", "AWAITING_INPUT", "RUNNING"]


def test_an_accepted_answer_ends_the_question_before_syncfy_says_so() -> None:
    job = told([parent(100, 101, 410), answered(1)])
    assert (job.state, job.challenge, job.answered_at) == ("RUNNING", None, AT)
    before = job
    assert told([parent(100, 101, 410), answered(1), parent(100, 101, 410)], job) == before


@pytest.mark.parametrize("between", [[], [103]])
def test_a_newer_question_is_asked_whatever_was_answered_before(between: list[int]) -> None:
    job = told([parent(100, 101, 410), answered(1), parent(100, 101, 410, *between, 410)])
    assert (job.state, job.challenge) == ("AWAITING_INPUT", TOKEN)
    assert told([answered(1)], job).state == "AWAITING_INPUT"
    assert told([answered(2)], job).state == "RUNNING"


def test_an_answer_to_a_run_that_has_ended_changes_nothing_of_its_end() -> None:
    job = told([parent(100, 101, 410, 411)])
    end = essence(job)
    assert essence(told([answered(1)], job)) == end


def test_a_run_of_syncfys_own_ends_with_its_sites() -> None:
    job = job_of([Site.CIEC], JobOrigin.SYNCFY)
    job = told([joined(Site.CIEC), joined(Site.WITHHOLDINGS), seen(Site.CIEC, 200), fetched(Site.CIEC)], job)
    assert job.state == "RUNNING"
    assert told([seen(Site.WITHHOLDINGS, 401)], job).state == "PARTIALLY_SUCCEEDED"


@pytest.mark.parametrize("end", ["could_not_start", "expire"])
def test_what_was_given_up_stays_given_up(end: str) -> None:
    job = job_of(syncfy=None)
    job = getattr(machine, end)(job, AT, "why")
    before = job
    job = told([parent(100, 200), seen(Site.CIEC, 200)] if end == "expire" else [parent(100, 200)], job)
    assert (job.state, job.active, job.failure) == (before.state, False, before.failure)
    assert job.history == before.history


def test_a_job_that_has_ended_cannot_expire() -> None:
    job = told(RUNS["ok"][0])
    assert machine.expire(job, AT + timedelta(hours=1), "late") == job


def test_a_job_without_a_site_waits_for_the_sites_that_join_it() -> None:
    assert told([parent(100, 200)], job_of([])).state == "RUNNING"
