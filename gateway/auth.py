"""Authentication: a bearer JWT (HS256) names a viewer, which sees its own taxpayers and nothing else.

The viewer is the `sub` claim: the fintech's own id of its customer or of itself. Every taxpayer's row has it as
`owner`, and the store's functions take it as an argument, so that no resolver can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt

from gateway.errors import Unauthenticated

_AUDIENCE = "sat-gateway"
_LEEWAY = 30  # seconds by which clocks may differ
#: The year 9999, in Unix seconds: what expires later, no clock of ours can tell.
_FARTHEST = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Viewer:
    """An authenticated client, until its token expires (Unix seconds): no live connection outlasts it."""

    id: str
    expires_at: float = field(default=float("inf"), compare=False)


def mint_token(secret: str, viewer: str, *, lifetime: timedelta = timedelta(hours=12)) -> str:
    """Sign a bearer token for a viewer. For development and tests: in production your identity provider does."""
    now = datetime.now(UTC)
    claims = {"sub": viewer, "aud": _AUDIENCE, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, secret, algorithm="HS256")


def viewer_of(secret: str, authorization: str | None) -> Viewer:
    """Verify an Authorization header (`Bearer …`) and return its viewer. Raises Unauthenticated, without the reason."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send a bearer token")
    try:
        claims = jwt.decode(
            token.strip(),
            secret,
            algorithms=["HS256"],
            audience=_AUDIENCE,
            options={"require": ["sub", "exp"]},
            leeway=_LEEWAY,
        )
    except (jwt.PyJWTError, OverflowError):  # the latter for an infinite time
        raise Unauthenticated("the bearer token is not valid, or no longer") from None
    viewer, expires = claims["sub"], claims["exp"]
    if not _is_name(viewer):
        raise Unauthenticated("the bearer token names no viewer")
    # PyJWT takes a text of digits, and an integer of any length.
    if isinstance(expires, bool) or not isinstance(expires, int | float) or not 0 < expires <= _FARTHEST:
        raise Unauthenticated("the bearer token is not valid, or no longer")
    return Viewer(viewer, float(expires) + _LEEWAY)


def _is_name(viewer: object) -> bool:
    """Tell a name that reads alike everywhere: no blanks around it, nothing in it that cannot be printed."""
    return isinstance(viewer, str) and 0 < len(viewer) <= 200 and viewer == viewer.strip() and viewer.isprintable()
