"""Does EquivalenciaDR agree with the amounts of its payment? A contradiction is told, and changes no figure.

A payment is worth the sum of its shares, each ImpPagado / EquivalenciaDR: where they add up to another amount, the
equivalence is upside down, left at 1, or of another day. As in SAT's own rule, every number may be off by half a unit
of its last decimal.
"""

from __future__ import annotations

from decimal import Decimal

from gateway.sat.exact_sums import PESOS
from gateway.sat.invoice_document import Payment, Settlement

_ONE = (Decimal(1), Decimal(1))


def check(payment: Payment, notes: list[str]) -> None:
    """Add a note for a payment whose shares do not add up by their equivalences; without all numbers there is none."""
    if payment["amount"] is None or not payment["settles"]:
        return
    least, most, crosses = Decimal(0), Decimal(0), False
    for settled in payment["settles"]:
        same = settled["currency"] == payment["currency"]
        if same and settled["equivalence"] is not None and Decimal(settled["equivalence"]) != 1:
            notes.append("EquivalenciaDR is not 1 where both currencies are the same")
            return
        share = _share(settled, same)
        if share is None:
            return
        least, most, crosses = least + share[0], most + share[1], crosses or not same
    low, high = _range(payment["amount"])
    if crosses and (least > high or most < low):
        notes.append("EquivalenciaDR contradicts the amounts of its payment")


def _share(settled: Settlement, same: bool) -> tuple[Decimal, Decimal] | None:
    """Return the least and the most that a share is worth in the payment's currency."""
    said = settled["equivalence"]
    if settled["paid"] is None or (said is None and not same):
        return None
    # Pagos 1.0 wants a 1 for pesos, whatever the payment's currency: its TipoCambioP says the rest.
    if said is not None and not same and settled["currency"] == PESOS and Decimal(said) == 1:
        return None
    paid, rate = _range(settled["paid"]), _ONE if same or said is None else _range(said)
    if rate[0] <= 0:
        return None
    return paid[0] / rate[1], paid[1] / rate[0]


def _range(text: str) -> tuple[Decimal, Decimal]:
    """Return the numbers that are written like this one when they are rounded."""
    value = Decimal(text)
    half = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
    return value - half, value + half
