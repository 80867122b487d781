"""Scenarios of a login. The password of a sandbox login names one; any other password is a success.

The password itself is dropped as soon as it was read: rows keep only the name of the scenario it selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Challenge(StrEnum):
    """The form of the second factor (status 410)."""

    TOKEN = "twofa"  # noqa: S105 - the name of a scenario
    CAPTCHA = "captcha"
    OPTIONS = "options"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults in the notifications of a run."""

    duplicate: bool = False
    reorder: bool = False
    delay: bool = False
    lost: bool = False
    half_lost: bool = False

    def __or__(self, other: Faults) -> Faults:
        return Faults(*(getattr(self, name) or getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One course of a run. `name` is the password that selects it, faults and all."""

    name: str
    help: str
    login_code: int | None = None  # ends the run before 102
    final_code: int = 200  # ends the run after 102
    challenge: Challenge | None = None
    rounds: int = 1  # how many times it is asked
    http_code: int | None = None  # the POST itself is refused
    share: float = 1.0  # how much of a site's transactions this run downloads
    later: bool = False  # the other share follows in the background
    empty_sites: bool = False  # retenciones and declaraciones mensuales stay empty
    fails_documents: bool = False
    rfc: str | None = None  # whose profile is delivered, in place of the login's own
    slowness: float = 1.0
    faults: Faults = Faults()

    @property
    def succeeds(self) -> bool:
        """Return True when the login works and the run ends well."""
        return self.login_code is None and self.final_code < 300


#: One of the taxpayers that Syncfy's own sandbox knows.
STRANGER = "FUNK671228PH6"
SUCCESS = Scenario("ok", "everything is downloaded (any password that is not in this list does the same)")

_AFTER = {"unavailable": 501, "error": 500, "timeout": 504, "maintenance": 509}

_SCENARIOS = (
    SUCCESS,
    Scenario("wrong", "401: SAT refuses the RFC or the CIEC password", login_code=401),
    Scenario("locked", "405: SAT locked the account", login_code=405),
    Scenario("conflict", "406: another session is open at SAT", login_code=406),
    Scenario("action", "408: SAT asks the taxpayer to do something in its portal", login_code=408),
    Scenario("wrongsite", "409: a good login, for another site", login_code=409),
    Scenario("login-error", "413: the login failed for no stated reason", login_code=413),
    Scenario(
        "twofa",
        "410: asks for a token; 123456 is right, other answers end in 403, none in 411",
        None,
        200,
        Challenge.TOKEN,
    ),
    Scenario("captcha", "410 with a picture of six digits", None, 200, Challenge.CAPTCHA),
    Scenario("options", "410 with two options to choose from (123456 is right)", None, 200, Challenge.OPTIONS),
    Scenario("questions", "410 with two questions: a token (123456) and a word (sat)", None, 200, Challenge.QUESTIONS),
    Scenario("twofa-again", "410 twice, one after the other", None, 200, Challenge.TOKEN, rounds=2),
    *(Scenario(f"{name}-before", f"{code} before the login (102) was reached", code) for name, code in _AFTER.items()),
    *(
        Scenario(f"{name}-after", f"{code} after the login (102): the credential stays authorised", None, code)
        for name, code in _AFTER.items()
    ),
    Scenario(
        "pending", "201: half of the transactions now, the rest a little later", final_code=201, share=0.5, later=True
    ),
    Scenario("empty", "202: no transactions", final_code=202, share=0.0),
    Scenario("partial", "203: retenciones and declaraciones mensuales are empty", final_code=203, empty_sites=True),
    Scenario("incomplete", "204: only half of the transactions", final_code=204, share=0.5),
    Scenario("no-documents", "documents.failed for the constancia and the opinión", fails_documents=True),
    Scenario(
        "other-rfc", f"everything of another taxpayer, {STRANGER}, as when its RFC and CIEC were typed", rfc=STRANGER
    ),
    Scenario("unpaid", "HTTP 402 on the POST, no job", http_code=402),
    Scenario("overloaded", "HTTP 503 on the POST, no job", http_code=503),
)

_BY_NAME: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _SCENARIOS}

_SLOW = "slow"
_FAULTS: Mapping[str, tuple[Faults, str]] = {
    "duplicate": (Faults(duplicate=True), "every notification of the run is sent twice"),
    "reorder": (Faults(reorder=True), "the run's notifications are sent at its end, the last one first"),
    "delay": (Faults(delay=True), "every notification is sent 10 s (times --pace) late"),
    "lost": (Faults(lost=True), "no notification of the run is sent"),
    "half-lost": (Faults(half_lost=True), "every second notification of the run is not sent"),
}


def scenario_of(password: str) -> Scenario:
    """Return the scenario that a password selects: words joined by `+`, e.g. `unavailable-after+duplicate+slow`.

    Words that mean nothing here are ignored, so that a password that looks real is a success.
    """
    chosen, slowness, faults = SUCCESS, 1.0, Faults()
    meant = []
    for word in password.split("+"):
        if word in _BY_NAME:
            chosen = _BY_NAME[word]
        elif word == _SLOW:
            slowness = 10.0
        elif word in _FAULTS:
            faults = faults | _FAULTS[word][0]
        else:
            continue
        if word != chosen.name:
            meant.append(word)
    return replace(chosen, name="+".join([chosen.name, *meant]), slowness=slowness, faults=faults)


def described() -> list[tuple[str, str]]:
    """(password, what happens) of every scenario and of every suffix, for people."""
    rows = [(scenario.name, scenario.help) for scenario in _SCENARIOS]
    rows.append((f"…+{_SLOW}", "ten times slower (also alone)"))
    return rows + [(f"…+{word}", text) for word, (_, text) in _FAULTS.items()]
