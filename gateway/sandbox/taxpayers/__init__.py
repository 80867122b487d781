"""Taxpayers who do not exist: a whole SAT profile invented from a seed and an RFC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from gateway.sandbox.portfolio import Portfolio
from gateway.sandbox.taxpayers.months import UTC_OFFSET
from gateway.sandbox.taxpayers.portfolio import GeneratedPortfolio


class Taxpayers:
    """`taxpayers(rfc)` is the portfolio of a company (12 characters) or of a person (13).

    `invoices` is how many CFDI each one has, from 24 months before `today` (default: the day of the first question, in
    Mexico by `clock`: in the evening there, UTC is a day ahead, and SAT has dated nothing tomorrow).
    """

    def __init__(
        self,
        seed: int,
        invoices: int,
        today: date | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._seed = seed
        self._invoices = invoices
        self._today = today
        self._clock = clock
        self._made = lru_cache(maxsize=16)(self._make)

    def __call__(self, rfc: str) -> Portfolio:
        return self._made(rfc)

    def _make(self, rfc: str) -> GeneratedPortfolio:
        return GeneratedPortfolio(self._seed, rfc, self._invoices, self._today or (self._clock() - UTC_OFFSET).date())
