"""Arithmetic that never rounds a sum or a product, over amounts that may not be known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Any

#: Wider than SAT's longest amount by its longest rate (36 digits), and than the exact value of most doubles.
EXACT = Context(prec=100)
#: Quotients: as many digits as MongoDB's Decimal128 holds.
QUOTIENTS = Context(prec=34)

#: Digits before the point, more than twice SAT's 18: the product of two such numbers still has room for its cents.
_MOST_WHOLE = 40

ISR, IVA, IEPS = "001", "002", "003"
PESOS = "MXN"
ONE = Decimal(1)


def decimal(text: str | None) -> Decimal | None:
    """Return an amount's text as a number; None stays None, and so is an amount that no sum could hold."""
    if text is None:
        return None
    amount = Decimal(text)
    return amount if amount.adjusted() < _MOST_WHOLE else None


def times(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Multiply; by a rate of 1, of an amount in pesos, give the very same value."""
    return None if amount is None or rate is None else amount if rate is ONE else EXACT.multiply(amount, rate)


def divided(amount: Decimal | None, by: Decimal | None) -> Decimal | None:
    """Divide, to 34 digits; None where an amount is not known, by nothing, and for more than a sum can hold."""
    if amount is None or not by:
        return None
    quotient = QUOTIENTS.divide(amount, by)
    return quotient if quotient.adjusted() < _MOST_WHOLE else None


def difference(amount: Decimal | None, less: Decimal | None) -> Decimal | None:
    """amount − less, where less may be left out."""
    return amount if amount is None or less is None else EXACT.subtract(amount, less)


def summed(amounts: Iterable[Decimal | None]) -> Decimal:
    """Add up the amounts that are known."""
    total = Decimal(0)
    for amount in amounts:
        if amount is not None:
            total = EXACT.add(total, amount)
    return total


def of_tax(taxes: Iterable[Any], code: str) -> Decimal:
    """Add up one tax over a list of taxes; exempt ones have no amount."""
    return summed(decimal(tax["amount"]) for tax in taxes if tax["tax"] == code)
