"""The surface: every form of authentication and of parameters, the envelope, CORS, rate limit and session life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.unit.sandbox.support import ALL_IN_ONE, KEY, sandbox


async def test_a_session_is_accepted_in_every_form() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        token = session["Authorization"].removeprefix("Bearer ")
        for form in (f"Bearer {token}", f"TOKEN token={token}", f"token token={token}"):
            assert await syncfy.call("GET", "/credentials", headers={"Authorization": form}) == []
        assert await syncfy.call("GET", f"/credentials?token={token}") == []
        assert (
            await syncfy.call("POST", "/credentials", json={"token": token}, headers={"X-Http-Method-Override": "GET"})
            == []
        )


async def test_a_key_acts_for_a_user_in_every_form() -> None:
    async with sandbox() as syncfy:
        id_user, _ = await syncfy.user()
        for form in (
            f"api_key api_key={DEFAULT_API_KEY},id_user={id_user}",
            f"API_KEY api_key={DEFAULT_API_KEY}, id_user={id_user}",
        ):
            assert await syncfy.call("GET", "/credentials", headers={"Authorization": form}) == []
            session = await syncfy.call("POST", "/sessions", headers={"Authorization": form}, content=b"")
            assert len(session["token"]) == 64
        assert await syncfy.call("GET", f"/credentials?id_user={id_user}", headers=KEY) == []
        assert await syncfy.call("GET", f"/credentials?api_key={DEFAULT_API_KEY}&id_user={id_user}") == []
        job = await syncfy.call(
            "POST",
            "/jobs",
            headers=KEY,
            json={"id_site": ALL_IN_ONE, "id_user": id_user, "input": {"rfc": "ACM010101ABC", "password": "x"}},
        )
        assert set(job) == {"id_job_uuid", "id_job", "ws", "status", "twofa"}


@pytest.mark.parametrize(
    "form",
    ["", "Bearer nothing", "Basic eDp5", "api_key api_key=wrong", f"api_key api_key={DEFAULT_API_KEY},id_user=gone"],
)
async def test_everything_else_is_401(form: str) -> None:
    async with sandbox() as syncfy:
        await syncfy.call("GET", "/credentials", code=401, headers={"Authorization": form} if form else {})


async def test_a_key_alone_reads_no_users_data_and_a_session_manages_no_users() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.call("GET", "/credentials", code=401, headers=KEY)
        await syncfy.call("GET", "/users", code=401, headers=session)
        assert await syncfy.call("GET", "/credentials/all", headers=KEY) == []


async def test_one_user_does_not_see_anothers_data() -> None:
    async with sandbox() as syncfy:
        _, first = await syncfy.user("first")
        _, second = await syncfy.user("second")
        id_job = await syncfy.start(first)
        await syncfy.finish(id_job)
        (credential, *_) = await syncfy.call("GET", "/credentials", headers=first)
        assert await syncfy.call("GET", "/transactions", headers=second) == []
        await syncfy.call("GET", f"/credentials/{credential['id_credential']}", code=404, headers=second)
        await syncfy.call("GET", f"/jobs/{id_job}/status", code=404, headers=second)
        assert len(await syncfy.call("GET", "/credentials/all", headers=KEY)) == 4


async def test_a_session_lives_five_minutes_after_its_last_use() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)

    async with sandbox(clock=lambda: moment) as syncfy:
        _, session = await syncfy.user()
        token = session["Authorization"].removeprefix("Bearer ")
        for _ in range(3):
            moment += timedelta(minutes=4)
            await syncfy.call("GET", "/credentials", headers=session)
        assert await syncfy.call("GET", f"/sessions/{token}/verify") is True
        moment += timedelta(minutes=6)
        await syncfy.call("GET", f"/sessions/{token}/verify", code=401)
        await syncfy.call("GET", "/credentials", code=401, headers=session)


async def test_a_deleted_session_and_a_deleted_user_are_gone() -> None:
    async with sandbox() as syncfy:
        id_user, session = await syncfy.user()
        token = session["Authorization"].removeprefix("Bearer ")
        await syncfy.start(session)
        assert await syncfy.call("DELETE", f"/sessions/{token}") is True
        await syncfy.call("GET", "/credentials", code=401, headers=session)
        assert await syncfy.call("DELETE", f"/users/{id_user}", headers=KEY) is True
        await syncfy.call("POST", "/sessions", code=401, headers=KEY, json={"id_user": id_user})
        assert await syncfy.call("GET", "/users", headers=KEY) == []
        assert syncfy.context.state.jobs == {}


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EMPTY = (b"", b"null", b"{}", b"[]")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        *((body, content_type) for body in (*EMPTY, b'{"limit": 1}') for content_type in (JSON, FORM, None)),
        (b"limit=1", FORM),
    ],
)
async def test_a_get_may_come_as_a_post_with_any_body(body: bytes, content_type: str | None) -> None:
    async with sandbox() as syncfy:
        await syncfy.user("one")
        await syncfy.user("two")
        headers = KEY | {"X-Http-Method-Override": "GET"} | ({"Content-Type": content_type} if content_type else {})
        rows = await syncfy.call("POST", "/users", headers=headers, content=body)
        assert len(rows) == (1 if b"limit" in body else 2)


async def test_a_form_may_nest_with_brackets() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        form = {"id_site": "5da784f1f9de2a06483abec1", "credentials[rfc]": "ACM010101ABC", "credentials[password]": "x"}
        pull = await syncfy.call("POST", "/credentials", headers=session, data=form)
        assert (pull["is_new"], pull["username"]) == (1, "A**********C")


async def test_lists_are_paged_ordered_and_projected() -> None:
    async with sandbox() as syncfy:
        for name in ("b", "a", "c"):
            await syncfy.call("POST", "/users", headers=KEY, json={"name": name})
        rows = await syncfy.call("GET", "/users?order=-name&skip=1&limit=1&fields=name", headers=KEY)
        assert rows == [{"name": "b"}]
        for wrong in ("order=nothing", "limit=many", "skip=-1"):
            await syncfy.call("GET", f"/users?{wrong}", code=400, headers=KEY)


@pytest.mark.parametrize("body", [b"{", b"3", b"[1]"])
async def test_a_body_that_is_no_object_is_400(body: bytes) -> None:
    async with sandbox() as syncfy:
        await syncfy.call("POST", "/users", code=400, headers=KEY, content=body)


async def test_what_is_not_there_is_an_envelope_too() -> None:
    async with sandbox() as syncfy:
        await syncfy.call("GET", "/nothing", code=404)
        await syncfy.call("DELETE", "/users", code=405, headers=KEY)
        await syncfy.call("POST", "/users", code=400, headers=KEY, json={})


async def test_a_body_of_more_than_a_megabyte_is_not_read() -> None:
    async with sandbox() as syncfy:
        refused = await syncfy.http.post("/v1/users", headers=KEY, content=b" " * 1_000_001)
        assert refused.status_code == 413


async def test_pretty_indents() -> None:
    async with sandbox() as syncfy:
        assert "\n" in (await syncfy.http.get("/v1/users?pretty=1", headers=KEY)).text
        assert "\n" not in (await syncfy.http.get("/v1/users", headers=KEY)).text


async def test_a_browser_of_any_origin_may_call() -> None:
    async with sandbox() as syncfy:
        preflight = await syncfy.http.options("/v1/jobs", headers={"Access-Control-Request-Headers": "x-app-version"})
        assert preflight.status_code == 200
        assert "X-App-Version" in preflight.headers["access-control-allow-headers"]
        refused = await syncfy.http.get("/v1/credentials")
        assert refused.headers["access-control-allow-origin"] == "*"


async def test_the_sixth_request_of_a_second_is_429_whoever_asks_with_the_key() -> None:
    async with sandbox(SandboxOptions(rate_limit=5)) as syncfy:
        _, session = await syncfy.user()  # two calls
        for headers, path in ((KEY, "/users"), (session, "/credentials"), (session, "/accounts")):
            await syncfy.call("GET", path, headers=headers)
        refused = await syncfy.http.get("/v1/users", headers=KEY)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json()["message"] == "Too Many Requests"
        syncfy.context.limiter._taken.clear()  # a second later
        await syncfy.call("GET", "/credentials", headers=session)


async def test_a_restarted_sandbox_gives_the_same_ids_to_the_same_users() -> None:
    async def ids() -> tuple[object, ...]:
        async with sandbox() as syncfy:
            id_user, session = await syncfy.user()
            await syncfy.run(session)
            found = [
                await syncfy.call("GET", path, headers=session)
                for path in ("/credentials", "/accounts", "/transactions")
            ]
            names = ("id_credential", "id_account", "id_transaction")
            return id_user, *([row[name] for row in rows] for name, rows in zip(names, found, strict=True))

    assert await ids() == await ids()


async def test_two_users_with_the_same_name_are_two_users() -> None:
    async with sandbox() as syncfy:
        made = [await syncfy.call("POST", "/users", headers=KEY, json={"name": "Demo"}) for _ in range(2)]
        assert len({row["id_user"] for row in made}) == 2
        assert {row["id_external"] for row in made} == {None}
