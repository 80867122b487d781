"""Credential: a taxpayer's access to one SAT site. The password is Syncfy's alone."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.jobs import failures
from gateway.store.mongo import Row, now
from gateway.store.rows import written
from gateway.syncfy import codes
from resolvers.enums import Site
from resolvers.failures import Advice, JobFailure, advice_of
from resolvers.fields import resolved
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime


@strawberry.enum(description="State of a credential.")
class CredentialState(Enum):
    CONNECTED = strawberry.enum_value("CONNECTED", description="Its last job succeeded.")
    CONNECTING = strawberry.enum_value("CONNECTING", description="Its job is running, or it has never been connected.")
    PASSWORD_REFUSED = strawberry.enum_value(
        "PASSWORD_REFUSED", description="SAT refused the password: correct it with `updateCredential` or the widget."
    )
    LOCKED = strawberry.enum_value("LOCKED", description="SAT locked the account: the person unlocks it at SAT.")
    NEEDS_PERSON = strawberry.enum_value("NEEDS_PERSON", description="The person has to act: see `failure.advice`.")
    FAILING = strawberry.enum_value("FAILING", description="Its last job failed for a temporary reason.")


def _state(root: Parent[Row]) -> str:
    code = root.get("code")
    info = codes.info(code) if code is not None else None
    if root.get("is_locked") or code == 405:
        return "LOCKED"
    if info is None or info.outcome == "PROGRESS":
        return "CONNECTING"
    if info.outcome == "SUCCESS":
        return "CONNECTED"
    if code == 401:
        return "PASSWORD_REFUSED"
    failure = _failure(root)
    needs_person = info.needs_person if failure is None else failure["retries_by"] == "PERSON"
    return "NEEDS_PERSON" if needs_person else "FAILING"


def _failure(root: Parent[Row]) -> Row | None:
    code = root.get("code")
    if code is None or codes.info(code).outcome != "FAILURE":
        return None
    at = root.get("executed_at") or root["updated_at"]
    return written(failures.failure(code, at, authorised=bool(root.get("is_authorized"))))


def _advice(root: Parent[Row]) -> str | None:
    return advice_of({"code": root.get("code"), "failure": _failure(root)})


def _can_refresh_at(root: Parent[Row]) -> DateTime | None:
    at: DateTime | None = root.get("ready_at")
    return at if at is not None and at > now() else None


@strawberry.type(
    description="A taxpayer's login at a SAT site, with RFC and CIEC password. Only Syncfy holds the password."
)
class Credential(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Credential")
    site: Site | None = strawberry.field(description="The SAT site; null for a site unknown to this API.")
    username: str | None = strawberry.field(description="RFC, masked by Syncfy.")
    state: CredentialState = resolved(
        _state, CredentialState, "State of the credential.", ("code", "is_locked", "is_authorized", "updated_at")
    )
    code: int | None = strawberry.field(description="Syncfy's status code of the last connection.")
    advice: Advice | None = resolved(
        _advice, Advice | None, "What the person should do about `code`.", ("code", "is_authorized", "updated_at")
    )
    failure: JobFailure | None = resolved(
        _failure,
        JobFailure | None,
        "Why the last connection failed, and who retries it; null when it did not fail.",
        ("code", "executed_at", "updated_at", "is_authorized"),
    )
    is_authorized: bool | None = strawberry.field(description="Whether the password is known to work at SAT.")
    is_locked: bool | None = strawberry.field(description="Whether SAT has locked the account.")
    can_sync: bool | None = strawberry.field(description="Whether a download was possible when Syncfy was last asked.")
    can_refresh_at: DateTime | None = resolved(
        _can_refresh_at,
        DateTime | None,
        "When SAT allows the next download; null when it allows one now.",
        ("ready_at",),
    )
    authorized_at: DateTime | None = strawberry.field(description="When the last login succeeded.")
    executed_at: DateTime | None = strawberry.field(description="When the last connection ended, whatever its result.")
    refreshed_at: DateTime | None = strawberry.field(description="When the last download with new documents ended.")
    ready_at: DateTime | None = strawberry.field(description="When the next download is possible, as Syncfy states it.")
    updated_at: DateTime | None = strawberry.field(description="When Syncfy was last asked about it.")
