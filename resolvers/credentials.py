"""Credential: a taxpayer's access to one SAT site. The password is Syncfy's alone."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.jobs import failures
from gateway.store.mongo import Row, now
from gateway.syncfy import codes
from resolvers.enums import Site
from resolvers.failures import Advice, JobFailure, advice_of
from resolvers.fields import resolved
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime


@strawberry.enum(description="How an access stands, in one word.")
class CredentialState(Enum):
    CONNECTED = strawberry.enum_value("CONNECTED", description="Its last run ended well.")
    CONNECTING = strawberry.enum_value("CONNECTING", description="It is running, or never ran.")
    PASSWORD_REFUSED = strawberry.enum_value("PASSWORD_REFUSED", description="SAT refused the password: correct it.")
    LOCKED = strawberry.enum_value("LOCKED", description="SAT locked the account: it is unlocked there.")
    NEEDS_PERSON = strawberry.enum_value("NEEDS_PERSON", description="The person has to do something: see `advice`.")
    FAILING = strawberry.enum_value("FAILING", description="Its last run failed for a trouble that passes.")


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
    return "NEEDS_PERSON" if info.needs_person else "FAILING"


def _failure(root: Parent[Row]) -> Row | None:
    code = root.get("code")
    if code is None or codes.info(code).outcome != "FAILURE":
        return None
    at = root.get("executed_at") or root["updated_at"]
    return failures.failure(code, at, authorised=bool(root.get("is_authorized")))


def _can_refresh_at(root: Parent[Row]) -> DateTime | None:
    at: DateTime | None = root.get("ready_at")
    return at if at is not None and at > now() else None


@strawberry.type(description="Access to a SAT site with RFC and CIEC password. The password is never here.")
class Credential(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Credential")
    site: Site | None = strawberry.field(description="Which site; null for one that we do not know.")
    username: str | None = strawberry.field(description="RFC, masked by Syncfy.")
    state: CredentialState = resolved(_state, CredentialState, "How it stands, in one word.", ("code", "is_locked"))
    code: int | None = strawberry.field(description="Result of the last connection: Syncfy's status code of it.")
    advice: Advice | None = resolved(advice_of, Advice | None, "What to tell the person of that code.", ("code",))
    failure: JobFailure | None = resolved(
        _failure,
        JobFailure | None,
        "Why the last connection failed, and who tries again; null when it did not.",
        ("code", "executed_at", "updated_at", "is_authorized"),
    )
    is_authorized: bool | None = strawberry.field(description="A login worked, and the password still does.")
    is_locked: bool | None = strawberry.field(description="SAT locked the account.")
    can_sync: bool | None = strawberry.field(description="A download could be asked for when it was seen last.")
    can_refresh_at: DateTime | None = resolved(
        _can_refresh_at, DateTime | None, "Until when SAT allows no further download; null when it does.", ("ready_at",)
    )
    authorized_at: DateTime | None = strawberry.field(description="Last login that worked.")
    executed_at: DateTime | None = strawberry.field(description="Date of the last connection, however it went.")
    refreshed_at: DateTime | None = strawberry.field(description="Date of the last download that brought something.")
    ready_at: DateTime | None = strawberry.field(description="When Syncfy said that the next download is possible.")
    updated_at: DateTime | None = strawberry.field(description="When Syncfy was asked about it last.")
