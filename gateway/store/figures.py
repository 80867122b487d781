"""Figures on their way into a row: decimals become the store's own, which sums and ranges use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.sat import figures
from gateway.store.decimals import stored
from gateway.store.mongo import Row


def of_invoice(row: Mapping[str, Any]) -> Row:
    found: Row = _stored(figures.of_invoice(row), {})
    return found


def of_withholding(row: Mapping[str, Any]) -> Row:
    found: Row = _stored(figures.of_withholding(row), {})
    return found


def _stored(value: Any, made: dict[int, Any]) -> Any:
    """`made`: what was made of each value by its identity, since pesos of pesos are the very same values."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [_stored(inner, made) for inner in value]
    if not isinstance(value, Decimal | dict):
        return value
    known = made.get(id(value))
    if known is None:
        new = {key: _stored(inner, made) for key, inner in value.items()} if isinstance(value, dict) else stored(value)
        known = made[id(value)] = new
    return known
