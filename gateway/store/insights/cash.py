"""Cash flow: what came in and went out, by when it was paid as far as CFDI tell.

`cash_moves` says what moves money and when. Of each side the parts come to its total, and the periods to the range.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import cash_moves, periods, sums
from gateway.store.insights.cash_moves import APART, COUNTS, EACH, PARTS
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import Period, PeriodRow, Range
from gateway.store.insights.sums import NOTHING, Sums
from gateway.store.mongo import Row, Store

_SIDES = ("money_in", "money_out")


class CashAmount(TypedDict):
    documents: int
    total: str


class CashSide(TypedDict):
    at_once: CashAmount
    payments: CashAmount
    payroll: CashAmount
    refunds: CashAmount
    without_money: CashAmount
    total: str


class CashSums(Behind):
    money_in: CashSide
    money_out: CashSide
    net: str
    coverage: Coverage


class CashPeriod(CashSums):
    period: PeriodRow


class CashFlow(TypedDict):
    from_: str
    to: str
    currency: str
    total: CashSums
    periods: list[CashPeriod]


@dataclass(frozen=True, slots=True)
class Side:
    """The sums of a side. Ids: of credit notes that move no money, and of those that correct what is not here."""

    sums: Sums = NOTHING
    offset: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __add__(self, other: Side) -> Side:
        return Side(self.sums + other.sums, self.offset + other.offset, self.lost + other.lost)


#: By period ("" is the whole range) and side.
_Found = Mapping[tuple[str, str], Side]


async def cash_flow(store: Store, taxpayer: str, range: Range, currency: str | None) -> CashFlow:
    """Return the sums of each period and of the whole range."""
    (by_issue,), (by_payment,) = await asyncio.gather(
        mongo.aggregate(store["invoices"], cash_moves.by_issue(taxpayer, range, currency)),
        mongo.aggregate(store["invoices"], cash_moves.by_payment(taxpayer, range, currency)),
    )
    found: dict[tuple[str, str], Side] = defaultdict(Side)
    for row in itertools.chain(by_issue["moved"], by_issue["refunds"]):
        side = _read(row)
        found[row["_id"]["period"], row["_id"]["side"]] += side
        found["", row["_id"]["side"]] += side
    for row in itertools.chain(by_payment["periods"], by_payment["whole"]):
        found[row["_id"].get("period", ""), row["_id"]["side"]] += _read(row)
    asked = range.periods()
    whole = {side: _rounded(found["", side].sums) for side in _SIDES}
    parts = {side: sums.spread_all(whole[side], [found[p.key, side].sums for p in asked]) for side in _SIDES}

    def bucket(period: Period, rounded: Mapping[str, Sums]) -> CashSums:
        return _bucket(taxpayer, range, period, currency, [found[period.key, side] for side in _SIDES], rounded)

    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": bucket(Period("", range.start, range.end), whole),
        "periods": [
            {"period": periods.row_of(p), **bucket(p, {side: parts[side][place] for side in _SIDES})}
            for place, p in enumerate(asked)
        ],
    }


def _read(row: Row) -> Side:
    return Side(sums.read(row, (*EACH, *COUNTS)), tuple(row.get("offset", ())), tuple(row.get("lost", ())))


def _rounded(found: Sums) -> Sums:
    """Round the parts of a side so that they come to its total."""
    signed = {part: sign * found[part] for part, sign in PARTS.items()}
    rounded = sums.spread(sums.added(signed.values()), list(signed.values()))
    parts = {part: sign * amount for (part, sign), amount in zip(PARTS.items(), rounded, strict=True)}
    return Sums(
        found.documents, found.missing, {**found.amounts, APART: sums.rounded(found[APART], sums.CENTS), **parts}
    )


def _bucket(
    taxpayer: str,
    range: Range,
    period: Period,
    currency: str | None,
    sides: Sequence[Side],
    rounded: Mapping[str, Sums],
) -> CashSums:
    both = sides[0] + sides[1]
    moved = cash_moves.moved(range, period, currency)
    where = {"$and": [moved, {"_id": {"$nin": sorted(both.offset)}}]}
    behind: Behind = {"taxpayer": taxpayer, "where": where}
    totals = {side: sums.added(sign * rounded[side][part] for part, sign in PARTS.items()) for side in _SIDES}
    return {
        "money_in": _side(rounded["money_in"], sums.money(totals["money_in"])),
        "money_out": _side(rounded["money_out"], sums.money(totals["money_out"])),
        "net": sums.money(sums.minus(totals["money_in"], totals["money_out"])),
        "coverage": covered(both.sums, behind, cash_moves.reason(period, currency), both.lost),
        **behind,
    }


def _side(found: Sums, total: str) -> CashSide:
    def part(name: str) -> CashAmount:
        return {"documents": int(found[f"{name}_documents"]), "total": sums.money(found[name])}

    return {
        "at_once": part("at_once"),
        "payments": part("payments"),
        "payroll": part("payroll"),
        "refunds": part("refunds"),
        "without_money": part(APART),
        "total": total,
    }
