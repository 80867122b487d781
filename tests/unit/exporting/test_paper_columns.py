"""Opiniones and constancias as tables: one line a paper, one an omitted obligation, one a tax credit."""

from __future__ import annotations

from typing import Any

from gateway.exporting.columns import TABLES
from gateway.sat import opinion, tax_status
from tests.unit.sat.test_constancias import BOTH_PHONES, TEXT
from tests.unit.sat.test_opinions import OMITTED, OWED, SINCE_2025

OPINION = SINCE_2025.format(sense="NEGATIVO", letter="N", sections=f"{OWED}\n{OMITTED}")


def lines(name: str, record: Any) -> list[dict[str, Any]]:
    table = TABLES[name]
    stored = {**record, "parse_status": "COMPLETE", "other": False}
    assert set(table.reads) <= {*stored, "part"}
    names = [column.name for column in table.columns]
    return [dict(zip(names, line, strict=True)) for line in table.lines_of(stored)]


def test_an_opinion_is_a_line_and_so_is_each_of_what_it_lists() -> None:
    record = opinion.read_text(OPINION, [])
    (line,) = lines("COMPLIANCE_OPINIONS", record)
    expected = {
        "folio": "26NM7654321", "sense": "NEGATIVE", "issuedAt": "2026-02-04T18:05:00", "validUntil": "2026-03-05",
        "omittedObligationCount": 3, "taxCreditCount": 3, "ofAnotherRfc": False,
    }  # fmt: skip
    assert line | expected == line
    first = lines("OMITTED_OBLIGATIONS", record)[0]
    assert (first["folio"], first["year"], first["months"]) == ("26NM7654321", 2024, "11 12")
    last = lines("TAX_CREDITS", record)[-1]
    assert (last["number"], last["authority"], last["amount"]) == ("Z-98765", "ADR Puebla", "1234.50")


def test_a_constancia_is_a_line_with_its_running_regimes() -> None:
    (line,) = lines("TAX_STATUSES", tax_status.read_text(TEXT.format(phones=BOTH_PHONES), []))
    expected = {
        "cif": "15020304050", "regimes": "612 606", "addressPostalCode": "37000", "addressPhone": "477 7130000",
        "addressMobilePhone": "477 4771234567", "obligationCount": 1, "issuedOn": "2025-03-05",
    }  # fmt: skip
    assert line | expected == line
