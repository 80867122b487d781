"""What each password leads to: the job's codes, the credentials' rows and the notifications."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.sandbox.app import SandboxOptions, WebhookSpec
from gateway.sandbox.scenarios import scenario_of
from tests.unit.sandbox.portfolio import TinyPortfolio
from tests.unit.sandbox.support import CIEC, HOOK, sandbox

OPTIONS = SandboxOptions(webhooks=[WebhookSpec(HOOK)], rate_limit=0)

BEFORE = {
    "wrong": 401,
    "locked": 405,
    "conflict": 406,
    "action": 408,
    "wrongsite": 409,
    "login-error": 413,
    "unavailable-before": 501,
    "error-before": 500,
    "timeout-before": 504,
    "maintenance-before": 509,
}
AFTER = {"unavailable-after": 501, "error-after": 500, "timeout-after": 504, "maintenance-after": 509}


@pytest.mark.parametrize(("password", "code"), BEFORE.items())
async def test_a_refused_login_ends_the_parent_and_every_child(password: str, code: int) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert await syncfy.run(session, password) == [100, 101, code]

        rows = await syncfy.call("GET", "/credentials", headers=session)
        assert [(row["code"], row["is_authorized"], row["is_locked"]) for row in rows] == [
            (code, 0, int(code == 405))
        ] * 4
        names = syncfy.receiver.names
        assert "credentials.refreshed" not in names
        assert names.count("documents.failed") == names.count("documents.completed") == 2
        assert names.count("credentials.updated") == 8


@pytest.mark.parametrize(("password", "code"), AFTER.items())
async def test_a_failure_after_the_login_leaves_the_credential_authorised(password: str, code: int) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert await syncfy.run(session, password) == [100, 101, 102, code]

        rows = await syncfy.call("GET", "/credentials", headers=session)
        assert {(row["code"], row["is_authorized"]) for row in rows} == {(code, 1)}
        assert "credentials.refreshed" not in syncfy.receiver.names


@pytest.mark.parametrize(
    ("password", "code", "downloaded"),
    [("pending", 201, 12), ("empty", 202, 0), ("partial", 203, 12), ("incomplete", 204, 6), ("anything else", 200, 12)],
)
async def test_a_success_downloads_what_its_code_says(password: str, code: int, downloaded: int) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert (await syncfy.run(session, password))[-1] == code

        count = await syncfy.call("GET", f"/transactions/count?id_site={CIEC}", headers=session)
        assert count == {"count": downloaded}


async def test_pending_tells_the_rest_with_another_refresh() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "pending", id_site=CIEC)

        assert syncfy.receiver.names.count("credentials.refreshed") == 2


async def test_an_incomplete_download_is_completed_by_the_next_success() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "incomplete")
        await syncfy.run(session, "fine now")

        assert await syncfy.call("GET", f"/transactions/count?id_site={CIEC}", headers=session) == {"count": 12}


async def test_partial_leaves_some_accounts_empty() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session, "partial")

        rows = await syncfy.call("GET", "/credentials", headers=session)
        assert sorted(row["code"] for row in rows) == [202, 202, 203, 203]


async def test_no_documents_fails_only_the_constancia_and_the_opinion() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert (await syncfy.run(session, "no-documents"))[-1] == 200

        assert syncfy.receiver.names.count("documents.failed") == 2
        assert syncfy.receiver.names.count("credentials.refreshed") == 4
        assert await syncfy.call("GET", "/documents", headers=session) == []
        failed = next(event for event in syncfy.receiver.events if "documents.failed" in str(event))
        address = failed["payload"]["endpoints"][0].removeprefix("/v1")
        assert await syncfy.call("GET", address, headers=session) == []


@pytest.mark.parametrize("password", ["twofa", "captcha", "options"])
@pytest.mark.parametrize(
    ("answer", "codes"), [("123456", [100, 101, 410, 103, 102, 200]), ("000000", [100, 101, 410, 403])]
)
async def test_a_second_factor_is_asked_for_and_judged(password: str, answer: str, codes: list[int]) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        id_job = await syncfy.start(session, password)
        await syncfy.until(lambda: id_job in syncfy.context.state.answers)
        waiting = (await syncfy.call("GET", f"/jobs/{id_job}/status", headers=session))[-1]
        assert waiting["address"] == f"http://sandbox.test/v1/jobs/{id_job}/twofa"
        assert [element["name"] for element in waiting["twofa"]] == ["token"]
        assert (
            await syncfy.call("POST", f"/jobs/{id_job}/twofa", headers=session, json={"twofa": {"token": answer}})
            is True
        )

        assert await syncfy.finish(id_job) == codes


async def test_an_unanswered_second_factor_times_out() -> None:
    async with sandbox(replace(OPTIONS, twofa_timeout=0.05)) as syncfy:
        _, session = await syncfy.user()
        assert await syncfy.run(session, "twofa") == [100, 101, 410, 411]


async def test_an_answer_that_nobody_waits_for_is_refused() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        id_job = await syncfy.start(session)
        await syncfy.finish(id_job)
        await syncfy.call("POST", f"/jobs/{id_job}/twofa", code=400, headers=session, json={"twofa": {"token": "1"}})


@pytest.mark.parametrize(("password", "code"), [("unpaid", 402), ("overloaded", 503)])
async def test_the_post_itself_can_be_refused(password: str, code: int) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        login = {"id_site": CIEC, "input": {"rfc": "ACM010101ABC", "password": password}}
        await syncfy.call("POST", "/jobs", code=code, headers=session, json=login)
        assert syncfy.context.state.jobs == {}


async def test_what_is_no_rfc_is_refused_by_sat() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert await syncfy.run(session, rfc="NOBODY") == [100, 101, 401]


async def test_a_site_of_its_own_runs_with_a_credential_and_without_children() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        assert await syncfy.run(session, id_site=CIEC) == [100, 101, 102, 200]
        assert len(await syncfy.call("GET", "/credentials", headers=session)) == 1
        assert len(syncfy.context.state.jobs) == 1


async def test_two_runs_at_once_share_their_credentials() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        jobs = [await syncfy.start(session) for _ in range(2)]
        assert [(await syncfy.finish(id_job))[-1] for id_job in jobs] == [200, 200]
        assert await syncfy.call("GET", "/transactions/count", headers=session) == {"count": 21}
        assert syncfy.receiver.names.count("credentials.created") == 4


async def test_a_portfolio_that_breaks_ends_its_child_in_500_and_no_other() -> None:
    class Broken(TinyPortfolio):
        def documents(self, site):  # type: ignore[no-untyped-def]
            raise RuntimeError("broken")

    async with sandbox(portfolios=Broken) as syncfy:
        _, session = await syncfy.user()
        assert (await syncfy.run(session))[-1] == 500
        assert syncfy.receiver.names.count("documents.failed") == 2
        assert syncfy.receiver.names.count("credentials.refreshed") == 4


def test_words_are_joined_by_plus_and_unknown_ones_are_ignored() -> None:
    scenario = scenario_of("twofa+duplicate+slow+whatever")
    assert (scenario.name, scenario.slowness, scenario.faults.duplicate) == ("twofa+duplicate+slow", 10.0, True)
    assert scenario_of(scenario.name) == scenario
    assert scenario_of("C0ntr4+señ4").name == "ok"


async def test_no_password_is_kept_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        with caplog.at_level("DEBUG", logger="gateway"):
            await syncfy.run(session, "S3cret0-CIEC+lost")
        state = syncfy.context.state
        rows = [state, *state.credentials.values(), *state.jobs.values(), *state.documents.values()]
        everything = "".join(map(repr, rows))
        assert "S3cret0" not in everything + caplog.text
        assert "ACM010101ABC" not in everything + caplog.text
