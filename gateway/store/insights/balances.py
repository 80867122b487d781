"""Receivables and payables: what is left of invoices that are paid later, by how long it has been owed.

As it stands now, from the settlement that is kept with each invoice; as it stood on an earlier day, from the payments
made and the credit notes issued up to that day. Either way by what is in force now: SAT does not tell the day of a
cancellation reliably. Pesos are by the invoice's own TipoCambio.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from gateway.store import mongo
from gateway.store.insights import owed, sums
from gateway.store.mongo import Row, Store

#: Ageing: name → the most days past due that are in it; None has no end.
AGES: dict[str, int | None] = {
    "NOT_DUE": 0,
    "DAYS_1_TO_30": 30,
    "DAYS_31_TO_60": 60,
    "DAYS_61_TO_90": 90,
    "OVER_90_DAYS": None,
}


#: The query of the very invoices behind a group: of an age, in a currency, of a party, by what they have in the row.
Where = Callable[[Row | None, Row], Row]


async def balances(
    store: Store, taxpayer: str, direction: str, as_of: date, *, now: bool, credit_days: int, top: int
) -> Row:
    """`now`: the settlements as they stand; otherwise as they stood at the end of the day `as_of`."""
    head = owed.now(taxpayer, direction) if now else owed.on(taxpayer, direction, as_of)
    due = as_of - timedelta(days=credit_days)
    (found,) = await mongo.aggregate(store["invoices"], [*head, *_summed(due, top, ids=not now)])
    unknown = await mongo.aggregate(store["invoices"], owed.undecided(taxpayer, direction, as_of))
    total = next(iter(found["total"]), None)
    where = _still_open(direction) if now else _these
    ages = {row["_id"]: row for row in found["ageing"]}
    parties = [(row, _bucket(taxpayer, row, where, {"counterparty.key": row["_id"]})) for row in found["parties"]]
    return {
        "as_of": as_of.isoformat(),
        "taxpayer": taxpayer,
        "total": _bucket(taxpayer, total, where, {}),
        "coverage": {
            "used": total["used"] if total else 0,
            "total": (total["documents"] if total else 0) + (unknown[0]["documents"] if unknown else 0),
        },
        "ageing": _by_age(taxpayer, ages, due, where, {}),
        "by_currency": _by_currency(taxpayer, found["currencies"], due, where),
        "counterparties": [{"identity": sums.identity(taxpayer, row), **bucket} for row, bucket in parties],
        "counterparty_count": found["count"][0]["parties"] if found["count"] else 0,
    }


def _still_open(direction: str) -> Where:
    """Select by the rows themselves what is owed now: a list of ids would outgrow a row."""
    return lambda _, narrowed: {**owed.open_now(direction), **narrowed}


def _these(row: Row | None, _: Row) -> Row:
    """Select by ids what was owed on an earlier day: no row tells it."""
    return {"_id": {"$in": sorted(row["ids"]) if row else []}}


def _summed(due: date, top: int, *, ids: bool) -> list[Row]:
    """Sums of the open invoices that come in: {issued_at, currency, rate, outstanding, party}."""
    accumulated: Row = {
        "documents": {"$sum": 1},
        "used": sums.counted(sums.is_known("$mxn")),
        "mxn": {"$sum": "$mxn"},
        "outstanding": {"$sum": "$outstanding"},
        "oldest": {"$min": "$issued_at"},
        **({"ids": {"$push": "$_id"}} if ids else {}),
    }
    by_party = {"$group": {"_id": "$party.key", "rfc": {"$max": "$party.rfc"}, "name": {"$max": "$party.name"}}}
    by_party["$group"] |= accumulated
    return [
        {"$addFields": {"age": _age(due), "mxn": {"$multiply": ["$outstanding", "$rate"]}}},
        {
            "$facet": {
                "total": [{"$group": {"_id": None, **accumulated}}],
                "ageing": [{"$group": {"_id": "$age", **accumulated}}],
                "currencies": [{"$group": {"_id": {"currency": "$currency", "age": "$age"}, **accumulated}}],
                "parties": [by_party, {"$sort": {"mxn": -1, "_id": 1}}, {"$limit": top}],
                "count": [{"$group": {"_id": "$party.key"}}, {"$count": "parties"}],
            }
        },
    ]


def _age(due: date) -> Row:
    """Return the age that an invoice is in, by its own date: an invoice of the day `due` falls due that day."""
    branches = [
        {"case": {"$gte": ["$issued_at", (due - timedelta(days=days)).isoformat()]}, "then": name}
        for name, days in AGES.items()
        if days is not None
    ]
    return {"$switch": {"branches": branches, "default": "OVER_90_DAYS"}}


def _issued(age: str, due: date) -> Row:
    """The invoices of an age: `_age` the other way round. What has no date is of the last one."""
    names = list(AGES)
    days, younger = AGES[age], AGES[names[names.index(age) - 1]] if age != names[0] else None
    from_ = None if days is None else (due - timedelta(days=days)).isoformat()
    until = None if younger is None else (due - timedelta(days=younger)).isoformat()
    if from_ is None:
        return {"issued_at": {"$not": {"$gte": until}}}
    # `order` begins with the date: a range of an index.
    bounds = {"$gte": from_, **({"$lt": until} if until else {})}
    return {"issued_at": bounds, "order": bounds}


def _bucket(taxpayer: str, found: Row | None, where: Where, narrowed: Row) -> Row:
    """`narrowed`: what the documents behind a group have in common."""
    row = found or {"documents": 0, "used": 0, "mxn": None, "oldest": None}
    return {
        "documents": row["documents"],
        "outstanding": sums.money(row["mxn"]),
        "oldest": row["oldest"],
        "coverage": {"used": row["used"], "total": row["documents"]},
        "taxpayer": taxpayer,
        "where": where(found, narrowed),
    }


def _by_age(taxpayer: str, rows: dict[str, Row], due: date, where: Where, narrowed: Row) -> list[Row]:
    return [{"age": age, **_bucket(taxpayer, rows.get(age), where, {**narrowed, **_issued(age, due)})} for age in AGES]


def _by_currency(taxpayer: str, rows: list[Row], due: date, where: Where) -> list[Row]:
    """Each currency in its own amounts and in pesos."""
    found: dict[str | None, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["_id"].get("currency"), {})[row["_id"]["age"]] = row
    return [
        {
            "key": currency,
            "outstanding": sums.money(sums.added(sums.exact(row["outstanding"]) for row in ages.values())),
            "outstanding_pesos": sums.money(sums.added(sums.exact(row["mxn"]) for row in ages.values())),
            "documents": sum(row["documents"] for row in ages.values()),
            "coverage": sums.coverage(ages.values()),
            "ageing": [
                {**bucket, "outstanding": _own(ages.get(bucket["age"]))}
                for bucket in _by_age(taxpayer, ages, due, where, {"figures.currency": currency})
            ],
        }
        for currency, ages in sorted(found.items(), key=lambda item: item[0] or "~")
    ]


def _own(row: Row | None) -> str:
    return sums.money(row["outstanding"] if row else None)
