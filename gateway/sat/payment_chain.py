"""Problems in the chain of payments of one invoice: gaps, repetitions, balances that do not follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypedDict

from gateway.sat.invoice_document import InvoiceRow

MISSING = "MISSING_PAYMENT_COMPLEMENT"
GAP = "INSTALMENT_GAP"
REPEATED = "INSTALMENT_REPEATED"
BALANCE = "BALANCE_MISMATCH"
OVERPAID = "OVERPAID"
PAID_WHEN_CANCELLED = "PAID_WHEN_CANCELLED"
CURRENCY = "CURRENCY_MISMATCH"
OTHER_ISSUER = "OTHER_ISSUER"
AMOUNT_MISSING = "AMOUNT_MISSING"
CREDIT_UNDIVIDED = "CREDIT_UNDIVIDED"
ORPHAN = "ORPHAN_SETTLEMENT"
CODES = (
    MISSING, GAP, REPEATED, BALANCE, OVERPAID, PAID_WHEN_CANCELLED, CURRENCY, OTHER_ISSUER, AMOUNT_MISSING,
    CREDIT_UNDIVIDED, ORPHAN,
)  # fmt: skip

# The complement became obligatory with this month.
_COMPLEMENTS_SINCE = "2018-09"


class Problem(TypedDict):
    """`document`: the UUID of the payment or credit note that it is about. `expected` and `found` are amounts or so."""

    code: str
    document: str | None
    instalment: int | None
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one payment in one invoice, in the invoice's currency; `uuid` is of the payment's CFDI."""

    uuid: str | None
    paid_at: str | None
    instalment: int | None
    currency: str | None
    paid: Decimal | None
    before: Decimal | None = None
    after: Decimal | None = None


def problem(
    code: str,
    document: str | None = None,
    instalment: int | None = None,
    expected: str | None = None,
    found: str | None = None,
) -> Problem:
    """Make a Problem of the fields that its code has."""
    return {"code": code, "document": document, "instalment": instalment, "expected": expected, "found": found}


def check(invoice: InvoiceRow, shares: Sequence[Share], credited: Decimal, outstanding: Decimal) -> list[Problem]:
    """Return the problems of an invoice, those of its whole first, then by instalment.

    MISSING says only that no complement is held: whether the month in which one may still come is over is for whoever
    reads it, because that changes by itself.
    """
    if invoice.get("status") == "CANCELLED":
        paid = sum((share.paid for share in shares if share.paid is not None), Decimal(0))
        return [problem(PAID_WHEN_CANCELLED, found=f"{paid:f}")] if shares else []
    found: list[Problem] = []
    if not shares and outstanding > 0 and (invoice.get("issued_at") or "") >= _COMPLEMENTS_SINCE:
        found.append(problem(MISSING))
    total = Decimal(invoice["total"] or 0)
    if outstanding < 0:
        found.append(problem(OVERPAID, expected=f"{total:f}", found=f"{total - outstanding:f}"))
    numbered = sorted(
        (share for share in shares if share.instalment is not None),
        key=lambda share: (share.instalment, share.paid_at or "", share.uuid or "", share.paid),
    )
    return found + list(_numbers(numbered)) + list(_balances(total, numbered, shares, credited))


def is_over(issued_at: str | None, month: str) -> bool:
    """Return True for an invoice of an earlier month than `month` (AAAA-MM): only then a complement is missing."""
    return issued_at is not None and issued_at < month


def _numbers(numbered: Sequence[Share]) -> Iterator[Problem]:
    last = 0
    for share in numbered:
        number = share.instalment or 0
        if number == last:
            yield problem(REPEATED, share.uuid, number)
        elif number > last + 1:
            yield problem(GAP, share.uuid, last + 1, str(last + 1), str(number))
        last = number


def _balances(
    total: Decimal, numbered: Sequence[Share], shares: Sequence[Share], credited: Decimal
) -> Iterator[Problem]:
    """Each payment's own arithmetic, and that it begins where the one before it ended (or the invoice's total is).

    Credit notes may lie between two payments, so a balance may be lower by what was credited, and never higher.
    """
    for share in shares:
        if share.before is not None and share.after is not None and share.paid is not None:
            left = share.before - share.paid
            if left != share.after:
                yield problem(BALANCE, share.uuid, share.instalment, f"{left:f}", f"{share.after:f}")
    start = Share(None, None, 0, None, None, after=total)
    for earlier, later in pairwise([start, *numbered]):
        follows = (later.instalment or 0) == (earlier.instalment or 0) + 1
        if not follows or earlier.after is None or later.before is None:
            continue
        if not 0 <= earlier.after - later.before <= credited:
            yield problem(BALANCE, later.uuid, later.instalment, f"{earlier.after:f}", f"{later.before:f}")
