"""Invoiced beside declared, month by month, and a year's taxes in one table.

What is invoiced is summed in the store (`tax_flows`); here small rows of months are set beside the few returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat import return_periods
from gateway.sat.declared_taxes import Declared, DeclaredTax, declared
from gateway.store import returns, taxpayers
from gateway.store.insights import declared_income, invoiced, sums, tax_flows
from gateway.store.insights.coverage import Coverage, merged
from gateway.store.insights.declared_caused import taxes
from gateway.store.insights.declared_income import Books
from gateway.store.insights.invoiced import Invoiced
from gateway.store.insights.periods import By, Period, Range
from gateway.store.mongo import Row, Store

#: What `as_text` leaves as it is.
_NOT_OURS = ("coverage", "invoiced_coverage", "collected_coverage", "where", "concepts", "returns")


class Concept(TypedDict):
    """A concept of a period's returns, from the one that counts for it."""

    tax: str
    name: str | None
    balance: str | None
    charge: str | None
    favour: str | None
    to_pay: str | None
    paid_before: str | None
    tax_return: Row


class Comparison(TypedDict):
    tax: str
    invoiced: Decimal | None
    declared: Decimal | None
    difference: Decimal | None
    to_pay: Decimal | None
    coverage: Coverage
    concepts: list[Concept]


async def invoiced_versus_declared(store: Store, taxpayer: str, range: Range) -> Row:
    """Return each whole month of a range, and all of them together."""
    return (await _compared(store, taxpayer, range))[1]


async def _compared(store: Store, taxpayer: str, range: Range) -> tuple[Books, Row]:
    asked = Range(range.start.replace(day=1), last_day(range.end.replace(day=1)), "MONTH", range.by)
    flows, withheld, held, voided, rfc = await asyncio.gather(
        tax_flows.flows(store, taxpayer, asked),
        tax_flows.withheld(store, taxpayer, asked),
        returns.monthly(store, taxpayer, asked.start.year, asked.end.year),
        declared_income.cancelled(store, taxpayer, asked),
        taxpayers.rfc_of(store, taxpayer),
    )
    basis = declared_income.basis_of(rfc, (row for rows in held.values() for row in rows))
    whole, sides = invoiced.sides(asked, flows, withheld)
    months = {side.key: invoiced.invoiced(taxpayer, side) for side in sides}
    books = Books(taxpayer, rfc, flows, months, invoiced.invoiced(taxpayer, whole), voided, basis, asked.by)
    made = [_month(books, month, _filed_for(held, month)) for month in asked.periods()]
    total = _total(books, made)
    await declared_income.with_invoices(store, taxpayer, [one["income"] for one in (*made, total)], asked.by)
    return books, {
        "from_": asked.start.isoformat(),
        "to": asked.end.isoformat(),
        "months": as_text(made),
        "total": as_text(total),
    }


async def year(store: Store, taxpayer: str, year: int, by: By = "PERIOD") -> Row:
    """Return a year's months, their total, and the annual return beside them."""
    (books, found), annual = await asyncio.gather(
        _compared(store, taxpayer, Range(date(year, 1, 1), date(year, 12, 31), "MONTH", by)),
        returns.annual(store, taxpayer, year, year),
    )
    filings = annual.get(year, [])
    told, _ = declared_income.declared_in(filings)
    income = books.income(list(books.months), books.whole, told, missing=[] if filings else [str(year)])
    await declared_income.with_invoices(store, taxpayer, [income], by)
    return {
        "year": year,
        "months": found["months"],
        "total": found["total"],
        "income": as_text(income),
        **as_text(taxes(books.whole, income, filings, books.rfc, monthly=False)),
        "annual_return": filings[-1] if filings else None,
        "annual_returns": filings,
        "annual_concepts": [_concept(one) for one in declared(filings)],
    }


def last_day(first: date) -> date:
    return Range(first, date(first.year, 12, 31), "MONTH").periods()[0].end


def as_text(value: Any) -> Any:
    """The same with each amount rounded to cents, as text; stored rows and queries in it are left as they are."""
    if isinstance(value, Decimal):
        return sums.money(value)
    if isinstance(value, dict):
        return {key: inner if key in _NOT_OURS else as_text(inner) for key, inner in value.items()}
    return [as_text(inner) for inner in value] if isinstance(value, list) else value


def _filed_for(held: dict[tuple[int, int], list[Row]], month: Period) -> list[Row]:
    """Return the returns of a month; one of two months stands by its last."""
    key = (month.start.year, month.start.month)
    return [row for row in held.get(key, []) if return_periods.months_of(row)[-1] == key]


def _month(books: Books, month: Period, filings: list[Row]) -> Row:
    concepts = declared(filings)
    row = books.months[month.key]
    income = books.income([month.key], row, declared_income.declared_in(filings)[0])
    return {
        "month": month.key,
        **row,
        "comparisons": [_comparison(tax, row, concepts, bool(filings)) for tax in DeclaredTax],
        "income": income,
        **taxes(row, income, filings, books.rfc, monthly=True),
        "returns": filings,
    }


def _total(books: Books, months: Sequence[Row]) -> Row:
    return {
        **books.whole,
        "comparisons": [
            _added(tax, books.whole, [month["comparisons"][index] for month in months])
            for index, tax in enumerate(DeclaredTax)
        ],
        "income": books.total(months),
        "months_filed": sum(bool(month["returns"]) for month in months),
    }


def _comparison(tax: DeclaredTax, row: Invoiced, concepts: Iterable[Declared], has_return: bool) -> Comparison:
    mine = [one for one in concepts if one.tax is tax]
    known = [one.balance for one in mine if one.balance is not None]
    # With a return that lacks the concept nothing was declared; without one nobody knows.
    told = sums.added(known) if known else None
    amount, coverage = _invoiced_tax(tax, row)
    return {
        "tax": str(tax),
        "invoiced": amount,
        "declared": told,
        "difference": None if amount is None or told is None else sums.minus(amount, told),
        "to_pay": sums.added(one.to_pay for one in mine) if has_return else None,
        "coverage": coverage,
        "concepts": [_concept(one) for one in mine],
    }


def _invoiced_tax(tax: DeclaredTax, row: Invoiced) -> tuple[Decimal | None, Coverage]:
    """Return what the documents make of a tax, and what that stands on, by the returns' own rule if they tell it."""
    collected, paid, ours = row["collected"], row["paid"], row["withheld_by_taxpayer"]
    cash = merged([collected["coverage"], paid["coverage"]])
    match tax:
        case DeclaredTax.IVA:
            amount = sums.minus(collected["total"]["iva"], paid["total"]["iva"])
            return sums.minus(amount, collected["total"]["iva_withheld"]), cash
        case DeclaredTax.IVA_WITHHELD:
            amount = sums.added((paid["total"]["iva_withheld"], ours["iva_withheld"]))
            return amount, merged([paid["coverage"], ours["coverage"]])
        case DeclaredTax.ISR_WITHHELD_OTHER:
            amount = sums.added((paid["total"]["isr_withheld"], ours["isr_withheld"]))
            return amount, merged([paid["coverage"], ours["coverage"]])
        case DeclaredTax.ISR_WITHHELD_SALARIES:
            return row["payroll"]["isr_withheld"], row["payroll"]["coverage"]
        case DeclaredTax.IEPS:
            return sums.minus(collected["total"]["ieps"], paid["total"]["ieps"]), cash
        case _:
            return None, merged([])


def _added(tax: DeclaredTax, whole: Invoiced, months: Sequence[Comparison]) -> Comparison:
    """Return a tax over several months. The difference is of the months alone of which both sides are known."""

    def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
        known = [amount for amount in amounts if amount is not None]
        return sums.added(known) if known else None

    amount, coverage = _invoiced_tax(tax, whole)
    return {
        "tax": str(tax),
        "invoiced": amount,
        "declared": total(month["declared"] for month in months),
        "difference": total(month["difference"] for month in months),
        "to_pay": total(month["to_pay"] for month in months),
        "coverage": coverage,
        "concepts": [concept for month in months for concept in month["concepts"]],
    }


def _concept(one: Declared) -> Concept:
    def text(amount: Decimal | None) -> str | None:
        return None if amount is None else str(amount)

    return {
        "tax": str(one.tax),
        "name": one.name or None,
        "balance": text(one.balance),
        "charge": text(one.charge),
        "favour": text(one.favour),
        "to_pay": text(one.to_pay),
        "paid_before": text(one.paid_before),
        "tax_return": one.record,
    }
