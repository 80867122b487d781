"""Amounts, quantities and rates: always the document's own text, checked to be a finite plain decimal."""

from __future__ import annotations

import re
from decimal import Decimal

#: Digits on either side of the point. SAT's own limit is 18 + 6, but 3.2 types some values as bare xs:decimal, and the
#: exact value of a double, which Java writes for one, has up to 1,074.
MOST_DIGITS = 1100
# No exponent, NaN, Infinity or thousands separator.
_AMOUNT = re.compile(rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}(?:\.[0-9]{{1,{MOST_DIGITS}}})?")
# xs:decimal also allows these two, and GraphQL's Decimal does not.
_BARE_POINT = re.compile(rf"([+-]?)([0-9]{{0,{MOST_DIGITS}}})\.([0-9]{{0,{MOST_DIGITS}}})")
_RATE_PLACES = 6

is_amount = _AMOUNT.fullmatch


def amount_or_none(text: str) -> str | None:
    """Return the stripped text when it is an amount; ".5" and "5." gain their zero; None otherwise."""
    text = text.strip()
    if _AMOUNT.fullmatch(text):
        return text
    bare = _BARE_POINT.fullmatch(text)
    if bare is None or not (bare[2] or bare[3]):
        return None
    return f"{bare[1]}{bare[2] or '0'}" + (f".{bare[3]}" if bare[3] else "")


def rate_from_percentage(amount: str) -> str:
    """CFDI 3.2 writes "16.00" where 3.3 and later write "0.160000". Exact, and with at least six places."""
    # Not scaleb(): it rounds to the context's 28 digits.
    sign, digits, exponent = Decimal(amount).as_tuple()
    rate = Decimal((sign, digits, int(exponent) - 2))
    return f"{rate:.{max(2 - int(exponent), _RATE_PLACES)}f}"


def printed_amount(text: object) -> str | None:
    """Return an amount as a return prints it: "$1,234" → "1234", "(50)" → "-50". None when it is no number."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return None
    signed = str(text).strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    plain = re.sub(r"[$\s]|(?<=[0-9]),(?=[0-9]{3})|(?:M\.?N\.?|MXN|pesos)$", "", signed, flags=re.IGNORECASE)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    return amount_or_none(plain)
