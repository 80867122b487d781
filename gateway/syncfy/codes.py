"""Syncfy's status codes of a job, as data.

Sources: the code tables of Syncfy's widget documentation and of its samples, and the widget's own rule for codes that
no table names: 200-299 is success, 400-599 except 410 is failure, everything else is progress.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Outcome(StrEnum):
    PROGRESS = "PROGRESS"
    WAITING = "WAITING"  # for a person to answer a challenge
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class Advice(StrEnum):
    """Advice to the taxpayer: a key, which clients put into words in their own language."""

    NONE = "NONE"
    READ_AGAIN_LATER = "READ_AGAIN_LATER"
    ANSWER_CHALLENGE = "ANSWER_CHALLENGE"
    CORRECT_PASSWORD = "CORRECT_PASSWORD"  # noqa: S105 - a key, not a password
    CORRECT_RFC = "CORRECT_RFC"
    CORRECT_ANSWER = "CORRECT_ANSWER"
    ANSWER_IN_TIME = "ANSWER_IN_TIME"
    UNLOCK_AT_SAT = "UNLOCK_AT_SAT"
    LOG_OUT_ELSEWHERE = "LOG_OUT_ELSEWHERE"
    ACT_AT_SAT = "ACT_AT_SAT"
    CHOOSE_OTHER_SITE = "CHOOSE_OTHER_SITE"
    CHECK_INPUT = "CHECK_INPUT"
    WAIT_AND_RETRY = "WAIT_AND_RETRY"
    CONTACT_SUPPORT = "CONTACT_SUPPORT"
    #: Of what may pass, where nobody but the person tries again.
    START_AGAIN = "START_AGAIN"


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """The meaning of a code. `retry`: another try may succeed unchanged. `needs_person`: a person must act.

    `syncfy_retries`: Syncfy runs an authorised credential again by itself. `again_after`: how long to wait, if known.
    """

    code: int
    name: str
    terminal: bool
    outcome: Outcome
    needs_person: bool
    retry: bool
    advice: Advice
    syncfy_retries: bool = False
    again_after: timedelta | None = None


def _progress(code: int, name: str) -> CodeInfo:
    return CodeInfo(code, name, False, Outcome.PROGRESS, False, False, Advice.NONE)


def _success(code: int, name: str, advice: Advice = Advice.NONE) -> CodeInfo:
    return CodeInfo(code, name, True, Outcome.SUCCESS, False, False, advice)


def _person(code: int, name: str, advice: Advice) -> CodeInfo:
    return CodeInfo(code, name, True, Outcome.FAILURE, True, False, advice)


def _failure(code: int, name: str, again_after: timedelta | None = None) -> CodeInfo:
    by_itself = code >= 500
    return CodeInfo(code, name, True, Outcome.FAILURE, False, True, Advice.WAIT_AND_RETRY, by_itself, again_after)


#: What Syncfy's widget tells people to wait.
_A_WHILE = timedelta(minutes=15)

CODES = {
    entry.code: entry
    for entry in (
        _progress(100, "Register"),
        _progress(101, "Starting"),
        # From here on the credential is authorised: the login worked.
        _progress(102, "Running"),
        _progress(103, "TokenReceived"),
        _success(200, "Finish"),
        _success(201, "Pending", Advice.READ_AGAIN_LATER),
        _success(202, "NoTransactions"),
        _success(203, "PartialTransactions"),
        _success(204, "Incomplete", Advice.READ_AGAIN_LATER),
        # Only one of Syncfy's lists has it, without a text; 201 has the same name.
        _success(205, "Pending", Advice.READ_AGAIN_LATER),
        _success(206, "NoAccounts"),
        _person(400, "BadRequest", Advice.CHECK_INPUT),
        _person(401, "Unauthorized", Advice.CORRECT_PASSWORD),
        _person(403, "InvalidToken", Advice.CORRECT_ANSWER),
        _person(405, "Locked", Advice.UNLOCK_AT_SAT),
        _person(406, "Conflict", Advice.LOG_OUT_ELSEWHERE),
        _person(408, "UserAction", Advice.ACT_AT_SAT),
        _person(409, "WrongSite", Advice.CHOOSE_OTHER_SITE),
        CodeInfo(410, "Waiting", False, Outcome.WAITING, True, False, Advice.ANSWER_CHALLENGE),
        _person(411, "TwofaTimeout", Advice.ANSWER_IN_TIME),
        _failure(413, "LoginError", _A_WHILE),
        _person(449, "DeprecatedSite", Advice.CHOOSE_OTHER_SITE),
        # Syncfy opens a ticket, and tries on the next day.
        _failure(500, "Error", timedelta(days=1)),
        _failure(501, "Unavailable", _A_WHILE),
        _failure(504, "ConnectionTimeout"),
        _failure(507, "Unavailable", _A_WHILE),
        _failure(509, "UndergoingMaintenance"),
    )
}


def info(code: int) -> CodeInfo:
    """Return the meaning of `code`, or of an unknown one.

    For codes no table names: the widget's rule, and Syncfy's advice on failures (5xx are retried, 4xx need the user).
    """
    known = CODES.get(code)
    if known is not None:
        return known
    if 200 <= code <= 299:
        return _success(code, "Unknown")
    if 400 <= code <= 499:
        return _person(code, "Unknown", Advice.CONTACT_SUPPORT)
    if 500 <= code <= 599:
        return _failure(code, "Unknown")
    return _progress(code, "Unknown")
