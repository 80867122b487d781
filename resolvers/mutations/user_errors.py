"""Why a mutation did nothing: expected refusals are `errors` of its payload: a code, a path, a time if known."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from enum import Enum

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput, StoreUnavailable, SyncfyError, SyncfyRateLimited, SyncfyUnavailable
from gateway.store.mongo import Row, now
from resolvers.context import Info, own_taxpayer
from resolvers.node import parse_global_id
from resolvers.scalars import DateTime


@strawberry.enum(description="Code of a mutation's error. A client needs a fallback for values that it does not know.")
class UserErrorCode(Enum):
    INVALID_RFC = strawberry.enum_value("INVALID_RFC", description="The RFC is invalid or generic.")
    INVALID_NAME = strawberry.enum_value("INVALID_NAME", description="The name is missing or too long.")
    INVALID_PASSWORD = strawberry.enum_value("INVALID_PASSWORD", description="The CIEC password is missing.")
    INVALID_ID = strawberry.enum_value("INVALID_ID", description="The id is not one of the expected type.")
    INVALID_ANSWER = strawberry.enum_value("INVALID_ANSWER", description="The answers do not fit the challenge.")
    INVALID_SITE = strawberry.enum_value(
        "INVALID_SITE", description="The site has no credential to download with; a new login downloads it."
    )
    INVALID_KEY = strawberry.enum_value("INVALID_KEY", description="An idempotency key has 1 to 200 characters.")
    INVALID_FILTER = strawberry.enum_value(
        "INVALID_FILTER", description="The filter is invalid; `path` names the field."
    )
    INVALID_FORMAT = strawberry.enum_value(
        "INVALID_FORMAT", description="The format is not available for this kind of export."
    )
    RFC_MISMATCH = strawberry.enum_value("RFC_MISMATCH", description="The RFC differs from the taxpayer's.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="The viewer has no such object.")
    NOT_CONNECTED = strawberry.enum_value("NOT_CONNECTED", description="There is no connection to refresh.")
    NOT_AWAITING_INPUT = strawberry.enum_value("NOT_AWAITING_INPUT", description="The job has no open challenge.")
    ALREADY_RUNNING = strawberry.enum_value(
        "ALREADY_RUNNING", description="A job that uses one of these credentials has not ended."
    )
    TOO_MANY_EXPORTS = strawberry.enum_value(
        "TOO_MANY_EXPORTS",
        description="Too many exports are running: wait until one has ended. At most 50 exports of a taxpayer are kept "
        "for a day.",
    )
    PASSWORD_REFUSED = strawberry.enum_value(
        "PASSWORD_REFUSED",
        description="SAT refused the password that Syncfy holds. Correct it with `updateCredential`.",
    )
    TOO_SOON = strawberry.enum_value(
        "TOO_SOON", description="SAT allows one download a day. `retryAt` says when the next is possible."
    )
    IDEMPOTENCY_CONFLICT = strawberry.enum_value(
        "IDEMPOTENCY_CONFLICT", description="The idempotency key was used with another input within the last day."
    )
    SYNCFY_UNAVAILABLE = strawberry.enum_value(
        "SYNCFY_UNAVAILABLE", description="Syncfy does not respond; retry later."
    )
    SYNCFY_RATE_LIMITED = strawberry.enum_value(
        "SYNCFY_RATE_LIMITED", description="Too many requests; retry at `retryAt`."
    )
    SYNCFY_REJECTED = strawberry.enum_value("SYNCFY_REJECTED", description="Syncfy refused the request.")


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: UserErrorCode = strawberry.field(description="Code of the error, for programs.")
    message: str = strawberry.field(description="Message in English, for developers.")
    path: list[str] = strawberry.field(
        description="Path of the invalid input field; empty when the error is not about one."
    )
    retry_at: DateTime | None = strawberry.field(
        description="When the call can be repeated, for TOO_SOON and SYNCFY_RATE_LIMITED; otherwise null."
    )


INPUT = strawberry.argument(description="Input of the mutation.")
KEY = "Idempotency key: a text chosen by the client, 1 to 200 characters. A repeated call with the same key and input "
"within a day does nothing again and returns the first answer. Passwords and challenge answers are not compared: use a "
"new key for each attempt of a person."


async def answered(work: Awaitable[Row], empty: Row) -> Row:
    """The payload, or `errors` for what a client can expect to happen."""
    try:
        return {**empty, "errors": [], **await work}
    except InvalidInput as error:
        return _failed(empty, error.code, error.message, error.path, error.retry_at)
    except SyncfyRateLimited as error:
        at = now() + timedelta(seconds=min(error.retry_after, 86_400.0))
        return _failed(empty, "SYNCFY_RATE_LIMITED", str(error), retry_at=at)
    except SyncfyUnavailable:
        return _failed(empty, "SYNCFY_UNAVAILABLE", "Syncfy does not answer; nothing was started")
    except StoreUnavailable:
        raise
    except SyncfyError as error:
        return _failed(empty, "SYNCFY_REJECTED", str(error))


def _failed(
    empty: Row, code: str, message: str, path: list[str] | None = None, retry_at: datetime | None = None
) -> Row:
    return {**empty, "errors": [{"code": code, "message": message, "path": path or [], "retry_at": retry_at}]}


async def taxpayer_of(info: Info, id: ID) -> Row:
    row = await own_taxpayer(info, parse_global_id(id, "Taxpayer", path="taxpayerId")[1])
    if row is None:
        raise InvalidInput("NOT_FOUND", "no such taxpayer", ["taxpayerId"])
    return row
