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


@strawberry.enum(description="Why a mutation did nothing. A client must have words for values it does not know.")
class UserErrorCode(Enum):
    INVALID_RFC = strawberry.enum_value("INVALID_RFC", description="Not an RFC, or a generic one.")
    INVALID_NAME = strawberry.enum_value("INVALID_NAME", description="The name is missing or too long.")
    INVALID_PASSWORD = strawberry.enum_value("INVALID_PASSWORD", description="The CIEC password is missing.")
    INVALID_ID = strawberry.enum_value("INVALID_ID", description="Not an id of the type that is asked for.")
    INVALID_ANSWER = strawberry.enum_value("INVALID_ANSWER", description="Not what the challenge asks for.")
    INVALID_SITE = strawberry.enum_value(
        "INVALID_SITE", description="The site has no credential to download with: a new login downloads it."
    )
    INVALID_KEY = strawberry.enum_value("INVALID_KEY", description="An idempotency key has 1 to 200 characters.")
    INVALID_FILTER = strawberry.enum_value("INVALID_FILTER", description="The filter is none: see `path`.")
    INVALID_FORMAT = strawberry.enum_value("INVALID_FORMAT", description="This kind is not written in that format.")
    RFC_MISMATCH = strawberry.enum_value("RFC_MISMATCH", description="The RFC is not the taxpayer's.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="The viewer has no such object.")
    NOT_CONNECTED = strawberry.enum_value("NOT_CONNECTED", description="There is no connection to refresh yet.")
    NOT_AWAITING_INPUT = strawberry.enum_value("NOT_AWAITING_INPUT", description="The job asks nothing.")
    ALREADY_RUNNING = strawberry.enum_value(
        "ALREADY_RUNNING", description="A job that uses one of these credentials has not ended."
    )
    TOO_MANY_EXPORTS = strawberry.enum_value(
        "TOO_MANY_EXPORTS", description="Wait until one of yours has ended; of a taxpayer 50 are kept for a day."
    )
    PASSWORD_REFUSED = strawberry.enum_value(
        "PASSWORD_REFUSED", description="SAT refused the password that Syncfy holds: `updateCredential` corrects it."
    )
    TOO_SOON = strawberry.enum_value(
        "TOO_SOON", description="SAT allows one download a day: `retryAt` says when the next is possible."
    )
    IDEMPOTENCY_CONFLICT = strawberry.enum_value(
        "IDEMPOTENCY_CONFLICT", description="The idempotency key was used with another input within the last day."
    )
    SYNCFY_UNAVAILABLE = strawberry.enum_value("SYNCFY_UNAVAILABLE", description="Syncfy does not answer: try later.")
    SYNCFY_RATE_LIMITED = strawberry.enum_value(
        "SYNCFY_RATE_LIMITED", description="Too many requests: try again at `retryAt`."
    )
    SYNCFY_REJECTED = strawberry.enum_value("SYNCFY_REJECTED", description="Syncfy refused the request.")


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: UserErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For developers, in English.")
    path: list[str] = strawberry.field(description="The input field that is wrong; empty when none is.")
    retry_at: DateTime | None = strawberry.field(
        description="From when on the same can be asked again, with TOO_SOON and SYNCFY_RATE_LIMITED; else null."
    )


INPUT = strawberry.argument(description="What the mutation is about.")
KEY = (
    "A text of the client's own (200 characters at most) that names this attempt. Sent again within a day with the "
    "same input it does nothing twice and gives the same answer. Passwords and answers are no part of the comparison: "
    "use a new key for each attempt of a person."
)


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
