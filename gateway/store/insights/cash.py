"""Cash flow: what came in and went out, by when it was paid as far as CFDI tell.

- A CFDI of type I that is paid at once (PUE) moves money on the day of its issue, and so does an instalment of 3.2.
- A payment complement moves money on its FechaPago: Monto, whichever invoices it settles.
- A payroll is money out on the day of its issue (in, for whom received it).
- A credit note (E) gives money back, unless the invoice that it corrects is paid later (PPD): then less is owed.
- Invoices to be paid later (PPD) move nothing themselves; one that does not say how it is paid is outside the coverage.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from typing import Any

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Period, Range
from gateway.store.insights.trade import period_row
from gateway.store.mongo import Row, Store

PARTS = ("at_once", "payments", "payroll", "refunds")
_SIDES = ("money_in", "money_out")
#: An invoice that does not say how it is paid; a credit note that moves no money.
_UNKNOWN, _OFFSET = "unknown", "offset"

#: The sums of a period by (side, part).
_Parts = dict[tuple[str, str], Row]


async def cash_flow(store: Store, taxpayer: str, range: Range, currency: str | None) -> Row:
    """The sums of each period and of the whole range."""
    (by_issue,), by_payment = await asyncio.gather(
        mongo.aggregate(store["invoices"], _by_issue(taxpayer, range, currency)),
        mongo.aggregate(store["invoices"], _by_payment(taxpayer, range, currency)),
    )
    found: dict[str, _Parts] = {}
    for row in itertools.chain(by_issue["moved"], by_issue["refunds"], by_payment):
        found.setdefault(row["_id"]["period"], {})[row["_id"]["side"], row["_id"]["part"]] = row
    whole = Period("", range.start, range.end)
    return {
        "taxpayer": taxpayer,
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "total": _bucket(taxpayer, whole, currency, _added(found.values())),
        "periods": [
            {"period": period_row(p), **_bucket(taxpayer, p, currency, found.get(p.key, {}))} for p in range.periods()
        ],
    }


def _by_issue(taxpayer: str, range: Range, currency: str | None) -> list[Row]:
    """Add up what moves money on the day of its issue, and the credit notes, in one pass."""
    nature = "$figures.nature"
    part = {
        "$switch": {
            "branches": [
                {"case": {"$eq": [nature, "PAYROLL"]}, "then": "payroll"},
                {"case": {"$eq": [nature, "INSTALMENT"]}, "then": "at_once"},
                {"case": {"$eq": ["$payment_method", "PUE"]}, "then": "at_once"},
            ],
            "default": _UNKNOWN,
        }
    }
    figures = {f"figures.{name}": 1 for name in ("nature", "total", "total_mxn")}
    where = {"taxpayer": taxpayer, **_issued(currency), **periods.issued(range.start, range.end)}
    moved = [{"$project": _projected(range, part, currency)}, _grouped()]
    return [
        {"$match": where},
        {"$project": {"issued_at": 1, "direction": 1, "payment_method": 1, "related.uuid": 1, **figures}},
        {
            "$facet": {
                "moved": [{"$match": {"figures.nature": {"$ne": "CREDIT_NOTE"}}}, *moved],
                "refunds": [{"$match": {"figures.nature": "CREDIT_NOTE"}}, *_refunds(taxpayer, range, currency)],
            }
        },
    ]


def _refunds(taxpayer: str, range: Range, currency: str | None) -> list[Row]:
    """Credit notes; those of invoices that are paid later are no refunds, and their ids are noted."""
    part = {"$cond": [sums.CORRECTS_ONE_PAID_LATER, _OFFSET, "refunds"]}
    return [
        *sums.corrected(taxpayer),
        {"$project": _projected(range, part, currency)},
        _grouped(),
    ]


def _issued(currency: str | None) -> Row:
    """Select what moves money on the day of its issue, and what does not say if it does."""
    return {
        "status": "ACTIVE",
        "figures.nature": {"$in": ["INCOME", "INSTALMENT", "CREDIT_NOTE", "PAYROLL"]},
        "$nor": [{"figures.nature": "INCOME", "payment_method": "PPD"}],
        **sums.in_currency(currency),
    }


def _projected(range: Range, part: Row, currency: str | None) -> Row:
    return {
        "period": periods.key_of("$issued_at", range.every),
        "part": part,
        "direction": 1,
        "amount": "$figures.total" if currency else "$figures.total_mxn",
    }


def _by_payment(taxpayer: str, range: Range, currency: str | None) -> list[Row]:
    paid = _paid(Period("", range.start, range.end), currency)
    unwound = {f"figures.payments.{key}": value for key, value in paid["figures.payments"]["$elemMatch"].items()}
    return [
        {"$match": {"taxpayer": taxpayer, **paid}},
        {"$project": {"figures.payments": 1, "direction": 1}},
        {"$unwind": "$figures.payments"},
        {"$match": unwound},
        {
            "$project": {
                "period": periods.key_of("$figures.payments.at", range.every),
                "part": "payments",
                "direction": 1,
                "amount": f"$figures.payments.{'amount' if currency else 'mxn'}",
            }
        },
        _grouped(),
    ]


def _paid(period: Period, currency: str | None) -> Row:
    """Payment complements in force with a payment of these days."""
    one: Row = {"at": periods.within(period.start, period.end)} | ({"currency": currency} if currency else {})
    return {"figures.payments": {"$elemMatch": one}, "status": "ACTIVE", "figures.nature": "PAYMENT"}


def _side() -> Row:
    """Return the side of the cash: who issues a payroll pays it; who issues all else is paid."""
    issued = {"$eq": ["$direction", "ISSUED"]}
    return {"$cond": [{"$ne": [{"$eq": ["$part", "payroll"]}, issued]}, "money_in", "money_out"]}


def _grouped() -> Row:
    known = {"$and": [sums.is_known("$amount"), {"$ne": ["$part", _UNKNOWN]}]}
    return {
        "$group": {
            "_id": {"period": "$period", "part": "$part", "side": _side()},
            "documents": {"$sum": 1},
            "used": sums.counted(known),
            "total": {"$sum": "$amount"},
            "offset": {"$push": {"$cond": [{"$eq": ["$part", _OFFSET]}, "$_id", "$$REMOVE"]}},
        }
    }


def _added(found: Iterable[_Parts]) -> _Parts:
    added: _Parts = {}
    for period in found:
        for key, row in period.items():
            known = added.get(key) or {"documents": 0, "used": 0, "total": None, "offset": []}
            added[key] = {
                "documents": known["documents"] + row["documents"],
                "used": known["used"] + row["used"],
                "total": sums.added((sums.exact(known["total"]), sums.exact(row["total"]))),
                "offset": known["offset"] + row["offset"],
            }
    return added


def _bucket(taxpayer: str, period: Period, currency: str | None, parts: _Parts) -> Row:
    sides = {side: _side_row(side, parts) for side in _SIDES}
    issued = {**_issued(currency), "issued_at": periods.within(period.start, period.end)}
    offset = sorted(id for row in parts.values() for id in row["offset"])
    return {
        **sides,
        "net": sums.money(sums.minus(sides["money_in"]["exact"], sides["money_out"]["exact"])),
        "coverage": sums.coverage(row for (_, part), row in parts.items() if part != _OFFSET),
        "taxpayer": taxpayer,
        "where": {"$and": [{"$or": [issued, _paid(period, currency)]}, {"_id": {"$nin": offset}}]},
    }


def _side_row(side: str, parts: _Parts) -> Row:
    rows: dict[str, Any] = {part: parts.get((side, part)) or {} for part in PARTS}
    amounts = {part: sums.exact(row.get("total")) for part, row in rows.items()}
    moved = sums.added(amounts[part] for part in ("at_once", "payments", "payroll"))
    exact = sums.minus(moved, amounts["refunds"])
    return {
        **{
            part: {"documents": row.get("documents", 0), "total": sums.money(amounts[part])}
            for part, row in rows.items()
        },
        "total": sums.money(exact),
        "exact": exact,
    }
