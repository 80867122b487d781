"""Figures on their way into a row: decimals become the store's own, which sums and ranges use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from bson import Decimal128

from gateway.sat import figures
from gateway.store.mongo import Row

# A Decimal128 holds 34 digits. A product of SAT's longest amount and longest rate has 36, of which the last two are
# thousandths of a millionth of a peso.
_34_DIGITS = Context(prec=34, rounding=ROUND_HALF_EVEN)


def of_invoice(row: Mapping[str, Any]) -> Row:
    found: Row = _stored(figures.of_invoice(row))
    return found


def of_withholding(row: Mapping[str, Any]) -> Row:
    found: Row = _stored(figures.of_withholding(row))
    return found


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return Decimal128(value.normalize(_34_DIGITS) if len(value.as_tuple().digits) > 34 else value)
    if isinstance(value, dict):
        return {key: _stored(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_stored(inner) for inner in value]
    return value
