"""From a mutation to the last document, for everything that can become of a connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway import usecases
from gateway.errors import InvalidInput, SyncfyRejected, SyncfyUnavailable
from gateway.jobs import problems
from gateway.models.job import Job
from gateway.models.taxpayer import Sync
from gateway.sandbox.twofa import ANSWER
from gateway.sat.kinds import Kind
from gateway.store.completeness import completeness
from gateway.store.insights.periods import Range
from gateway.store.mongo import Store
from gateway.store.rows import read
from gateway.syncfy.sites import Site
from tasks.sweep import sweep
from tests.integration.flow import Flow, flow
from tests.waiting import eventually

#: What eight invoices' taxpayer has.
WHOLE = {
    "INVOICE": 8,
    "WITHHOLDING": 12,
    "ANNUAL_RETURN": 8,
    "MONTHLY_RETURN": 32,
    "COMPLIANCE_OPINION": 1,
    "TAX_STATUS": 1,
    "unreadable": 0,
}
NOTHING = dict.fromkeys(WHOLE, 0)
ONLY_DOCUMENTS = NOTHING | {"COMPLIANCE_OPINION": 1, "TAX_STATUS": 1}


def told(job: Job) -> tuple[str, int | None, int | None]:
    """(state, Syncfy's code of the run, code of the failure)."""
    return job.state, job.code, job.failure and job.failure.code


def steps(job: Job) -> set[str]:
    return {step.state for step in job.steps.values()}


async def test_a_success_brings_the_whole_profile_and_is_one_job(store: Store) -> None:
    async with flow(store) as it:
        job = await it.run("ok")
        assert told(job) == ("SUCCEEDED", 200, None)
        assert steps(job) == {"DONE"}
        assert await it.counts() == WHOLE
        await it.quiet()
        assert [row.id for row in await it.all_jobs()] == [job.id]
        taxpayer = await it.seen_taxpayer()
        assert taxpayer["sync"]["last_connection"]["state"] == "SUCCEEDED"
        assert taxpayer["compliance_opinion"] is not None
        assert taxpayer["tax_status"] is not None
        assert {kind: seen["held"] for kind, seen in taxpayer["sync"]["kinds"].items()} | {"unreadable": 0} == WHOLE


@pytest.mark.parametrize(
    ("password", "code", "needs_person"),
    [
        ("wrong", 401, True),
        ("locked", 405, True),
        ("action", 408, True),
        ("unavailable-before", 501, True),
        ("timeout-after", 504, False),
    ],
)
async def test_a_failure_is_told_by_its_code_and_leaves_no_document(
    store: Store, password: str, code: int, needs_person: bool
) -> None:
    async with flow(store) as it:
        job = await it.run(password)
        assert told(job) == ("FAILED", code, code)
        assert job.failure is not None
        assert job.failure.needs_person is needs_person
        await it.quiet()
        assert [told(row) for row in await it.all_jobs()] == [("FAILED", code, code)]
        assert await it.counts() == NOTHING


async def test_a_failure_is_made_good_by_the_next_try(store: Store) -> None:
    async with flow(store) as it:
        assert told(await it.run("wrong")) == ("FAILED", 401, 401)
        assert told(await it.run("ok")) == ("SUCCEEDED", 200, None)
        assert await it.counts() == WHOLE


@pytest.mark.parametrize(
    ("password", "state", "code", "expected"),
    [
        ("empty", "SUCCEEDED", 202, ONLY_DOCUMENTS),
        ("partial", "PARTIALLY_SUCCEEDED", 203, WHOLE | {"WITHHOLDING": 0, "MONTHLY_RETURN": 0}),
        ("incomplete", "PARTIALLY_SUCCEEDED", 204, {"INVOICE": 4}),
        ("no-documents", "PARTIALLY_SUCCEEDED", 200, WHOLE | {"COMPLIANCE_OPINION": 0, "TAX_STATUS": 0}),
    ],
)
async def test_less_than_everything_is_told_as_such(
    store: Store, password: str, state: str, code: int, expected: dict[str, int]
) -> None:
    async with flow(store) as it:
        job = await it.run(password)
        assert (job.state, job.code) == (state, code)
        held = await it.counts()
        assert {name: held[name] for name in expected} == expected


async def test_what_syncfy_delivered_in_part_says_where(store: Store) -> None:
    async with flow(store) as it:
        job = await it.run("partial")
        found = problems.of_run(job.site, job.code, job.steps)
        assert {(one.code, one.site) for one in found} == {
            ("INCOMPLETE", Site.CIEC),
            ("INCOMPLETE", Site.ANNUAL_RETURNS),
            ("NOTHING_FOUND", Site.WITHHOLDINGS),
            ("NOTHING_FOUND", Site.MONTHLY_RETURNS),
        }
        assert job.steps[Site.CIEC].state == "PARTIAL"
        assert job.failure is None
        await it.quiet()
        taxpayer = await it.seen_taxpayer()
        assert taxpayer["sync"]["kinds"]["INVOICE"]["result"]["state"] == "PARTIAL"


@pytest.mark.parametrize("password", ["empty", "other-rfc", "wrong"])
async def test_what_nobody_told_is_unknown_and_not_missing(store: Store, password: str) -> None:
    async with flow(store) as it:
        assert await _known(it) == (set(), {"UNKNOWN"})
        await it.run(password)
        await it.quiet()
        papers = {"COMPLIANCE_OPINION", "TAX_STATUS"} if password == "empty" else set()
        assert await _known(it) == (papers, {"UNKNOWN"})
        await it.run("ok")
        await it.quiet()
        known, states = await _known(it)
        assert known == WHOLE.keys() - {"unreadable"}
        assert "UNKNOWN" not in states


async def _known(it: Flow) -> tuple[set[str], set[str]]:
    """The kinds of which it is known what SAT has, and the states of last year's monthly returns."""
    row = await it.seen_taxpayer()
    sync = read(row["sync"], Sync)
    today = date(2026, 11, 28)
    report = await completeness(it.store, row, Range(date(2025, 1, 1), date(2025, 12, 31)), today)
    states = {one["state"] for one in report["monthly_returns"]["periods"]}
    return {str(kind) for kind in Kind if sync.of(kind).known}, states


async def test_documents_of_another_rfc_are_no_success(store: Store) -> None:
    async with flow(store) as it:
        job = await it.run("other-rfc")
        assert (job.state, job.failure and job.failure.advice) == ("FAILED", "CORRECT_RFC")
        assert job.failure is not None
        assert job.failure.needs_person
        found = problems.of_run(job.site, job.code, job.steps)
        assert {one.code for one in found} == {"OTHER_RFC"}
        assert {one.site: one.documents for one in found}[Site.CIEC] == 8
        await it.quiet()
        assert await it.counts() == NOTHING
        assert {row["direction"] for row in await store["invoices"].find({}).to_list(None)} == {"OTHER"}
        taxpayer = await it.seen_taxpayer()
        assert (taxpayer["tax_status"], taxpayer["compliance_opinion"]) == (None, None)
        assert await store["counterparties"].count_documents({}) == 0


async def test_documents_of_another_rfc_beside_the_taxpayers_own_are_told_and_not_counted(store: Store) -> None:
    async with flow(store) as it:
        assert (await it.run("ok")).state == "SUCCEEDED"
        await it.run("other-rfc")
        await it.quiet()
        assert await it.counts() == WHOLE
        taxpayer = await it.seen_taxpayer()
        assert taxpayer["tax_status"]["rfc"] == taxpayer["compliance_opinion"]["rfc"] == it.taxpayer.rfc
        assert await store["invoices"].count_documents({"direction": "OTHER"}) == 8


async def test_pending_brings_the_rest_later(store: Store) -> None:
    async with flow(store) as it:
        job = await it.run("pending")
        assert told(job) == ("SUCCEEDED", 201, None)
        await it.quiet()
        assert await it.counts() == WHOLE
        assert len(await it.all_jobs()) == 1


async def test_a_challenge_is_shown_answered_and_forgotten(store: Store) -> None:
    async with flow(store) as it:
        started = await it.start("twofa")
        waiting = await it.job_when(started.id, lambda job: job.state == "AWAITING_INPUT")
        assert waiting.challenge is not None
        (question,) = waiting.challenge.fields
        with pytest.raises(InvalidInput, match="asks for: token"):
            await usecases.answer_challenge(it.connections, it.taxpayer, waiting, {"pin": "1"})
        await usecases.answer_challenge(it.connections, it.taxpayer, waiting, {question.name: ANSWER})
        job = await it.ended(started.id)
        assert told(job) == ("SUCCEEDED", 200, None)
        assert job.challenge is None
        assert [entry.state for entry in job.history].count("AWAITING_INPUT") == 1
        with pytest.raises(InvalidInput, match="not waiting"):
            await usecases.answer_challenge(it.connections, it.taxpayer, job, {question.name: ANSWER})


@pytest.mark.parametrize(("answer", "code"), [(None, 411), ("000000", 403)])
async def test_a_challenge_that_nobody_answers_or_wrongly(store: Store, answer: str | None, code: int) -> None:
    async with flow(store) as it:
        started = await it.start("captcha")
        waiting = await it.job_when(started.id, lambda job: job.state == "AWAITING_INPUT")
        assert waiting.challenge is not None
        assert waiting.challenge.fields[0].image
        if answer is None:
            assert waiting.syncfy_job_id is not None
            it.sandbox.state.answers[waiting.syncfy_job_id].set_exception(TimeoutError())  # the time to answer is over
        else:
            await usecases.answer_challenge(it.connections, it.taxpayer, waiting, {"token": answer})
        job = await it.ended(started.id)
        assert told(job) == ("FAILED", code, code)
        assert job.failure is not None
        assert job.failure.needs_person


@pytest.mark.parametrize(("password", "error"), [("unpaid", SyncfyRejected), ("overloaded", SyncfyUnavailable)])
async def test_a_start_that_syncfy_refuses_is_a_failed_job(store: Store, password: str, error: type[Exception]) -> None:
    async with flow(store) as it:
        with pytest.raises(error):
            await it.start(password)
        (job,) = await it.all_jobs()
        assert (job.state, job.active, job.failure and job.failure.code) == ("FAILED", False, None)


@pytest.mark.parametrize("password", ["ok+duplicate", "ok+reorder", "ok+delay", "ok+lost", "ok+half-lost"])
async def test_whatever_happens_to_deliveries_the_result_is_the_clean_one(store: Store, password: str) -> None:
    async with flow(store) as it:
        job = await it.run(password)
        assert told(job) == ("SUCCEEDED", 200, None)
        assert steps(job) == {"DONE"}
        assert await it.counts() == WHOLE
        await it.quiet()
        assert await it.counts() == WHOLE
        assert [told(row) for row in await it.all_jobs()] == [("SUCCEEDED", 200, None)]


@pytest.mark.parametrize(
    ("password", "state", "code", "expected"),
    [
        ("wrong+lost", "FAILED", 401, NOTHING),
        ("empty+lost", "SUCCEEDED", 202, ONLY_DOCUMENTS),
        ("no-documents+lost", "PARTIALLY_SUCCEEDED", 200, WHOLE | {"COMPLIANCE_OPINION": 0, "TAX_STATUS": 0}),
        ("unavailable-after+reorder", "FAILED", 501, NOTHING),
        ("partial+half-lost", "PARTIALLY_SUCCEEDED", 203, WHOLE | {"WITHHOLDING": 0, "MONTHLY_RETURN": 0}),
        ("no-documents+delay", "PARTIALLY_SUCCEEDED", 200, WHOLE | {"COMPLIANCE_OPINION": 0, "TAX_STATUS": 0}),
    ],
)
async def test_a_scenario_ends_the_same_when_its_deliveries_go_wrong(
    store: Store, password: str, state: str, code: int, expected: dict[str, int]
) -> None:
    async with flow(store) as it:
        job = await it.run(password)
        assert (job.state, job.code) == (state, code)
        await it.quiet()
        assert await it.counts() == expected
        assert [(row.state, row.code) for row in await it.all_jobs()] == [(state, code)]


async def test_all_in_one_again_changes_nothing_and_writes_no_history(store: Store) -> None:
    async with flow(store) as it:
        await it.run("ok")
        await it.quiet()
        before = await _documents(it)
        await it.run("ok")
        await it.quiet()
        assert await _documents(it) == before
        assert await it.counts() == WHOLE


async def test_only_one_job_runs_for_a_taxpayer(store: Store) -> None:
    async with flow(store) as it:
        first = await it.start("twofa")  # it runs until somebody answers
        with pytest.raises(InvalidInput, match=first.id) as refused:
            await it.start("ok")
        assert refused.value.code == "ALREADY_RUNNING"


async def test_without_the_broker_the_webhook_still_takes_events_and_the_sweep_sends_them(store: Store) -> None:
    async with flow(store, sweeping=False) as it:
        it.queue.down = True
        job = await it.start("ok")
        await eventually("the run is over", lambda: it.sandbox.at_rest)
        assert await store["inbox"].count_documents({"name": "credentials.refreshed", "state": "PENDING"}) == 4
        assert not it.queue.running
        it.queue.down = False
        overdue = replace(it.deps.timing, grace=timedelta(0), late=timedelta(0))
        await sweep(replace(it.deps, timing=overdue))
        assert told(await it.ended(job.id)) == ("SUCCEEDED", 200, None)
        assert await it.counts() == WHOLE


async def _documents(it: Flow) -> dict[str, Any]:
    rows = [row for site in Site if site.kind for row in await it.store[site.kind.collection].find({}).to_list(None)]
    return {row["_id"]: (row["revision"], row["history"]) for row in rows}
