"""Reasons for which a document is not, or not surely, in a figure. One that has none is in it with all that it says."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.sat.exact_sums import EXACT, decimal


class Gap(StrEnum):
    """The reason for which a figure is not known or not to be trusted. The names are GraphQL enum values too."""

    METADATA_ONLY = "METADATA_ONLY"
    UNREADABLE_PART = "UNREADABLE_PART"
    MISSING_VALUE = "MISSING_VALUE"
    INCONSISTENT = "INCONSISTENT"
    UNKNOWN_CURRENCY = "UNKNOWN_CURRENCY"
    UNKNOWN_PAYMENT = "UNKNOWN_PAYMENT"
    INVOICE_NOT_HERE = "INVOICE_NOT_HERE"


_EXEMPT = "exento"
#: The amounts of a document may differ by as much: its writer rounded each.
CENT = Decimal("0.01")


def first(gaps: Iterable[Gap | None]) -> Gap | None:
    """Return the first reason that there is."""
    return next((gap for gap in gaps if gap is not None), None)


def kept_as_tree(record: Any, name: str) -> bool:
    """Return True where a complement of the whole document could not be read, or one of several could not."""
    return any(other["name"] == name and other["line_item"] is None for other in record.get("other_complements") or [])


def near(amount: Decimal | None, other: Decimal | None, tolerance: Decimal) -> bool:
    """Compare two amounts that were rounded by their writer; where one is not known there is nothing to compare."""
    return amount is None or other is None or abs(EXACT.subtract(amount, other)) <= tolerance


def has_amounts(taxes: Iterable[Any]) -> bool:
    """Return True where each tax says which it is and how much: only an exempt one has no amount."""
    return all(
        tax["tax"] and (decimal(tax["amount"]) is not None or (tax["factor"] or "").casefold() == _EXEMPT)
        for tax in taxes
    )
