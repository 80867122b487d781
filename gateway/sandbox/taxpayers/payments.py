"""Payments: instalments whose balances follow from the invoice and its schedule alone."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from gateway.sandbox.taxpayers.lines import half_up, share
from gateway.sandbox.taxpayers.model import Invoice, Payment, Settled, Tax


class Due(NamedTuple):
    """An invoice, the thousandths each of its instalments pays, and which instalment (from 1) is paid now."""

    invoice: Invoice
    schedule: tuple[int, ...]
    instalment: int


def settle(
    chance: random.Random, stamped: datetime, dues: Iterable[Due], in_dollars: bool, rate: str | None
) -> Payment:
    """Return one transfer that pays every due. `rate` (pesos a dollar) only when the payment itself is in dollars."""
    dues = list(dues)
    # Dollars owed and pesos paid: the rate of the day the invoice was made.
    owed = next((due.invoice.rate for due in dues if due.invoice.rate), None)
    equivalence = "1"
    if owed and not in_dollars:
        equivalence = str((1 / Decimal(owed)).quantize(Decimal("0.0000000001")))
    settled = tuple(_settled(due, equivalence) for due in dues)
    amount = sum(half_up_decimal(Decimal(row.paid) / Decimal(equivalence)) for row in settled)
    earliest = max(due.invoice.issued_at for due in dues)
    noon = datetime.combine(stamped.date(), time(12)) - timedelta(days=chance.randint(0, 2))
    between = (earliest + (stamped - earliest) / 2).replace(microsecond=0)
    return Payment(
        paid_at=noon if earliest <= noon <= stamped else between,
        form=chance.choice(("03", "03", "03", "02")),
        currency="USD" if in_dollars else "MXN",
        rate=rate if in_dollars and rate else "1",
        amount=amount,
        operation=str(chance.randrange(10**6, 10**8)),
        settled=settled,
    )


def paid_before(total: int, schedule: tuple[int, ...], instalment: int) -> int:
    """Return the sum of the instalments before this one, in cents."""
    return sum(total * part // 1000 for part in schedule[: instalment - 1])


def _settled(due: Due, equivalence: str) -> Settled:
    invoice, schedule, instalment = due
    before = invoice.total - paid_before(invoice.total, schedule, instalment)
    last = instalment == len(schedule) and sum(schedule) == 1000
    paid = before if last else invoice.total * schedule[instalment - 1] // 1000
    return Settled(
        uuid=invoice.uuid,
        series=invoice.series,
        folio=invoice.folio,
        currency=invoice.currency,
        equivalence=equivalence,
        instalment=instalment,
        before=before,
        paid=paid,
        transferred=tuple(_portion(tax, paid, invoice.total) for tax in invoice.transferred),
        withheld=tuple(_portion(tax, paid, invoice.total) for tax in invoice.withheld),
    )


def _portion(tax: Tax, paid: int, total: int) -> Tax:
    base = half_up(tax.base * paid, total)
    return Tax(tax.code, tax.factor, tax.rate, base, None if tax.rate is None else share(base, tax.rate))


def half_up_decimal(cents: Decimal) -> int:
    """Round to whole cents, half up."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))
