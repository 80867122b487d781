"""Syncfy's deliveries, in the shapes of its samples, and every shape they should not have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import WebhookMalformed
from gateway.syncfy.deliveries import Delivery, event_in, parse_webhook
from gateway.syncfy.envelopes import EventName, event_of, normal_name
from gateway.syncfy.sites import Site

USER = {
    "id_user": "648a053b59f043380d473be3",
    "id_external": "20230614-DEMO",
    "id_environment": "574894bf7848066d138b4571",
}
ORGANISATION = {
    "id_site_organization": "56cf4ff5784806152c8b4568",
    "id_site_organization_type": "56cf4f5b784806cf028b4569",
}
CREDENTIAL = "648cb2aa8c7a0b6c2b2e6694"
WINDOW = f"id_credential={CREDENTIAL}&dt_refresh_from=1684213883&dt_refresh_to=1684213915&limit=5000&skip=0&wbhk=1"

CREATED = {
    "event": "credential_create",
    "id_job": "648cb2a9718d6c796e4091c1",
    "id_job_uuid": "648cb2a9718d6c796e4091c2",
    "id_credential": "648cb2a99ca1b91b0a141391",
    "id_user": USER["id_user"],
    "id_external": USER["id_external"],
    "id_site": "56cf5728784806f72b8b456f",
    **ORGANISATION,
    "is_executing": 1,
    "endpoints": {"credential": ["/v1/credentials/648cb2a99ca1b91b0a141391"]},
}
REFRESHED = {
    "event": "refresh",
    "id_job": "648cb2aba5e16209404ee97c",
    "id_job_type": "57884c49784806f0768b4568",
    "id_credential": "648cb2aa8c7a0b6c2b2e6694",
    "id_user": USER["id_user"],
    "id_external": USER["id_external"],
    "id_site": "59aefe28056f29793a58c091",
    **ORGANISATION,
    "endpoints": {
        "credential": ["/v1/credentials/648cb2aa8c7a0b6c2b2e6694"],
        "accounts": [f"/v1/accounts?{WINDOW}"],
        "attachments": [f"/v1/attachments/export?{WINDOW}"],
        "transactions": [f"/v1/transactions?{WINDOW}"],
    },
}
DOCUMENTS = {
    "id_job": "648cb2ab199e4b39654a9d20",
    "id_site": "59aefe28056f29793a58c092",
    **ORGANISATION,
    "endpoints": ["/v1/documents?id_job_webhook=648cb2d190b1bf61cc50b3ba"],
}
V1_DOCUMENTS = {
    "event": "documents_completed",
    "id_job": "j",
    "id_site": "5f6bbaa541273336c87d96c1",
    "id_user": USER["id_user"],
    "uuid": "7efce48a-1c9e-4a0e-9d1c-2b8f5ad0c001",
    "endpoints": {
        "documents": ["/v1/webhooks/events/7efc/documents?limit=1000&skip=0"],
        "documents_json": ["/a"],
        "documents_zip": ["/b"],
    },
}


def v3(name: str, payload: object, eid: str = "6ff4da49-4193-4ee0-8e9e-7415b7fcb9cb") -> dict[str, Any]:
    head = {"eid": eid, "name": name, "at": "2023-06-16 19:06:18.944575+0000", "version": "3.1"}
    return {"header": {"event": head, "user": USER}, "payload": payload}


def delivery(*events: object) -> bytes:
    return json.dumps({"rid": "c53b1fcb-e112-465c-ad3e-8b64cf2f602c", "events": events}).encode()


def test_a_credential_is_created() -> None:
    (event,) = parse_webhook(delivery(v3("credentials.created", CREATED))).events
    assert event.eid == "6ff4da49-4193-4ee0-8e9e-7415b7fcb9cb"
    assert event.name is EventName.CREDENTIALS_CREATED
    assert event.at == datetime(2023, 6, 16, 19, 6, 18, 944575, tzinfo=UTC)
    assert (event.version, event.id_user, event.id_external) == ("3.1", USER["id_user"], "20230614-DEMO")
    assert event.id_environment == USER["id_environment"]
    assert (event.site, event.id_site) == (Site.CIEC, "56cf5728784806f72b8b456f")
    assert (event.id_job, event.id_credential) == ("648cb2a9718d6c796e4091c1", "648cb2a99ca1b91b0a141391")
    assert event.is_executing is True
    assert event.endpoints.credential == ("/v1/credentials/648cb2a99ca1b91b0a141391",)


def test_a_refresh_names_every_list() -> None:
    (event,) = parse_webhook(delivery(v3("credentials.refreshed", REFRESHED))).events
    assert (event.name, event.site, event.is_executing) == ("credentials.refreshed", Site.ANNUAL_RETURNS, None)
    assert event.endpoints.transactions == (f"/v1/transactions?{WINDOW}",)
    assert event.endpoints.attachments == (f"/v1/attachments/export?{WINDOW}",)
    assert event.endpoints.accounts == (f"/v1/accounts?{WINDOW}",)
    assert event.endpoints.documents == ()


def test_documents_name_their_user_in_the_header_only_and_their_endpoints_in_a_list() -> None:
    (event,) = parse_webhook(delivery(v3("documents.success", DOCUMENTS))).events
    assert (event.name, event.site, event.id_user) == ("documents.success", Site.TAX_STATUS, USER["id_user"])
    assert event.endpoints.documents == ("/v1/documents?id_job_webhook=648cb2d190b1bf61cc50b3ba",)
    assert (event.id_credential, event.endpoints.credential) == (None, ())


def test_one_delivery_may_hold_several_events_or_none() -> None:
    events = parse_webhook(
        delivery(v3("credentials.created", CREATED, "1"), v3("documents.fail", DOCUMENTS, "2"))
    ).events
    assert [(event.eid, event.name) for event in events] == [("1", "credentials.created"), ("2", "documents.failed")]
    assert parse_webhook(delivery()) == Delivery()


def test_the_first_webhooks_send_the_payload_alone() -> None:
    (event,) = parse_webhook(json.dumps(CREATED).encode()).events
    assert (event.version, event.name, event.at) == ("v1", EventName.CREDENTIALS_CREATED, None)
    assert (event.id_user, event.id_external) == (USER["id_user"], "20230614-DEMO")
    assert event.endpoints.credential == ("/v1/credentials/648cb2a99ca1b91b0a141391",)


def test_an_event_without_an_id_is_known_by_what_it_says() -> None:
    again = dict(reversed(CREATED.items()))
    first, same, other = (
        parse_webhook(json.dumps(body, indent=indent).encode()).events[0].eid
        for body, indent in ((CREATED, None), (again, 2), ({**CREATED, "is_executing": 0}, None))
    )
    assert first == same
    assert first != other
    assert len(first) == 64


def test_documents_of_the_first_webhooks_have_an_id_of_their_own() -> None:
    (event,) = parse_webhook(json.dumps(V1_DOCUMENTS).encode()).events
    assert (event.eid, event.name) == (V1_DOCUMENTS["uuid"], EventName.DOCUMENTS_COMPLETED)
    assert event.endpoints.documents == ("/v1/webhooks/events/7efc/documents?limit=1000&skip=0",)
    assert event.site is Site.COMPLIANCE_OPINION


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        (
            ["credential_create", "credential.create", "credentials.created", "Credentials.Created"],
            EventName.CREDENTIALS_CREATED,
        ),
        (["credential_update", "credential.update", "credentials.updated"], EventName.CREDENTIALS_UPDATED),
        (
            ["refresh", "credential.refresh", "credentials.refreshed", "credential_refresh"],
            EventName.CREDENTIALS_REFRESHED,
        ),
        (["credential_delete", "credentials.deleted"], EventName.CREDENTIALS_DELETED),
        (["documents_completed", "documents.completed"], EventName.DOCUMENTS_COMPLETED),
        (["documents_success", "documents.success"], EventName.DOCUMENTS_SUCCESS),
        (["documents.fail", "documents.failed", "documents_fail"], EventName.DOCUMENTS_FAILED),
    ],
)
def test_an_event_has_one_name_in_every_spelling(spellings: list[str], name: EventName) -> None:
    assert {normal_name(spelling) for spelling in spellings} == {name}


def test_an_unknown_event_is_kept_under_its_own_name() -> None:
    (event,) = parse_webhook(delivery(v3("payments.Settled_v2", [{"amount": 1}]))).events
    assert (event.name, event.id_job, event.site) == ("payments.Settled_v2", None, None)


def test_an_unknown_site_and_an_unreadable_date_lose_no_event() -> None:
    raw = v3("credentials.updated", {**CREATED, "id_site": "63ae0c7be5d6f1905cb9d3dd", "is_executing": 0})
    raw["header"]["event"]["at"] = "yesterday"
    (event,) = parse_webhook(delivery(raw)).events
    assert (event.site, event.id_site, event.at, event.is_executing) == (None, "63ae0c7be5d6f1905cb9d3dd", None, False)


@pytest.mark.parametrize("raw", [v3("credentials.refreshed", REFRESHED), CREATED, V1_DOCUMENTS, v3("x", DOCUMENTS)])
def test_an_event_is_read_again_from_what_was_kept_of_it(raw: dict[str, Any]) -> None:
    body = delivery(raw) if "header" in raw else json.dumps(raw).encode()
    (event,) = parse_webhook(body).events
    assert event_of(event.raw) == event


def test_an_events_repr_names_no_person() -> None:
    (event,) = parse_webhook(delivery(v3("credentials.created", CREATED))).events
    assert "20230614-DEMO" not in repr(event)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"null", b"[]", b'"refresh"', b"{}", b"[" * 100_000, b'{"x": 1}', b'{"events": {}}', b"\x1f\x8b"],
)
def test_what_is_no_delivery_is_malformed(body: bytes) -> None:
    with pytest.raises(WebhookMalformed):
        parse_webhook(body)


BAD = [
    b"1",
    b"null",
    b"{}",
    b'{"header": 1}',
    b'{"header": {}}',
    b'{"header": {"event": {}}}',
    b'{"header": {"event": {"name": "x"}}, "payload": "y"}',
    b'{"event": ""}',
    b'{"event": 7}',
    b'{"event": "refresh", "id_job": {"$gt": ""}}',
    b'{"event": "refresh", "id_user": "' + b"a" * 200 + b'"}',
    b'{"event": "refresh", "id_user": "a\\u0000b"}',
    b'{"event": "refresh", "endpoints": 7}',
    b'{"event": "refresh", "endpoints": [7]}',
    b'{"event": "refresh", "endpoints": {"credential": [null]}}',
    b'{"event": "refresh", "n": 99999999999999999999}',
    b'{"event": "refresh", "a\\u0000": 1}',
    b'{"event": "refresh", "x": ' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"event": "refresh", "x": "\\ud800"}',
    b'{"event": "refresh", "\\udfff": 1}',
    b'{"event": "refresh", "x": "\xff"}',
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_event_costs_no_other_and_is_kept_with_its_reason(bad: bytes) -> None:
    first, last = (json.dumps(v3("credentials.created", CREATED, eid)).encode() for eid in "12")
    found = parse_webhook(b'{"rid": "r", "events": [' + b",".join([first, bad, last]) + b"]}")
    assert [event.eid for event in found.events] == ["1", "2"]
    (told,) = found.bad
    assert told.reason
    assert told.name in ("malformed", "x", "credentials.refreshed")
    assert parse_webhook(b'{"events": [' + bad + b"]}").bad == [told]
    with pytest.raises(WebhookMalformed):
        event_in(told.raw)


def test_a_bad_event_of_the_first_webhooks_is_kept_too() -> None:
    (told,) = parse_webhook(b'{"event": "refresh", "id_user": "u", "id_external": "t", "id_job": 7}').bad
    assert (told.name, told.id_user, told.id_external) == ("credentials.refreshed", "u", "t")
    assert '"u"' not in repr(told) and json.loads(told.text)["id_job"] == 7


def test_a_byte_order_mark_before_a_delivery_is_nothing() -> None:
    body = delivery(v3("credentials.created", CREATED))
    assert parse_webhook(b"\xef\xbb\xbf" + body) == parse_webhook(body)


_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["refresh", "3.1"])
)
_KEYS = st.sampled_from(
    [
        "events",
        "header",
        "event",
        "user",
        "payload",
        "eid",
        "name",
        "at",
        "endpoints",
        "documents",
        "uuid",
        "id_site",
        "id_user",
        "is_executing",
        "credential",
    ]
) | st.text(max_size=4)
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5))
_V3 = st.builds(
    lambda head, user, payload: {
        "events": [{"header": {"event": {"name": "refresh", **head}, "user": user}, "payload": payload}]
    },
    st.dictionaries(_KEYS, _LEAVES, max_size=4),
    _JSON,
    _JSON,
)


@given(st.binary(max_size=64) | (_JSON | _V3).map(lambda value: json.dumps(value).encode()))
def test_any_body_is_events_or_malformed(body: bytes) -> None:
    try:
        found = parse_webhook(body)
    except WebhookMalformed:
        return
    for event in found.events:
        assert event.eid
        assert event.name
        assert event.at is None or event.at.tzinfo is not None
        assert event_in(event.raw) == event
    for bad in found.bad:
        assert bad.text.isascii()
        assert bad.reason
