"""The figures that returns declare: the books of a month or a year in whole pesos, and now and then less.

Two kinds of differences are made on purpose, so that there is something to find:
- one month of each year the largest sale that was paid at once was forgotten, and never declared: it is in neither the
  income nor the taxes of the month, nor in the income of the annual return;
- in the month that is declared twice something was forgotten too, and the complementaria mends it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from gateway.sandbox.taxpayers.accounts import Accounts, Month
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.lines import INCOME, VAT

#: The month in which it was is one of the first nine, so that a year soon has one.
_FORGOTTEN = range(1, 10)
#: Per cent of income tax: a company's, and a coarse reading of a person's tariff.
_COMPANY, _PERSON = 30, 20
#: Of a person in the regime of trust: pesos of a month, and the per cent up to them.
_TRUST = tuple((end, Decimal(rate)) for end, rate in
               ((25_000, "1"), (50_000, "1.1"), (Decimal("83333.33"), "1.5"), (Decimal("208333.33"), "2"),
                (Decimal("291666.67"), "2.5")))  # fmt: skip
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
    """Of an annual return, in pesos. `paid`: provisional payments; `withheld`: ISR that customers withheld."""

    income: int
    deductions: int
    tax: int
    paid: int
    withheld: int


def books(key: bytes, accounts: Accounts, first: date) -> Month:
    """Return the books of a month as they are declared: one month a year without its largest sale."""
    month = accounts.month(first)
    if first.month != draw(key, "forgotten", first.year).choice(_FORGOTTEN):
        return month
    less = replace(
        month.collected, net=month.collected.net - month.largest_net, vat=month.collected.vat - month.largest
    )
    return replace(month, collected=less, accrued=month.accrued - month.largest_net)


def of_month(key: bytes, me: Party, accounts: Accounts, first: date) -> list[Concept]:
    """Return the taxes declared for a month."""
    return _taxes(key, me, books(key, accounts, first), first.year)


def isr_of(key: bytes, me: Party, accounts: Accounts, first: date) -> int:
    """Return the ISR declared for a month, in pesos."""
    return of_month(key, me, accounts, first)[0].amount


def coefficient(key: bytes, year: int) -> int:
    """Return a company's coefficient of profit in hundredths."""
    return draw(key, "coefficient", year).randint(4, 18)


def of_amended_month(key: bytes, me: Party, accounts: Accounts, first: date) -> Amended:
    """Choose the tax to amend: IVA to pay; else a withheld tax; else the own ISR; else the IVA in favour."""
    month = books(key, accounts, first)
    concepts = _taxes(key, me, month, first.year)
    owed = [place for place in (*range(1, len(concepts)), 0) if concepts[place].amount > 0]
    place = owed[0] if owed else 1  # with nothing to pay: the IVA in favour was too much
    then = concepts[place]
    sale = pesos_of(month.largest) if place == 1 else 0
    concepts[place] = _less(then, sale or max(1, then.amount // 4))
    return Amended(concepts, then)


def of_year(key: bytes, me: Party, accounts: Accounts, year: int) -> Year:
    """Add up the months as they were declared. Of a year before the first document: invented."""
    if date(year, 1, 1) < accounts.begin:
        chance = draw(key, "annual amounts", year)
        income = chance.randint(400_000, 3_000_000) * (1 if me.person else 12)
        deductions = 0 if _in_trust(me) else income * chance.randint(55, 92) // 100
        tax = _tax_of_year(me, income, deductions)
        return Year(income, deductions, tax, tax * chance.randint(70, 115) // 100, 0)
    firsts = [date(year, month, 1) for month in range(1, 13)]
    months = [books(key, accounts, first) for first in firsts]
    income = max(0, sum(pesos_of(_income(me, month)) for month in months))
    spent = pesos_of(sum((month.paid.net + month.wages for month in months), Decimal(0)))
    deductions = 0 if _in_trust(me) else max(0, min(spent, income * _MOST_DEDUCTED // 100))
    withheld = pesos_of(sum((month.collected.income_tax_withheld for month in months), Decimal(0))) if me.person else 0
    paid = sum(isr_of(key, me, accounts, first) for first in firsts)
    return Year(income, deductions, _tax_of_year(me, income, deductions), paid, withheld)


def _in_trust(me: Party) -> bool:
    return me.person and me.regime == "626"


def _tax_of_year(me: Party, income: int, deductions: int) -> int:
    if _in_trust(me):
        return pesos_of(tax_of_trust(Decimal(income * 100), 12))
    return (income - deductions) * (25 if me.person else _COMPANY) // 100


def pesos_of(cents: Decimal) -> int:
    """Return whole pesos, half up."""
    return int((cents / 100).quantize(Decimal(1), ROUND_HALF_UP))


def _taxes(key: bytes, me: Party, month: Month, year: int) -> list[Concept]:
    """Return all that the books of a month come to; ISR is the first and IVA the second."""
    vat = month.collected.vat - month.paid.vat - month.collected.vat_withheld
    trust = me.regime == "626"
    if me.person:
        isr = (
            "ISR simplificado de confianza. Personas físicas"
            if trust
            else "ISR plataformas tecnológicas. Personas físicas"
            if me.regime == "625"
            else "ISR personas físicas. Actividad empresarial y profesional"
        )
        tax = max(_NOTHING, _person_tax(me, month) - month.collected.income_tax_withheld)
        found = [(isr, tax), ("Impuesto al Valor Agregado. Personas físicas", vat)]
    else:
        provisional = max(_NOTHING, month.accrued * coefficient(key, year) * _COMPANY / 10_000)
        isr, tax = ("ISR simplificado de confianza. Personas morales", tax_of_profit(me, month)) if trust else (
            "ISR personas morales", provisional
        )  # fmt: skip
        found = [
            (isr, tax),
            ("Impuesto al Valor Agregado. Personas morales", vat),
            ("ISR retenciones por salarios", month.wages_tax),
            ("ISR retenciones por servicios profesionales", month.paid.income_tax_withheld),
            ("IVA retenciones", month.paid.vat_withheld + month.withheld[VAT]),
        ]
        if month.withheld[INCOME]:
            found.append(("Otras retenciones de ISR", Decimal(month.withheld[INCOME])))
    if any(product.excise for product in me.sector.products):
        found.append(("IEPS por bebidas y alimentos", month.collected.excise - month.paid.excise))
    return [Concept(name, pesos_of(cents)) for name, cents in found]


def _person_tax(me: Party, month: Month) -> Decimal:
    return tax_of_trust(month.collected.net, 1) if _in_trust(me) else tax_of_profit(me, month)


def tax_of_profit(me: Party, month: Month) -> Decimal:
    """Return the tax of what was collected and not spent, in cents."""
    per_cent = _PERSON if me.person else _COMPANY
    return max(_NOTHING, (month.collected.net - month.paid.net) * per_cent / 100)


def tax_of_trust(cents: Decimal, months: int) -> Decimal:
    """Return a person's tax of what was collected in the regime of trust (LISR 113-E), in cents."""
    return max(_NOTHING, cents * trust_rate(pesos_of(cents), months) / 100)


def trust_rate(income: int, months: int) -> Decimal:
    """Return per cent of the income of a month or, by twelve months, of a year."""
    return next((rate for end, rate in _TRUST if income <= end * months), _TRUST[-1][1])


def _income(me: Party, month: Month) -> Decimal:
    return month.collected.net if me.person or me.regime == "626" else month.accrued


def _less(concept: Concept, forgotten: int) -> Concept:
    return concept._replace(amount=concept.amount - forgotten)
