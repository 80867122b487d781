"""Syncfy's table of status codes, row by row: what each makes of a run, and who moves next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.jobs import failures, machine
from gateway.jobs.steps import weightier
from gateway.models.job import Failure, Job
from gateway.syncfy import codes
from gateway.syncfy.sites import CHILDREN, Site
from tests.unit.jobs.test_machine import AT, job_of, parent, told

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
#: code → state of a run of which it is the last word, needs the person, worth another try, advice, wait.
PROGRESS = ("RUNNING", False, False, "NONE", None)
TABLE: dict[int, tuple[str, bool, bool, str, timedelta | None]] = {
    100: PROGRESS,
    101: PROGRESS,
    102: PROGRESS,
    103: PROGRESS,
    # A success ends when everything is here: without its sites' documents the run goes on.
    200: ("RUNNING", False, False, "NONE", None),
    201: ("RUNNING", False, False, "READ_AGAIN_LATER", None),
    202: ("RUNNING", False, False, "NONE", None),
    203: ("RUNNING", False, False, "NONE", None),
    204: ("RUNNING", False, False, "READ_AGAIN_LATER", None),
    205: ("RUNNING", False, False, "READ_AGAIN_LATER", None),
    206: ("RUNNING", False, False, "NONE", None),
    400: ("FAILED", True, False, "CHECK_INPUT", None),
    401: ("FAILED", True, False, "CORRECT_PASSWORD", None),
    403: ("FAILED", True, False, "CORRECT_ANSWER", None),
    405: ("FAILED", True, False, "UNLOCK_AT_SAT", None),
    406: ("FAILED", True, False, "LOG_OUT_ELSEWHERE", None),
    408: ("FAILED", True, False, "ACT_AT_SAT", None),
    409: ("FAILED", True, False, "CHOOSE_OTHER_SITE", None),
    410: ("AWAITING_INPUT", True, False, "ANSWER_CHALLENGE", None),
    411: ("FAILED", True, False, "ANSWER_IN_TIME", None),
    413: ("FAILED", False, True, "WAIT_AND_RETRY", QUARTER),
    449: ("FAILED", True, False, "CHOOSE_OTHER_SITE", None),
    500: ("FAILED", False, True, "WAIT_AND_RETRY", DAY),
    501: ("FAILED", False, True, "WAIT_AND_RETRY", QUARTER),
    504: ("FAILED", False, True, "WAIT_AND_RETRY", None),
    507: ("FAILED", False, True, "WAIT_AND_RETRY", QUARTER),
    509: ("FAILED", False, True, "WAIT_AND_RETRY", None),
}
#: Codes that no table has: the widget's rule, and 4xx need the person while 5xx pass.
UNKNOWN: dict[int, tuple[str, bool, bool, str, timedelta | None]] = {
    0: PROGRESS,
    104: PROGRESS,
    250: ("RUNNING", False, False, "NONE", None),
    299: ("RUNNING", False, False, "NONE", None),
    300: PROGRESS,
    412: ("FAILED", True, False, "CONTACT_SUPPORT", None),
    499: ("FAILED", True, False, "CONTACT_SUPPORT", None),
    502: ("FAILED", False, True, "WAIT_AND_RETRY", None),
    599: ("FAILED", False, True, "WAIT_AND_RETRY", None),
    600: PROGRESS,
}


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(codes.CODES)


@pytest.mark.parametrize("code", TABLE | UNKNOWN)
def test_what_a_code_makes_of_a_run(code: int) -> None:
    state, needs_person, retry, advice, wait = (TABLE | UNKNOWN)[code]
    info = codes.info(code)
    assert (info.needs_person, info.retry, info.advice) == (needs_person, retry, advice)
    job = told([parent(100, 101, code)])
    assert job.state == state
    if state != "FAILED":
        assert job.failure is None
        return
    failure = job.failure
    assert (failure.code, failure.message) == (code, info.name)
    # SAT never let it in, and the password is kept by nobody.
    assert (failure.retries_by, failure.needs_person, failure.retry_at) == ("PERSON", True, None)
    assert failure.advice == (advice if needs_person else "START_AGAIN")
    again = failures.failure(code, AT, authorised=True)
    assert again.retry_at == (AT + wait if wait and code >= 500 else None)


@pytest.mark.parametrize("authorised", [True, False])
@pytest.mark.parametrize("code", [c for c, row in (TABLE | UNKNOWN).items() if row[0] == "FAILED"])
def test_a_failure_agrees_with_itself(code: int, authorised: bool) -> None:
    agrees(failures.failure(code, AT, authorised=authorised))


def test_failures_without_a_code_of_their_own_agree_too() -> None:
    for job in (job_of(), job_of(syncfy=None)):
        for code in (None, *TABLE):
            agrees(failures.given_up(replace(job, code=code), "silence"))
    agrees(failures.other_rfc(200))


def agrees(failure: Failure) -> None:
    """Either the person acts, and nothing happens before; or somebody else does, and the advice is to wait."""
    waits = (codes.Advice.WAIT_AND_RETRY, codes.Advice.READ_AGAIN_LATER)
    assert failure.needs_person == (failure.retries_by == "PERSON")
    if failure.needs_person:
        assert failure.retry_at is None
        assert failure.advice not in (*waits, codes.Advice.NONE, None)
    else:
        assert failure.advice in waits


@pytest.mark.parametrize("code", [c for c, row in (TABLE | UNKNOWN).items() if row[0] == "FAILED"])
def test_syncfy_tries_again_after_a_5xx_of_whom_sat_let_in_and_after_nothing_else(code: int) -> None:
    by = "SYNCFY" if code >= 500 else "PERSON"
    this_run = told([parent(100, 101, 102, code)])
    assert this_run.failure.retries_by == by
    before = told([_authorised_before, parent(100, 101, code)])
    assert before.failure.retries_by == by
    site = told([*(_seen(s, 200) for s in CHILDREN[1:]), _seen(Site.CIEC, code), parent(100, 101, 102, 200)])
    step = site.steps[Site.CIEC]
    assert failures.of_step(step, site.codes, AT) == failures.failure(code, AT, authorised=True)


def test_sites_of_documents_are_not_run_again_by_syncfy() -> None:
    job = told([parent(100, 101, 102), _seen(Site.TAX_STATUS, 500)])
    failure = failures.of_step(job.steps[Site.TAX_STATUS], job.codes, AT)
    assert failure is not None
    assert (failure.needs_person, failure.retries_by, failure.advice) == (True, "PERSON", "START_AGAIN")


def test_of_several_failed_sites_the_one_that_needs_the_person_is_told() -> None:
    facts = [_seen(site, 500) for site in CHILDREN if site is not Site.MONTHLY_RETURNS]
    job = told([*facts, _seen(Site.MONTHLY_RETURNS, 401), parent(100, 101, 102, 200)])
    assert (job.state, job.failure.code, job.failure.needs_person) == ("FAILED", 401, True)


def test_who_looks_again_for_what_was_given_up() -> None:
    assert machine.expire(job_of(), AT, "silence").failure.retries_by == "GATEWAY"
    never = job_of(syncfy=None)
    assert machine.expire(never, AT, "never handed over").failure.retries_by == "PERSON"
    never = job_of(syncfy=None)
    assert machine.could_not_start(never, AT, "Syncfy does not answer").failure.retries_by == "PERSON"


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        (401, 500, 401),
        (500, 200, 200),
        (200, 401, 200),
        (200, 202, 200),
        (500, 501, 500),
        (102, 101, 102),
        (None, 100, 100),
    ],
)
def test_of_two_codes_of_a_site_the_same_one_counts_in_either_order(first: int, second: int, counts: int) -> None:
    assert weightier(first, second) == counts
    assert weightier(second, first) == counts


def _authorised_before(job: Job) -> Job:
    return machine.child_seen(job, Site.CIEC, AT, code=None, authorised=True)


def _seen(site: Site, code: int) -> object:
    return lambda job: machine.child_seen(job, site, AT, code=code, job_id=f"job-{site}")
