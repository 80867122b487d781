"""Acuses and declaraciones printed otherwise than the samples: nothing of them is lost or in another's place."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sat import return_names, returns
from gateway.sat.money import printed_amount
from gateway.sat.return_sections import of_record

_HEAD = "RFC: AAA010101AAA\nTipo de declaración: Normal\nPeríodo de la declaración: Enero Ejercicio: 2023\n"


def printed(text: str) -> Any:
    return returns.read_text(text, monthly=True, file="x.pdf", names=return_names.read("x"))


def rows(record: Any) -> list[tuple[str | None, str | None]]:
    return [(row["name"], row["amount"]) for section in of_record(record) for row in section.rows]


def test_a_concepto_may_stand_on_one_line_with_its_amounts() -> None:
    record = printed(f"{_HEAD}Concepto de pago 1: ISR personas morales A cargo: 5,000 Cantidad a pagar: 5,010\n")
    (concept,) = record["concepts"]
    assert (concept["name"], concept["charge"], concept["amount_to_pay"]) == ("ISR personas morales", "5000", "5010")


def test_values_below_their_labels_are_no_rows() -> None:
    record = printed(
        "RFC:\nAAA010101AAA\nTipo de declaración:\nComplementaria\nTipo de complementaria:\n"
        "Dejar sin efecto Declaración\n"
        "Período de la declaración:\nMarzo\nEjercicio:\n2023\nFecha y hora de presentación:\n17/04/2023 23:59\n"
        "Medio de presentación:\nInternet\nNúmero de operación:\n230000123456\nImpuestos que declara:\n"
        "Concepto de pago 1:\nISR personas físicas\nA cargo:\n0\nCantidad a pagar:\n0\n"
    )
    assert (record["complementary_type"], record["period"]) == ("Dejar sin efecto Declaración", 3)
    assert record["declared"]["balance_due"]["label"] == "ISR personas físicas"
    assert rows(record) == [("Medio de presentacion", None)]


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("\N{MINUS SIGN}500", "-500"),
        ("-$1,500", "-1500"),
        ("($500)", "-500"),
        ("1,000.00 M.N.", "1000.00"),
        ("$ 1,000 MXN", "1000"),
    ],
)
def test_an_amount_may_have_a_sign_and_its_currency(words: str, amount: str) -> None:
    assert printed_amount(words) == amount
    assert rows(printed(f"{_HEAD}Determinación de IVA\nIVA a cargo {words}\n")) == [("IVA a cargo", amount)]


def test_a_rate_is_a_row_without_an_amount() -> None:
    assert rows(printed(f"{_HEAD}Determinación de ISR\nTasa aplicable 1.25%\n")) == [("Tasa aplicable", None)]


def test_a_payment_has_the_banks_operation_number() -> None:
    text = "Datos del pago\nBanco: BBVA\nImporte pagado: 50\nNúmero de operación: 99999\n"
    record = printed(f"{_HEAD}Número de operación: 230100172932\n{text}")
    assert (record["operation_number"], record["payment"]["operation_number"]) == ("230100172932", "99999")


@pytest.mark.parametrize(
    ("words", "month"), [("003 - Marzo", 3), ("Marzo 2023", 3), ("2023-03", 3), ("Enero-Febrero", None)]
)
def test_a_month_may_stand_among_other_words(words: str, month: int | None) -> None:
    tree = {"rfc": "AAA010101AAA", "ejercicio": 2023, "periodo": words}
    record, _ = returns.read_json(tree, monthly=True, file="x.json", names=return_names.read("x"))
    assert (record["period"], record["period_text"]) == (month, words)


@pytest.mark.parametrize(
    "beside",
    [
        {"pagos": [{"numeroOperacion": "777", "importe": "10"}]},
        {"declaracionAnterior": {"numeroOperacion": "777", "fechaPresentacion": "01/01/2023"}},
    ],
)
def test_a_payment_or_an_earlier_return_gives_no_field_of_this_one(beside: dict[str, Any]) -> None:
    tree = {**beside, "datos": {"acuse": {"rfc": "AAA010101AAA", "numeroOperacion": "230100172932"}}}
    record, _ = returns.read_json(tree, monthly=True, file="x.json", names=return_names.read("x"))
    assert (record["operation_number"], record["presented_at"]) == ("230100172932", None)
    assert any(amount == "777" for _, amount in rows(record))


def test_two_labelled_amounts_may_share_a_line() -> None:
    record = printed(f"{_HEAD}Determinación de ISR\nIngresos nominales del mes: 1,000 Coeficiente de utilidad: 0.05\n")
    assert rows(record) == [("Ingresos nominales del mes", "1000"), ("Coeficiente de utilidad", "0.05")]


def test_a_concepto_of_other_keys() -> None:
    tree = {"ejercicio": 2024, "impuestos": [{"impuesto": "ISR", "actualizaciones": "1", "cantidadPagar": "12"}]}
    record, _ = returns.read_json(tree, monthly=True, file="x.json", names=return_names.read("x"))
    assert [(one["update"], one["amount_to_pay"]) for one in record["concepts"]] == [("1", "12")]
