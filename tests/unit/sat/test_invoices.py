"""CFDI 3.2, 3.3 and 4.0 → the normal form."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat import documents
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from tests.budget import examples
from tests.unit.sat.builders import LINE_40, OTHER_UUID, UUID, cfdi32, cfdi33, cfdi40, payment, stamp


def record(content: bytes) -> dict:
    reading = read_xml(content)
    assert reading.kind is Kind.INVOICE
    return reading.record


def test_every_key_is_always_present():
    for content in (cfdi40(), cfdi33(), cfdi32(), payment()):
        read = record(content)
        assert list(read) == list(get_type_hints(documents.Invoice))
        assert set(read["issuer"]) == set(get_type_hints(documents.Issuer))
        assert set(read["receiver"]) == set(get_type_hints(documents.Receiver))
        assert all(set(line) == set(get_type_hints(documents.LineItem)) for line in read["line_items"])


class TestVersion40:
    def test_the_header_is_the_documents_own_text(self):
        read = record(cfdi40())
        expected = {
            "uuid": UUID, "version": "4.0", "type": "I", "series": "F", "folio": "77",
            "issued_at": "2024-03-05T12:58:00",
            "stamped_at": "2024-03-05T13:02:11", "payment_form": "03", "payment_method": "PUE",
            "payment_conditions": "Contado", "subtotal": "1000.00", "discount": "10.00", "total": "1049.40",
            "currency": "MXN", "exchange_rate": "1", "export": "01", "place_of_issue": "06500", "confirmation": "ab1",
            "taxes_transferred_total": "158.40", "taxes_withheld_total": "99.00",
            "certificate_number": "00001000000400000002",
            "stamps_count": 1, "complements": ["TimbreFiscalDigital"], "original": None, "payment_form_text": None,
        }  # fmt: skip
        assert {key: read[key] for key in expected} == expected

    def test_parties(self):
        read = record(cfdi40())
        assert read["issuer"] == {
            "rfc": "AAA010101AAA", "name": "EMPRESA Ñ & CIA", "regime": "601", "regimes": ["601"],
            "acquirer_registration": None, "address": None, "branch": None,
        }  # fmt: skip
        assert read["receiver"]["use"] == "S01"
        assert read["receiver"]["regime"] == "616"
        assert read["receiver"]["postal_code"] == "06500"

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("A &amp; B", "A & B"),
            ("&#38;", "&"),
            ("&amp;#38;", "&#38;"),
            ("&amp;amp;", "&amp;"),
            ("&lt;&#x41;&quot;", '<A"'),
        ],
    )
    def test_escapes_are_undone_exactly_once(self, written, meant):
        assert record(cfdi40().replace(b'Serie="F"', f'Serie="{written}"'.encode()))["series"] == meant

    def test_a_line_with_all_its_parts(self):
        (line,) = record(cfdi40())["line_items"]
        assert line["discount"] == "10.00" and line["tax_object"] == "02" and line["item_number"] == "A-1"
        assert line["taxes_transferred"] == [
            {"tax": "002", "factor": "Tasa", "rate": "0.160000", "base": "990.00", "amount": "158.40"},
            {"tax": "003", "factor": "Exento", "rate": None, "base": "990.00", "amount": None},
        ]
        assert [tax["amount"] for tax in line["taxes_withheld"]] == ["99.00"]
        assert line["customs_documents"] == ["15  48  3009  0001234"]
        assert line["property_accounts"] == ["123", "456"]
        assert line["third_party"] == {
            "rfc": "BBB010101BBB",
            "name": "TERCERO",
            "regime": "601",
            "postal_code": "06000",
        }
        assert [part["amount"] for part in line["parts"]] == ["1.50"]

    def test_several_groups_of_related_documents_keep_their_order(self):
        groups = "".join(
            f'<cfdi:CfdiRelacionados TipoRelacion="{code}">'
            f'<cfdi:CfdiRelacionado UUID="{uuid}"/></cfdi:CfdiRelacionados>'
            for code, uuid in (("04", OTHER_UUID), ("01", UUID.lower()))
        )
        assert record(cfdi40(inside=groups))["related"] == [
            {"relation": "04", "uuid": OTHER_UUID},
            {"relation": "01", "uuid": UUID},
        ]

    def test_a_global_invoice_has_its_period(self):
        information = '<cfdi:InformacionGlobal Periodicidad="04" Meses="03" Año="2024"/>'
        assert record(cfdi40(inside=information))["global_information"] == {
            "periodicity": "04",
            "months": "03",
            "year": "2024",
        }

    def test_a_repeated_tax_of_the_summary_is_kept(self):
        # Syncfy's sandbox CFDIs list a line's tax more than once in the summary.
        twice = b"<cfdi:Traslado Impuesto='002'/>" * 2 + b"</cfdi:Traslados></cfdi:Impuestos>"
        doubled = cfdi40(lines="").replace(b"</cfdi:Traslados>\n </cfdi:Impuestos>", twice)
        assert [tax["tax"] for tax in record(doubled)["taxes_transferred"]] == ["002", "002", "002"]

    def test_an_unstamped_document_has_no_uuid(self):
        read = record(cfdi40(complement=""))
        assert (read["uuid"], read["stamp"], read["stamps_count"]) == (None, None, 0)


class TestStamp:
    def test_of_several_the_first_counts(self):
        reading = read_xml(cfdi40(complement=stamp() + stamp(OTHER_UUID)))
        assert reading.record["uuid"] == UUID
        assert reading.record["stamps_count"] == 2
        assert reading.problems == ("2 stamps: the first one counts",)

    def test_one_in_the_addenda_is_somebody_elses(self):
        read = record(cfdi40(complement="", after=f"<cfdi:Addenda><x>{stamp()}</x></cfdi:Addenda>"))
        assert read["uuid"] is None

    def test_a_wrong_uuid_is_told_with_its_place(self):
        with pytest.raises(UnreadableDocument) as refused:
            read_xml(cfdi40(complement=stamp("no-uuid")))
        assert refused.value.path == "Comprobante/Complemento/TimbreFiscalDigital/@UUID"


class TestVersion33:
    def test_third_party_foreign_receiver_and_relation(self):
        read = record(cfdi33())
        assert read["line_items"][0]["third_party"] == {
            "rfc": "BBB010101BBB", "name": "OTRO", "regime": None, "postal_code": "01000",
        }  # fmt: skip
        assert read["receiver"]["tax_residence"] == "USA" and read["receiver"]["foreign_tax_id"] == "121585958"
        assert read["related"] == [{"relation": "04", "uuid": OTHER_UUID}]
        assert read["exchange_rate"] == "19.1235" and read["line_items"][0]["quantity"] == "1.000000"

    def test_several_complement_nodes_count_as_one(self):
        read = record(cfdi33(complements='<cfdi:Complemento><n:Nomina xmlns:n="n"/></cfdi:Complemento>'))
        assert read["complements"] == ["Nomina", "TimbreFiscalDigital"]
        assert read["uuid"] == UUID


class TestVersion32:
    def test_words_become_codes(self):
        read = record(cfdi32())
        assert read["type"] == "I" and read["currency"] == "MXN"
        assert read["uuid"] == UUID
        assert (read["payment_form"], read["payment_form_text"]) == ("03", "03")
        assert (read["payment_method"], read["payment_method_text"]) == ("PUE", "Pago en una sola exhibición")
        assert read["taxes_transferred"] == [
            {"tax": "002", "factor": None, "rate": "0.160000", "base": None, "amount": "16.00"}
        ]
        assert read["taxes_withheld"][0]["tax"] == "001"
        assert read["issuer"]["regimes"] == ["601", "Otro que no existe"] and read["issuer"]["regime"] == "601"
        assert read["receiver"]["postal_code"] == "64000"
        assert read["line_items"][0]["customs_documents"] == ["1548300"]

    def test_both_parties_have_their_addresses(self):
        read = record(cfdi32(attributes='Moneda="MXN" NumCtaPago="4321" motivoDescuento="Pronto pago"'))
        home = read["issuer"]["address"]
        assert (home["street"], home["exterior_number"], home["postal_code"]) == ("Uno", "7", "64010")
        assert home["country"] == "MÉXICO" and read["issuer"]["branch"]["country"] == "MX"
        assert read["receiver"]["address"]["postal_code"] == "64000"
        assert (read["payment_account"], read["discount_reason"]) == ("4321", "Pronto pago")

    @pytest.mark.parametrize(
        ("form", "method", "payment_method", "payment_form"),
        [
            ("PARCIALIDAD 1 DE 3", "Transferencia Electrónica de Fondos", "PPD", "03"),
            ("Pago en parcialidades", "EFECTIVO", "PPD", "01"),
            ("contado", "No identificado", None, None),
            ("PUE", "04 Tarjeta", "PUE", "04"),
            ("Una sola exhibicion", "97", "PUE", None),
        ],
    )
    def test_what_cannot_be_coded_stays_text(self, form, method, payment_method, payment_form):
        read = record(cfdi32(form=form, method=method))
        assert (read["payment_method"], read["payment_form"]) == (payment_method, payment_form)
        assert (read["payment_method_text"], read["payment_form_text"]) == (form, method)

    def test_an_instalment_names_its_original(self):
        attributes = (
            f'FolioFiscalOrig="{OTHER_UUID.lower()}" SerieFolioFiscalOrig="A" MontoFolioFiscalOrig="5000.00" '
            'FechaFolioFiscalOrig="2014-01-01T00:00:00" TipoCambio="N/A"'
        )
        reading = read_xml(cfdi32(attributes=attributes))
        assert reading.record["original"] == {
            "uuid": OTHER_UUID,
            "folio": OTHER_UUID.lower(),
            "series": "A",
            "date": "2014-01-01T00:00:00",
            "amount": "5000.00",
        }
        assert reading.record["exchange_rate"] is None
        assert reading.problems == ("TipoCambio is not a number",)


class TestPayments:
    @pytest.mark.parametrize(("version", "equivalence"), [("2.0", "17.0000000000"), ("1.0", "17.000000")])
    def test_both_versions(self, version, equivalence):
        (paid,) = record(payment(version))["payments"]
        assert paid["amount"] == "1160.00" and paid["currency"] == "USD" and paid["paid_at"] == "2024-03-01T12:00:00"
        assert paid["ordering_bank_rfc"] == "BSM970519DU8" and paid["beneficiary_account"] == "987654321098765432"
        (settled,) = paid["settles"]
        assert settled["uuid"] == OTHER_UUID and settled["instalment"] == 2 and settled["equivalence"] == equivalence
        assert settled["paid"] == "19720.00" and settled["remaining_balance"] == "10280.00"
        assert settled["tax_object"] == ("02" if version == "2.0" else None)

    def test_totals_are_of_20(self):
        read = record(payment("2.0"))
        assert read["payments_total"] == read["payments_totals"]["total"] == "19720.00"
        assert (read["payments_totals"]["iva_16"], read["payments_totals"]["iva_8"]) == ("2720.00", None)
        assert record(payment("1.0"))["payments_total"] is None and record(payment("1.0"))["payments_totals"] is None

    def test_taxes_are_of_each_document_in_its_currency_and_of_the_payment_in_its_own(self):
        (paid,) = record(payment("2.0"))["payments"]
        iva = {"tax": "002", "factor": "Tasa", "rate": "0.160000"}
        assert paid["taxes_transferred"] == [{**iva, "base": "1000.00", "amount": "160.00"}]
        assert [(tax["tax"], tax["amount"]) for tax in paid["taxes_withheld"]] == [("001", "10.00")]
        (settled,) = paid["settles"]
        assert settled["taxes_transferred"] == [{**iva, "base": "17000.00", "amount": "2720.00"}]
        assert [(tax["rate"], tax["amount"]) for tax in settled["taxes_withheld"]] == [("0.010000", "170.00")]

    def test_payments_of_10_have_the_taxes_that_some_issuers_wrote(self):
        taxes = "<pago10:Impuestos><pago10:Traslados><pago10:Traslado Impuesto='002' TipoFactor='Tasa'"
        taxes += " TasaOCuota='0.160000' Importe='160.00'/></pago10:Traslados></pago10:Impuestos>"
        (paid,) = record(payment("1.0", taxes))["payments"]
        assert [(tax["tax"], tax["amount"]) for tax in paid["taxes_transferred"]] == [("002", "160.00")]

    def test_a_single_document_without_its_amount_is_paid_the_whole(self):
        read = record(payment("1.0", f'<pago10:DoctoRelacionado IdDocumento="{UUID}" MonedaDR="USD"/>'))
        assert [settled["paid"] for settled in read["payments"][0]["settles"]] == ["1160.00"]

    def test_of_two_documents_without_amounts_nobody_knows(self):
        two = f'<pago10:DoctoRelacionado IdDocumento="{UUID}" MonedaDR="USD"/>' * 2
        assert [settled["paid"] for settled in record(payment("1.0", two))["payments"][0]["settles"]] == [None, None]

    def test_an_instalment_that_is_no_number_costs_only_itself(self):
        reading = read_xml(payment().replace(b'NumParcialidad="2"', b'NumParcialidad="2 de 3"'))
        assert reading.record["payments"][0]["settles"][0]["instalment"] is None
        assert reading.problems == ("NumParcialidad is not a whole number",)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='<&"￾￿'), max_size=20)
NUMBERS = st.decimals(0, 10**9, places=2).map(str)


@given(TEXT, NUMBERS, st.lists(st.tuples(TEXT, NUMBERS), min_size=1, max_size=4))
@settings(max_examples=examples(150), deadline=None)
def test_any_text_and_any_number_of_lines_are_read(series, total, lines):
    concepts = "".join(
        LINE_40.replace("Servicio de prueba", text).replace('Importe="1000.00"', f'Importe="{amount}"')
        for text, amount in lines
    )
    content = cfdi40(total=total, lines=concepts).replace(b'Serie="F"', f'Serie="{series}"'.encode())
    read = record(content)
    assert (read["total"], read["series"]) == (total, series.strip() or None)
    assert [line["amount"] for line in read["line_items"]] == [amount for _text, amount in lines]
