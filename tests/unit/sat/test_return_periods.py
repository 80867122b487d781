"""Which months a return is for, and which of several counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.sat import return_periods


@pytest.mark.parametrize(
    ("record", "months"),
    [
        ({"year": 2024, "period": 3}, [(2024, 3)]),
        ({"year": 2019, "period": None, "period_text": "Enero-Febrero"}, [(2019, 1), (2019, 2)]),
        ({"year": 2019, "period": None, "period_text": "del bimestre MARZO a ABRIL"}, [(2019, 3), (2019, 4)]),
        ({"year": 2019, "period": None, "period_text": "Del Ejercicio"}, []),
        ({"year": None, "period": 3}, []),
        ({"year": 2019, "period": None, "period_text": None}, []),
    ],
)
def test_the_months_of_a_return(record: Any, months: list[tuple[int, int]]) -> None:
    assert return_periods.months_of(record) == months


def test_the_one_presented_last_counts_and_a_complementaria_wins_a_tie() -> None:
    normal = {"presented_at": "2024-02-17T10:00:00", "type": "Normal"}
    complementary = {"presented_at": "2024-02-17T10:00:00", "type": "Complementaria"}
    unknown: Any = {"presented_at": None, "type": None}
    assert return_periods.in_order([complementary, unknown, normal]) == [unknown, normal, complementary]


def test_days_on_which_returns_are_due() -> None:
    assert return_periods.monthly_due(2024, 11) == date(2024, 12, 17)
    assert return_periods.monthly_due(2024, 12) == date(2025, 1, 17)
    assert return_periods.annual_due(2024, company=True) == date(2025, 3, 31)
    assert return_periods.annual_due(2024, company=False) == date(2025, 4, 30)
