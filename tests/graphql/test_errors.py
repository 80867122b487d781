"""What goes wrong inside is hidden from clients and told to the log; what can be tried again says so."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.store import mongo
from tests.graphql.conftest import Profile
from tests.support import Api, bearer, running_api, settings_for

DOCUMENT = "query($id: ID!) { viewer { id } taxpayer(id: $id) { rfc } }"


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("mongodb://user:hunter2@10.0.0.1 said no")


async def test_a_defect_is_one_null_field_and_no_word_more(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gateway.store.taxpayers.row", broken)
    response = await reading.post(DOCUMENT, {"id": profile.id})
    body = response.json()
    assert response.status_code == 200
    assert body["data"] == {"viewer": {"id": "viewer-1"}, "taxpayer": None}
    (error,) = body["errors"]
    assert (error["message"], error["path"]) == ("Internal error", ["taxpayer"])
    assert error["extensions"] == {"code": "INTERNAL"}
    assert "hunter2" not in response.text
    assert "graphql.field_failed" in capfd.readouterr().out


async def test_an_outage_of_the_store_is_worth_another_try(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens at the store's address: the API answers all the same, soon, and says what to do."""
    monkeypatch.setattr("gateway.app.mongo.connect", partial(mongo.connect, wait=0.2))
    async with running_api(settings_for("mongodb://127.0.0.1:9/?directConnection=true", "nothing")) as api:
        answer = await api.ask(DOCUMENT, {"id": profile.id})
        # The question's patience ends, or the whole operation's: they are equally long.
        assert answer["data"] in (None, {"viewer": {"id": "viewer-1"}, "taxpayer": None})
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "STORE_UNAVAILABLE"}
        assert "127.0.0.1" not in error["message"]


async def test_an_outage_that_a_function_of_the_store_tells(
    reading: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("the store does not answer")

    monkeypatch.setattr("gateway.store.taxpayers.row", away)
    assert await reading.code(DOCUMENT, {"id": profile.id}) == "STORE_UNAVAILABLE"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ nope }", "Cannot query field 'nope' on type 'Query'."),
        ("{", "Syntax Error: Expected Name, found <EOF>."),
        (
            "query($id: ID!) { node(id: $id) { id } }",
            "Variable '$id' has invalid value: Expected a value of non-null type",
        ),
        ('{ taxpayer(rfc: "nope") { id } }', "an RFC has 12 (company) or 13 (person) characters"),
        ('{ taxpayer(rfc: "EKU9013173C9") { id } }', "the date in an RFC (YYMMDD, after its letters)"),
        ("{ taxpayer(rfc: 5) { id } }", "an RFC is a string"),
        ("{ taxpayers(first: 1.5) { totalCount } }", "Int cannot represent non-integer value."),
    ],
)
async def test_a_clients_own_error_is_told_in_words(reading: Api, document: str, message: str) -> None:
    answer = await reading.ask(document)
    assert "data" not in answer
    assert message in answer["errors"][0]["message"]
    assert answer["errors"][0].get("extensions", {}).get("code") != "INTERNAL"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"content": "{"}, "Unable to parse request body as JSON"),
        ({"json": 7}, "The body must be a JSON object"),
        ({"json": {}}, "No GraphQL query found in the request"),
        (
            {"json": {"query": "query A { viewer { id } } query B { viewer { id } }", "operationName": "SECRETO"}},
            "no operation",
        ),
    ],
)
async def test_a_request_without_an_operation_is_refused_in_json(
    reading: Api, sent: dict[str, Any], message: str
) -> None:
    headers = bearer() | {"Content-Type": "application/json"}
    response = await reading.http.post("/graphql", headers=headers, **sent)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/json")
    (error,) = response.json()["errors"]
    assert message in error["message"]
    assert "SECRETO" not in response.text
