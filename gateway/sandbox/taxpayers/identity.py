"""The taxpayer and its counterparties, decided by the RFC and the seed alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gateway.sandbox.taxpayers import names
from gateway.sandbox.taxpayers.ids import draw
from gateway.sandbox.taxpayers.products import PERSON_SECTORS, SECTORS, Sector
from gateway.sandbox.taxpayers.rfc import FOREIGN, PUBLIC, birthday, company_rfc, curp_of, person_rfc


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a document. `name` is bare, as CFDI 4.0 wants it; `suffix` is what older versions put behind it."""

    rfc: str
    name: str
    regime: str
    city: names.City
    postal_code: str
    sector: Sector
    suffix: str = ""
    capital_regime: str = ""
    given: str = ""
    first: str = ""
    second: str = ""
    curp: str = ""
    country: str | None = None  # foreigners only
    foreign_id: str | None = None

    @property
    def person(self) -> bool:
        return len(self.rfc) == 13 and self.rfc not in (PUBLIC, FOREIGN)

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.suffix}".strip()


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody a taxpayer exchanges documents with; `pick` makes the first ones the most frequent."""

    customers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    employees: tuple[Party, ...]
    employer: Party
    foreigners: tuple[Party, ...]


def taxpayer(key: bytes, rfc: str) -> Party:
    """Invent the person (13 characters) or company (12) of an RFC, with a name that fits its letters if possible."""
    chance = draw(key, "identity")
    return _person(chance, rfc) if len(rfc) == 13 else _company(chance, rfc)


def circle(key: bytes) -> Circle:
    """Invent the counterparties of a taxpayer: customers, suppliers, employees, an employer and foreigners."""
    chance = draw(key, "circle")
    total = chance.randint(15, 60)
    customers = total * chance.randint(45, 65) // 100
    return Circle(
        customers=tuple(_stranger(draw(key, "customer", i), 0.2) for i in range(customers)),
        suppliers=tuple(_stranger(draw(key, "supplier", i), 0.3) for i in range(total - customers)),
        employees=tuple(_person(draw(key, "employee", i), None, "605") for i in range(chance.randint(8, 40))),
        employer=_company(draw(key, "employer"), None),
        foreigners=tuple(_foreigner(entry) for entry in names.FOREIGN_COMPANIES),
    )


def pick(parties: Sequence[Party], chance: float) -> Party:
    """Skewed: with 30 parties the first five take about half of the documents."""
    return parties[int(len(parties) * chance**2.6)]


def public(at: Party) -> Party:
    """Return the general public, at the issuer's postal code (a rule of CFDI 4.0)."""
    return Party(PUBLIC, "PUBLICO EN GENERAL", "616", at.city, at.postal_code, at.sector)


def _stranger(chance: random.Random, people: float) -> Party:
    if chance.random() < people:
        return _person(chance, None, chance.choice(("612", "612", "626")))
    return _company(chance, None)


def _company(chance: random.Random, rfc: str | None) -> Party:
    sector = chance.choice(SECTORS)
    letters = (rfc or "").ljust(3)
    first = chance.choice(_starting(sector.words, letters[0]))
    second = chance.choice(_starting(names.SECOND_WORDS, letters[1]))
    third = chance.choice(_starting(names.THIRD_WORDS, letters[2]))
    name = f"{first} {second} {third}"
    founded = date(1985, 1, 1) + timedelta(days=chance.randrange(33 * 365))
    words, suffix = chance.choices(names.CAPITAL_REGIMES, (70, 15, 10, 5))[0]
    city = chance.choice(names.CITIES)
    return Party(
        rfc=rfc or company_rfc(name, founded, chance),
        name=name,
        regime=chance.choices(("601", "626"), (88, 12))[0],
        city=city,
        postal_code=chance.choice(city.postal),
        sector=sector,
        suffix=suffix,
        capital_regime=words,
    )


def _person(chance: random.Random, rfc: str | None, regime: str | None = None) -> Party:
    letters = (rfc or "").ljust(4)
    woman = chance.random() < 0.5
    given = chance.choice(_starting(names.GIVEN_WOMEN if woman else names.GIVEN_MEN, letters[3]))
    first = chance.choice(_starting(names.SURNAMES, letters[0], letters[1]))
    second = chance.choice(_starting(names.SURNAMES, letters[2]))
    city = chance.choice(names.CITIES)
    born = birthday(rfc) if rfc else date(1955, 1, 1) + timedelta(days=chance.randrange(45 * 365))
    own = rfc or person_rfc(given, first, second, born, chance)
    return Party(
        rfc=own,
        name=f"{given} {first} {second}",
        regime=regime or chance.choice(("612", "612", "625", "626")),
        city=city,
        postal_code=chance.choice(city.postal),
        sector=chance.choice(PERSON_SECTORS),
        given=given,
        first=first,
        second=second,
        curp=curp_of(own, given, first, second, city.curp_state, woman, chance),
    )


def _foreigner(entry: tuple[str, str, str]) -> Party:
    name, country, foreign_id = entry
    return Party(FOREIGN, name, "616", names.CITIES[0], "64000", SECTORS[0], country=country, foreign_id=foreign_id)


def _starting(words: Sequence[str], letter: str, vowel: str = "") -> Sequence[str]:
    """Return the words that begin with an RFC's letter, or all of them where none does."""
    fitting = [w for w in words if w[0] == letter]
    exact = [w for w in fitting if vowel and next((c for c in w[1:] if c in "AEIOU"), "X") == vowel]
    return exact or fitting or words


def company_named(key: bytes, name: str) -> Party:
    """Invent a company with a given name: a platform or a bank that withholds."""
    chance = draw(key, "company", name)
    like = _company(chance, None)
    return replace(like, name=name, rfc=company_rfc(name, date(2012, 3, 5), chance), regime="601")
