"""The invoiced side of months: what was collected, paid, accrued, withheld, and the way to the documents of each part.

Amounts are exact decimals until `Side.spread` rounds the months so that they come to their range; all that is computed
from them afterwards is a plain sum, so that each part comes to what stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict, cast

from gateway.sat.gaps import Gap
from gateway.store.insights import sums, tax_flows, tax_shares
from gateway.store.insights.coverage import Behind, Coverage, covered, covered_withholdings
from gateway.store.insights.periods import Range, within
from gateway.store.insights.sums import Sums
from gateway.store.insights.tax_flows import (
    AT_ONCE,
    INSTALMENTS,
    LATER,
    NOT_HERE,
    OFFSET,
    PAYMENTS,
    PAYROLL,
    REFUNDS,
    UNKNOWN,
    UNRELATED,
    WHOLE,
    Flows,
    Part,
    Withheld,
)
from gateway.store.insights.tax_shares import TAXES
from gateway.store.query_language import Filter

ISSUED, RECEIVED = "ISSUED", "RECEIVED"
_ACCRUED = {AT_ONCE: 1, LATER: 1, UNKNOWN: 1, REFUNDS: -1, OFFSET: -1, UNRELATED: -1, NOT_HERE: -1}
_NOTHING = Part()


class TaxSums(TypedDict):
    net: Decimal
    iva: Decimal
    ieps: Decimal
    iva_withheld: Decimal
    isr_withheld: Decimal
    ieps_withheld: Decimal
    coverage: Coverage


class FlowPart(TaxSums, Behind):
    documents: int


class Flow(TypedDict):
    at_once: FlowPart
    payments: FlowPart
    refunds: FlowPart
    total: Mapping[str, Decimal]
    coverage: Coverage


class Payrolls(Behind):
    isr_withheld: Decimal
    coverage: Coverage


class Retentions(Payrolls):
    iva_withheld: Decimal


class Invoiced(TypedDict):
    """The invoiced side of a month, or of several together."""

    collected: Flow
    paid: Flow
    invoiced: TaxSums
    expenses: TaxSums
    payroll: Payrolls
    withheld_by_taxpayer: Retentions
    withheld_from_taxpayer: Retentions


#: The sums that are shown of a month: (direction, name) → sums.
_Shown = dict[tuple[str, str], Sums]
_IN_CASH = {"at_once": 1, "payments": 1, "refunds": -1}


@dataclass(frozen=True, slots=True)
class Side:
    """The sums of a month, or of the whole range, by what is shown of it."""

    days: Range
    key: str
    flows: Flows
    shown: _Shown

    def part(self, direction: str, name: str) -> Part:
        return self.flows.get((self.key, direction, name), _NOTHING)


def sides(range: Range, flows: Flows, withheld: Withheld) -> tuple[Side, list[Side]]:
    """Return the whole range and each of its months, rounded so that the months come to the range."""
    whole = Side(range, WHOLE, flows, _round(_shown(WHOLE, flows, withheld)))
    months = [Range(p.start, p.end, "MONTH", range.by) for p in range.periods()]
    keys = [p.key for p in range.periods()]
    exact = [_shown(key, flows, withheld) for key in keys]
    columns = {name: sums.spread_all(total, [one[name] for one in exact]) for name, total in whole.shown.items()}
    return whole, [
        Side(month, key, flows, {name: columns[name][place] for name in columns})
        for place, (key, month) in enumerate(zip(keys, months, strict=True))
    ]


def _shown(key: str, flows: Flows, withheld: Withheld) -> _Shown:
    found: _Shown = {}
    for direction in (ISSUED, RECEIVED):

        def of(*names: str, direction: str = direction) -> Sums:
            return sums.together(flows.get((key, direction, name), _NOTHING).sums for name in names)

        found[direction, "at_once"] = of(AT_ONCE, INSTALMENTS)
        found[direction, "payments"] = of(PAYMENTS)
        found[direction, "refunds"] = (
            of(REFUNDS)
            + of(UNRELATED).all_missing(Gap.UNKNOWN_PAYMENT)
            + of(NOT_HERE).all_missing(Gap.INVOICE_NOT_HERE)
        )
        found[direction, "unknown"] = of(UNKNOWN).all_missing(Gap.UNKNOWN_PAYMENT)
        added, taken_off = (of(*(n for n, sign in _ACCRUED.items() if sign == wanted)) for wanted in (1, -1))
        found[direction, "accrued"] = added - taken_off
        found[direction, "withheld"] = withheld.get((key, direction), sums.NOTHING)
        found[direction, "payroll"] = of(PAYROLL)
    return found


def _round(shown: _Shown) -> _Shown:
    """Round what is shown of the whole range: the parts of each flow so that they come to its total."""
    found = {name: one.rounded() for name, one in shown.items()}
    for direction in (ISSUED, RECEIVED):
        for tax in TAXES:
            signed = [sign * shown[direction, name][tax] for name, sign in _IN_CASH.items()]
            for (name, sign), amount in zip(_IN_CASH.items(), sums.spread(sums.added(signed), signed), strict=True):
                one = found[direction, name]
                found[direction, name] = Sums(one.documents, one.missing, {**one.amounts, tax: sign * amount})
    return found


def invoiced(taxpayer: str, side: Side) -> Invoiced:
    """Tell the invoiced side of a month, or of the whole range."""
    payroll = side.shown[ISSUED, "payroll"]
    behind = _behind(taxpayer, ISSUED, {"figures.nature": "PAYROLL", **side.days.documents()})
    return {
        "collected": _flow(taxpayer, ISSUED, side),
        "paid": _flow(taxpayer, RECEIVED, side),
        "invoiced": _accrued(taxpayer, ISSUED, side),
        "expenses": _accrued(taxpayer, RECEIVED, side),
        "payroll": {
            "isr_withheld": payroll["isr_withheld"],
            "coverage": covered(payroll, behind, tax_flows.OWN_REASON),
            **behind,
        },
        "withheld_by_taxpayer": _withheld(taxpayer, ISSUED, side),
        "withheld_from_taxpayer": _withheld(taxpayer, RECEIVED, side),
    }


def _flow(taxpayer: str, direction: str, side: Side) -> Flow:
    offset = side.part(direction, OFFSET).ids
    lost = {"refunds": side.part(direction, NOT_HERE).ids, "payments": side.part(direction, PAYMENTS).ids}
    reason = tax_flows.flow_reason(side.days)
    wheres = _wheres(side.days, offset)
    held = {name: side.shown[direction, name] for name in (*_IN_CASH, "unknown")}
    parts: dict[str, Any] = {}
    for name in _IN_CASH:
        behind = _behind(taxpayer, direction, wheres[name])
        coverage = covered(held[name], behind, reason, lost.get(name, ()))
        parts[name] = {"documents": held[name].documents, **_amounts(held[name]), "coverage": coverage, **behind}
    everything = _behind(taxpayer, direction, {"$or": list(wheres.values())})
    total = {tax: sums.added(sign * held[name][tax] for name, sign in _IN_CASH.items()) for tax in TAXES}
    coverage = covered(sums.together(held.values()), everything, reason, [id for ids in lost.values() for id in ids])
    return cast(Flow, {**parts, "total": total, "coverage": coverage})


def _wheres(days: Range, offset: Sequence[str]) -> dict[str, Filter]:
    """Select the documents of each part of a flow, and those that do not say of which they are."""
    issued, untold = days.documents(), {"$nin": ["PUE", "PPD"]}
    return {
        "at_once": {
            **issued,
            "$or": [{"figures.nature": "INSTALMENT"}, {"figures.nature": "INCOME", "payment_method": "PUE"}],
        },
        "payments": tax_shares.paid_on(within(days.start, days.end)),
        "refunds": {"figures.nature": "CREDIT_NOTE", **issued, "_id": {"$nin": sorted(offset)}},
        "unknown": {
            **issued,
            "$or": [{"figures.nature": "INCOME", "payment_method": untold}, {"figures.nature": None}],
        },
    }


def _behind(taxpayer: str, direction: str, selected: Filter) -> Behind:
    return {"taxpayer": taxpayer, "where": {"direction": direction, "status": "ACTIVE", **selected}}


def _accrued(taxpayer: str, direction: str, side: Side) -> TaxSums:
    found = side.shown[direction, "accrued"]
    behind = _behind(taxpayer, direction, {"figures.nature": sums.TRADED, **side.days.documents()})
    return cast(TaxSums, {**_amounts(found), "coverage": covered(found, behind, tax_flows.OWN_REASON)})


def _withheld(taxpayer: str, direction: str, side: Side) -> Retentions:
    found, days = side.shown[direction, "withheld"], side.days
    months = {"figures.month": {"$gte": f"{days.start:%Y-%m}", "$lte": f"{days.end:%Y-%m}"}}
    behind = _behind(taxpayer, direction, months)
    return {
        "isr_withheld": found["isr_withheld"],
        "iva_withheld": found["iva_withheld"],
        "coverage": covered_withholdings(found, behind),
        **behind,
    }


def _amounts(found: Sums) -> dict[str, Decimal]:
    return {tax: found[tax] for tax in TAXES}
