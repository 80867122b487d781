"""Amounts on their way into a row: exact, as the store's own Decimal128, which sums and ranges use.

A row has some forty of them. bson's own way from a decimal goes digit by digit and bit by bit and costs four times what
is done here with whole numbers; it is still asked for what is no plain number of 34 digits at most.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from bson import Decimal128

from gateway.sat.money import is_amount

# A Decimal128 holds 34 digits. A product of SAT's longest amount and longest rate has 36, of which the last two are
# thousandths of a millionth of a peso.
_34_DIGITS = Context(prec=34, rounding=ROUND_HALF_EVEN)
# IEEE 754: sign, biased exponent, and a coefficient of 113 bits, which any of 34 digits fits.
_MOST = 10**34
_SIGN, _BIAS, _EXPONENT_AT = 1 << 63, 6176, 49
_LOW = (1 << 64) - 1


def twin(amount: object) -> Decimal128 | None:
    """Return the Decimal128 of an amount's text, rounded where it has more than 34 digits; None of what is none."""
    if not isinstance(amount, str) or not is_amount(amount):
        return None
    return _plain(amount) or stored(Decimal(amount))


def stored(value: Decimal) -> Decimal128:
    """Return the Decimal128 of a figure, whose last digits are rounded when there are more than it holds."""
    text = str(value)
    if "E" not in text and value.is_finite() and (quick := _plain(text)):
        return quick
    return Decimal128(value.normalize(_34_DIGITS) if len(value.as_tuple().digits) > 34 else value)


def _plain(text: str) -> Decimal128 | None:
    """Of digits with at most a sign before and a point within; None when they are too many."""
    whole, _, places = text.partition(".")
    coefficient = int(whole + places)
    sign = _SIGN if whole[0] == "-" else 0
    if sign:
        coefficient = -coefficient
    if coefficient >= _MOST:
        return None
    high = coefficient >> 64 | (_BIAS - len(places)) << _EXPONENT_AT | sign
    return Decimal128((high, coefficient & _LOW))  # type: ignore[arg-type]  # its types lack what its text documents
