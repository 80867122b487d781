"""A bearer token names a viewer, or nobody; why a token is refused is nobody's business."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from gateway.auth import Viewer, mint_token, viewer_of
from gateway.errors import Unauthenticated

SECRET = "a secret for tests that is long enough, even for an algorithm that is not ours"


def token(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    whole = {"sub": "v", "aud": "sat-gateway", "exp": datetime.now(UTC) + timedelta(hours=1)} | claims
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, secret, algorithm=algorithm)


def test_a_token_of_ours_names_its_viewer() -> None:
    assert viewer_of(SECRET, f"Bearer {mint_token(SECRET, 'customer 17')}") == Viewer("customer 17")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_the_scheme_in_any_case(scheme: str) -> None:
    assert viewer_of(SECRET, f"{scheme}{token()}") == Viewer("v")


def test_a_clock_may_be_half_a_minute_off() -> None:
    assert viewer_of(SECRET, f"Bearer {token(exp=datetime.now(UTC) - timedelta(seconds=20))}") == Viewer("v")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwdw==",
        token(),
        "Bearer not.a.token",
        f"Bearer {token(secret='another secret that is long enough too')}",
        f"Bearer {token(algorithm='HS512')}",
        f"Bearer {token(aud='another service')}",
        f"Bearer {token(aud=None)}",
        f"Bearer {token(exp=None)}",
        f"Bearer {token(exp=datetime.now(UTC) - timedelta(minutes=2))}",
        f"Bearer {token(sub=None)}",
        f"Bearer {token(sub='')}",
        f"Bearer {token(sub='   ')}",
        f"Bearer {token(sub='v' * 201)}",
        f"Bearer {token(sub=' v')}",
        f"Bearer {token(sub='v' + chr(0))}",
        f"Bearer {token(sub='v' + chr(0xD800))}",
        f"Bearer {token(sub=7)}",
        f"Bearer {token(exp='1795000000')}",
        f"Bearer {token(exp=True)}",
        f"Bearer {token(exp=10**400)}",
        f"Bearer {token(exp=1e300)}",
        f"Bearer {token(exp=float('inf'))}",
        f"Bearer {token(nbf=float('inf'))}",
        f"Bearer {token(nbf=datetime.now(UTC) + timedelta(hours=1))}",
        "Bearer " + jwt.encode({"sub": "v", "aud": "sat-gateway"}, key="", algorithm="none"),
    ],
)
def test_whatever_else_is_nobody(header: str | None) -> None:
    with pytest.raises(Unauthenticated) as told:
        viewer_of(SECRET, header)
    assert told.value.__cause__ is None
    assert "secret" not in str(told.value).lower()
    assert told.value.extensions == {"code": "UNAUTHENTICATED"}
