"""Whose a document is, by what it says and what SAT's list tells."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sat.direction import Direction, direction_of, masks_another, names_another, of_record
from gateway.sat.kinds import Kind

ME, ONE, TWO = "AAA010101AAA", "BBB010101BB1", "CCC010101CC1"
PUBLIC, FOREIGN = "XAXX010101000", "XEXX010101000"
ISSUED, RECEIVED, OTHER = Direction.ISSUED, Direction.RECEIVED, Direction.OTHER


@pytest.mark.parametrize(
    ("issuer", "receiver", "told", "direction"),
    [
        (ME, ONE, None, ISSUED),
        (ONE, ME, None, RECEIVED),
        (ME, ME, RECEIVED, ISSUED),
        (" aaa010101aaa\u200b", ONE, RECEIVED, ISSUED),
        (ONE, "AAA 010101 AAA", None, RECEIVED),
        # Both are named, and neither is the taxpayer: whatever the list says.
        (ONE, TWO, ISSUED, OTHER),
        (ONE, TWO, RECEIVED, OTHER),
        (ONE, PUBLIC, ISSUED, OTHER),
        (FOREIGN, TWO, RECEIVED, OTHER),
        (ME, PUBLIC, None, ISSUED),
        (FOREIGN, ME, None, RECEIVED),
        # One is named: the list decides, but not against what the document says.
        (ONE, None, RECEIVED, RECEIVED),
        (ONE, None, ISSUED, OTHER),
        (None, ONE, ISSUED, ISSUED),
        (None, ONE, RECEIVED, OTHER),
        (ONE, None, None, OTHER),
        # Nobody is named.
        (None, " ", ISSUED, ISSUED),
        (None, None, None, None),
    ],
)
def test_a_document_says_whose_it_is(
    issuer: str | None, receiver: str | None, told: Direction | None, direction: Direction | None
) -> None:
    assert direction_of(issuer, receiver, ME, told) is direction


def test_letters_that_are_composed_otherwise_are_the_same() -> None:
    assert direction_of("RAQN\u03037701212M3", ONE, "RAQÑ7701212M3") is ISSUED


@pytest.mark.parametrize("damaged", ["RAQ?7701212M3", "RAQ\ufffd7701212M3", "RAQÃ\u20187701212M3"])
def test_an_rfc_with_a_damaged_letter_is_the_taxpayers_and_a_whole_other_one_is_not(damaged: str) -> None:
    assert direction_of(ONE, damaged, "RAQÑ7701212M3") is RECEIVED
    assert direction_of(ONE, "RAQ&7701212M3", "RAQÑ7701212M3") is OTHER


def test_a_retention_to_a_foreigner_names_both_parties() -> None:
    record: Any = {"issuer": {"rfc": ONE}, "receiver": {"rfc": None, "nationality": "FOREIGN"}}
    assert of_record(Kind.WITHHOLDING, record, ME, RECEIVED) is OTHER
    record["receiver"]["nationality"] = None
    assert of_record(Kind.WITHHOLDING, record, ME, RECEIVED) is RECEIVED


@pytest.mark.parametrize(
    ("rfc", "another"),
    [
        (ME, False),
        ("aaa010101aaa ", False),
        (ONE, True),
        (None, False),
        ("", False),
        ("no RFC", False),
        (PUBLIC, False),
    ],
)
def test_a_paper_of_another_rfc_is_told_by_a_whole_rfc(rfc: str | None, another: bool) -> None:
    assert names_another({"rfc": rfc}, ME) is another


@pytest.mark.parametrize(
    ("masked", "another"),
    [
        ("A**********A", False),
        ("a**********a", False),
        ("B**********A", True),
        ("A**********B", True),
        ("A***********A", True),  # of a person
        (None, False),
        ("someone@example.org", False),
        ("AAA010101AAA", False),
    ],
)
def test_a_masked_login_tells_another_rfc_and_never_this_one(masked: str | None, another: bool) -> None:
    assert masks_another(masked, ME) is another
