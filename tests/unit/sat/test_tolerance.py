"""Values that are not as SAT's schemas want them, and are told all the same from what they should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.documents import Invoice
from gateway.sat.readers import read_xml
from gateway.sat.rfc import compact
from tests.unit.sat.builders import OTHER_UUID, UUID, cfdi32, cfdi33, cfdi40, payment, withholding20

INVISIBLE = ["\u200b", "\ufeff", "\u00ad", "\u00a0", "\u2060", "\u200e"]


def with_issuer(rfc: str) -> bytes:
    return cfdi40().replace(b" aaa010101aaa", rfc.encode())


@pytest.mark.parametrize("character", INVISIBLE)
def test_characters_that_nobody_sees_are_no_part_of_an_rfc(character: str) -> None:
    reading = read_xml(with_issuer(f"aaa{character}010101aaa{character}"))
    assert reading.record["issuer"]["rfc"] == "AAA010101AAA"
    assert reading.problems == ("Rfc has characters that are no part of an RFC: they were left out",)


@pytest.mark.parametrize("character", INVISIBLE)
def test_characters_that_nobody_sees_are_no_part_of_a_uuid(character: str) -> None:
    reading = read_xml(cfdi40().replace(UUID.encode(), f"{UUID[:8]}{character}{UUID[8:]}".encode()))
    assert reading.record["uuid"] == UUID
    assert reading.problems == ("UUID has characters that are no part of a UUID: they were left out",)
    related = read_xml(cfdi33().replace(OTHER_UUID.lower().encode(), f"{OTHER_UUID}{character}".encode()))
    assert related.record["related"][0]["uuid"] == OTHER_UUID


@pytest.mark.parametrize(
    "text",
    ["AÑA010101AAA".encode().decode("cp1252"), "AÑA010101AAA".encode().decode("latin-1"), "AN\u0303A010101AAA"],
)
def test_an_rfc_that_was_decoded_twice_is_the_one_it_was(text: str) -> None:
    reading = read_xml(with_issuer(text))
    assert reading.record["issuer"]["rfc"] == "AÑA010101AAA"
    assert len(reading.problems) == 1


def test_an_rfc_that_was_escaped_twice_is_the_one_it_was() -> None:
    assert read_xml(with_issuer("H&amp;amp;E951128469")).record["issuer"]["rfc"] == "H&E951128469"


@pytest.mark.parametrize("text", ["H&amp;E951128469", "AÑA010101AAA", "añb010101aaa"])
def test_letters_of_an_rfc_are_no_problem(text: str) -> None:
    assert read_xml(with_issuer(text)).problems == ()


def test_what_is_no_rfc_at_all_is_kept_as_it_is() -> None:
    assert read_xml(with_issuer("N/A")).record["issuer"]["rfc"] == "N/A"


def test_a_withholding_is_cleaned_as_an_invoice_is() -> None:
    reading = read_xml(withholding20().replace(b"XAMA620210DQ5", "XAMA620210DQ5\u200b".encode()))
    assert reading.record["receiver"]["rfc"] == "XAMA620210DQ5"
    assert len(reading.problems) == 1


@given(st.text(max_size=30))
def test_what_is_compact_stays_so(text: str) -> None:
    assert compact(compact(text)) == compact(text)


@pytest.mark.parametrize(
    ("version", "named"), [("3.0", "CFDI 3.0"), ("2.2", "CFD 2.2"), ("2.0", "CFD 2.0"), ("1.0", "CFD 1.0")]
)
def test_versions_before_3_2_are_refused_by_their_names(version: str, named: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_xml(cfdi32().replace(b'version="3.2"', f'version="{version}"'.encode()))
    assert refused.value.reason is UnreadableReason.UNSUPPORTED_VERSION
    assert refused.value.detail == f"{named} is not supported"


def currency(text: str) -> tuple[str | None, tuple[str, ...]]:
    reading = read_xml(cfdi32(attributes=f'Moneda="{text}"'))
    return reading.record["currency"], reading.problems


@pytest.mark.parametrize("code", ["MXN", "USD", "EUR", "XXX", "MXV"])
def test_a_currencys_code_needs_no_word(code: str) -> None:
    assert currency(code) == (code, ())


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            "MXN",
            "Pesos|PESO|M.N.|MN|M. N.|m.n|Moneda Nacional|Pesos Mexicanos|Peso(s)|MXN Peso Mexicano|MXN - Pesos|MXP|$|"
            "PESOS M.N.|Pesos, M.N.|MX|Pesos (MXN)|$ MXN|M.X.N.|Pesos 00/100 M.N.|Mexican Peso|PESOS MEX.|Nacional",
        ),
        (
            "USD",
            "U.S.D.|Dólares de los Estados Unidos de América|"
            "Dólares|DOLAR|USD Dólar americano|Dólares Americanos|US$|USD.|DLLS|Dls.|Dólares USA|U.S. Dollars",
        ),
        ("EUR", "Euro|EUROS|EUR Euro"),
        ("CAD", "Dólar canadiense|CAD Dólares|Dólares (CAD)"),
        ("COP", "Pesos colombianos|Pesos (COP)"),
        ("GBP", "Libra esterlina"),
    ],
)
def test_a_currency_in_words_is_told_with_a_note(code: str, texts: str) -> None:
    for text in texts.split("|"):
        assert currency(text) == (code, ("Moneda is written in words",)), text


@pytest.mark.parametrize(
    "text", ["Pesos USD", "Dólares MXN", "Doblones", "Pesos o dólares", "usdlls", "1", "-", "No aplica"]
)
def test_no_currency_is_assumed_where_the_words_name_none_or_two(text: str) -> None:
    assert currency(text) == (text.upper(), ("Moneda is no currency that is known",))


def paying(*, amount: str, of: str, shares: list[tuple[str, str, str]]) -> list[str]:
    """The problems of a payment of an amount of a currency. `shares`: ImpPagado, MonedaDR and EquivalenciaDR."""
    documents = "".join(
        f'<pago20:DoctoRelacionado IdDocumento="{OTHER_UUID}" MonedaDR="{currency}" EquivalenciaDR="{rate}"'
        f' NumParcialidad="1" ImpSaldoAnt="{paid}" ImpPagado="{paid}" ImpSaldoInsoluto="0" ObjetoImpDR="01"/>'
        for paid, currency, rate in shares
    )
    content = cfdi40(
        type="P",
        complement='<pago20:Pagos xmlns:pago20="http://www.sat.gob.mx/Pagos20" Version="2.0"><pago20:Pago'
        f' FechaPago="2024-03-01T12:00:00" FormaDePagoP="03" MonedaP="{of}" TipoCambioP="17.5" Monto="{amount}">'
        f"{documents}</pago20:Pago></pago20:Pagos>",
    )
    record = read_xml(content).record
    assert [share["equivalence"] for share in record["payments"][0]["settles"]] == [rate for *_, rate in shares]
    return [problem for problem in read_xml(content).problems if "EquivalenciaDR" in problem]


@pytest.mark.parametrize(
    ("amount", "of", "shares"),
    [
        ("116.00", "MXN", [("116.00", "MXN", "1")]),
        ("200.00", "MXN", [("116.00", "MXN", "1.0000000000")]),
        ("100.00", "USD", [("1750.00", "MXN", "17.5")]),
        ("100.00", "USD", [("875.00", "MXN", "17.5"), ("50.00", "USD", "1")]),
        ("1750.00", "MXN", [("100.00", "USD", "0.0571428571")]),
        ("1750.00", "MXN", [("100.00", "USD", "0.057143")]),
        ("20250.33", "MXN", [("1000.00", "USD", "0.0493819")]),
        # As Pagos 1.0 wanted it: a 1 for pesos, and the payment's own TipoCambioP.
        ("100.00", "USD", [("1750.00", "MXN", "1")]),
    ],
)
def test_an_equivalence_that_agrees_within_its_decimals_is_no_problem(
    amount: str, of: str, shares: list[tuple[str, str, str]]
) -> None:
    assert paying(amount=amount, of=of, shares=shares) == []


@pytest.mark.parametrize(
    ("amount", "of", "shares"),
    [
        ("1750.00", "MXN", [("100.00", "USD", "17.5")]),  # upside down
        ("100.00", "USD", [("1750.00", "MXN", "0.0571428571")]),
        ("1750.00", "MXN", [("100.00", "USD", "1")]),
        ("100.00", "USD", [("1750.00", "MXN", "18.1")]),  # of another day
        ("100.00", "USD", [("875.00", "MXN", "17.5"), ("70.00", "USD", "1")]),
    ],
)
def test_an_equivalence_that_contradicts_the_amounts_is_told_and_changes_none(
    amount: str, of: str, shares: list[tuple[str, str, str]]
) -> None:
    assert paying(amount=amount, of=of, shares=shares) == ["EquivalenciaDR contradicts the amounts of its payment"]


def test_an_equivalence_between_the_same_currency_is_one() -> None:
    told = "EquivalenciaDR is not 1 where both currencies are the same"
    assert paying(amount="116.00", of="MXN", shares=[("116.00", "MXN", "17.5")]) == [told]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_sound_payment_has_no_problem(version: str) -> None:
    read: Invoice = read_xml(payment(version)).record  # type: ignore[assignment]
    assert read["payments"]
    assert not [problem for problem in read_xml(payment(version)).problems if "Equivalencia" in problem]
