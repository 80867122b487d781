"""Authentication of callers, in every form that Syncfy's documents and SDKs use.

`Authorization: api_key api_key=K`, the same with `,id_user=U`, `Bearer T`, `TOKEN token=T`, and the legacy fields
`api_key`, `id_user` and `token` in query or body.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from gateway.sandbox.context import Context
from gateway.sandbox.envelope import unauthorized
from gateway.sandbox.params import Params, text
from gateway.sandbox.state import User


class Need(Enum):
    """The authentication that a resource asks for."""

    NOBODY = "no authentication"
    KEY = "an API key"
    USER = "a session's token, or an API key with id_user"
    ANY = "either of them"


@dataclass(frozen=True, slots=True)
class Caller:
    api_key: str = field(repr=False)
    user: User | None


def authenticate(context: Context, authorization: str | None, params: Params, need: Need) -> Caller | None:
    """Return the caller; None for Need.NOBODY. Raises 401 without the needed authentication, 429 above the rate."""
    if need is Need.NOBODY:
        return None
    given = _given(authorization, params)
    caller = _of_token(context, given["token"]) if "token" in given else _of_key(context, given)
    context.limiter.take(caller.api_key)
    if need is Need.KEY and "token" in given:
        raise unauthorized()
    if need is Need.USER and caller.user is None:
        raise unauthorized()
    return caller


def _given(authorization: str | None, params: Params) -> Mapping[str, str]:
    """Read `token`, or `api_key` and `id_user`, from the header or, without one, from the parameters."""
    if authorization:
        scheme, _, rest = authorization.strip().partition(" ")
        scheme = scheme.lower()
        if scheme == "bearer":
            return {"token": rest.strip()}
        if scheme in ("api_key", "token"):
            parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
            if scheme == "api_key" and "id_user" not in parts and (id_user := text(params, "id_user")):
                parts["id_user"] = id_user
            return parts
        raise unauthorized()
    return {name: value for name in ("token", "api_key", "id_user") if (value := text(params, name)) is not None}


def _of_token(context: Context, token: str) -> Caller:
    session = context.state.sessions.get(token)
    now = context.clock().timestamp()
    if session is None or now - session.used_at > context.options.session_idle:
        context.state.sessions.pop(token, None)
        raise unauthorized()
    context.state.sessions[token] = replace(session, used_at=now)
    user = context.state.users[session.id_user]
    return Caller(user.api_key, user)


def _of_key(context: Context, given: Mapping[str, str]) -> Caller:
    api_key = given.get("api_key", "")
    if not any(hmac.compare_digest(api_key.encode(), known.encode()) for known in context.options.api_keys):
        raise unauthorized()
    if "id_user" not in given:
        return Caller(api_key, None)
    user = context.state.users.get(given["id_user"])
    if user is None or user.api_key != api_key:
        raise unauthorized("Invalid user")
    return Caller(api_key, user)
