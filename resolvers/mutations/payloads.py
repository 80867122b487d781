"""The payload of a mutation: its object, or `errors` for what a client can expect to happen."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta

import strawberry

from gateway.errors import ErrorCode as Code
from gateway.errors import InvalidInput, SyncfyError, SyncfyRateLimited, SyncfyUnavailable
from gateway.store.mongo import Row, now
from resolvers.error_codes import ErrorCode
from resolvers.jobs import Job
from resolvers.scalars import DateTime


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="Code of the error, for programs.")
    message: str = strawberry.field(description="Message in English, for developers.")
    path: list[str] = strawberry.field(
        description="Path of the invalid input field; empty when the error is not about one."
    )
    retry_at: DateTime | None = strawberry.field(
        description="When the call can be repeated, for TOO_SOON and SYNCFY_RATE_LIMITED; otherwise null."
    )


@strawberry.type
class Payload:
    """The base of every payload."""

    errors: list[UserError] = strawberry.field(description="Errors; empty on success.")


@strawberry.type
class JobPayload(Payload):
    """The base of payloads of mutations that start long work."""

    job: Job | None = strawberry.field(description="The job. Follow it with `jobStatus` or `job(id:)`.")


async def answered(work: Awaitable[Row], empty: Row) -> Row:
    """Return the payload that `work` makes; `empty` with `errors` where a client can expect the refusal."""
    try:
        return {**empty, "errors": [], **await work}
    except InvalidInput as error:
        return _failed(empty, error.code, error.message, error.path, error.retry_at)
    except SyncfyRateLimited as error:
        at = now() + timedelta(seconds=min(error.retry_after, 86_400.0))
        return _failed(empty, "SYNCFY_RATE_LIMITED", str(error), retry_at=at)
    except SyncfyUnavailable:
        return _failed(empty, "SYNCFY_UNAVAILABLE", "Syncfy does not answer; nothing was started")
    except SyncfyError as error:
        return _failed(empty, "SYNCFY_REJECTED", str(error))


def _failed(
    empty: Row, code: Code, message: str, path: list[str] | None = None, retry_at: datetime | None = None
) -> Row:
    return {**empty, "errors": [{"code": code, "message": message, "path": path or [], "retry_at": retry_at}]}
