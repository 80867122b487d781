"""The invented opinión and constancia agree with the invented returns, and with each other, in both layouts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat import obligations
from gateway.sat.kinds import Kind
from gateway.sat.readers import Reading, read_profile, read_return
from gateway.syncfy.sites import Site

SINCE_JUNE_2025, UNTIL_MAY_2025 = date(2026, 11, 23), date(2025, 3, 10)
RFCS = ["EKU9003173C9", "JES900109Q90", "XAMA620210DQ5", "FUNK671228PH6", "MISC491214B86", "CACX7605101P8"]


@cache
def portfolios(today: date) -> list[Portfolio]:
    """Taxpayers of several seeds: among them some that are not up to date."""
    return [Taxpayers(seed, 20, today)(rfc) for seed in range(5) for rfc in RFCS]


def paper(holder: Portfolio, kind: Kind, site: Site) -> Reading[Any]:
    pdf, document = holder.documents(site)
    return read_profile(kind, [document.read()], [pdf.read()])


@pytest.mark.parametrize(("today", "last_due"), [(SINCE_JUNE_2025, (2026, 10)), (UNTIL_MAY_2025, (2025, 1))])
def test_what_an_opinion_lists_is_missing_among_the_returns_and_nothing_else_is(
    today: date, last_due: tuple[int, int]
) -> None:
    senses = set()
    for holder in portfolios(today):
        reading = paper(holder, Kind.COMPLIANCE_OPINION, Site.COMPLIANCE_OPINION)
        opinion = reading.record
        senses.add(opinion["sense"])
        assert reading.problems == ()
        filed = set()
        for row in holder.transactions(Site.MONTHLY_RETURNS):
            record = read_return(row.attachments[1].read(), kind=Kind.MONTHLY_RETURN, file="x.json").record
            filed.add((record["year"], record["period"]))
        every = {
            (year, month)
            for year in range(2020, 2030)
            for month in range(1, 13)
            if min(filed) < (year, month) <= last_due
        }
        omitted = {(row["year"], month) for row in opinion["omitted_obligations"] for month in row["months"]}
        assert every - filed == omitted
        assert bool(omitted) == (opinion["sense"] == "NEGATIVE") == bool(opinion["tax_credits"])
    assert senses == {"POSITIVE", "NEGATIVE"}


@pytest.mark.parametrize("today", [SINCE_JUNE_2025, UNTIL_MAY_2025])
def test_the_print_of_an_opinion_says_what_its_json_says(today: date) -> None:
    for holder in portfolios(today):
        pdf, document = holder.documents(Site.COMPLIANCE_OPINION)
        printed: Any = read_profile(Kind.COMPLIANCE_OPINION, [], [pdf.read()]).record
        given: Any = read_profile(Kind.COMPLIANCE_OPINION, [document.read()], []).record
        keys = ("folio", "rfc", "name", "sense", "issued_at", "original_string", "digital_seal")
        assert {key: printed[key] for key in keys} == {key: given[key] for key in keys}
        assert _owed(printed) == _owed(given)


def _owed(opinion: Any) -> set[tuple[str, int, int]]:
    return {
        (row["description"], row["year"], month) for row in opinion["omitted_obligations"] for month in row["months"]
    }


def test_an_omitted_obligation_is_one_of_the_constancias() -> None:
    regimes = set()
    for holder in portfolios(SINCE_JUNE_2025):
        reading = paper(holder, Kind.TAX_STATUS, Site.TAX_STATUS)
        constancia, opinion = reading.record, paper(holder, Kind.COMPLIANCE_OPINION, Site.COMPLIANCE_OPINION).record
        assert reading.problems == ()
        assert {"cif", "address.mobile_phone"} == set(constancia["fields_from_pdf"])
        regimes.add(constancia["regimes"][0]["code"])
        running = [row["description"] for row in constancia["obligations"] if row["to_date"] is None]
        for row in opinion["omitted_obligations"]:
            assert [name for name in running if obligations.same(name, row["description"])]
        assert constancia["started_on"] < "2018"
        for regime in constancia["regimes"][1:]:
            assert regime["to_date"] < constancia["regimes"][0]["from_date"]
    assert regimes >= {"601", "612", "625", "626"}
