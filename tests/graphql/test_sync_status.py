"""The view where a person updates the credentials: how each access and each kind stands, and what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.store import taxpayers
from gateway.store.mongo import now
from gateway.syncfy import codes
from resolvers.failures import Advice
from tests.graphql.conftest import Profile
from tests.support import VIEWER, Api

KINDS = """query($id: ID!) { taxpayer(id: $id) { syncStatus {
  lastConnection { state code advice at failure { code retriedBy needsPerson } } lastConnectionAt lastDownloadAt
  kinds { kind state lastDownloadAt nextExpectedAt expectedCadence
    lastResult { state code advice at jobId failure { code advice needsPerson retriedBy retryAt } } } } } }"""
CREDENTIALS = """{ taxpayers { nodes { credentials {
  state code advice canRefreshAt executedAt refreshedAt failure { advice needsPerson retriedBy retryAt } } } } }"""


def test_every_advice_has_its_words() -> None:
    assert {value.name for value in Advice} == {str(advice) for advice in codes.Advice}


async def test_each_kind_says_how_its_site_went_and_when_the_next_is_expected(reading: Api, profile: Profile) -> None:
    status = (await reading.data(KINDS, {"id": profile.id}))["taxpayer"]["syncStatus"]
    kinds = {row["kind"]: row for row in status["kinds"]}
    assert {kind: row["state"] for kind, row in kinds.items()} == dict.fromkeys(kinds, "DONE") | {
        "WITHHOLDING": "FAILED"
    }
    invoices, withholdings = kinds["INVOICE"], kinds["WITHHOLDING"]
    assert (invoices["lastResult"]["code"], invoices["lastResult"]["failure"]) == (200, None)
    assert moment(invoices["nextExpectedAt"]) == moment(invoices["lastDownloadAt"]) + timedelta(days=1)
    failure = withholdings["lastResult"]["failure"]
    assert (failure["code"], failure["retriedBy"], failure["needsPerson"]) == (500, "SYNCFY", False)
    assert failure["retryAt"] == withholdings["nextExpectedAt"]
    assert kinds["TAX_STATUS"]["nextExpectedAt"] is None  # downloaded once
    assert status["lastConnection"]["state"] == "PARTIALLY_SUCCEEDED"
    assert status["lastConnection"]["failure"] == {"code": 500, "retriedBy": "SYNCFY", "needsPerson": False}
    assert status["lastConnectionAt"] == status["lastConnection"]["at"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


STATES: dict[str, tuple[dict[str, Any], str, str | None, str | None]] = {
    "never ran": ({"code": None}, "CONNECTING", None, None),
    "running": ({"code": 102}, "CONNECTING", "NONE", None),
    "well": ({"code": 200, "is_authorized": True}, "CONNECTED", "NONE", None),
    "empty": ({"code": 202, "is_authorized": True}, "CONNECTED", "NONE", None),
    "wrong password": ({"code": 401, "is_authorized": False}, "PASSWORD_REFUSED", "CORRECT_PASSWORD", "PERSON"),
    "locked": ({"code": 405, "is_locked": True}, "LOCKED", "UNLOCK_AT_SAT", "PERSON"),
    "asked": ({"code": 410}, "NEEDS_PERSON", "ANSWER_CHALLENGE", None),
    "a session elsewhere": ({"code": 406}, "NEEDS_PERSON", "LOG_OUT_ELSEWHERE", "PERSON"),
    "SAT is down, authorised": ({"code": 501, "is_authorized": True}, "FAILING", "WAIT_AND_RETRY", "SYNCFY"),
    "SAT is down, never in": ({"code": 501, "is_authorized": False}, "NEEDS_PERSON", "START_AGAIN", "PERSON"),
}


@pytest.mark.parametrize("name", STATES)
async def test_how_an_access_stands(api: Api, name: str) -> None:
    seen, state, advice, retries_by = STATES[name]
    taxpayer, _ = await taxpayers.create(api.store, owner=VIEWER, rfc="EKU9003173C9", name="A company")
    tomorrow = now() + timedelta(days=1)
    ids = {"taxpayer": taxpayer.id, "owner": VIEWER, "syncfy_credential_id": "c"}
    row = {"_id": f"{taxpayer.id}:c", **ids, "fetched_to": 0, "created_at": now(), "updated_at": now()}
    row |= {"ready_at": tomorrow, "executed_at": now(), **seen}
    await api.store["credentials"].insert_one(row)
    (found,) = (await api.data(CREDENTIALS))["taxpayers"]["nodes"][0]["credentials"]
    assert (found["state"], found["advice"]) == (state, advice)
    assert (found["failure"] or {}).get("retriedBy") == retries_by
    assert moment(found["canRefreshAt"]) == tomorrow
    await api.store["credentials"].update_one({}, {"$set": {"ready_at": now() - timedelta(seconds=1)}})
    (found,) = (await api.data(CREDENTIALS))["taxpayers"]["nodes"][0]["credentials"]
    assert found["canRefreshAt"] is None
