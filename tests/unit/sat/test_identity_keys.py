"""RFC and CURP: what they say by themselves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sat import curp, rfc

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "company", "day"),
    [
        ("EKU9003173C9", True, date(1990, 3, 17)),
        ("CACX7605101P8", False, date(1976, 5, 10)),
        ("SAT970701NN3", True, date(1997, 7, 1)),
        ("IIA040805DZ4", True, date(2004, 8, 5)),
        ("H&E951128469", True, date(1995, 11, 28)),
        ("IAÑL750210963", False, date(1975, 2, 10)),
        ("COSC8001137NA", False, date(1980, 1, 13)),
        (" isd950921he5 ", True, date(1995, 9, 21)),
    ],
)
def test_rfcs_that_sat_published(text, company, day):
    facts = rfc.facts(text, today=TODAY)
    assert facts == rfc.RfcFacts(company, generic=False, date=day, check_digit_matches=True)


def test_a_wrong_check_digit_is_told_and_nothing_more():
    facts = rfc.facts("EKU9003173C8", today=TODAY)
    assert facts and facts.date and not facts.check_digit_matches


def test_generic_rfcs_identify_nobody():
    public, foreign = (rfc.facts(text, today=TODAY) for text in ("XAXX010101000", "XEXX010101000"))
    assert public and public.generic and public.date is None and not public.check_digit_matches
    assert foreign and foreign.generic and foreign.check_digit_matches


def test_a_day_that_is_still_to_come_is_of_the_century_before():
    assert [rfc.facts(f"ABC{year}0101AA0", today=TODAY).date.year for year in ("26", "27")] == [2026, 1927]


def test_a_day_that_no_calendar_has_is_no_day():
    facts = rfc.facts("ABC230230AA0", today=TODAY)
    assert facts and facts.date is None


def test_a_curp_says_who_it_is():
    person = curp.parse(" oaaj840102hjcvrn00 ")
    assert person == curp.Curp(date(1984, 1, 2), "MALE", "Jalisco", check_digit_matches=True)
    assert curp.parse("BOXW310820HNERXN09") == curp.Curp(
        date(1931, 8, 20), "MALE", "Nacido en el extranjero", check_digit_matches=True
    )


def test_a_letter_as_homonym_is_of_this_century():
    assert curp.parse("AAAA010101HNLMNLD2").born_on == date(2001, 1, 1)


@given(st.text(max_size=20))
def test_any_text_is_read_or_none(text):
    assert rfc.facts(text, today=TODAY) is None or rfc.is_rfc(text)
    curp.parse(text)


@pytest.mark.parametrize("text", ["", "OAAJ840102HJCVRN0", "OAAJ841302HJCVRN00", "OAAJ840230HJCVRN00", "1" * 18])
def test_what_has_not_the_shape_of_a_curp_is_none(text):
    assert curp.parse(text) is None
