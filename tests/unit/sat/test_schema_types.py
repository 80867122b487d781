"""Values in every form that the types of SAT's schemas admit: xs:date, xs:dateTime and xs:decimal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument
from gateway.sat.figures import nature
from gateway.sat.readers import read_xml
from tests.budget import examples
from tests.unit.sat.builders import cfdi32, cfdi40, payment, withholding10, withholding20

ZONES = ("Z", "-05:00", "+14:00", "-06:00")


def payroll(date: str) -> bytes:
    """A payroll of CFDI 3.2 whose dates are written so."""
    node = (
        '<nomina:Nomina xmlns:nomina="http://www.sat.gob.mx/nomina" Version="1.1" NumEmpleado="1" TipoRegimen="2"'
        f' FechaPago="{date}" FechaInicialPago="{date}" FechaFinalPago="{date}" NumDiasPagados="15"'
        f' FechaInicioRelLaboral="{date}"/><tfd:TimbreFiscalDigital'
    )
    return cfdi32().replace(b"<tfd:TimbreFiscalDigital", node.encode()).replace(b'"ingreso"', b'"egreso"')


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_a_day_is_cut_off_with_a_note(zone: str) -> None:
    reading = read_xml(payroll(f"2014-05-15{zone}"))
    (found,) = reading.record["payrolls"]
    days = (found["paid_on"], found["period_from"], found["period_to"], found["employee"]["started_on"])
    assert days == ("2014-05-15",) * 4
    assert "FechaPago is not written as AAAA-MM-DD" in reading.problems
    assert nature(reading.record) == "PAYROLL"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("fraction", ["", ".000", ".123456"])
def test_a_moment_is_the_local_one_that_was_written(zone: str, fraction: str) -> None:
    written = f"2024-03-05T12:58:00{fraction}{zone}".encode()
    reading = read_xml(cfdi40().replace(b"2024-03-05T12:58:00", written))
    assert reading.record["issued_at"] == "2024-03-05T12:58:00"
    assert reading.problems == ("Fecha is not written as AAAA-MM-DDThh:mm:ss",)


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    paid = read_xml(payment().replace(b"2024-03-01T12:00:00", b"2023-12-31T24:00:00")).record["payments"][0]
    assert paid["paid_at"] == "2024-01-01T00:00:00"


def test_a_withholding_is_dated_in_local_time_as_every_document() -> None:
    first, second = read_xml(withholding10()), read_xml(withholding20())
    assert (first.record["issued_at"], first.problems) == ("2015-02-24T11:02:42", ())
    assert "T" in second.record["issued_at"] and len(second.record["issued_at"]) == 19


def quantity(text: str) -> str | None:
    content = cfdi32()
    start = content.index(b'cantidad="') + len(b'cantidad="')
    stop = content.index(b'"', start)
    found: str | None = read_xml(content[:start] + text.encode() + content[stop:]).record["line_items"][0]["quantity"]
    return found


@given(
    sign=st.sampled_from(["", "+", "-"]),
    whole=st.from_regex(r"\A[0-9]{0,320}\Z"),
    places=st.none() | st.from_regex(r"\A[0-9]{0,1074}\Z"),
)
@settings(max_examples=examples(200), deadline=None)
def test_a_decimal_of_any_length_is_read_exactly(sign: str, whole: str, places: str | None) -> None:
    if not (whole or places):
        return
    text = sign + whole + ("" if places is None else f".{places}")
    read = quantity(text)
    assert read is not None
    assert Decimal(read) == Decimal(text)


@pytest.mark.parametrize("text", ["1" * 1101, "0." + "1" * 1101, "." + "0" * 3000])
def test_digits_without_end_are_refused_in_words_that_say_so(text: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        quantity(text)
    assert refused.value.detail == "a number of more than 1100 digits"


@pytest.mark.parametrize("text", ["1,000.00", "1 000", "1e3", "INF", "1.0.0", "--1", "1-"])
def test_what_is_no_decimal_stays_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        quantity(text)
    assert refused.value.detail == "not a plain decimal number"
