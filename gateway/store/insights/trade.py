"""Sales and expenditures: what the CFDI in force come to, by period and by what they say of themselves.

One aggregation: the documents of the range are summed once into small groups, and those into each of the views.
"""

from __future__ import annotations

from typing import Any

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Period, Range
from gateway.store.mongo import Row, Store

#: Views of the same sums: name → the key of the small groups that each goes by.
VIEWS = {
    "periods": "period",
    "by_currency": "currency",
    "by_payment_method": "payment_method",
    "by_payment_form": "payment_form",
    "by_version": "version",
    "total": None,
}
_KEYS = {
    "currency": "figures.currency",
    "payment_method": "payment_method",
    "payment_form": "payment_form",
    "version": "version",
}
INVOICED, CREDITED = "INCOME", "CREDIT_NOTE"


async def trade(store: Store, taxpayer: str, direction: str, range: Range, currency: str | None) -> Row:
    """The sums of each view: {view: [bucket]}, `total` a single one."""
    where = matching(direction, range, currency)
    pipeline = _pipeline({"taxpayer": taxpayer, **where}, range, currency)
    (found,) = await mongo.aggregate(store["invoices"], pipeline)
    views = {name: _by_key(found[name]) for name in VIEWS}
    bucket = _bucket_maker(taxpayer, where)
    return {
        "taxpayer": taxpayer,
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": bucket(None, None, views["total"].get(None, {})),
        "periods": [
            {"period": period_row(p), **bucket(None, None, views["periods"].get(p.key, {}), period_where(p))}
            for p in range.periods()
        ],
        **{
            name: [
                {"key": key, **bucket(keyed, key, parts)}
                for key, parts in sorted(views[name].items(), key=lambda item: (item[0] is None, item[0]))
            ]
            for name, keyed in VIEWS.items()
            if name.startswith("by_") and keyed
        },
    }


def matching(direction: str, range: Range, currency: str | None) -> Row:
    """The CFDI of type I and E of a range, cancelled or not."""
    return {
        "direction": direction,
        "figures.nature": {"$in": [INVOICED, CREDITED]},
        **periods.issued(range.start, range.end),
        **sums.in_currency(currency),
    }


def period_row(period: Period) -> Row:
    return {"key": period.key, "from_": period.start.isoformat(), "to": period.end.isoformat()}


def period_where(period: Period) -> Row:
    return periods.issued(period.start, period.end)


def _pipeline(where: Row, range: Range, currency: str | None) -> list[Row]:
    cancelled = {"$eq": ["$status", "CANCELLED"]}
    small: Row = {
        "period": periods.key_of("$issued_at", range.every),
        "part": {"$cond": [cancelled, "cancelled", "$figures.nature"]},
        **{name: f"${path}" for name, path in _KEYS.items()},
    }
    return [
        {"$match": where},
        {"$group": {"_id": small, **sums.summing(currency)}},
        {"$facet": {name: [{"$group": _view(key)}] for name, key in VIEWS.items()}},
    ]


def _view(key: str | None) -> Row:
    grouped: Row = {"part": "$_id.part"} | ({"key": f"$_id.{key}"} if key else {})
    return {"_id": grouped, **sums.AGAIN}


def _by_key(rows: list[Row]) -> dict[str | None, dict[str, Row]]:
    found: dict[str | None, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["_id"].get("key"), {})[row["_id"]["part"]] = row
    return found


def _bucket_maker(taxpayer: str, where: Row) -> Any:
    def bucket(key: str | None, value: str | None, parts: dict[str, Row], narrowed: Row | None = None) -> Row:
        invoiced, credited, cancelled = (parts.get(part) for part in (INVOICED, CREDITED, "cancelled"))
        selected = {_KEYS[key]: value} if key else {}
        return {
            "invoiced": sums.amounts(invoiced),
            "credit_notes": sums.amounts(credited),
            "result": sums.less(invoiced, credited),
            "cancelled": {
                "documents": cancelled["documents"] if cancelled else 0,
                "total": sums.money(cancelled["known_total"] if cancelled else None),
            },
            "coverage": sums.coverage([invoiced, credited]),
            "taxpayer": taxpayer,
            "where": {**where, **selected, **(narrowed or {}), "status": "ACTIVE"},
        }

    return bucket
