"""CFDIs of withholdings and payments (retenciones): which ones exist and what they say, before either version."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime

from gateway.sandbox.taxpayers.identity import Circle, Party, company_named, pick
from gateway.sandbox.taxpayers.ids import Space, draw, uuid_of
from gateway.sandbox.taxpayers.lines import share
from gateway.sandbox.taxpayers.months import BACK, add_months, spread

PLATFORM, DIVIDENDS, INTEREST, ABROAD = "26", "14", "16", "18"
_OLD = 5  # documents of version 1.0
_NAMES = {
    PLATFORM: "Servicios mediante Plataformas Tecnológicas",
    DIVIDENDS: "Dividendos o utilidades distribuidas.",
    INTEREST: "Intereses.",
    ABROAD: "Pagos realizados a favor de residentes en el extranjero.",
}


@dataclass(frozen=True, slots=True)
class WithheldTax:
    """One tax withheld, in cents; `final` where the law makes it a definitive payment."""

    code: str  # 001 ISR, 002 IVA
    base: int
    amount: int
    final: bool


@dataclass(frozen=True, slots=True)
class Withholding:
    index: int
    version: str
    key: str  # c_CveRetenc
    issued: bool
    uuid: str
    folio: str
    issued_at: datetime
    issuer: Party
    receiver: Party
    period: date  # first day of its month
    amount: int
    taxed: int
    taxes: tuple[WithheldTax, ...]

    @property
    def name(self) -> str:
        return _NAMES[self.key]

    @property
    def exempt(self) -> int:
        """Return the part that is not taxed, in cents."""
        return self.amount - self.taxed

    @property
    def withheld(self) -> int:
        """Add up what is withheld, in cents."""
        return sum(row.amount for row in self.taxes)

    @property
    def other(self) -> Party:
        """Return the counterparty."""
        return self.receiver if self.issued else self.issuer


def count(invoices: int) -> int:
    """Return the number of retenciones for a number of invoices."""
    return 12 + invoices // 50


def make(key: bytes, me: Party, circle: Circle, total: int, index: int, today: date) -> Withholding:
    """Withholding `index` of `total`, oldest first."""
    chance = draw(key, "withholding", index)
    if index < _OLD:
        version, issued_at = "1.0", spread(date(2019, 9, 1), date(2021, 12, 1), index, _OLD)
    else:
        start = add_months(today.replace(day=1), -BACK)
        version, issued_at = "2.0", spread(start, today, index - _OLD, total - _OLD)
    kind = _kind(me, chance)
    issued = kind in (DIVIDENDS, ABROAD)
    other = _other(key, kind, circle, chance)
    amount, taxed, taxes = _amounts(kind, chance)
    return Withholding(
        index=index,
        version=version,
        key=kind,
        issued=issued,
        uuid=uuid_of(key, Space.WITHHOLDING, index),
        folio=f"R{index + 1:05d}",
        issued_at=issued_at,
        issuer=me if issued else other,
        receiver=other if issued else me,
        period=add_months(issued_at.date().replace(day=1), -1),
        amount=amount,
        taxed=taxed,
        taxes=taxes,
    )


def _kind(me: Party, chance: random.Random) -> str:
    if me.person:
        return PLATFORM if chance.random() < 0.8 else INTEREST
    return chance.choices((DIVIDENDS, INTEREST, ABROAD), (40, 40, 20))[0]


def _other(key: bytes, kind: str, circle: Circle, chance: random.Random) -> Party:
    if kind == PLATFORM:
        return company_named(key, chance.choice(("PLATAFORMA VIAJERA URBANA", "MERCADO DIGITAL SURESTE")))
    if kind == INTEREST:
        return company_named(key, chance.choice(("BANCO DEL ALTIPLANO", "BANCA CORDILLERA NACIONAL")))
    return pick(circle.employees if kind == DIVIDENDS else circle.foreigners, chance.random())


def _amounts(kind: str, chance: random.Random) -> tuple[int, int, tuple[WithheldTax, ...]]:
    """Operation, taxed part and what was withheld. Rates: LISR 113-A and 140, LIVA 18-J, LISR 167."""
    amount = chance.randint(300_000, 9_000_000)
    if kind == PLATFORM:
        vat = share(amount, "0.160000")
        taxes = (
            WithheldTax("001", amount, share(amount, "0.021000"), final=False),
            WithheldTax("002", vat, share(vat, "0.500000"), final=False),
        )
        return amount, amount, taxes
    rate = {DIVIDENDS: "0.100000", INTEREST: "0.009000", ABROAD: "0.250000"}[kind]
    return amount, amount, (WithheldTax("001", amount, share(amount, rate), final=kind != INTEREST),)
