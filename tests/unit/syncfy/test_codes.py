"""Every code has a meaning, known or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.syncfy.codes import CODES, Advice, Outcome, info


def _rule(code: int) -> tuple[bool, bool]:
    """(terminal, success) by the rule that Syncfy's widget applies to any code."""
    if 200 <= code <= 299:
        return True, True
    return (400 <= code <= 599 and code != 410), False


@given(st.integers(-10, 1000) | st.sampled_from(sorted(CODES)))
def test_the_table_and_the_widgets_rule_agree(code: int) -> None:
    known = info(code)
    assert known.code == code
    assert (known.terminal, known.outcome is Outcome.SUCCESS) == _rule(code)
    assert known.terminal == (known.outcome in (Outcome.SUCCESS, Outcome.FAILURE))
    assert not (known.retry and known.needs_person)
    assert known.outcome is not Outcome.FAILURE or known.advice is not Advice.NONE


@pytest.mark.parametrize("code", [400, 401, 403, 405, 406, 408, 409, 410, 411, 449, 412, 499])
def test_these_wait_for_a_person(code: int) -> None:
    assert info(code).needs_person


@pytest.mark.parametrize("code", [413, 500, 501, 504, 507, 509, 599])
def test_these_are_worth_another_try(code: int) -> None:
    assert info(code).retry


def test_a_challenge_is_waiting_and_not_the_end() -> None:
    assert (info(410).outcome, info(410).terminal, info(410).advice) == (
        Outcome.WAITING,
        False,
        Advice.ANSWER_CHALLENGE,
    )


def test_a_wrong_password_asks_for_the_right_one() -> None:
    assert info(401).advice is Advice.CORRECT_PASSWORD
