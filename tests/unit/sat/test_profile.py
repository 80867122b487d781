"""Returns, the constancia and the opinión, from JSON and from PDFs."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import ClassVar, get_type_hints

import pytest
from pypdf import PdfWriter

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat import documents, return_names, returns
from gateway.sat.kinds import Kind
from gateway.sat.opinion import read_text, sense_of
from gateway.sat.readers import (
    read_compliance_opinion,
    read_compliance_opinion_pdf,
    read_return,
    read_return_pdf,
    read_tax_status,
    read_tax_status_pdf,
)
from gateway.syncfy.sites import Site
from tests.unit.sat.builders import OPINION, TAX_STATUS

COMPANY, PERSON = "EKU9003173C9", "XAMA620210DQ5"


def as_bytes(tree: object) -> bytes:
    return json.dumps(tree).encode()


def portfolio(rfc: str) -> Portfolio:
    """Documents drawn by a hand that knows nothing of the readers."""
    return Taxpayers(11, 60, date(2026, 11, 23))(rfc)


def differences(left: dict, right: dict) -> set[str]:
    assert left.keys() == right.keys()
    return {key for key in left if left[key] != right[key]}


class TestReturns:
    tree: ClassVar = {
        "RFC": "aaa010101aaa",
        "Denominación o razón social": "EMPRESA",
        "numeroOperacion": 210123456789,
        "Ejercicio": "2024",
        "PERIODO_DE_LA_DECLARACION": "Marzo",
        "datos": {"Tipo de declaración": "Complementaria", "fechaHoraPresentacion": "17/04/2024 10:28"},
        "Línea de Captura": "0426 0ABC 1234 5678 9012",
        "Importe total a pagar": "$6,822",
        "vigenteHasta": "02/05/2024",
        "impuestos": {
            "ISR": {"Impuesto a cargo": "6,500", "Recargos": 322, "Cantidad a pagar": "6,822"},
            "IVA": {"nombre": "Impuesto al Valor Agregado", "A favor": "271", "fecha_pago_anterior": "02/12/2023"},
        },
        "determinacion": {"ingresos": 1},
        "medio": "Internet",
    }

    def read(self, tree: object, kind: Kind = Kind.MONTHLY_RETURN, file: str = "x.json") -> dict:
        reading = read_return(as_bytes(tree), kind=kind, file=file)
        assert reading.kind is kind and list(reading.record) == list(get_type_hints(documents.TaxReturn))
        return reading.record

    def test_any_spelling_at_any_depth(self):
        record = self.read(self.tree)
        expected = {
            "rfc": "AAA010101AAA", "name": "EMPRESA", "operation_number": "210123456789", "year": 2024, "period": 3,
            "period_text": "Marzo", "type": "Complementaria", "presented_at": "2024-04-17T10:28:00",
            "capture_line": "04260ABC123456789012", "amount_due": "6822", "due_date": "2024-05-02", "file": "x.json",
        }  # fmt: skip
        assert {key: record[key] for key in expected} == expected

    def test_concepts(self):
        isr, iva = self.read(self.tree)["concepts"]
        assert (isr["name"], isr["charge"], isr["surcharges"], isr["amount_to_pay"]) == ("ISR", "6500", "322", "6822")
        assert (iva["name"], iva["favour"], iva["charge"]) == ("Impuesto al Valor Agregado", "271", None)
        assert iva["paid_before_on"] == "2023-12-02"

    def test_what_has_no_field_stays_as_given(self):
        blocks = self.read(self.tree)["blocks"]
        assert blocks["medio"] == "Internet" and blocks["determinacion"] == {"ingresos": 1}
        assert "numeroOperacion" not in blocks

    def test_a_value_that_could_not_be_read_is_not_lost(self):
        record = self.read({"rfc": "AAA010101AAA", "fecha_presentacion": "un día", "importe_total_a_pagar": "mucho"})
        assert record["presented_at"] is None and record["amount_due"] is None
        assert record["blocks"] == {"fecha_presentacion": "un día", "importe_total_a_pagar": "mucho"}

    def test_the_files_name_fills_the_gaps(self):
        record = self.read({}, Kind.ANNUAL_RETURN, "dec_anual_2019_200100172932.json")
        assert (record["operation_number"], record["year"], record["period"]) == ("200100172932", 2019, None)
        record = self.read([{"rfc": "AAA010101AAA"}], file="dec_mensual_2023_04_200100172932.json")
        assert (record["year"], record["period"], record["rfc"]) == (2023, 4, "AAA010101AAA")

    def test_nothing_at_all_is_no_return(self):
        for tree in ({}, [], {"a": 1}, 5, None):
            with pytest.raises(UnreadableDocument) as refused:
                self.read(tree)
            assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT

    def test_large_numbers_keep_their_digits(self):
        record = self.read({"rfc": "A", "capture_line": 12345678901234567890, "x": 123456789012345678901234567890})
        assert record["capture_line"] == "12345678901234567890"
        assert record["blocks"]["x"] == "123456789012345678901234567890"

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (("Declaración Anual AAA010101AAA 2019 200100172932",), ("200100172932", "AAA010101AAA", 2019, None)),
            (("a", "Declaración Mensual AAAA010101AA1 Enero 2022 99887766"), ("99887766", "AAAA010101AA1", 2022, 1)),
            (("dec_bim_2022_enero_febrero_1234567.pdf", None), ("1234567", None, 2022, None)),
            (("x.pdf", None), (None, None, None, None)),
        ],
    )  # fmt: skip
    def test_names(self, texts, expected):
        names = return_names.read(*texts)
        assert (names.operation_number, names.rfc, names.year, names.month) == expected

    def test_the_legacy_acuse_wraps_its_concepts_name(self):
        text = (
            "Período de la declaración: Enero Ejercicio: 2013\n"
            "   ISR POR PAGOS POR CUENTA DE TERCEROS O RETENCIONES POR\nConcepto de pago 1: 1\n"
            "   ARRENDAMIENTO DE INMUEBLES\nImpuesto a cargo:     6,500\nCantidad a pagar:   6,500\n"
        )
        record = returns.read_text(text, monthly=True, file="x", names=return_names.read("x"))
        (concept,) = record["concepts"]
        assert concept["name"] == ("ISR POR PAGOS POR CUENTA DE TERCEROS O RETENCIONES POR ARRENDAMIENTO DE INMUEBLES")
        assert (concept["charge"], record["period"], record["year"]) == ("6500", 1, 2013)

    @pytest.mark.parametrize("rfc", [COMPANY, PERSON])
    @pytest.mark.parametrize(
        ("site", "kind"), [(Site.ANNUAL_RETURNS, Kind.ANNUAL_RETURN), (Site.MONTHLY_RETURNS, Kind.MONTHLY_RETURN)]
    )
    def test_the_acuse_says_what_the_json_says(self, rfc, site, kind):
        holder = portfolio(rfc)
        for row in holder.transactions(site, 0, 4):
            pdf, document = row.attachments
            printed = read_return_pdf(pdf.read(), kind=kind, file=pdf.file, title=row.description)
            given = read_return(document.read(), kind=kind, file=document.file)
            assert given.record["concepts"] and given.record["operation_number"] in row.description
            unlike = differences(printed.record, given.record)
            # An acuse prints no periodicity, no working, and no total when nothing is due.
            assert unlike <= {
                "file", "blocks", "printed", "fields_from_pdf", "declared", "payment",
                "periodicity", "period_text", "amount_due",
            }  # fmt: skip
            assert "amount_due" not in unlike or given.record["amount_due"] == "0"

    def test_a_scan_is_read_by_its_names(self):
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        scan = io.BytesIO()
        writer.write(scan)
        reading = read_return_pdf(
            scan.getvalue(), kind=Kind.ANNUAL_RETURN, file="dec_anual_2019_200100172932.pdf", title=None
        )
        assert reading.record["operation_number"] == "200100172932"
        assert reading.problems == ("the PDF has no text",)

    def test_what_is_no_pdf_is_malformed(self):
        with pytest.raises(UnreadableDocument) as refused:
            read_return_pdf(b"%PDF-1.4 and nothing", kind=Kind.ANNUAL_RETURN, file="dec_2019.pdf", title=None)
        assert refused.value.reason is UnreadableReason.MALFORMED


class TestTaxStatus:
    def test_syncfys_json(self):
        reading = read_tax_status(as_bytes(TAX_STATUS))
        record = reading.record
        assert reading.kind is Kind.TAX_STATUS and list(record) == list(get_type_hints(documents.TaxStatus))
        assert record["name"] == "EMPRESA DE PRUEBA" and record["capital_regime"] == "SOCIEDAD ANONIMA"
        assert (record["started_on"], record["status_changed_on"]) == ("2013-06-10", "2013-06-13")
        assert (record["place_of_issue"], record["issued_on"]) == ("CELAYA, GUANAJUATO", "2021-12-30")
        assert record["address"]["postal_code"] == "38090" and record["address"]["phone"] == "461 1112233"
        assert record["economic_activities"] == [
            {"order": 1, "name": "Comercio", "percentage": "70", "from_date": "2013-06-10", "to_date": None}
        ]
        assert record["regimes"][0]["code"] == "601"
        assert record["obligations"][0]["to_date"] == "2020-12-31"

    @pytest.mark.parametrize("rfc", [COMPANY, PERSON])
    def test_the_pdf_says_what_the_json_says(self, rfc):
        pdf, document = portfolio(rfc).documents(Site.TAX_STATUS)
        printed, given = read_tax_status_pdf(pdf.read()).record, read_tax_status(document.read()).record
        assert differences(printed, given) <= {"cif", "address"}  # the JSON has neither the idCIF nor a mobile
        assert differences(printed["address"], given["address"]) == {"mobile_phone"}
        assert printed["cif"] and printed["obligations"] and printed["regimes"][0]["code"]

    def test_the_damaged_head_of_syncfys_own_sample_is_no_obstacle(self):
        pdf, _document = portfolio(COMPANY).documents(Site.TAX_STATUS)
        content = pdf.read()
        assert read_tax_status_pdf(b"\x00\x01\x02\x03\x04\x05\x06\x07" + content[8:]) == read_tax_status_pdf(content)

    @pytest.mark.parametrize("tree", [{}, [], None, {"datos": []}, {"regimenes": "uno"}])
    def test_what_names_nobody_is_none(self, tree):
        with pytest.raises(UnreadableDocument) as refused:
            read_tax_status(as_bytes(tree))
        assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT


class TestComplianceOpinion:
    def test_syncfys_json(self):
        reading = read_compliance_opinion(as_bytes(OPINION))
        record = reading.record
        assert list(record) == list(get_type_hints(documents.ComplianceOpinion))
        assert reading.kind is Kind.COMPLIANCE_OPINION
        assert (record["sense"], record["sense_text"], record["folio"]) == ("NEGATIVE", "Negativo", "26NL1234567")
        assert record["issued_at"] == "2026-09-22T12:52:00"
        assert record["omitted_obligations"] == [
            {"description": "Pago definitivo mensual de IVA", "period": "Enero 2026", "year": 2026, "months": [1]}
        ]

    def test_obligations_may_be_mere_text(self):
        tree = OPINION | {"obligaciones": ["Pago provisional mensual de ISR Enero de 2026", "Otra cosa"]}
        assert read_compliance_opinion(as_bytes(tree)).record["omitted_obligations"] == [
            {"description": "Pago provisional mensual de ISR", "period": "Enero de 2026", "year": 2026, "months": [1]},
            {"description": "Otra cosa", "period": None, "year": None, "months": []},
        ]

    @pytest.mark.parametrize(
        ("text", "sense"),
        [
            ("Positiva", "POSITIVE"), ("NEGATIVO", "NEGATIVE"), ("En suspensión de actividades", "SUSPENDED"),
            ("Inscrito sin obligaciones", "NO_OBLIGATIONS"), ("No inscrito", "NOT_REGISTERED"), ("Nueva", "UNKNOWN"),
            (None, "UNKNOWN"),
        ],
    )  # fmt: skip
    def test_senses(self, text, sense):
        assert sense_of(text) == sense

    def test_the_chain_is_firmer_than_the_words(self):
        assert read_compliance_opinion(as_bytes(OPINION | {"estatus": None})).record["sense"] == "NEGATIVE"

    def test_a_printed_negative_lists_what_is_missing(self):
        text = (
            "Nombre, denominación o razón social Sentido\nEMPRESA NEGATIVO\nRFC Folio\nAAA010101AAA 26NL1234567\n"
            "Fecha y hora de emisión\n22 de septiembre de 2026 a las 12:52 horas\n"
            "Obligaciones fiscales omitidas\nPago definitivo mensual de IVA Enero 2026\n"
            "Declaración anual Ejercicio 2025\n"
            "Cadena Original\n||AAA010101AAA|26NL1234567|22-09-2026|N||0000100||\n"
        )
        opinion = read_text(text, [])
        assert (opinion["sense"], opinion["name"], opinion["sense_text"]) == ("NEGATIVE", "EMPRESA", "NEGATIVO")
        assert [(item["description"], item["year"]) for item in opinion["omitted_obligations"]] == [
            ("Pago definitivo mensual de IVA", 2026),
            ("Declaración anual", 2025),
        ]

    @pytest.mark.parametrize("rfc", [COMPANY, PERSON])
    def test_the_pdf_says_what_the_json_says(self, rfc):
        pdf, document = portfolio(rfc).documents(Site.COMPLIANCE_OPINION)
        printed, given = read_compliance_opinion_pdf(pdf.read()).record, read_compliance_opinion(document.read()).record
        assert differences(printed, given) <= {"sense_text"}
        assert printed["sense"] in {"POSITIVE", "NEGATIVE"}

    def test_nobodys_opinion_is_none(self):
        with pytest.raises(UnreadableDocument) as refused:
            read_compliance_opinion(as_bytes({"estatus": "Positivo"}))
        assert refused.value.reason is UnreadableReason.NOT_A_SAT_DOCUMENT
