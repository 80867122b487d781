"""Find out why nobody can tell if a document moved money, or what it leaves or takes of what is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.sat.exact_sums import decimal
from gateway.sat.gaps import Gap, first
from gateway.sat.payment_figures import CREDITS, Paid, Settles, is_form
from gateway.sat.stamp import is_uuid

Record = Mapping[str, Any]
_METHODS = ("PUE", "PPD")
#: c_TipoRelacion. 3.2 has no relations: nothing is missing where there are none.
_RELATIONS = frozenset(f"{code:02}" for code in range(1, 12))


def of_cash(record: Record, nature: str | None, undated: Gap | None) -> Gap | None:
    """Return why the money of a document itself is not known; of one that moves none by itself, None."""
    if record.get("version") is None:
        return Gap.METADATA_ONLY
    if nature is None or (decimal(record.get("total")) is None and nature != "PAYMENT"):
        return Gap.MISSING_VALUE
    method = record.get("payment_method")
    if nature == "INCOME" and (method not in _METHODS or (method == "PUE" and not _has_form(record))):
        return first((undated, Gap.UNKNOWN_PAYMENT))
    # It gives money back, or takes off a debt: that depends on what it credits.
    if nature == "CREDIT_NOTE" and not (_is_old(record) or (_names_invoices(record) and _has_form(record))):
        return first((undated, Gap.UNKNOWN_PAYMENT))
    return undated


def of_balance(record: Record, nature: str | None, payments: Sequence[Paid], settles: Sequence[Settles]) -> Gap | None:
    """Return why it is not known what a document leaves or takes of what is owed."""
    if nature == "PAYMENT":
        unknown = (Gap.MISSING_VALUE for one in settles if one["uuid"] is None or one["amount"] is None)
        return first((*(one["gap"] for one in payments if one["amount"] is None), *_of_all(settles), *unknown))
    if nature not in (None, "INCOME", "CREDIT_NOTE", "INSTALMENT"):
        return None
    if record.get("version") is None:
        return Gap.METADATA_ONLY
    if nature is None:
        return Gap.MISSING_VALUE
    if nature == "INCOME":
        if record.get("payment_method") not in _METHODS:
            return Gap.UNKNOWN_PAYMENT
        return Gap.MISSING_VALUE if record["payment_method"] == "PPD" and decimal(record.get("total")) is None else None
    if nature == "INSTALMENT":
        return Gap.MISSING_VALUE if not settles or settles[0]["amount"] is None else None
    return None if _is_old(record) else _of_credit(record)


def _of_all(settles: Sequence[Settles]) -> list[Gap]:
    """Return the reasons of entries that stand for what the shares do not tell."""
    return [one["gap"] for one in settles if one["gap"] is not None and one["uuid"] is None]


def _of_credit(record: Record) -> Gap | None:
    related = record.get("related") or []
    are_known = all(one["relation"] in _RELATIONS and is_uuid(one["uuid"]) for one in related)
    if decimal(record.get("total")) is None or not are_known:
        return Gap.MISSING_VALUE
    credited = {one["uuid"] for one in related if one["relation"] in CREDITS}
    # SAT has no place for the shares of several invoices in one note.
    return Gap.UNKNOWN_PAYMENT if not related or len(credited) > 1 else None


def _names_invoices(record: Record) -> bool:
    related = record.get("related") or []
    return bool(related) and all(is_uuid(one["uuid"]) for one in related)


def _has_form(record: Record) -> bool:
    if _is_old(record):
        return bool(record.get("payment_form") or record.get("payment_form_text"))
    return is_form(record.get("payment_form"))


def _is_old(record: Record) -> bool:
    return record.get("version") == "3.2"
