"""Invoiced beside declared, month by month, and a year's taxes in one table.

What is invoiced is summed in the store (`tax_flows`); here small rows of months are set beside the few returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from gateway.sat import return_periods
from gateway.sat.declared_taxes import Declared, DeclaredTax, declared
from gateway.store import returns, taxpayers
from gateway.store.insights import declared_income, sums, tax_flows
from gateway.store.insights.declared_caused import taxes
from gateway.store.insights.declared_income import Books
from gateway.store.insights.invoiced import as_text, last_day
from gateway.store.insights.periods import Period, Range
from gateway.store.mongo import Row, Store

_MONTHS = range(1, 13)


async def invoiced_versus_declared(store: Store, taxpayer: str, range: Range) -> Row:
    """Each whole month of a range."""
    return (await _compared(store, taxpayer, range))[1]


async def _compared(store: Store, taxpayer: str, range: Range) -> tuple[Books, Row]:
    asked = Range(range.start.replace(day=1), last_day(range.end.replace(day=1)), "MONTH")
    flows, withheld, held, voided, rfc = await asyncio.gather(
        tax_flows.flows(store, taxpayer, asked),
        tax_flows.withheld(store, taxpayer, asked),
        returns.monthly(store, taxpayer, asked.start.year, asked.end.year),
        declared_income.cancelled(store, taxpayer, asked),
        taxpayers.rfc_of(store, taxpayer),
    )
    basis = declared_income.basis_of(rfc, (row for rows in held.values() for row in rows))
    books = Books(taxpayer, rfc, flows, withheld, voided, basis)
    made = [_month(books, month, _filed_for(held, month)) for month in asked.periods()]
    total = _total(books, made)
    await declared_income.with_invoices(store, taxpayer, [one["income"] for one in (*made, total)])
    return books, {
        "from_": asked.start.isoformat(),
        "to": asked.end.isoformat(),
        "months": as_text(made),
        "total": as_text(total),
    }


async def year(store: Store, taxpayer: str, year: int) -> Row:
    """A year's months, their total, and the annual return beside them."""
    (books, found), annual = await asyncio.gather(
        _compared(store, taxpayer, Range(date(year, 1, 1), date(year, 12, 31), "MONTH")),
        returns.annual(store, taxpayer, year, year),
    )
    filings = annual.get(year, [])
    months = [f"{year}-{month:02}" for month in _MONTHS]
    row = books.invoiced(months)
    told, _ = declared_income.declared_in(filings)
    income = books.income(months, row, told, missing=[] if filings else [str(year)])
    await declared_income.with_invoices(store, taxpayer, [income])
    return {
        "year": year,
        "months": found["months"],
        "total": found["total"],
        "income": as_text(income),
        **as_text(taxes(row, income, filings, books.rfc, monthly=False)),
        "annual_return": filings[-1] if filings else None,
        "annual_returns": filings,
        "annual_concepts": [_concept(one) for one in declared(filings)],
    }


def _filed_for(held: dict[tuple[int, int], list[Row]], month: Period) -> list[Row]:
    """The returns of a month; one of two months stands by its last."""
    key = (month.start.year, month.start.month)
    return [row for row in held.get(key, []) if return_periods.months_of(row)[-1] == key]


def _month(books: Books, month: Period, filings: list[Row]) -> Row:
    concepts = declared(filings)
    row = books.invoiced([month.key])
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
    row = books.invoiced([month["month"] for month in months])
    return {
        **row,
        "comparisons": [
            _added(tax, [month["comparisons"][index] for month in months]) for index, tax in enumerate(DeclaredTax)
        ],
        "income": books.total(months, row),
        "months_filed": sum(bool(month["returns"]) for month in months),
    }


def _comparison(tax: DeclaredTax, row: Row, concepts: Iterable[Declared], has_return: bool) -> Row:
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


def _invoiced_tax(tax: DeclaredTax, row: Row) -> tuple[Decimal | None, Row]:
    """Return what the documents make of a tax, and how many they are, by the returns' own rule where they tell it."""
    collected, paid = row["collected"], row["paid"]
    match tax:
        case DeclaredTax.IVA:
            amount = sums.minus(_amount(collected["total"], "iva"), _amount(paid["total"], "iva"))
            return sums.minus(amount, _amount(collected["total"], "iva_withheld")), _both(collected, paid)
        case DeclaredTax.IVA_WITHHELD | DeclaredTax.ISR_WITHHELD_OTHER:
            name = "iva_withheld" if tax is DeclaredTax.IVA_WITHHELD else "isr_withheld"
            ours = row["withheld_by_taxpayer"]
            return sums.added((_amount(paid["total"], name), _amount(ours, name))), _both(paid, ours)
        case DeclaredTax.ISR_WITHHELD_SALARIES:
            return _amount(row["payroll"], "isr_withheld"), row["payroll"]["coverage"]
        case DeclaredTax.IEPS:
            return sums.minus(_amount(collected["total"], "ieps"), _amount(paid["total"], "ieps")), _both(
                collected, paid
            )
        case _:
            return None, {"used": 0, "total": 0}


def _added(tax: DeclaredTax, months: Sequence[Row]) -> Row:
    """A tax over several months. The difference is of the months alone of which both sides are known."""

    def total(name: str) -> Decimal | None:
        known = [month[name] for month in months if month[name] is not None]
        return sums.added(known) if known else None

    covered = [month["coverage"] for month in months]
    return {
        "tax": str(tax),
        **{name: total(name) for name in ("invoiced", "declared", "difference", "to_pay")},
        "coverage": {name: sum(one[name] for one in covered) for name in ("used", "total")},
        "concepts": [concept for month in months for concept in month["concepts"]],
    }


def _concept(one: Declared) -> Row:
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


def _amount(row: Row, name: str) -> Decimal:
    amount: Decimal = row[name]
    return amount


def _both(*rows: Row) -> Row:
    return {name: sum(row["coverage"][name] for row in rows) for name in ("used", "total")}
