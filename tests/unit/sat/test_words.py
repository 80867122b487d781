"""RFCs, amounts, dates, catalogues, identity and the address at SAT."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sat import catalogs
from gateway.sat.catalogs import label
from gateway.sat.dates import iso_date, local_datetime, month_number, to_iso
from gateway.sat.money import amount_or_none, printed_amount, rate_from_percentage
from gateway.sat.node import Node, fold_attributes
from gateway.sat.readers import read_xml
from gateway.sat.regimes import code_of
from gateway.sat.rfc import GENERIC_RFCS, is_company, is_rfc, normalize_rfc, rfc_flaw
from gateway.sat.verification import verification_url
from tests.unit.sat.builders import UUID, cfdi32, cfdi40, withholding10, withholding20


class TestRfc:
    @pytest.mark.parametrize(
        "text", ["EKU9003173C9", "H&E951128469", "IAÑL750210963", " xaxx010101000 ", "AAA010101AAA"]
    )
    def test_a_shape_is_enough(self, text):
        # AAA010101AAA fails its check digit, as some real ones do.
        assert is_rfc(text)

    @pytest.mark.parametrize(
        "text", ["", "AAA011301AAA", "AA010101AAA", "AAA010101AAAA1", "AAA010101AAB", "AAA010101AA\n0"]
    )
    def test_other_shapes_are_none(self, text):
        assert not is_rfc(text)

    @pytest.mark.parametrize(
        ("text", "flaw"),
        [
            ("", "12 (company) or 13 (person)"),
            ("AAA010101AAAA1", "12 (company) or 13 (person)"),
            ("AA1010101AAA", "begins with 3 letters"),
            ("AAA 010101AAA", "begins with 4 letters"),
            ("AAAA10101AAA", "six digits"),
            ("AAA01O101AAA", "six digits"),
            ("AAA٠10101AAA", "six digits"),
            ("AAA011301AAA", "month from 01 to 12"),
            ("AAAA010132AAA", "day from 01 to 31"),
            ("AAA010101AAB", "a digit or A"),
            ("AAA010101Ñ10", "two letters (A to Z) or digits"),
        ],
    )
    def test_what_is_wrong_is_told_without_the_text(self, text, flaw):
        told = rfc_flaw(text)
        assert told is not None and flaw in told and not (text and text in told)

    @given(st.from_regex(r"\A[A-Z&Ñ]{3,4}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]\Z"))
    def test_sats_own_pattern_has_no_flaw(self, text):
        assert rfc_flaw(text) is None and is_rfc(f" {text.lower()} ")

    def test_company_or_person(self):
        assert is_company("EKU9003173C9") and not is_company("XAXX010101000")
        assert normalize_rfc(" añb010101aaa ") == "AÑB010101AAA" and all(is_rfc(rfc) for rfc in GENERIC_RFCS)


class TestMoney:
    @given(st.from_regex(r"\A[+-]?[0-9]{1,30}(\.[0-9]{1,12})?\Z"))
    def test_an_amount_is_its_own_text(self, text):
        assert amount_or_none(f" {text}\n") == text

    @given(st.text())
    def test_whatever_passes_is_a_finite_plain_decimal(self, text):
        amount = amount_or_none(text)
        assert amount is None or (Decimal(amount).is_finite() and "e" not in amount.lower())

    @pytest.mark.parametrize(
        ("text", "amount"),
        [
            (".5", "0.5"),
            ("5.", "5"),
            ("-.25", "-0.25"),
            ("+5", "+5"),
            ("000.500", "000.500"),
            ("0.33333333333333331", "0.33333333333333331"),
            ("0.1000000000000000055511151231257827021181583404541015625",) * 2,
            (f"{Decimal.from_float(5e-324):f}",) * 2,
            ("9" * 310, "9" * 310),
        ],
    )
    def test_every_plain_decimal_of_a_schema_is_one(self, text, amount):
        assert amount_or_none(text) == amount

    @pytest.mark.parametrize("text", ["", ".", "1e5", "NaN", "Infinity", "1,0", "٣", "1" * 1101, "0." + "1" * 1101])
    def test_nothing_else_passes(self, text):
        assert amount_or_none(text) is None

    @given(st.from_regex(r"\A[0-9]{1,30}(\.[0-9]{1,12})?\Z"))
    def test_a_percentage_becomes_a_fraction_exactly(self, text):
        rate = rate_from_percentage(text)
        _sign, digits, exponent = Decimal(text).as_tuple()
        assert int(rate.replace(".", "")) == int("".join(map(str, digits))) * 10 ** (
            len(rate.partition(".")[2]) + exponent - 2
        )

    @pytest.mark.parametrize(("text", "rate"), [("16.00", "0.160000"), ("16", "0.160000"), ("10.66670", "0.1066670")])
    def test_with_at_least_six_places(self, text, rate):
        assert rate_from_percentage(text) == rate

    @pytest.mark.parametrize(
        ("printed", "amount"),
        [("$1,234,567", "1234567"), (" 271 ", "271"), ("(50.5)", "-50.5"), (12, "12"), (1.5, "1.5"), (True, None),
         ("no", None), (None, None), ("1,2", None)],
    )  # fmt: skip
    def test_printed_amounts(self, printed, amount):
        assert printed_amount(printed) == amount


class TestDates:
    @pytest.mark.parametrize(
        ("text", "iso"),
        [
            ("30 DE DICIEMBRE DE 2021", "2021-12-30"),
            ("1 de Enero del 2020", "2020-01-01"),
            ("22 de septiembre de 2026 a las 12:52 horas", "2026-09-22T12:52:00"),
            ("17/02/2026 10:28", "2026-02-17T10:28:00"),
            ("22-09-2026", "2026-09-22"),
            ("2021/12/30", "2021-12-30"),
            ("2021-02-25T20:28:37+00:00", "2021-02-25T20:28:37"),
            ("2021-02-25 20:28:37.123", "2021-02-25T20:28:37"),
            ("2014-05-15-05:00", "2014-05-15"),
            ("2014-05-15Z", "2014-05-15"),
            ("2014-05-15+14:00", "2014-05-15"),
            ("2021-02-25T20:28:37.123456Z", "2021-02-25T20:28:37"),
            ("2023-12-31T24:00:00", "2024-01-01T00:00:00"),
            ("2024-02-28T24:00:00.000-06:00", "2024-02-29T00:00:00"),
            ("2024-02-28T24:00:00.5", None),
            ("2024-02-28T24:00:01", None),
            ("9999-12-31T24:00:00", None),
            ("2024-02-30T24:00:00", None),
            ("31/02/2026", None),
            ("30 de nada de 2021", None),
            ("", None),
            (20210101, None),
        ],
    )
    def test_every_way_that_sat_writes(self, text, iso):
        assert to_iso(text) == iso
        assert iso_date(text) == (iso[:10] if iso else None)

    @given(st.text())
    def test_any_text_is_a_date_or_none(self, text):
        assert to_iso(text) is None or to_iso(text)[4] == "-"

    def test_a_local_time_keeps_no_zone(self):
        assert local_datetime("2015-02-24T11:02:42-06:00") == "2015-02-24T11:02:42"
        assert local_datetime("2024-02-30T00:00:00") is None

    def test_months(self):
        assert [month_number(text) for text in ("Enero", "09", 12, "Setiembre", "13", "Enero-Febrero", True, None)] == [
            1, 9, 12, 9, None, None, None, None,
        ]  # fmt: skip


class TestCatalogs:
    @pytest.mark.parametrize(
        ("catalog", "code", "version", "expected"),
        [
            ("payment_form", "03", None, "Transferencia electrónica de fondos"),
            ("payment_method", "PPD", "3.2", "Pago en parcialidades o diferido"),
            ("cfdi_use", "P01", "3.3", "Por definir"),
            ("cfdi_use", "P01", "4.0", None),
            ("cfdi_use", "P01", None, "Por definir"),
            ("relation_type", "09", "4.0", None),
            ("relation_type", "09", "3.3", "Factura generada por pagos diferidos"),
            ("regime", "626", "4.0", "Régimen Simplificado de Confianza"),
            ("currency", "MXN", "3.3", "Peso Mexicano"),
            ("factor", "Tasa", None, "Tasa"),
            ("withholding_tax", "01", "1.0", "ISR"),
            ("tax", "002", "4.0", "IVA"),
            ("country", "MEX", "4.0", "México"),
            ("unit_key", "H87", "4.0", "Pieza"),
            ("months", "18", "4.0", "Noviembre-Diciembre"),
            ("export", "99", "4.0", None),
            ("export", None, "4.0", None),
        ],
    )
    def test_labels(self, catalog, code, version, expected):
        assert label(catalog, code, version=version) == expected

    @pytest.mark.parametrize("catalog", catalogs.names())
    def test_an_unknown_code_has_no_label(self, catalog):
        assert label(catalog, "nobody's") is None
        entries = catalogs.entries(catalog)
        assert entries and all(label(catalog, code) and text for code, text in entries)

    def test_a_date_prefers_what_was_in_force_and_never_withholds(self):
        assert label("cfdi_use", "G01", on="2018-01-01") == "Adquisición de mercancías"
        assert label("cfdi_use", "G01", on="2024-01-01T10:00:00") == "Adquisición de mercancías."
        assert label("payment_form", "03", on="2014-01-01") == "Transferencia electrónica de fondos"

    def test_an_unknown_catalogue_is_a_bug(self):
        with pytest.raises(KeyError):
            label("nothing", "01")

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("Régimen General de Ley Personas Morales", "601"),
            ("RÉGIMEN SIMPLIFICADO DE CONFIANZA", "626"),
            ("Régimen de Incorporación Fiscal", "621"),
            ("Régimen de las Personas Físicas con Actividades Empresariales y Profesionales", "612"),
            ("612", "612"),
            ("Régimen que no existe", None),
        ],
    )
    def test_a_regimes_name_gives_its_code(self, name, code):
        assert code_of(name) == code


class TestVerification:
    def test_version_40(self):
        assert verification_url(read_xml(cfdi40()).record) == (
            "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?"
            f"id={UUID}&re=AAA010101AAA&rr=XAXX010101000&tt=1049.4&fe=CDEFGH=="
        )

    def test_an_rfc_with_an_ampersand_is_escaped(self):
        url = verification_url(read_xml(cfdi40().replace(b"aaa010101aaa", b"H&amp;E951128469")).record)
        assert url and "&re=H%26E951128469&" in url

    def test_version_32(self):
        url = verification_url(read_xml(cfdi32()).record)
        assert url and url.endswith(f"?re=AAA010101AAA&rr=XAXX010101000&tt=0000000116.000000&id={UUID}")

    def test_withholdings(self):
        assert verification_url(read_xml(withholding20()).record) == (
            "https://prodretencionverificacion.clouda.sat.gob.mx/?"
            f"id={UUID}&re=AAA010101AAA&rr=XAMA620210DQ5&tt=2000.0&fe=CDEFGH=="
        )
        foreign = '<r:Receptor NacionalidadR="Extranjero"><r:Extranjero NumRegIdTribR="12345"/></r:Receptor>'
        url = verification_url(read_xml(withholding20(receiver=foreign)).record)
        assert url and "&nr=00000000000000012345&" in url
        assert verification_url(read_xml(withholding10()).record) is None

    def test_none_for_what_is_known_by_its_metadata_alone(self):
        known = {"uuid": UUID, "version": "4.0", "issuer": {"rfc": "AAA010101AAA"}, "seal": None}
        known |= {"total": None, "total_operation": None}
        nobody = {"rfc": None, "foreign_tax_id": None}
        assert verification_url(known | {"receiver": nobody}) is None
        assert verification_url(known | {"receiver": {"rfc": "XAXX010101000"}, "seal": "a"}) is None
        assert verification_url(known | {"receiver": nobody, "withholding_key": "14", "version": "2.0"}) is None

    def test_none_for_a_document_without_a_stamp(self):
        assert verification_url(read_xml(cfdi40(complement="")).record) is None


def test_names_never_grow_without_end():
    for number in range(10_000):
        fold_attributes({f"a{number}": "1"})
    assert fold_attributes({"TOTAL": " 1 ", "xmlns:x": "u", "{urn}Total": "9"}) == {"Total": "1"}
    assert Node("x", {}).child("y") is None
