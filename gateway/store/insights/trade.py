"""Sales and expenditures: what the CFDI in force come to, by period and by what they say of themselves.

One aggregation: the documents of the range are summed once into small groups, and those into each of the views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import PeriodRow, Range
from gateway.store.insights.sums import NOTHING, Amounts, Sums
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Fields, Filter, Pipeline

_KEYS = {
    "by_currency": "figures.currency",
    "by_payment_method": "payment_method",
    "by_payment_form": "payment_form",
}
#: Views of the same sums: name → the key of the small groups that each goes by.
_VIEWS: dict[str, str | None] = {"periods": "period", **{name: name for name in _KEYS}, "total": None}
_SUMMED = (*sums.AMOUNTS, "known_total")


class CancelledAmounts(TypedDict):
    documents: int
    total: str


class Traded(Behind):
    """The sums of what was sold or bought, and what they stand on."""

    invoiced: Amounts
    credit_notes: Amounts
    result: Amounts
    coverage: Coverage


class TradeSums(Traded):
    cancelled: CancelledAmounts


class TradePeriod(TradeSums):
    period: PeriodRow


class TradeBy(TradeSums):
    key: str | None


class Trade(TypedDict):
    from_: str
    to: str
    currency: str
    total: TradeSums
    periods: list[TradePeriod]
    by_currency: list[TradeBy]
    by_payment_method: list[TradeBy]
    by_payment_form: list[TradeBy]


@dataclass(frozen=True, slots=True)
class Parts:
    """The sums of a group: CFDI of type I, of type E, those of no known type, and the cancelled ones."""

    invoiced: Sums = NOTHING
    credited: Sums = NOTHING
    unknown: Sums = NOTHING
    cancelled: Sums = NOTHING

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.invoiced + other.invoiced,
            self.credited + other.credited,
            self.unknown + other.unknown,
            self.cancelled + other.cancelled,
        )

    def rounded(self) -> Parts:
        return Parts(self.invoiced.rounded(), self.credited.rounded(), self.unknown, self.cancelled.rounded())


async def trade(store: Store, taxpayer: str, direction: str, range: Range, currency: str | None) -> Trade:
    """Return the sums of the range, of its periods, and by what the documents say."""
    where: Filter = {
        "direction": direction,
        "figures.nature": sums.TRADED,
        **range.documents(),
        **sums.in_currency(currency),
    }
    (found,) = await mongo.aggregate(store["invoices"], _pipeline({"taxpayer": taxpayer, **where}, range, currency))
    views = {name: _by_key(found[name]) for name in _VIEWS}
    whole = views["total"].get(None, Parts())
    in_force: Filter = {**where, "status": "ACTIVE"}

    def bucket(parts: Parts, narrowed: Filter) -> TradeSums:
        return _bucket(parts, {"taxpayer": taxpayer, "where": {**in_force, **narrowed}}, currency)

    def by(name: str) -> list[TradeBy]:
        keys = sorted(views[name], key=lambda key: (key is None, key))
        parts = spread(whole, [views[name][key] for key in keys])
        return [
            {"key": key, **bucket(part, {"$and": [{_KEYS[name]: key}]})} for key, part in zip(keys, parts, strict=True)
        ]

    asked = range.periods()
    of_periods = spread(whole, [views["periods"].get(period.key, Parts()) for period in asked])
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": bucket(whole.rounded(), {}),
        "periods": [
            {"period": periods.row_of(period), **bucket(parts, range.of(period))}
            for period, parts in zip(asked, of_periods, strict=True)
        ],
        "by_currency": by("by_currency"),
        "by_payment_method": by("by_payment_method"),
        "by_payment_form": by("by_payment_form"),
    }


def spread(whole: Parts, parts: Sequence[Parts]) -> list[Parts]:
    """Round the groups that stand beside their total."""
    columns = [
        sums.spread_all(getattr(whole, name), [getattr(part, name) for part in parts])
        for name in ("invoiced", "credited", "unknown", "cancelled")
    ]
    return [Parts(*row) for row in zip(*columns, strict=True)]


def traded(parts: Parts, behind: Behind, currency: str | None) -> Traded:
    """Tell what a group comes to, and what that stands on."""
    counted = parts.invoiced + parts.credited + parts.unknown
    return {
        "invoiced": sums.amounts(parts.invoiced),
        "credit_notes": sums.amounts(parts.credited),
        "result": sums.amounts(parts.invoiced - parts.credited),
        "coverage": covered(counted, behind, sums.reason(currency)),
        **behind,
    }


def _bucket(parts: Parts, behind: Behind, currency: str | None) -> TradeSums:
    total = sums.money(parts.cancelled["known_total"])
    cancelled: CancelledAmounts = {"documents": parts.cancelled.documents, "total": total}
    return {**traded(parts, behind, currency), "cancelled": cancelled}


def _pipeline(where: Filter, range: Range, currency: str | None) -> Pipeline:
    cancelled = {"$eq": ["$status", "CANCELLED"]}
    small: Fields = {
        "period": range.key,
        "part": {"$cond": [cancelled, "cancelled", "$figures.nature"]},
        **{name: f"${path}" for name, path in _KEYS.items()},
    }
    return [
        {"$match": where},
        {"$group": {"_id": small, **sums.summing(currency)}},
        {"$facet": {name: [{"$group": _view(key)}] for name, key in _VIEWS.items()}},
    ]


def _view(key: str | None) -> Fields:
    grouped: Fields = {"part": "$_id.part"} | ({"key": f"$_id.{key}"} if key else {})
    return {"_id": grouped, **sums.again(*_SUMMED)}


_PARTS = {"INCOME": "invoiced", "CREDIT_NOTE": "credited", "cancelled": "cancelled"}


def _by_key(rows: list[Row]) -> dict[str | None, Parts]:
    found: dict[str | None, dict[str, Sums]] = {}
    for row in rows:
        part = _PARTS.get(row["_id"].get("part"), "unknown")
        found.setdefault(row["_id"].get("key"), {})[part] = sums.read(row, _SUMMED)
    return {key: Parts(**parts) for key, parts in found.items()}
