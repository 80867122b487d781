"""Figures of documents against numbers worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.sat import figures, readers
from gateway.sat.empty_records import blank_invoice, blank_withholding
from tests.unit.sat.builders import OTHER_UUID, cfdi32, cfdi33, cfdi40, payment, withholding10, withholding20

LOCAL = """<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0"
 TotaldeRetenciones="1.50" TotaldeTraslados="30.00"/>"""


def of(xml: bytes) -> Any:
    return figures.of_invoice(readers.read_xml(xml).record)


def numbers(values: Any) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def test_an_invoice_in_pesos() -> None:
    found = of(cfdi40(complement=LOCAL))
    assert (found["nature"], found["currency"], found["rate"]) == ("INCOME", "MXN", 1)
    assert numbers(found["own"]) == {
        "net": "990.00",
        "iva": "158.40",
        "ieps": "0",
        "iva_withheld": "0",
        "isr_withheld": "99.00",
        "ieps_withheld": "0",
        "local_transferred": "30.00",
        "local_withheld": "1.50",
        "total": "1049.40",
    }
    assert found["mxn"] == found["own"]
    (line,) = found["lines"]
    assert (line["product_key"], line["quantity"], line["net"], line["iva"]) == ("84111506", 2, 990, Decimal("158.40"))


def test_an_invoice_in_dollars_is_pesos_by_its_own_rate_and_unrounded() -> None:
    found = of(cfdi33())
    assert (found["own"]["net"], found["own"]["total"]) == (10, Decimal("11.6"))
    assert (found["mxn"]["net"], found["mxn"]["total"]) == (Decimal("191.235"), Decimal("221.83260"))
    assert found["lines"][0]["net_mxn"] == Decimal("191.235")


@pytest.mark.parametrize("rate", ["1", "1.000000", "0", "-20"])
def test_what_can_be_no_rate_makes_no_pesos(rate: str) -> None:
    found = of(cfdi33().replace(b'TipoCambio="19.1235"', f'TipoCambio="{rate}"'.encode()))
    assert (found["rate"], found["mxn"], found["total_mxn"]) == (None, None, None)
    assert found["own"]["net"] == 10


def test_without_a_rate_a_foreign_amount_has_no_pesos() -> None:
    found = of(cfdi33().replace(b'TipoCambio="19.1235"', b""))
    assert found["own"]["net"] == 10
    assert (found["mxn"], found["rate"], found["total_mxn"], found["lines"][0]["net_mxn"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("attributes", "currency", "rate"),
    [
        ('Moneda="Pesos"', "MXN", 1),
        ("", "MXN", 1),
        ('TipoCambio="1.00"', "MXN", 1),
        ('TipoCambio="13.5"', None, Decimal("13.5")),
        ('Moneda="USD"', "USD", None),
        ('Moneda="Moneda rara" TipoCambio="N/A"', "MONEDA RARA", None),
    ],
)
def test_3_2_may_leave_its_currency_out(attributes: str, currency: str | None, rate: object) -> None:
    found = of(cfdi32(attributes=attributes))
    assert (found["currency"], found["rate"]) == (currency, rate)


def test_3_2_has_its_taxes_by_name_and_in_its_head_alone() -> None:
    found = of(cfdi32())
    own = found["own"]
    assert (own["net"], own["iva"], own["isr_withheld"], own["total"]) == (100, 16, 10, 116)
    assert found["lines"][0]["iva"] is None


def test_taxes_that_are_not_named_are_not_known() -> None:
    xml = cfdi32().replace(b'<cfdi:Traslado impuesto="IVA" tasa="16.00" importe="16.00"/>', b"")
    found = of(xml)
    assert (found["own"], found["mxn"], found["total"]) == (None, None, 116)


def test_metadata_tells_a_total_and_nothing_else() -> None:
    found = figures.of_invoice({**blank_invoice(), "type": "I", "total": "58.00", "currency": "MXN"})
    assert (found["nature"], found["own"], found["mxn"], found["total_mxn"]) == ("INCOME", None, None, 58)
    assert figures.of_invoice(blank_invoice())["nature"] is None


def test_a_payment_in_dollars_of_an_invoice_in_pesos() -> None:
    found = of(payment())
    assert found["nature"] == "PAYMENT"
    assert found["payments"] == [
        {"at": "2024-03-01T12:00:00", "month": "2024-03", "gap": None, "form": "03", "currency": "USD", "amount": 1160,
         "mxn": 19720}
    ]  # fmt: skip
    (share,) = found["settles"]
    assert (share["uuid"], share["part"], share["month"]) == (OTHER_UUID, "PAID", "2024-03")
    assert (share["amount"], share["paid"], share["mxn"]) == (19720, 1160, 19720)
    assert (share["taxes"]["iva"], share["taxes_mxn"]["iva"]) == (2720, 2720)


def test_a_share_has_the_taxes_that_pagos_2_0_says_and_in_pesos_too() -> None:
    documents = f"""<pago20:DoctoRelacionado IdDocumento="{OTHER_UUID}" MonedaDR="EUR" EquivalenciaDR="0.8"
      ImpPagado="116.00" ObjetoImpDR="02"><pago20:ImpuestosDR>
      <pago20:RetencionesDR><pago20:RetencionDR BaseDR="100" ImpuestoDR="001" TipoFactorDR="Tasa" TasaOCuotaDR="0.1"
       ImporteDR="10.00"/></pago20:RetencionesDR>
      <pago20:TrasladosDR><pago20:TrasladoDR BaseDR="100" ImpuestoDR="002" TipoFactorDR="Tasa" TasaOCuotaDR="0.160000"
       ImporteDR="16.00"/></pago20:TrasladosDR></pago20:ImpuestosDR></pago20:DoctoRelacionado>"""
    share, untold = of(payment(documents=documents))["settles"]
    # 116 EUR ÷ 0.8 = 145 USD, × 17 = 2,465 pesos.
    assert (share["amount"], share["paid"], share["mxn"]) == (116, 145, 2465)
    assert numbers(share["taxes"]) == {
        "iva": "16.00",
        "ieps": "0",
        "iva_withheld": "0",
        "isr_withheld": "10.00",
        "ieps_withheld": "0",
    }
    assert (share["taxes_mxn"]["iva"], share["taxes_mxn"]["isr_withheld"]) == (340, Decimal("212.5"))
    # The rest of the 1,160 dollars is of no invoice.
    assert (untold["uuid"], untold["mxn"], untold["gap"]) == (None, None, "INCONSISTENT")


def test_pagos_1_0_writes_1_where_a_peso_invoice_is_paid_in_dollars() -> None:
    documents = f"""<pago10:DoctoRelacionado IdDocumento="{OTHER_UUID}" MonedaDR="MXN" TipoCambioDR="1"
      MetodoDePagoDR="PPD" ImpPagado="1700.00"/>"""
    share, untold = of(payment("1.0", documents))["settles"]
    assert (share["amount"], share["paid"], share["mxn"], share["taxes"]) == (1700, 100, 1700, None)
    assert untold["gap"] == "INCONSISTENT"


def test_a_credit_note_takes_its_total_off_the_one_invoice_that_it_names() -> None:
    related = '<cfdi:CfdiRelacionados TipoRelacion="{}">{}</cfdi:CfdiRelacionados>'
    one = f'<cfdi:CfdiRelacionado UUID="{OTHER_UUID}"/>'
    found = of(cfdi40(type="E", inside=related.format("01", one)))
    (share,) = found["settles"]
    assert found["nature"] == "CREDIT_NOTE"
    assert (share["uuid"], share["part"], share["month"]) == (OTHER_UUID, "CREDITED", "2024-03")
    assert share["amount"] == Decimal("1049.40")
    two = one + '<cfdi:CfdiRelacionado UUID="11111111-2222-3333-4444-555555555555"/>'
    assert of(cfdi40(type="E", inside=related.format("01", two)))["settles"] == []
    assert of(cfdi40(type="E", inside=related.format("04", one)))["settles"] == []


def test_an_instalment_of_3_2_pays_its_original() -> None:
    xml = cfdi32(form="Parcialidad 2 de 3", attributes=f'Moneda="MXN" FolioFiscalOrig="{OTHER_UUID}"')
    found = of(xml)
    (share,) = found["settles"]
    assert found["nature"] == "INSTALMENT"
    assert (share["uuid"], share["part"], share["amount"], share["month"]) == (OTHER_UUID, "PAID", 116, "2014-02")


def test_withholdings_of_both_versions() -> None:
    for xml, withheld in ((withholding20(), 580), (withholding10(), 3500)):
        found = figures.of_withholding(readers.read_xml(xml).record)
        assert (found["withheld"], found["isr_withheld"], found["iva_withheld"]) == (withheld, withheld, 0)
    assert found["month"] == "2014-07"
    assert figures.of_withholding(blank_withholding())["withheld"] is None
