"""JobFailure: why a run, or one site of it, failed, what to tell the person, and who moves next."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from gateway.syncfy import codes
from resolvers.fields import resolved
from resolvers.scalars import DateTime


@strawberry.enum(
    description="What to tell the person, in a client's own words. It must have words for values it does not know too."
)
class Advice(Enum):
    NONE = strawberry.enum_value("NONE", description="Nothing.")
    READ_AGAIN_LATER = strawberry.enum_value("READ_AGAIN_LATER", description="More is still to come by itself.")
    ANSWER_CHALLENGE = strawberry.enum_value("ANSWER_CHALLENGE", description="Answer what is asked, now (410).")
    CORRECT_PASSWORD = strawberry.enum_value("CORRECT_PASSWORD", description="Correct RFC or CIEC password (401).")
    CORRECT_ANSWER = strawberry.enum_value("CORRECT_ANSWER", description="The answer was wrong: connect again (403).")
    ANSWER_IN_TIME = strawberry.enum_value("ANSWER_IN_TIME", description="No answer came in time: again (411).")
    UNLOCK_AT_SAT = strawberry.enum_value("UNLOCK_AT_SAT", description="SAT locked the account: unlock it there (405).")
    LOG_OUT_ELSEWHERE = strawberry.enum_value(
        "LOG_OUT_ELSEWHERE", description="Another session is open at SAT: close it, then again (406)."
    )
    ACT_AT_SAT = strawberry.enum_value("ACT_AT_SAT", description="SAT's portal asks for something: log in there (408).")
    CHOOSE_OTHER_SITE = strawberry.enum_value("CHOOSE_OTHER_SITE", description="A login of another site (409, 449).")
    CHECK_INPUT = strawberry.enum_value("CHECK_INPUT", description="Something of the input is wrong (400).")
    WAIT_AND_RETRY = strawberry.enum_value(
        "WAIT_AND_RETRY", description="SAT or Syncfy has a trouble that passes (413, 5xx): see `retriesBy`, `retryAt`."
    )
    CONTACT_SUPPORT = strawberry.enum_value("CONTACT_SUPPORT", description="A code that nobody documents.")


@strawberry.enum(description="Who tries again after a failure.")
class RetriesBy(Enum):
    SYNCFY = strawberry.enum_value("SYNCFY", description="Syncfy by itself: SAT lets this credential in. Just wait.")
    PERSON = strawberry.enum_value("PERSON", description="Nobody until the person starts again.")
    US = strawberry.enum_value("US", description="This service: it looks by itself whether something came after all.")


def advice_of(root: Parent[Row]) -> str | None:
    """The advice on a row's last code; None where there is no code."""
    code = root["code"]
    return None if code is None else str(codes.info(code).advice)


def _retries_by(root: Parent[Row]) -> str:
    by: str = root.get("retries_by") or "PERSON"
    return by


def _retry_at(root: Parent[Row]) -> DateTime | None:
    at: DateTime | None = root.get("retry_at")
    return at


@strawberry.type(description="Why a job, or one site of it, failed.")
class JobFailure:
    code: int | None = strawberry.field(description="Syncfy's status code; null when it was never taken.")
    needs_person: bool = strawberry.field(description="Nothing moves until the person does what `advice` says.")
    retries_by: RetriesBy = resolved(_retries_by, RetriesBy, "Who tries again.", ("retries_by",))
    retry_at: DateTime | None = resolved(
        _retry_at, DateTime | None, "When it is tried, or worth trying, again; null where nobody says.", ("retry_at",)
    )
    advice: Advice | None = resolved(advice_of, Advice | None, "What to tell the person.", ("code",))
    message: str = strawberry.field(description="The failure in words, in English, for developers.")
