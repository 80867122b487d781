"""The complements of a CFDI: typed where they have a type, whole as a tree where not, and never the document's ruin."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat import complement_document, complements, payroll_document
from gateway.sat.readers import Reading, read_xml
from tests.budget import examples
from tests.unit.sat.builders import LINE_40, OTHER_UUID, cfdi32, cfdi33, cfdi40, payment, stamp
from tests.unit.sat.complement_builders import (
    DONATION,
    LOCAL_TAXES,
    PAYROLL_11,
    PAYROLL_12,
    RETAILER,
    foreign_trade,
    waybill,
)


def reading(*texts: str) -> Reading:
    return read_xml(cfdi40(complement="".join(texts) + stamp()))


def record(*texts: str) -> dict[str, Any]:
    read = reading(*texts)
    assert read.problems == ()
    return read.record


def keys(shape: type) -> set[str]:
    return set(get_type_hints(shape))


class TestPayroll:
    def test_1_2(self) -> None:
        (pay,) = record(PAYROLL_12)["payrolls"]
        assert list(pay) == list(get_type_hints(payroll_document.Payroll))
        plain = {key: value for key, value in pay.items() if isinstance(value, str)}
        assert plain == {
            "version": "1.2", "type": "O", "paid_on": "2024-03-15", "period_from": "2024-03-01",
            "period_to": "2024-03-15", "days_paid": "15.000", "total_perceptions": "9000.50",
            "total_deductions": "1500.25", "total_other_payments": "200.10", "total_salaries": "8000.50",
            "total_severance": "700.00", "total_retirement": "300.00", "total_taxable": "8500.50",
            "total_exempt": "500.00", "total_other_deductions": "300.25", "total_taxes_withheld": "1200.00",
        }  # fmt: skip
        assert pay["employer"] == {
            "curp": "XAMA620210MDFRNL09", "registration": "A1234567890", "origin_rfc": "AAA010101AAA",
            "fund_origin": "IM", "own_funds": "10.00",
        }  # fmt: skip
        assert pay["employee"] == {
            "curp": "XAMA620210MDFRNL09", "social_security_number": "04078873454", "started_on": "2020-01-01",
            "seniority": "P219W", "contract_type": "01", "union": True, "workday": "01", "regime": "02",
            "number": "E-7", "department": "Ventas", "position": "Ejecutiva", "risk": "1", "payment_frequency": "04",
            "bank": "012", "bank_account": "1234567890", "base_salary": "490.22", "daily_salary": "514.39",
            "state": "NLE", "subcontracts": [{"rfc": "BBB010101BBB", "time_percentage": "50.001"}],
        }  # fmt: skip

    def test_what_is_paid_and_what_is_kept_back(self) -> None:
        (pay,) = record(PAYROLL_12)["payrolls"]
        nothing = {"market_value": None, "granted_price": None}
        assert pay["perceptions"] == [
            {"type": "001", "key": "P1", "concept": "Sueldo", "taxable": "7500.50", "exempt": "0.00", **nothing},
            {"type": "019", "key": "P19", "concept": "Horas extra", "taxable": "500.00", "exempt": "0.00", **nothing},
            {"type": "045", "key": "P45", "concept": "Acciones", "taxable": "0", "exempt": "500.00",
             "market_value": "12.50", "granted_price": "10.50"},
        ]  # fmt: skip
        assert [(item["type"], item["amount"]) for item in pay["deductions"]] == [("002", "1200.00"), ("001", "300.25")]
        balance = {"balance_in_favour": None, "balance_year": None, "balance_remainder": None}
        assert pay["other_payments"] == [
            {"type": "002", "key": "O2", "concept": "Subsidio", "amount": "0.10", "subsidy": "0.20", **balance},
            {"type": "004", "key": "O4", "concept": "Saldo", "amount": "200.00", "subsidy": None,
             "balance_in_favour": "300.00", "balance_year": 2023, "balance_remainder": "100.00"},
        ]  # fmt: skip
        assert pay["disabilities"] == [{"days": "1", "type": "02", "amount": "50.00"}]
        assert pay["overtime"] == [{"perception_key": "P19", "days": 2, "type": "01", "hours": 5, "amount": "500.00"}]
        assert pay["retirement"] == {
            "single_payment": "300.00", "partial_payment": None, "daily_amount": None,
            "accumulable": "100.00", "not_accumulable": "200.00",
        }  # fmt: skip
        assert pay["severance"] == {
            "total_paid": "700.00", "years": 4, "last_monthly_salary": "14000.00",
            "accumulable": "600.00", "not_accumulable": "100.00",
        }  # fmt: skip

    def test_1_1_takes_the_same_form(self) -> None:
        content = cfdi32().replace(b"<cfdi:Complemento>", b"<cfdi:Complemento>" + PAYROLL_11.encode())
        (pay,) = read_xml(content).record["payrolls"]
        assert list(pay) == list(get_type_hints(payroll_document.Payroll))
        assert (pay["version"], pay["type"], pay["total_perceptions"]) == ("1.1", None, None)
        assert (pay["total_taxable"], pay["total_exempt"]) == ("1500.00", "60.00")
        assert pay["employer"]["registration"] == "B99" and pay["employer"]["curp"] is None
        employee = pay["employee"]
        assert (employee["curp"], employee["number"], employee["regime"]) == ("XAMA620210MDFRNL09", "8", "2")
        assert (employee["seniority"], employee["bank_account"]) == ("114", "002010077777777771")
        assert (employee["contract_type"], employee["payment_frequency"], employee["union"]) == (
            "Base",
            "quincenal",
            None,
        )
        assert pay["deductions"] == [
            {"type": "001", "key": "052", "concept": "IMSS", "amount": None, "taxable": "0.00", "exempt": "40.00"}
        ]
        assert (pay["total_deductions_taxable"], pay["total_deductions_exempt"]) == ("0.00", "40.00")
        assert pay["disabilities"] == [{"days": "2", "type": "1", "amount": "30.00"}]
        assert pay["overtime"] == [{"perception_key": None, "days": 1, "type": "Dobles", "hours": 3, "amount": "75.00"}]

    def test_a_document_may_carry_two(self) -> None:
        second = PAYROLL_12.replace('TipoNomina="O"', 'TipoNomina="E"')
        assert [pay["type"] for pay in record(PAYROLL_12, second)["payrolls"]] == ["O", "E"]
        in_two_holders = f"<cfdi:Complemento>{PAYROLL_12}</cfdi:Complemento>" * 2
        assert len(read_xml(cfdi33(complements=in_two_holders)).record["payrolls"]) == 2


def test_local_taxes() -> None:
    assert record(LOCAL_TAXES)["local_taxes"] == {
        "version": "1.0",
        "total_withheld": "5.00",
        "total_transferred": "27.43",
        "withheld": [{"name": "5 al millar", "percentage": "0.50", "amount": "5.00"}],
        "transferred": [{"name": "ISH", "percentage": "2.50", "amount": "27.43"}],
    }


HOME = {
    "street": "Uno", "exterior_number": "1", "interior_number": "B", "neighbourhood": "0347", "locality": "23",
    "reference": "Parque", "municipality": "039", "state": "NLE", "country": "MEX", "postal_code": "64000",
}  # fmt: skip


@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_foreign_trade(version: str) -> None:
    trade = record(foreign_trade(version))["foreign_trade"]
    assert list(trade) == list(get_type_hints(complement_document.ForeignTrade))
    expected = {
        "version": version, "transfer_reason": "05", "customs_document_key": "A1", "has_certificate_of_origin": True,
        "certificate_of_origin": "C-1", "reliable_exporter": "77", "incoterm": "FOB", "notes": "Nada",
        "exchange_rate_usd": "17.1234", "total_usd": "100.50",
        "operation_type": "2" if version == "1.1" else None, "subdivision": False if version == "1.1" else None,
        "issuer": {"curp": "XAMA620210MDFRNL09", "address": HOME},
        "owners": [{"foreign_tax_id": "123456789", "tax_residence": "USA"}],
    }  # fmt: skip
    assert {key: trade[key] for key in expected} == expected
    assert trade["receiver"]["foreign_tax_id"] == "987654321"
    assert trade["receiver"]["address"] == dict.fromkeys(HOME) | {
        "street": "Main", "state": "TX", "country": "USA", "postal_code": "75001",
    }  # fmt: skip
    (recipient,) = trade["recipients"]
    assert [home["street"] for home in recipient["addresses"]] == ["Elm", "Oak"]
    assert trade["goods"] == [
        {
            "item_number": "A-1", "tariff_fraction": "6309000100", "customs_quantity": "2.000", "customs_unit": "01",
            "customs_unit_price": "50.25", "value_usd": "100.50",
            "details": [{"brand": "M", "model": "N", "submodel": "O", "serial_number": "S1"}],
        }
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_waybill(version: str) -> None:
    bill = record(waybill(version))["waybill"]
    assert list(bill) == list(get_type_hints(complement_document.Waybill))
    expected = {
        "version": version, "international": True, "direction": "Entrada", "country": "USA", "route": "01",
        "total_distance": "120.5", "customs_regimes": [] if version == "2.0" else ["IMD"],
        "waybill_id": None if version == "2.0" else "CCC0F5C4-1111-4222-8333-444455556666",
    }  # fmt: skip
    assert {key: bill[key] for key in expected} == expected
    origin, destination = bill["locations"]
    assert origin == {
        "type": "Origen", "location_id": "OR000001", "rfc": "XEXX010101000", "name": "SENDER",
        "foreign_tax_id": "121585958", "tax_residence": "USA",
        "station": "PM001", "station_name": "Laredo", "at": "2024-03-05T08:00:00",
        "distance": None, "address": HOME,
    }  # fmt: skip
    assert (destination["type"], destination["distance"], destination["address"]) == ("Destino", "120.5", None)
    assert bill["figures"] == [
        {
            "type": "01", "rfc": "XAMA620210DQ5", "license": "LIC1", "name": "ALBA", "foreign_tax_id": None,
            "tax_residence": None, "parts": ["PT01"], "address": None,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1"])
def test_goods_and_transports_of_a_waybill(version: str) -> None:
    bill = record(waybill(version))["waybill"]
    assert {key: value for key, value in bill["goods"].items() if key != "items"} == {
        "gross_weight": "10.500", "weight_unit": "KGM", "net_weight": "10.000", "count": 1, "appraisal_charge": "3.00",
    }  # fmt: skip
    assert bill["goods"]["items"] == [
        {
            "product_key": "11121900", "description": "Madera", "quantity": "1.5", "unit_key": "KGM", "unit": "kilo",
            "dimensions": "30/40/30cm", "hazardous": False, "hazardous_key": "0004", "packaging": "4H2",
            "packaging_description": "Caja", "weight": "10.500", "value": "99.90", "currency": "USD",
            "tariff_fraction": "6309000100", "foreign_trade_uuid": OTHER_UUID,
            "customs_documents": ["15  48  3009  0001234"],
        }
    ]  # fmt: skip
    assert bill["transports"] == [
        {
            "mode": "ROAD", "permit": "TPAF01", "permit_number": "P-1", "insurer": "SEGUROS", "policy": "POL1",
            "configuration": "C2", "identification": "ABC123", "model_year": "2020",
            "trailers": [{"type": "CTR004", "plate": "XYZ99"}],
        },
        {
            "mode": "SEA", "permit": "TPTM01", "permit_number": None, "insurer": "MAR", "policy": "POL2",
            "configuration": "B02", "identification": "MATR1", "model_year": "2003", "trailers": [],
        },
    ]  # fmt: skip
    assert "CONT1" in bill["tree"]


class TestOtherComplements:
    def test_are_kept_whole_with_their_text(self) -> None:
        (kept,) = record(RETAILER)["other_complements"]
        assert keys(complement_document.OtherComplement) == set(kept)
        assert (kept["name"], kept["version"], kept["line_item"]) == ("detallista", None, None)
        assert json.loads(kept["tree"]) == {
            "name": "detallista",
            "attributes": {"type": "SimpleInvoiceType", "contentVersion": "1.3.1", "odd.key": "no"},
            "children": [
                {
                    "name": "requestForPaymentIdentification",
                    "attributes": {},
                    "children": [
                        {"name": "entityType", "attributes": {}, "children": [], "text": "INVOICE & CO"},
                    ],
                }
            ],
        }

    def test_of_a_line_say_which(self) -> None:
        school = '<x:instEducativas xmlns:x="http://www.sat.gob.mx/iedu" version="1.0" nombreAlumno="ALBA"/>'
        taught = LINE_40.replace("</cfdi:Concepto>", f"<cfdi:ComplementoConcepto>{school}</cfdi:ComplementoConcepto>"
                                 "</cfdi:Concepto>")  # fmt: skip
        read = read_xml(cfdi40(lines=LINE_40 + taught)).record
        (kept,) = read["other_complements"]
        assert (kept["name"], kept["version"], kept["line_item"]) == ("instEducativas", "1.0", 2)
        assert json.loads(kept["tree"])["attributes"]["nombreAlumno"] == "ALBA"

    def test_neither_the_stamp_nor_payments_are_among_them(self) -> None:
        assert record()["other_complements"] == []
        assert read_xml(payment()).record["other_complements"] == []

    def test_one_too_large_for_a_row_is_told_and_not_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(complements, "MAX_TREES", 200)
        read = reading(DONATION, DONATION, waybill())
        assert [kept["tree"] is None for kept in read.record["other_complements"]] == [False, True]
        assert read.record["waybill"]["tree"] is None and read.record["waybill"]["waybill_id"]
        assert len(read.problems) == 2 and all("too large" in problem for problem in read.problems)


class TestACompleteDocumentInSpiteOfItsComplement:
    def test_a_bad_amount_keeps_the_complement_as_a_tree(self) -> None:
        read = reading(PAYROLL_12.replace('Importe="300.25"', 'Importe="tres"'), LOCAL_TAXES)
        assert read.record["payrolls"] == [] and read.record["local_taxes"] is not None
        (kept,) = read.record["other_complements"]
        assert kept["name"] == "Nomina" and '"tres"' in kept["tree"]
        assert read.problems == (
            "Nomina is kept as a tree: not a plain decimal number at "
            "Comprobante/Complemento/Nomina/Deducciones/Deduccion[2]/@Importe",
        )

    def test_payments_stay_strict(self) -> None:
        with pytest.raises(UnreadableDocument, match="Monto"):
            read_xml(payment().replace(b'Monto="1160.00"', b'Monto="mucho"'))

    @pytest.mark.parametrize("text", [PAYROLL_12, LOCAL_TAXES, foreign_trade(), waybill()])
    def test_a_version_that_nobody_published_is_kept_as_a_tree(self, text: str) -> None:
        for version in (' Version="9.9"', ""):
            own = 'version="1.0"' if text is LOCAL_TAXES else text.split()[2]
            read = reading(text.replace(f" {own}", version, 1))
            assert [kept["version"] for kept in read.record["other_complements"]] == ["9.9" if version else None]
            assert "version without a type" in read.problems[0]

    def test_a_second_one_of_a_kind_is_kept_too(self) -> None:
        read = reading(foreign_trade(), foreign_trade().replace('Incoterm="', 'Incoterm="X'))
        assert read.record["foreign_trade"]["incoterm"][0] != "X"
        assert [kept["name"] for kept in read.record["other_complements"]] == ["ComercioExterior"]
        assert "occurs again" in read.problems[0]

    def test_state_taxes_are_added_up_as_often_as_they_come(self) -> None:
        read = reading(LOCAL_TAXES, LOCAL_TAXES.replace("27.43", "1.00"))
        one, both = reading(LOCAL_TAXES).record["local_taxes"], read.record["local_taxes"]
        assert both["total_transferred"] == "28.43"
        assert both["transferred"] == [*one["transferred"], {**one["transferred"][0], "amount": "1.00"}]
        assert (read.record["other_complements"], read.problems) == ([], ())

    def test_a_percentage_of_a_state_tax_is_a_label(self) -> None:
        read = reading(LOCAL_TAXES.replace('TasadeTraslado="', 'TasadeTraslado="%'))
        assert read.record["local_taxes"]["total_transferred"] == "27.43"
        assert read.problems == ("TasadeTraslado is not a number",)

    def test_a_flood_of_bad_ones_is_told_in_a_few_lines(self) -> None:
        read = reading('<x:Nomina xmlns:x="x" Version="1.2" NumDiasPagados="x"/>' * 3000)
        assert len(read.record["other_complements"]) == 3000
        assert len(read.problems) == 11

    def test_no_problem_tells_a_personal_value(self) -> None:
        broken = PAYROLL_12.replace('SalarioBaseCotApor="490.22"', 'SalarioBaseCotApor="490,22"')
        told = " ".join(reading(broken, PAYROLL_12.replace("2024-03-15", "ayer")).problems)
        assert told
        for secret in ("490", "XAMA620210MDFRNL09", "04078873454", "1234567890", "ayer"):
            assert secret.lower() not in told.lower()


ALL = [
    PAYROLL_12,
    PAYROLL_11,
    LOCAL_TAXES,
    foreign_trade("1.1"),
    foreign_trade("2.0"),
    *map(waybill, ("2.0", "3.0", "3.1")),
]
VALUES = st.text(st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters='<&"'), max_size=12)


@given(st.sampled_from(ALL), st.integers(0, 400), VALUES)
@settings(max_examples=examples(200), deadline=None)
def test_whatever_a_value_says_the_document_is_read_and_nothing_is_lost(text: str, place: int, value: str) -> None:
    pieces = text.split('"')
    pieces[1 + 2 * (place % (len(pieces) // 2 - 1) + 1) if len(pieces) > 5 else 1] = value
    changed = '"'.join(pieces)
    read = read_xml(cfdi40(complement=changed + stamp())).record
    assert read["total"] == "1049.40"
    typed = [*read["payrolls"], read["local_taxes"], read["foreign_trade"], read["waybill"]]
    assert len([one for one in typed if one]) + len(read["other_complements"]) == 1
