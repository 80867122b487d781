"""The complements of a retención: platforms, dividends and interest typed, every other one whole as a tree."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest

from gateway.sat import withholding_complement_document as shapes
from gateway.sat.readers import read_xml
from tests.unit.sat.builders import withholding10, withholding20
from tests.unit.sat.complement_builders import DIVIDENDS, INTEREST, PLATFORM, PRIZE

HOLDER = b"<r:Complemento>"


def document(text: str, content: bytes | None = None) -> bytes:
    return (content or withholding20()).replace(HOLDER, HOLDER + text.encode())


def record(text: str) -> dict[str, Any]:
    reading = read_xml(document(text))
    assert reading.problems == ()
    return reading.record


def test_services_through_a_platform() -> None:
    found = record(PLATFORM)["platform_services"]
    assert list(found) == list(get_type_hints(shapes.PlatformServices))
    assert {key: value for key, value in found.items() if key != "services"} == {
        "version": "1.0", "periodicity": "02", "count": 1, "total": "100.00", "vat_transferred": "16.00",
        "vat_withheld": "8.00", "income_tax_withheld": "2.10", "vat_difference": "8.00", "platform_fee": "25.00",
    }  # fmt: skip
    assert found["services"] == [
        {
            "payment_form": "03", "type": "03", "subtype": "05", "third_party_rfc": "BBB010101BBB",
            "date": "2024-01-31", "price": "100.00",
            "taxes": [{"tax": "002", "factor": "Tasa", "rate": "0.160000", "base": "100.00", "amount": "16.00"}],
            "contribution": "1.50", "contribution_place": "09", "commission_base": "100.00",
            "commission_percentage": "25.000", "commission": "25.00",
        }
    ]  # fmt: skip


def test_dividends() -> None:
    assert record(DIVIDENDS)["dividends"] == {
        "version": "1.0", "type": "01", "company_type": "Sociedad Nacional", "income_tax_credit_mexico": "1.00",
        "income_tax_credit_abroad": "2.00", "withheld_abroad": "3.00", "income_tax_credit_national": "4.00",
        "accumulable_national": "5.00", "accumulable_foreign": "6.00", "remainder_share": "10.0",
    }  # fmt: skip


def test_interest() -> None:
    assert record(INTEREST)["interest"] == {
        "version": "1.0", "financial_system": True, "retirement_withdrawal": False, "derivatives": False,
        "nominal": "10.00", "real": "4.20", "loss": "0.00",
    }  # fmt: skip


def test_any_other_is_kept_whole() -> None:
    (kept,) = record(PRIZE)["other_complements"]
    assert (kept["name"], kept["version"], kept["line_item"]) == ("Premios", "1.0", None)
    assert json.loads(kept["tree"])["attributes"]["MontTotPago"] == "50000"


def test_without_any() -> None:
    read = record("")
    assert [read[key] for key in get_type_hints(shapes.WithholdingComplements)] == [None, None, None, []]


def test_a_bad_value_keeps_the_complement_as_a_tree_and_the_document() -> None:
    reading = read_xml(document(INTEREST.replace('"4.20"', '"poco"')))
    assert reading.record["interest"] is None and reading.record["total_withheld"] == "580.00"
    assert [kept["name"] for kept in reading.record["other_complements"]] == ["Intereses"]
    assert reading.problems == (
        "Intereses is kept as a tree: not a plain decimal number at Retenciones/Complemento/Intereses/@MontIntReal",
    )


@pytest.mark.parametrize("text", [PLATFORM, DIVIDENDS, INTEREST])
def test_both_versions_read_the_same(text: str) -> None:
    old, new = document(text, withholding10()), document(text)
    keys = get_type_hints(shapes.WithholdingComplements)
    assert [read_xml(old).record[key] for key in keys] == [read_xml(new).record[key] for key in keys]
