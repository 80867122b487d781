"""Every code that a GraphQL client can meet; docs/errors.md says what to do about each."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(
    description="Code of an error. A mutation lists it in `errors`; other operations have it in `extensions.code` of "
    "an error. A client needs a fallback for values that it does not know."
)
class ErrorCode(Enum):
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
    INVALID_ARGUMENTS = strawberry.enum_value(
        "INVALID_ARGUMENTS", description="The arguments do not go together; the message says which."
    )
    INVALID_CREDIT_DAYS = strawberry.enum_value(
        "INVALID_CREDIT_DAYS", description="The number of credit days is out of range."
    )
    INVALID_CURRENCY = strawberry.enum_value("INVALID_CURRENCY", description="Not a currency that a document can have.")
    INVALID_CURSOR = strawberry.enum_value(
        "INVALID_CURSOR", description="The cursor is none, or of another list, order or filter."
    )
    INVALID_DATE = strawberry.enum_value("INVALID_DATE", description="Not a calendar day.")
    INVALID_PAGE = strawberry.enum_value(
        "INVALID_PAGE", description="`first` and `last` do not go together, or are out of range."
    )
    INVALID_RANGE = strawberry.enum_value(
        "INVALID_RANGE", description="The range ends before it begins, or is too long."
    )
    INVALID_TOP = strawberry.enum_value("INVALID_TOP", description="The number of rows asked for is out of range.")
    CURSOR_TOO_OLD = strawberry.enum_value(
        "CURSOR_TOO_OLD", description="Arrivals after this cursor are no longer kept: query the documents instead."
    )
    TOO_COSTLY = strawberry.enum_value(
        "TOO_COSTLY", description="The operation asks for more than one operation may: ask for less, or in parts."
    )
    TOO_MANY = strawberry.enum_value("TOO_MANY", description="Too many operations run on this connection.")
    UNAUTHENTICATED = strawberry.enum_value(
        "UNAUTHENTICATED", description="No valid bearer token: connect again with a fresh one."
    )
    STORE_UNAVAILABLE = strawberry.enum_value(
        "STORE_UNAVAILABLE", description="The store does not answer at the moment; retry later."
    )
    INTERNAL = strawberry.enum_value("INTERNAL", description="A defect of this service. Its log has the request's id.")
