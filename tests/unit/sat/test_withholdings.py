"""Retenciones 1.0 and 2.0 → the normal form."""

from __future__ import annotations

from typing import get_type_hints

from gateway.sat import documents
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from tests.unit.sat.builders import OTHER_UUID, UUID, withholding10, withholding20


def record(content: bytes) -> dict:
    reading = read_xml(content)
    assert reading.kind is Kind.WITHHOLDING and reading.problems == ()
    assert list(reading.record) == list(get_type_hints(documents.Withholding))
    return reading.record


def test_version_20():
    read = record(withholding20())
    assert (read["uuid"], read["version"], read["folio"], read["withholding_key"]) == (UUID, "2.0", "R1", "14")
    assert read["issuer"] == {"rfc": "AAA010101AAA", "name": "EMPRESA", "curp": None, "regime": "601"}
    assert read["receiver"] == {
        "nationality": "NATIONAL",
        "rfc": "XAMA620210DQ5",
        "name": "ALBA XKARAJAM",
        "curp": "XAMA620210MDFRNL09",
        "foreign_tax_id": None,
        "postal_code": "01219",
    }
    assert read["period"] == {"month_from": 1, "month_to": 12, "year": 2023}
    assert (read["bimonthly_profit"], read["corresponding_isr"]) == ("900.10", "90.01")
    assert read["total_withheld"] == "580.00" and read["place_of_issue"] == "64000"
    assert read["taxes"] == [
        {"base": "2000.00", "tax": "001", "amount": "580.00", "payment_type": "03", "payment_type_text": None}
    ]
    assert read["related"] == {"relation": "01", "uuid": OTHER_UUID}
    assert read["certificate_number"] == "30001000000400002434"


def test_version_10():
    read = record(withholding10())
    assert (read["uuid"], read["version"], read["description"]) == (UUID, "1.0", "Pagos al extranjero")
    assert read["issued_at"] == "2015-02-24T11:02:42"
    assert read["issuer"]["curp"] == "AAAA010101HNLMNLD2"
    assert read["receiver"]["nationality"] == "FOREIGN" and read["receiver"]["rfc"] is None
    assert read["receiver"]["foreign_tax_id"] == "1234567890" and read["receiver"]["name"] == "FOREIGNER LLC"
    assert read["period"] == {"month_from": 6, "month_to": 7, "year": 2014}
    assert (read["total_operation"], read["total_withheld"]) == ("10000", "3500.00")
    assert read["taxes"][0]["tax"] == "001"
    assert read["taxes"][0]["payment_type"] is None and read["taxes"][0]["payment_type_text"] == "Pago definitivo"
    assert read["certificate_number"] == "20001000000100005867" and read["related"] is None


def test_an_unstamped_one_has_no_uuid():
    read = record(withholding20(stamped=False))
    assert (read["uuid"], read["stamp"], read["complements"]) == (None, None, [])
