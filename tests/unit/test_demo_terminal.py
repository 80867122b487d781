"""What the demonstration tells a person, in words."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from gateway.demo.answers import Failure, JobStatus, Profile
from gateway.demo.client import DemoError
from gateway.demo.terminal import advice, documents, show_end, show_profile
from gateway.jobs import failures
from gateway.store.mongo import now
from gateway.syncfy.codes import CODES, Advice

_KINDS = ("INVOICE", "WITHHOLDING", "ANNUAL_RETURN", "MONTHLY_RETURN", "COMPLIANCE_OPINION", "TAX_STATUS")


def profile(held: int = 0, unreadable: int = 0) -> Profile:
    kinds = [
        {"kind": kind, "held": 0, "others": 0, "freshness": "NEVER", "expectedCadence": "DAILY"} for kind in _KINDS
    ]
    kinds[0]["held"] = held
    shown = [{"name": f"{i}.xml", "reason": "MALFORMED", "detail": "no XML"} for i in range(min(unreadable, 5))]
    data = {
        "rfc": "EKU9003173C9",
        "name": "Kemper",
        "syncStatus": {"kinds": kinds, "unreadable": unreadable},
        "invoices": {"nodes": []},
        "complianceOpinion": {"sense": "POSITIVE", "folio": None, "issuedAt": None},
        "taxStatus": {
            "statusText": None,
            "regimes": [{"name": None, "code": None}],
            "address": {"postalCode": None, "state": None},
        },
        "unreadable": {"nodes": shown},
    }
    return Profile.read(data)


def job(state: str, delivered: int = 0, **failure: Any) -> JobStatus:
    steps = [{"site": "CIEC", "state": "DONE", "documents": count} for count in (0, delivered)]
    return JobStatus.read({"state": state, "code": None, "challenge": None, "failure": failure or None, "steps": steps})


def printed(show: Any, *what: Any) -> str:
    file = io.StringIO()
    show(Console(file=file, width=150), *what)
    return file.getvalue()


@pytest.mark.parametrize("key", list(Advice))
def test_every_advice_is_a_sentence_of_its_own(key):
    words = {other: advice(Failure(None, True, None, str(other))) for other in Advice}
    assert len(words[key].split()) > 3
    assert [other for other, said in words.items() if said == words[key]] == [key]


@pytest.mark.parametrize("code", [code for code, info in CODES.items() if info.outcome == "FAILURE"])
def test_who_must_act_is_said_as_the_code_has_it(code):
    for authorised in (True, False):
        failure = failures.failure(code, now(), authorised=authorised)
        words = advice(Failure(code, failure.needs_person, None, str(failure.advice)))
        assert ("the person must" in words) == failure.needs_person


def test_a_failure_says_what_to_do_and_never_none():
    failed = job("FAILED", code=401, needsPerson=True, advice="CORRECT_PASSWORD", message="Unauthorized")
    text = printed(show_end, failed, profile())
    assert "FAILED: 401 Unauthorized\n" in text
    assert "What to do: SAT refuses the RFC or the CIEC password: the person must correct it" in text
    assert "documents below" not in text
    refused = job("FAILED", code=None, needsPerson=False, advice=None, message="Syncfy does not answer")
    text = printed(show_end, refused, profile())
    assert "FAILED: Syncfy does not answer\n" in text and "nothing for the person to do" in text
    assert "None" not in text + printed(show_profile, profile(3, 1))


def test_documents_of_an_earlier_connection_are_not_taken_for_this_ones():
    failure = {"code": 500, "needsPerson": False, "advice": "WAIT_AND_RETRY", "message": "Error"}
    assert "below are of an earlier connection." in printed(show_end, job("FAILED", **failure), profile(held=3))
    assert "came before it failed" in printed(show_end, job("FAILED", 2, **failure), profile(held=3))
    assert printed(show_end, job("SUCCEEDED", 3), profile(held=3)) == ""


def test_one_is_one_and_what_is_left_out_is_counted():
    assert [documents(number) for number in (0, 1, 2, 1200)] == [
        "0 documents",
        "1 document",
        "2 documents",
        "1,200 documents",
    ]
    assert "and 7 more" in printed(show_profile, profile(unreadable=12))
    one = printed(show_profile, profile(unreadable=1))
    assert "1 document could not be read" in one and "more" not in one


def test_an_answer_that_lacks_a_field_is_one_error_with_its_path():
    with pytest.raises(DemoError, match=r"missing required field `state` - at `\$.steps\[0\]`"):
        JobStatus.read({"state": "FAILED", "code": 1, "challenge": None, "failure": None, "steps": [{"site": "CIEC"}]})
