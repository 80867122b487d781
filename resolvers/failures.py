"""JobFailure: why a run, or one site of it, failed, what to tell the person, and who moves next."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import Parent

from gateway.jobs import failures
from gateway.models import job as models
from gateway.store.mongo import Row
from gateway.syncfy import codes
from resolvers.fields import resolved
from resolvers.scalars import DateTime


@strawberry.enum(
    description="What the person should do. The client supplies the words, and needs a fallback for values that it "
    "does not know."
)
class Advice(Enum):
    NONE = strawberry.enum_value("NONE", description="Nothing to do.")
    READ_AGAIN_LATER = strawberry.enum_value(
        "READ_AGAIN_LATER", description="Wait: more results arrive without any action."
    )
    ANSWER_CHALLENGE = strawberry.enum_value("ANSWER_CHALLENGE", description="Answer the challenge now (410).")
    CORRECT_PASSWORD = strawberry.enum_value(
        "CORRECT_PASSWORD", description="Correct the RFC or the CIEC password (401)."
    )
    CORRECT_RFC = strawberry.enum_value(
        "CORRECT_RFC", description="Connect again with the taxpayer's own RFC: every document names another one."
    )
    CORRECT_ANSWER = strawberry.enum_value(
        "CORRECT_ANSWER", description="Connect again: the answer to the challenge was wrong (403)."
    )
    ANSWER_IN_TIME = strawberry.enum_value(
        "ANSWER_IN_TIME", description="Connect again: no answer to the challenge arrived in time (411)."
    )
    UNLOCK_AT_SAT = strawberry.enum_value("UNLOCK_AT_SAT", description="Unlock the account at SAT (405).")
    LOG_OUT_ELSEWHERE = strawberry.enum_value(
        "LOG_OUT_ELSEWHERE", description="Close the other session at SAT, then connect again (406)."
    )
    ACT_AT_SAT = strawberry.enum_value(
        "ACT_AT_SAT", description="Log in at SAT's portal, which asks for something (408)."
    )
    CHOOSE_OTHER_SITE = strawberry.enum_value(
        "CHOOSE_OTHER_SITE", description="Choose another site: the login belongs to a different one (409, 449)."
    )
    CHECK_INPUT = strawberry.enum_value("CHECK_INPUT", description="Check the input (400).")
    WAIT_AND_RETRY = strawberry.enum_value(
        "WAIT_AND_RETRY",
        description="Wait: SAT or Syncfy has a temporary problem (5xx), and Syncfy retries. See `retryAt`.",
    )
    START_AGAIN = strawberry.enum_value(
        "START_AGAIN",
        description="Start again: nobody else does. After a temporary problem (413, 5xx before SAT accepted the login) "
        "a quarter of an hour later.",
    )
    CONTACT_SUPPORT = strawberry.enum_value(
        "CONTACT_SUPPORT", description="Contact support: the status code is undocumented."
    )


@strawberry.enum(description="Who retries after a failure.")
class RetriedBy(Enum):
    SYNCFY = strawberry.enum_value(
        "SYNCFY", description="Syncfy retries by itself, because SAT accepts the credential. Wait."
    )
    PERSON = strawberry.enum_value("PERSON", description="Nobody retries until the person starts again.")
    GATEWAY = strawberry.enum_value(
        "GATEWAY", description="The gateway checks by itself whether documents arrived after all."
    )


def advice_of(root: Parent[Row]) -> str | None:
    """Return the advice on a row: that of its failure, else of its last code; None where there is no code."""
    failure = root.get("failure")
    if failure is not None:
        return _advice(failure)
    code = root["code"]
    return None if code is None else str(codes.info(code).advice)


def _retried_by(root: Parent[Row]) -> str:
    return str(_by(root))


def _by(row: Row) -> models.RetriedBy:
    return models.RetriedBy(row.get("retries_by") or "PERSON")


def _needs_person(root: Parent[Row]) -> bool:
    return _by(root) is models.RetriedBy.PERSON


def _retry_at(root: Parent[Row]) -> DateTime | None:
    at: DateTime | None = root.get("retry_at")
    return None if _needs_person(root) else at  # rows of version 0.2 had one all the same


def _advice(root: Parent[Row]) -> str:
    return root.get("advice") or str(failures.advice(root["code"], _by(root)))


@strawberry.type(description="Why a job, or one of its steps, failed.")
class JobFailure:
    code: int | None = strawberry.field(description="Syncfy's status code; null when Syncfy did not accept the job.")
    needs_person: bool = resolved(
        _needs_person,
        bool,
        "Whether nothing happens until the person follows `advice`: true exactly where `retriedBy` is PERSON.",
        ("retries_by",),
    )
    retried_by: RetriedBy = resolved(_retried_by, RetriedBy, "Who retries.", ("retries_by",))
    retry_at: DateTime | None = resolved(
        _retry_at,
        DateTime | None,
        "When it is retried; null when unknown, and when the person has to act.",
        ("retry_at", "retries_by"),
    )
    advice: Advice | None = resolved(
        _advice, Advice | None, "What the person should do; where nobody has to act, to wait.", ("code", "retries_by")
    )
    message: str = strawberry.field(description="The failure in English, for developers.")
