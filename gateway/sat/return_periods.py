"""Several returns of one period: the months that a return is for, and the return that counts.

The rule of accountants' own readers: of several filings of a period the one presented last counts, and at the same
moment a complementaria.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gateway.sat.dates import MONTHS, plain

#: SAT's own returns in this form begin with this year.
FIRST_YEAR = 2018
_WORD = re.compile(r"[a-z]+")

Record = Mapping[str, Any]


def months_of(record: Record) -> list[tuple[int, int]]:
    """(year, month) of each month that a monthly return is for: "Enero-Febrero" (RIF) is for two. Empty if unknown."""
    year, period = record.get("year"), record.get("period")
    if not year:
        return []
    if period:
        return [(year, period)]
    named = [MONTHS.index(word) + 1 for word in _WORD.findall(plain(record.get("period_text") or "")) if word in MONTHS]
    if not named:
        return []
    return [(year, month) for month in range(min(named), max(named) + 1)]


def is_complementary(record: Record) -> bool:
    """Return True for a declaración complementaria."""
    return "complement" in plain(record.get("type") or "")


def in_order(records: Iterable[Any]) -> list[Any]:
    """As they were presented, the one that counts last."""
    return sorted(records, key=lambda record: (record.get("presented_at") or "", is_complementary(record)))


def monthly_due(year: int, month: int) -> date:
    """Return the 17th of the following month (LISR, LIVA), without the days more that some RFCs have."""
    return date(year + month // 12, month % 12 + 1, 17)


def annual_due(year: int, *, company: bool) -> date:
    """31 March of the following year for a company, 30 April for a person."""
    return date(year + 1, 3, 31) if company else date(year + 1, 4, 30)
