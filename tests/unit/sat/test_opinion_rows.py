"""What a negative opinión lists, in shapes that the samples do not have."""

from __future__ import annotations

from gateway.sat import opinion, opinion_rows

_OWED = "Créditos fiscales\nSe ubican los siguientes créditos fiscales a su cargo:\n"


def credits_of(lines: str) -> tuple[list[tuple[str | None, str | None, str | None]], list[str]]:
    problems: list[str] = []
    _, found = opinion_rows.read(_OWED + lines, problems)
    return [(one["number"], one["authority"], one["amount"]) for one in found], problems


def test_credits_may_be_labelled() -> None:
    lines = "Número de crédito: 100000000001\nAutoridad: ADR Nuevo León 1\nImporte: $1,234.00\n"
    more = "Número de crédito: 100000000002\nAutoridad emisora: ADR Puebla 2\nImporte: 567\n"
    expected = [("100000000001", "ADR Nuevo León 1", "1234.00"), ("100000000002", "ADR Puebla 2", "567")]
    assert credits_of(lines + more) == (expected, [])


def test_a_second_amount_is_another_credits() -> None:
    found, _ = credits_of("H-98765 ADR Centro $45.50\n40-18-02 CONAGUA $1,234.00\n")
    assert found == [("H-98765", "ADR Centro", "45.50"), (None, "40-18-02 CONAGUA", "1234.00")]


def test_none_owed_is_no_problem() -> None:
    assert credits_of("Sin adeudo\n") == ([], [])


def test_json_may_list_months_and_years() -> None:
    years = [{"ejercicio": 2025, "periodos": ["Octubre", "Noviembre"]}, {"ejercicio": 2024, "periodos": ["Enero"]}]
    tree = {
        "rfc": "LOMJ800101QX5",
        "obligaciones": [
            {"obligacion": "IVA", "detalle": years},
            {"obligacion": "ISR", "ejercicio": 2025, "meses": [1, 2]},
        ],
        "creditos": [{"numero": "1", "importe": "$1,234.00 M.N."}, "200000001 ADR Puebla $5.00", "77"],
    }
    record = opinion.read_json(tree, [])
    assert [(one["description"], one["year"], one["months"]) for one in record["omitted_obligations"]] == [
        ("IVA", 2025, [10, 11]),
        ("IVA", 2024, [1]),
        ("ISR", 2025, [1, 2]),
    ]
    assert [(one["number"], one["authority"], one["amount"]) for one in record["tax_credits"]] == [
        ("1", None, "1234.00"),
        ("200000001", "ADR Puebla", "5.00"),
        ("77", None, None),
    ]


def test_a_total_is_of_no_credit() -> None:
    found, problems = credits_of(
        "Número de crédito Autoridad Importe histórico\nA-1234-2020 ADR Sonora\nTotal $15.50\n"
    )
    assert (found, problems) == ([("A-1234-2020", "ADR Sonora", None)], [])


def test_periods_may_stand_in_brackets_in_a_range_or_below_a_label() -> None:
    lines = (
        "Obligaciones omitidas\nPago definitivo mensual de IVA (Octubre y Noviembre de 2025)\n"
        "Pago provisional mensual de ISR: Enero 2025 a Marzo 2025\n"
        "Obligación:\nPago definitivo de IEPS\nEjercicio:\n2024\nPeriodo:\nMayo\n"
    )
    found, _ = opinion_rows.read(lines, [])
    assert [(one["description"], one["year"], one["months"]) for one in found] == [
        ("Pago definitivo mensual de IVA", 2025, [10, 11]),
        ("Pago provisional mensual de ISR", 2025, [1, 2, 3]),
        ("Pago definitivo de IEPS", 2024, [5]),
    ]
