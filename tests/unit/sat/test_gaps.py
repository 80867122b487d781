"""Why a figure is not known, or not to be trusted: of documents that lack something, or contradict themselves."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sat import figures, readers
from gateway.sat.empty_records import blank_invoice
from gateway.sat.natures import is_payroll
from tests.books import cfdi, payment, payroll, payroll32, related, share

LOCAL = """<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="{version}"
 TotaldeRetenciones="{withheld}" TotaldeTraslados="{transferred}"/>"""
AT, CLI, ANA = "2024-02-05T10:00:00", "CLI010101AB1", "AAAA800101AA1"
PUBLIC = "XAXX010101000"


def of(xml: str) -> Any:
    return figures.of_invoice(readers.read_xml(xml.encode()).record)


def invoice(**changes: Any) -> str:
    given = {"subtotal": "1000.00", "total": "1160.00", "transferred": {"002": "160.00"}}
    return cfdi(1, True, AT, other=changes.pop("other", CLI), **(given | changes))


def local(transferred: str = "0.00", withheld: str = "0.00", version: str = "1.0") -> str:
    return LOCAL.format(transferred=transferred, withheld=withheld, version=version)


def test_state_taxes_that_come_twice_are_added_up() -> None:
    found = of(invoice(total="1185.00", complement=local("30.00") + local(withheld="5.00")))
    assert (found["own"]["local_transferred"], found["own"]["local_withheld"], found["gaps"]) == (30, 5, {})


def test_state_taxes_that_can_not_be_read_are_not_zero() -> None:
    found = of(invoice(total="1190.00", complement=local("30.00", version="9.9")))
    assert (found["own"], found["mxn"], found["gaps"]) == (None, None, {"amounts": "UNREADABLE_PART"})


def test_amounts_that_do_not_come_to_the_total_are_told_as_they_stand() -> None:
    found = of(invoice(total="1190.00"))
    assert (found["own"]["net"], found["own"]["total"]) == (1000, 1190)
    assert found["gaps"] == {"amounts": "INCONSISTENT"}


@pytest.mark.parametrize(
    ("found", "becomes", "gaps"),
    [
        ('SubTotal="1000.00"', "", {"amounts": "MISSING_VALUE"}),
        ('Total="1160.00"', "", {"amounts": "MISSING_VALUE", "cash": "MISSING_VALUE"}),
        ('Importe="160.00"', "", {"amounts": "MISSING_VALUE"}),
        ('Impuesto="002"', "", {"amounts": "MISSING_VALUE"}),
        ('TipoDeComprobante="I"', "", dict.fromkeys(("amounts", "cash", "lines", "balance"), "MISSING_VALUE")),
        ('MetodoPago="PUE"', "", {"cash": "UNKNOWN_PAYMENT", "balance": "UNKNOWN_PAYMENT"}),
        ('MetodoPago="PUE"', 'MetodoPago="PPX"', {"cash": "UNKNOWN_PAYMENT", "balance": "UNKNOWN_PAYMENT"}),
        ('FormaPago="03"', "", {"cash": "UNKNOWN_PAYMENT"}),
        ('FormaPago="03"', 'FormaPago="3"', {"cash": "UNKNOWN_PAYMENT"}),
        ('Cantidad="1"', "", {"lines": "MISSING_VALUE"}),
        ('ClaveProdServ="84111506"', "", {"lines": "MISSING_VALUE"}),
        ('Descuento="0.00"', 'Descuento="7.00"', {"lines": "INCONSISTENT"}),
        (f'Fecha="{AT}"', "", dict.fromkeys(("amounts", "cash", "lines"), "MISSING_VALUE")),
    ],
)
def test_what_is_not_there_is_missing_where_it_counts(found: str, becomes: str, gaps: dict[str, str]) -> None:
    xml = invoice()
    assert found in xml
    assert of(xml)["gaps"] == {}
    assert of(xml.replace(found, becomes, 1))["gaps"] == gaps


def test_an_egreso_that_names_a_nomina_is_a_payroll_readable_or_not() -> None:
    for day, paid_out, gaps in (
        ("2014-05-15", {"perceptions": 5000, "isr_withheld": 700}, {}),
        ("ayer", {}, {"amounts": "UNREADABLE_PART", "cash": "MISSING_VALUE"}),
    ):
        found = of(payroll32(1, "2014-05-20T10:00:00", employee=ANA, paid_on=day))
        assert (found["nature"], found["gaps"]) == ("PAYROLL", gaps)
        assert {name: found["payroll"][name] for name in paid_out} == paid_out
        assert found["day"] == ("2014-05-15" if paid_out else "2014-05-20")
    assert not is_payroll({**blank_invoice(), "type": "E"})
    assert not is_payroll({**blank_invoice(), "type": "I", "complements": ["Nomina"]})


def nomina(**changes: str) -> str:
    given = {"perceptions": "5000.00", "deductions": "500.00", "isr": "500.00", "others": "0.00", "total": "4500.00"}
    return payroll(1, AT, employee=ANA, **(given | changes))


@pytest.mark.parametrize(
    ("found", "becomes", "gap"),
    [
        ('Rfc="AAAA800101AA1"', "", "MISSING_VALUE"),
        ('TotalPercepciones="5000.00"', 'TotalPercepciones="4000.00"', "INCONSISTENT"),
        ('FechaPago="2024-02-05"', "", "MISSING_VALUE"),
        ('Importe="500.00"/>', 'Importe="50.00"/>', "INCONSISTENT"),
        ('Version="1.2"', 'Version="9.9"', "UNREADABLE_PART"),
        ("nomina12:Nomina", "nomina12:Otra", "MISSING_VALUE"),
    ],
)
def test_a_payroll_that_does_not_tell_its_figures_says_so(found: str, becomes: str, gap: str) -> None:
    xml = nomina()
    assert found in xml
    assert of(xml)["gaps"] == {}
    broken = of(xml.replace(found, becomes))
    assert (broken["gaps"]["amounts"], broken["payroll"] is None) == (gap, gap != "INCONSISTENT")


def test_isr_is_not_zero_where_its_deductions_are_not_there() -> None:
    xml = nomina()
    start, end = xml.index("<nomina12:Deducciones"), xml.index("</nomina12:Deducciones>") + 23
    assert of(xml[:start] + xml[end:])["gaps"]["amounts"] == "MISSING_VALUE"


def test_a_payroll_counts_on_the_day_on_which_it_was_paid() -> None:
    found = of(nomina().replace('FechaPago="2024-02-05"', 'FechaPago="2024-01-31"'))
    assert (found["day"], found["gaps"]) == ("2024-01-31", {})


@pytest.mark.parametrize(
    ("months", "year", "day", "gaps"),
    [
        ("02", "2024", "2024-02-05", {}),
        ("01", "2024", "2024-01-31", {}),
        ("13", "2024", "2024-02-05", {}),
        ("18", "2023", "2023-12-31", {}),
        ("13", "2023", "2023-02-28", {}),
        ("19", "2024", "2024-02-05", dict.fromkeys(("amounts", "cash", "lines"), "INCONSISTENT")),
        ("02", "24", "2024-02-05", dict.fromkeys(("amounts", "cash", "lines"), "INCONSISTENT")),
        # Neither a period to come nor one of years ago: sales would be gone from the year that is asked for.
        ("03", "2024", "2024-02-05", dict.fromkeys(("amounts", "cash", "lines"), "INCONSISTENT")),
        ("02", "2042", "2024-02-05", dict.fromkeys(("amounts", "cash", "lines"), "INCONSISTENT")),
        ("12", "2022", "2024-02-05", dict.fromkeys(("amounts", "cash", "lines"), "INCONSISTENT")),
    ],
)
def test_a_global_invoice_counts_in_the_period_that_it_names(
    months: str, year: str, day: str, gaps: dict[str, str]
) -> None:
    named = f'<cfdi:InformacionGlobal Periodicidad="04" Meses="{months}" Año="{year}"/>'
    found = of(invoice(other=PUBLIC, inside=named))
    assert (found["day"], found["gaps"]) == (day, gaps)


def test_the_year_of_a_period_is_read_from_decomposed_text_too() -> None:
    named = '<cfdi:InformacionGlobal Periodicidad="04" Meses="01" An\u0303o="2024"/>'
    found = of(invoice(other=PUBLIC, inside=named))
    assert (found["day"], found["gaps"]) == ("2024-01-31", {})


@pytest.mark.parametrize(("currency", "rate"), [("XXX", None), ("XXX", "1"), ("USD", "-20"), ("USD", "0")])
def test_an_amount_in_no_currency_or_with_no_real_rate_is_not_in_pesos(currency: str, rate: str | None) -> None:
    found = of(invoice(currency=currency, rate=rate))
    assert (found["own"]["net"], found["mxn"], found["total_mxn"]) == (1000, None, None)


def test_an_amount_of_more_digits_than_a_sum_can_hold_is_not_known() -> None:
    found = of(invoice(subtotal="1" * 120, total="1" * 120, transferred={}))
    assert (found["own"], found["total"], found["gaps"]["amounts"]) == (None, None, "MISSING_VALUE")


def test_a_rate_of_a_payment_that_is_below_zero_is_none() -> None:
    found = of(paid(currency="USD", rate="-20", shares=share(2, "116.00", "1160.00", "1044.00", currency="USD")))
    assert [one["mxn"] for one in found["payments"]] == [None]
    assert [one["mxn"] for one in found["settles"]] == [None]


def test_an_egreso_with_a_payroll_in_its_line_is_no_credit_note() -> None:
    xml = payroll32(1, AT, employee=ANA, paid_on="2024-02-05")
    begin, end = xml.index("<n:Nomina"), xml.index("</n:Nomina>") + len("</n:Nomina>")
    moved = xml[:begin] + xml[end:]
    line_end = moved.index("/>", moved.index("<cfdi:Concepto "))
    held = f"><cfdi:ComplementoConcepto>{xml[begin:end]}</cfdi:ComplementoConcepto></cfdi:Concepto>"
    found = of(moved[:line_end] + held + moved[line_end + 2 :])
    assert (found["nature"], found["gaps"]["amounts"]) == ("PAYROLL", "MISSING_VALUE")


def test_tax_withheld_that_its_deductions_contradict_is_told() -> None:
    xml = payroll(1, AT, employee=ANA, perceptions="5000.00", deductions="500.00", isr="500.00", others="0.00",
                  total="4500.00")  # fmt: skip
    found = of(xml.replace('TotalImpuestosRetenidos="500.00"', 'TotalImpuestosRetenidos="5.00"'))
    assert found["gaps"] == {"amounts": "INCONSISTENT"}


def test_a_cfdi_to_the_public_must_name_its_period() -> None:
    found = of(invoice(other=PUBLIC))
    assert (found["day"], found["gaps"]["amounts"]) == ("2024-02-05", "INCONSISTENT")
    assert of(invoice(other=PUBLIC, type="E", inside=related("01", 2)))["gaps"] == {}


PAID = {"paid_at": "2024-01-31T12:00:00", "other": CLI, "amount": "116.00"}


def paid(**changes: Any) -> str:
    return payment(1, True, AT, **(PAID | {"shares": share(2, "116.00", "1160.00", "1044.00")} | changes))


@pytest.mark.parametrize(
    ("found", "becomes", "payments", "shares"),
    [
        ('FechaPago="2024-01-31T12:00:00"', "", ["MISSING_VALUE"], ["MISSING_VALUE"]),
        ('FormaDePagoP="03"', "", ["UNKNOWN_PAYMENT"], [None]),
        ('MonedaP="MXN"', "", ["MISSING_VALUE"], ["MISSING_VALUE"]),
        ('Monto="116.00"', "", ["MISSING_VALUE"], [None]),
        ('Monto="116.00"', 'Monto="200.00"', [None, "INCONSISTENT"], [None, "INCONSISTENT"]),
        ('MontoTotalPagos="116.00"', 'MontoTotalPagos="200.00"', [None, "INCONSISTENT"], [None]),
        ('MonedaDR="MXN"', "", [None], ["MISSING_VALUE"]),
        ('ObjetoImpDR="01"', "", [None], ["MISSING_VALUE"]),
        ('ObjetoImpDR="01"', 'ObjetoImpDR="02"', [None], ["MISSING_VALUE"]),
        ("pago20:DoctoRelacionado", "pago20:Otro", [None], ["MISSING_VALUE"]),
        ("pago20:Pagos", "pago20:Otros", ["MISSING_VALUE"], ["MISSING_VALUE"]),
    ],
)
def test_a_payment_that_does_not_tell_what_was_paid_says_so(
    found: str, becomes: str, payments: list[str | None], shares: list[str | None]
) -> None:
    xml = paid()
    assert found in xml
    assert [one["gap"] for one in (*of(xml)["payments"], *of(xml)["settles"])] == [None, None]
    broken = of(xml.replace(found, becomes))
    assert [one["gap"] for one in broken["payments"]] == payments
    assert [one["gap"] for one in broken["settles"]] == shares


def test_a_payment_of_which_only_the_metadata_came_stands_in_its_own_month() -> None:
    found = figures.of_invoice({**blank_invoice(), "type": "P", "issued_at": AT})
    told = [(one["month"], one["gap"]) for one in (*found["payments"], *found["settles"])]
    assert told == [("2024-02", "METADATA_ONLY")] * 2
    assert found["gaps"]["balance"] == "METADATA_ONLY"


def test_documents_in_a_pago_without_a_head_are_of_the_only_one_that_has_one() -> None:
    split = paid().replace('Monto="116.00">', 'Monto="116.00"/><pago20:Pago>')
    reading = readers.read_xml(split.encode())
    assert reading.record["payments"] == readers.read_xml(paid().encode()).record["payments"]
    assert "a Pago without a date" in reading.problems[0]
    two = split.replace('"116.00"/>', '"116.00"/><pago20:Pago FechaPago="2024-01-30T12:00:00" Monto="1.00"/>', 1)
    assert [one["gap"] for one in of(two)["settles"]] == ["MISSING_VALUE"] * 3


@pytest.mark.parametrize(
    ("inside", "gap"),
    [
        (related("01", 2), None),
        (related("01", 2, 3), "UNKNOWN_PAYMENT"),
        (related("1", 2), "MISSING_VALUE"),
        (related("04", 2), None),
        ("", "UNKNOWN_PAYMENT"),
    ],
)
def test_a_credit_note_says_what_it_takes_off_or_nobody_knows(inside: str, gap: str | None) -> None:
    assert of(invoice(type="E", inside=inside))["gaps"].get("balance") == gap
    assert of(invoice(type="E", inside=inside))["gaps"].get("cash") == ("UNKNOWN_PAYMENT" if not inside else None)
