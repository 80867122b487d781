"""Syncfy's own Python client (sync-py) runs its documented flow against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sync.sync as sync_py

from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.sandbox.options import DEFAULT_API_KEY
from tests.contract.sandbox_server import serving
from tests.unit.sandbox.portfolio import RFC, TinyPortfolio
from tests.waiting import eventually_sync

CIEC_SANDBOX = "5da784f1f9de2a06483abec1"
ALL_IN_ONE = "61c12b8cde3c034b3c8b25b1"
KEY = {"api_key": DEFAULT_API_KEY}


@pytest.fixture
def syncfy(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    app = create_sandbox(SandboxOptions(pace=0.01, rate_limit=0), TinyPortfolio)
    with serving(app) as base_url:
        monkeypatch.setattr(sync_py, "SYNC_API_URL", f"{base_url}/v1")
        yield base_url


def run(auth: dict[str, str] | None, route: str, payload: Any = None, method: str = "GET") -> Any:
    return sync_py.Sync.run(auth, route, payload, method)


def wait_for_end(session: dict[str, str], pull: dict[str, Any]) -> list[int]:
    """Polls the address that the pull named, as the client's own example does."""
    path = pull["status"].partition("/v1")[2]

    def ended() -> list[int] | None:
        codes = [status["code"] for status in run(session, path)]
        return codes if codes[-1] >= 200 and codes[-1] != 410 else None

    codes: list[int] = eventually_sync("the end of the job", ended)
    return codes


def new_session() -> tuple[dict[str, Any], dict[str, str]]:
    user = run(KEY, "/users", {"name": "ACME User", "id_external": "ACM010101ABC"}, "POST")
    return user, sync_py.Sync.auth(KEY, {"id_user": user["id_user"]})


def test_the_documented_flow_from_user_to_attachment_and_back(syncfy: str) -> None:
    user, session = new_session()
    assert run(KEY, "/users", {"id_external": "ACM010101ABC"}) == [user]
    renamed = run(KEY, f"/users/{user['id_user']}", {"name": "Renamed"}, "PUT")
    assert renamed["name"] == "Renamed"
    assert run(None, f"/sessions/{session['token']}/verify")["response"] is True

    (organization,) = run(session, "/catalogues/organizations/sites", {"id_site": CIEC_SANDBOX})
    (site,) = organization["sites"]
    names = [field["name"] for field in site["credentials"]]
    payload = {"id_site": site["id_site"], "credentials": dict(zip(names, (RFC, "test"), strict=True))}
    pull = run(session, "/credentials", payload, "POST")
    assert pull["is_new"] == 1
    assert wait_for_end(session, pull) == [100, 101, 102, 200]

    (credential,) = run(session, "/credentials", {"id_credential": pull["id_credential"]})
    assert (credential["code"], credential["is_authorized"]) == (200, 1)
    (account,) = run(session, "/accounts", {"id_credential": pull["id_credential"]})
    assert account["account_type"] == "IRS"
    rows = run(session, "/transactions", {"id_credential": pull["id_credential"], "has_attachment": 1, "limit": 3})
    assert run(session, "/transactions/count", {"has_attachment": 1}) == {"count": 8}
    for row in rows:
        assert run(session, row["attachments"][0]["url"]).startswith("<?xml")

    again = run(session, f"/credentials/{pull['id_credential']}/sync", {}, "PUT")
    assert wait_for_end(session, again)[-1] == 200
    assert run(session, f"/credentials/{pull['id_credential']}", None, "DELETE")["response"] is True
    assert run(None, f"/sessions/{session['token']}", None, "DELETE")["response"] is True
    assert run(KEY, f"/users/{user['id_user']}", None, "DELETE")["response"] is True
    assert run(KEY, "/users") == []


def test_all_in_one_without_the_widget(syncfy: str) -> None:
    _, session = new_session()
    login = {"id_site": ALL_IN_ONE, "input": {"rfc": RFC, "password": "test"}}
    job = run(session, "/jobs", login, "POST")

    assert job["ws"] == f"{syncfy.replace('http', 'ws')}/v1/status/{job['id_job']}"
    assert wait_for_end(session, job) == [100, 101, 102, 200]
    assert len(run(session, "/credentials")) == 4
    assert {row["file"].rpartition(".")[2] for row in run(session, "/documents")} == {"pdf", "json"}


def test_a_wrong_password_and_a_wrong_key_reach_the_client_as_syncfy_words_them(syncfy: str) -> None:
    _, session = new_session()
    login = {"id_site": CIEC_SANDBOX, "credentials": {"rfc": RFC, "password": "wrong"}}
    pull = run(session, "/credentials", login, "POST")
    assert wait_for_end(session, pull) == [100, 101, 401]

    with pytest.raises(sync_py.Error) as stale:
        run(session, f"/credentials/{pull['id_credential']}/pulls", {}, "PUT")
    assert (stale.value.code, stale.value.message) == (
        400,
        "Credential error, please consider updating credential password",
    )
    with pytest.raises(sync_py.Error) as forged:
        run({"api_key": "0" * 32}, "/users")
    assert (forged.value.code, forged.value.message) == (401, "Unauthorized")
