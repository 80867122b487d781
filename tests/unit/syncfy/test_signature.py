"""Which deliveries are believed to be Syncfy's."""

from __future__ import annotations

import base64
import hashlib
import json
import time

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SettingsError, WebhookForged
from gateway.syncfy.signature import verifier

BODY = b'{"rid": "1", "events": []}'
SECRET = bytes(range(64))
K = base64.urlsafe_b64encode(SECRET).decode().rstrip("=")
JWK = json.dumps({"kid": "1", "kty": "oct", "k": K})


def _from_now(seconds: int) -> int:
    """Read when a test runs: the module may have been imported minutes before."""
    return int(time.time()) + seconds


def signed(claims: dict[str, object], *, key: bytes = SECRET, algorithm: str = "HS256") -> dict[str, str]:
    return {"Request-Signature": jwt.encode(claims, key, algorithm)}


def test_with_nothing_configured_the_endpoint_is_off() -> None:
    for headers in ({}, {"X-Webhook-Token": ""}, {"Authorization": "Bearer "}, signed({})):
        with pytest.raises(WebhookForged, match="no webhook secret"):
            verifier(["", "  "], [""])(headers, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Webhook-Token": "old"},
        {"x-webhook-token": "new"},
        {"Authorization": "Bearer new"},
        {"AUTHORIZATION": "bearer old"},
    ],
)
def test_a_shared_secret_in_either_header_is_enough_while_it_rotates(headers: dict[str, str]) -> None:
    verifier(["old", "new"], [])(headers, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Webhook-Token": ""},
        {"X-Webhook-Token": "neW"},
        {"X-Webhook-Token": "new,old"},
        {"X-Webhook-Token": "ñ\udc80"},
        {"Authorization": "new"},
        {"Authorization": "Basic new"},
        signed({}),
    ],
)
def test_any_other_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookForged) as forged:
        verifier(["old", "new"], [])(headers, BODY)
    assert "new" not in str(forged.value)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("key", [JWK, K, K + "==", json.dumps({"kid": "1", "k": {"kty": "oct", "k": K}})])
def test_a_signature_with_the_dashboards_key_is_enough(key: str, algorithm: str) -> None:
    verifier([], [key])(signed({"exp": _from_now(60)}, algorithm=algorithm), BODY)


def test_keys_rotate_too() -> None:
    other = base64.urlsafe_b64encode(b"o" * 64).decode()
    verifier([], [other, JWK])(signed({}), BODY)


@pytest.mark.parametrize(
    ("claim", "seconds", "more"), [("exp", -240, {}), ("nbf", 240, {}), ("exp", 60, {"aud": "x", "iss": "y", "sub": 7})]
)
def test_clocks_may_be_five_minutes_apart(claim: str, seconds: int, more: dict[str, object]) -> None:
    verifier([], [JWK])(signed({claim: _from_now(seconds), **more}), BODY)


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -400), ("nbf", 400)])
def test_clocks_may_not_be_further_apart(claim: str, seconds: int) -> None:
    with pytest.raises(WebhookForged):
        verifier([], [JWK])(signed({claim: _from_now(seconds)}), BODY)


def test_a_signature_counts_for_a_day() -> None:
    day = 24 * 60 * 60
    for made in (_from_now(60 - day), str(_from_now(60 - day))):
        verifier([], [JWK])(signed({"iat": made}), BODY)
    for made in (_from_now(-60 - day), str(_from_now(-60 - day)), 0):
        with pytest.raises(WebhookForged):
            verifier([], [JWK])(signed({"iat": made}), BODY)


def test_without_the_body_the_headers_alone_are_judged() -> None:
    judge = verifier(["a secret"], [JWK])
    judge({"X-Webhook-Token": "a secret"}, None)
    judge(signed({"body_sha256": "of what is not here yet"}), None)
    for headers in ({}, {"X-Webhook-Token": "another"}, signed({}, key=b"x" * 64)):
        with pytest.raises(WebhookForged):
            judge(headers, None)


@pytest.mark.parametrize("claim", ["body_sha256", "request_body_sha256"])
def test_a_hash_of_the_body_must_be_this_bodys(claim: str) -> None:
    digest = hashlib.sha256(BODY).digest()
    spellings = [
        digest.hex(),
        digest.hex().upper(),
        base64.b64encode(digest).decode(),
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
    ]
    for spelling in spellings:
        verifier([], [JWK])(signed({claim: spelling}), BODY)
        with pytest.raises(WebhookForged):
            verifier([], [JWK])(signed({claim: spelling}), BODY + b" ")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Webhook-Token": K},
        signed({}, key=b"x" * 64),
        signed({"body_sha256": 7}),
        signed({"body_sha256": ""}),
        {"Request-Signature": jwt.encode({}, "", "none")},
        {"Request-Signature": signed({})["Request-Signature"][:-2]},
        {"Request-Signature": "a.b.c"},
        {"Request-Signature": "ñ"},
        {"Request-Signature": "a" * 10_000},
    ],
)
def test_any_other_signature_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookForged):
        verifier([], [JWK])(headers, BODY)


def test_where_both_are_configured_either_suffices() -> None:
    verify = verifier(["token"], [JWK])
    verify({"X-Webhook-Token": "token", "Request-Signature": "wrong"}, BODY)
    verify({"X-Webhook-Token": "wrong", **signed({})}, BODY)
    with pytest.raises(WebhookForged):
        verify({"X-Webhook-Token": "wrong", "Request-Signature": "wrong"}, BODY)


@pytest.mark.parametrize(
    "key", ["{", "{}", '{"k": 7}', '{"k": {"x": 1}}', "not base64!", K[:-1] + "%", "abcde", "c2hvcnQ"]
)
def test_a_key_that_cannot_be_read_stops_the_process_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        verifier([], [key])
    assert len(key) < 3 or key not in str(refusal.value)


@given(st.text(max_size=80), st.text(max_size=80), st.binary(max_size=80))
def test_no_header_of_a_strangers_does_more_than_being_forged(signature: str, token: str, body: bytes) -> None:
    with pytest.raises(WebhookForged):
        verifier(["a token of ours"], [JWK])(
            {"request-signature": signature, "x-webhook-token": token, "authorization": f"Bearer {token}"}, body
        )
