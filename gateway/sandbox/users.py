"""Users and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.routing import BaseRoute

from gateway.sandbox.auth import Need
from gateway.sandbox.credentials import announce_deleted
from gateway.sandbox.endpoint import Call, endpoint
from gateway.sandbox.envelope import bad_request, not_found, unauthorized
from gateway.sandbox.ids import hashed
from gateway.sandbox.params import listed, matching, text
from gateway.sandbox.state import Session, User


def as_json(user: User) -> dict[str, Any]:
    """Write a user as Syncfy does."""
    return {
        "id_user": user.id,
        "id_external": user.id_external,
        "name": user.name,
        "dt_create": user.dt_create,
        "dt_modify": user.dt_modify,
    }


async def list_users(call: Call) -> list[dict[str, Any]]:
    rows = [as_json(user) for user in call.context.state.users.values() if user.api_key == call.api_key]
    return listed(matching(rows, call.params, "id_user", "name", "id_external"), call.params)


async def create_user(call: Call) -> dict[str, Any]:
    """Create a user. `id_external` need not be unique at Syncfy: the same one again makes another user."""
    name, id_external = text(call.params, "name"), text(call.params, "id_external")
    if name is None:
        raise bad_request()
    users = call.context.state.users
    key, number = ("external", id_external) if id_external is not None else ("name", name), 0
    while (id_user := hashed("user", call.api_key, *key, str(number))) in users:
        number += 1
    users[id_user] = User(id_user, call.api_key, id_external, name, dt_create=call.context.now())
    return as_json(users[id_user])


def _own(call: Call) -> User:
    user = call.context.state.users.get(call.path["id_user"])
    if user is None or user.api_key != call.api_key:
        raise not_found()
    return user


async def update_user(call: Call) -> dict[str, Any]:
    user = _own(call)
    changed = replace(
        user,
        name=text(call.params, "name") or user.name,
        id_external=text(call.params, "id_external") or user.id_external,
        dt_modify=call.context.now(),
    )
    call.context.state.users[user.id] = changed
    return as_json(changed)


async def delete_user(call: Call) -> bool:
    """Delete a user and its data, end its runs, and announce each deleted credential."""
    user = _own(call)
    call.context.background.cancel(owner=user.id)
    credentials = list(call.context.state.credentials_of(user.id))
    call.context.state.forget_user(user.id)
    for credential in credentials:
        announce_deleted(call.context, user, credential)
    return True


async def create_session(call: Call) -> dict[str, str]:
    """Open a session of the user in the body, or in the header beside the key."""
    if call.caller is None or call.caller.user is None:
        raise bad_request()
    token = call.context.ids.token()
    call.context.state.sessions[token] = Session(token, call.user.id, call.context.clock().timestamp())
    return {"token": token}


async def verify_session(call: Call) -> bool:
    """Answer true for a session that has not expired; 401 otherwise."""
    session = call.context.state.sessions.get(call.path["token"])
    if session is None or call.context.clock().timestamp() - session.used_at > call.context.options.session_idle:
        raise unauthorized()
    return True


async def delete_session(call: Call) -> bool:
    if call.context.state.sessions.pop(call.path["token"], None) is None:
        raise unauthorized()
    return True


def routes() -> Sequence[BaseRoute]:
    return [
        endpoint("GET", "/users", list_users, Need.KEY),
        endpoint("POST", "/users", create_user, Need.KEY),
        endpoint("PUT", "/users/{id_user}", update_user, Need.KEY),
        endpoint("DELETE", "/users/{id_user}", delete_user, Need.KEY),
        endpoint("POST", "/sessions", create_session, Need.KEY),
        endpoint("GET", "/sessions/{token}/verify", verify_session, Need.NOBODY),
        endpoint("DELETE", "/sessions/{token}", delete_session, Need.NOBODY),
    ]
