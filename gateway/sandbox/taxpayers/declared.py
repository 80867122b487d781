"""The figures that returns declare: the books of a month or a year in whole pesos, and now and then less.

Two kinds of differences are made on purpose, so that there is something to find:
- one month of each year the largest sale that was paid at once was forgotten in the IVA, and never declared;
- in the month that is declared twice something was forgotten too, and the complementaria mends it.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from gateway.sandbox.taxpayers.accounts import Accounts, Month
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.lines import INCOME, VAT

#: The month in which it was is one of the first nine, so that a year soon has one.
_FORGOTTEN = range(1, 10)
#: Per cent of income tax: a company's, a person's in the regime of trust, another person's; coarse readings of tariffs.
_COMPANY, _TRUST, _PERSON = 30, 2, 20
_MOST_DEDUCTED = 92
_NOTHING = Decimal(0)


class Concept(NamedTuple):
    """A tax and pesos: below zero is in the taxpayer's favour."""

    name: str
    amount: int


class Amended(NamedTuple):
    """A month that is declared twice: all of it as it was declared first, and the one concept that the second mends."""

    first: list[Concept]
    then: Concept


class Year(NamedTuple):
    """Of an annual return, in pesos."""

    income: int
    deductions: int
    tax: int
    paid: int


def of_month(key: bytes, me: Party, accounts: Accounts, first: date) -> list[Concept]:
    """Return the taxes declared for a month; one month a year leaves out its largest sale."""
    books = accounts.month(first)
    concepts = _true(key, me, books, first.year)
    if first.month == draw(key, "forgotten", first.year).choice(_FORGOTTEN):
        concepts[1] = _less(concepts[1], pesos_of(books.largest))
    return concepts


def of_amended_month(key: bytes, me: Party, accounts: Accounts, first: date) -> Amended:
    """Choose the tax to amend: IVA; a withheld tax where there is no IVA to pay; else the own ISR."""
    books = accounts.month(first)
    concepts = _true(key, me, books, first.year)
    owed = [place for place in (*range(1, len(concepts)), 0) if concepts[place].amount > 0]
    if not owed:  # a month with nothing to pay: the amended amount has no document behind it
        more = draw(key, "amended", first.isoformat()).randint(2_000, 30_000)
        return Amended(concepts, concepts[1]._replace(amount=more))
    then = concepts[owed[0]]
    sale = pesos_of(books.largest) if owed[0] == 1 else 0
    concepts[owed[0]] = _less(then, sale or max(1, then.amount // 4))
    return Amended(concepts, then)


def of_year(key: bytes, me: Party, accounts: Accounts, year: int) -> Year:
    """Of a year before the first document: invented."""
    if date(year, 1, 1) < accounts.begin:
        chance = draw(key, "annual amounts", year)
        income = chance.randint(400_000, 3_000_000) * (1 if me.person else 12)
        deductions = income * chance.randint(55, 92) // 100
        tax = (income - deductions) * (25 if me.person else _COMPANY) // 100
        return Year(income, deductions, tax, tax * chance.randint(70, 115) // 100)
    firsts = [date(year, month, 1) for month in range(1, 13)]
    months = [accounts.month(first) for first in firsts]
    income = max(0, pesos_of(sum((_income(me, month) for month in months), Decimal(0))))
    spent = pesos_of(sum((month.paid.net + month.wages for month in months), Decimal(0)))
    deductions = max(0, min(spent, income * _MOST_DEDUCTED // 100))
    tax = (income - deductions) * (25 if me.person else _COMPANY) // 100
    paid = sum(_true(key, me, month, year)[0].amount for month in months)
    return Year(income, deductions, tax, paid)


def pesos_of(cents: Decimal) -> int:
    """Whole pesos, half up."""
    return int((cents / 100).quantize(Decimal(1), ROUND_HALF_UP))


def _true(key: bytes, me: Party, books: Month, year: int) -> list[Concept]:
    """All that the books of a month come to; ISR is the first and IVA the second."""
    vat = books.collected.vat - books.paid.vat - books.collected.vat_withheld
    if me.person:
        isr = (
            "ISR simplificado de confianza. Personas físicas"
            if me.regime == "626"
            else "ISR personas físicas. Actividad empresarial y profesional"
        )
        found = [(isr, _person_isr(me, books)), ("Impuesto al Valor Agregado. Personas físicas", vat)]
    else:
        coefficient = draw(key, "coefficient", year).randint(4, 18)
        provisional = max(_NOTHING, books.accrued * coefficient * _COMPANY / 10_000)
        found = [
            ("ISR personas morales", provisional),
            ("Impuesto al Valor Agregado. Personas morales", vat),
            ("ISR retenciones por salarios", books.wages_tax),
            ("ISR retenciones por servicios profesionales", books.paid.income_tax_withheld),
            ("IVA retenciones", books.paid.vat_withheld + books.withheld[VAT]),
        ]
        if books.withheld[INCOME]:
            found.append(("Otras retenciones de ISR", Decimal(books.withheld[INCOME])))
    if any(product.excise for product in me.sector.products):
        found.append(("IEPS por bebidas y alimentos", books.collected.excise - books.paid.excise))
    return [Concept(name, pesos_of(cents)) for name, cents in found]


def _person_isr(me: Party, books: Month) -> Decimal:
    if me.regime == "626":
        tax = books.collected.net * _TRUST / 100
    else:
        tax = (books.collected.net - books.paid.net) * _PERSON / 100
    return max(_NOTHING, tax - books.collected.income_tax_withheld)


def _income(me: Party, month: Month) -> Decimal:
    return month.collected.net if me.person else month.accrued


def _less(concept: Concept, forgotten: int) -> Concept:
    return concept._replace(amount=concept.amount - forgotten)
