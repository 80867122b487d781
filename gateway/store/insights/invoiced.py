"""The invoiced side of months: what was collected, paid, accrued, withheld, and the way to the documents of each part.

Amounts are exact decimals; whoever shows them rounds them once (`as_text`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.insights.tax_flows import (
    AT_ONCE,
    INSTALMENTS,
    LATER,
    OFFSET,
    PAYMENTS,
    PAYROLL,
    REFUNDS,
    TAXES,
    UNKNOWN,
    Flows,
)
from gateway.store.mongo import Row

ISSUED, RECEIVED = "ISSUED", "RECEIVED"
_CASH = (AT_ONCE, INSTALMENTS, PAYMENTS, REFUNDS)
#: Parts of a flow and what they are added up from; the sign with which they count.
_PARTS = {"at_once": ((AT_ONCE, INSTALMENTS), 1), "payments": ((PAYMENTS,), 1), "refunds": ((REFUNDS,), -1)}
_ACCRUED = {AT_ONCE: 1, LATER: 1, UNKNOWN: 1, REFUNDS: -1, OFFSET: -1}
_NOT_OURS = ("where", "tax_return", "returns")

_Rows = Callable[..., list[Row]]


def invoiced(taxpayer: str, months: list[str], flows: Flows, withheld: Any) -> Row:
    """The invoiced side of one month, or of several together."""

    def rows(direction: str, *parts: str) -> list[Row]:
        found = (flows.get((month, direction, part)) for month in months for part in parts)
        return [row for row in found if row]

    payroll = rows(ISSUED, PAYROLL)
    where: Row = {"taxpayer": taxpayer, "months": months}
    return {
        "collected": _flow(where, ISSUED, rows),
        "paid": _flow(where, RECEIVED, rows),
        "invoiced": _accrued(ISSUED, rows),
        "expenses": _accrued(RECEIVED, rows),
        "payroll": {
            "isr_withheld": _sum(payroll, "isr_withheld"),
            "coverage": sums.coverage(payroll),
            **_drill(where, ISSUED, {"figures.nature": "PAYROLL", **_in(months)}),
        },
        "withheld_by_taxpayer": _withheld(where, ISSUED, withheld),
        "withheld_from_taxpayer": _withheld(where, RECEIVED, withheld),
    }


def _flow(where: Row, direction: str, rows: _Rows) -> Row:
    parts: dict[str, Row] = {}
    total = dict.fromkeys(TAXES, Decimal(0))
    for name, (of, sign) in _PARTS.items():
        held = rows(direction, *of)
        for tax in TAXES:
            total[tax] = sums.added((total[tax], sign * _sum(held, tax)))
        parts[name] = {
            **_text(held),
            "coverage": sums.coverage(held),
            **_drill(where, direction, _selects(name, where)),
        }
    counted = [*rows(direction, *_CASH), *({**row, "used": 0} for row in rows(direction, UNKNOWN))]
    return {
        **parts,
        "total": total,
        "coverage": sums.coverage(counted),
    }


def _selects(part: str, where: Row) -> Row:
    months = where["months"]
    if part == "payments":
        days = periods.within(date.fromisoformat(f"{months[0]}-01"), last_day(date.fromisoformat(f"{months[-1]}-01")))
        return {"figures.nature": "PAYMENT", "figures.payments": {"$elemMatch": {"at": days}}}
    if part == "refunds":
        return {"figures.nature": "CREDIT_NOTE", **_in(months)}
    at_once = [{"figures.nature": "INSTALMENT"}, {"figures.nature": "INCOME", "payment_method": "PUE"}]
    return {**_in(months), "$and": [{"$or": at_once}]}


def _in(months: list[str]) -> Row:
    return periods.issued_in_months(months[0], months[-1])


def _drill(where: Row, direction: str, selected: Row) -> Row:
    return {"taxpayer": where["taxpayer"], "where": {"direction": direction, "status": "ACTIVE", **selected}}


def _accrued(direction: str, rows: _Rows) -> Row:
    found = dict.fromkeys(TAXES, Decimal(0))
    for part, sign in _ACCRUED.items():
        for tax in TAXES:
            found[tax] = sums.added((found[tax], sign * _sum(rows(direction, part), tax)))
    coverage = sums.coverage(rows(direction, *_ACCRUED))
    return {**found, "coverage": coverage}


def _withheld(where: Row, direction: str, withheld: Any) -> Row:
    held = [row for month in where["months"] if (row := withheld.get((month, direction)))]
    months = {"figures.month": {"$gte": where["months"][0], "$lte": where["months"][-1]}}
    return {
        "isr_withheld": _sum(held, "isr_withheld"),
        "iva_withheld": _sum(held, "iva_withheld"),
        "coverage": sums.coverage(held),
        **_drill(where, direction, months),
    }


def last_day(first: date) -> date:
    return Range(first, date(first.year, 12, 31), "MONTH").periods()[0].end


def _sum(rows: Iterable[Row], name: str) -> Decimal:
    return sums.added(sums.exact(row.get(name)) for row in rows)


def _text(rows: Sequence[Row]) -> Row:
    return {"documents": sum(row["documents"] for row in rows), **{tax: _sum(rows, tax) for tax in TAXES}}


def as_text(value: Any) -> Any:
    """The same with each amount rounded to cents, as text; stored rows and queries in it are left as they are."""
    if isinstance(value, Decimal):
        return sums.money(value)
    if isinstance(value, dict):
        return {key: inner if key in _NOT_OURS else as_text(inner) for key, inner in value.items()}
    return [as_text(inner) for inner in value] if isinstance(value, list) else value
