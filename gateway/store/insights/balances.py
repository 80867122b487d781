"""Receivables and payables: what is left of invoices that are paid later, by how long it has been owed.

As it stands now, from the settlement that is kept with each invoice; as it stood on an earlier day, from the payments
made and the credit notes issued up to that day. Either way by what is in force now: SAT does not tell the day of a
cancellation reliably. Pesos are by the invoice's own TipoCambio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from gateway.store import mongo
from gateway.store.insights import owed, sums
from gateway.store.insights.coverage import Behind, Coverage, covered, merged
from gateway.store.insights.sums import Identity, Sums
from gateway.store.mongo import Row, Store
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

#: Ageing: name → the most days past due that are in it; None has no end.
AGES: dict[str, int | None] = {
    "NOT_DUE": 0,
    "DAYS_1_TO_30": 30,
    "DAYS_31_TO_60": 60,
    "DAYS_61_TO_90": 90,
    "OVER_90_DAYS": None,
}
_SUMMED = ("mxn", "outstanding")
_BALANCE_REASON: Expression = {"$ifNull": ["$figures.gaps.balance", None]}


class BalanceSums(Behind):
    documents: int
    outstanding: str
    oldest: str | None
    coverage: Coverage


class AgeBalance(BalanceSums):
    age: str


class CounterpartyBalance(BalanceSums):
    identity: Identity


class CurrencyBalance(TypedDict):
    key: str | None
    outstanding: str
    outstanding_pesos: str
    documents: int
    coverage: Coverage
    ageing: list[AgeBalance]


class Balances(TypedDict):
    as_of: str
    taxpayer: str
    total: BalanceSums
    coverage: Coverage
    ageing: list[AgeBalance]
    by_currency: list[CurrencyBalance]
    counterparties: list[CounterpartyBalance]
    counterparty_count: int


#: Selects the very invoices behind a group: of an age, in a currency, of a party, by what they have in the row.
_Where = Callable[[Row | None, Filter], Filter]
_Bucket = Callable[[Row | None, str, Filter], BalanceSums]


async def balances(
    store: Store, taxpayer: str, direction: str, as_of: date, *, now: bool, credit_days: int, top: int
) -> Balances:
    """`now`: the settlements as they stand; otherwise as they stood at the end of the day `as_of`."""
    head = owed.now(taxpayer, direction) if now else owed.on(taxpayer, direction, as_of)
    due = as_of - timedelta(days=credit_days)
    (found,) = await mongo.aggregate(store["invoices"], [*head, *_summed(due, top, ids=not now)])
    untold = owed.undecided(taxpayer, direction, as_of)
    group = {"$group": {"_id": None, **sums.counting(_BALANCE_REASON)}}
    unknown = next(iter(await mongo.aggregate(store["invoices"], [{"$match": untold}, group])), None)
    where = _still_open(direction) if now else _these

    def bucket(row: Row | None, outstanding: str, narrowed: Filter) -> BalanceSums:
        behind: Behind = {"taxpayer": taxpayer, "where": where(row, narrowed)}
        one = _read(row)
        return {
            "documents": one.documents,
            "outstanding": outstanding,
            "oldest": row["oldest"] if row else None,
            "coverage": covered(one, behind, owed.REASON),
            **behind,
        }

    total_row = next(iter(found["total"]), None)
    whole, count = _read(total_row)["mxn"], found["count"][0]["parties"] if found["count"] else 0
    total = bucket(total_row, sums.money(whole), {})
    of_unknown = covered(sums.read(unknown, ()), {"taxpayer": taxpayer, "where": untold}, _BALANCE_REASON)
    ages = {row["_id"]: row for row in found["ageing"]}
    return {
        "as_of": as_of.isoformat(),
        "taxpayer": taxpayer,
        "total": total,
        "coverage": merged([total["coverage"], of_unknown]),
        "ageing": _by_age(bucket, ages, "mxn", due, {}),
        "by_currency": _by_currency(bucket, found["currencies"], due, taxpayer, where),
        "counterparties": [
            {"identity": sums.identity(taxpayer, row), **bucket(row, text, {"counterparty.key": row["_id"]})}
            for row, text in zip(found["parties"], _of_parties(whole, found["parties"], count), strict=False)
        ],
        "counterparty_count": count,
    }


def _read(row: Row | None) -> Sums:
    return sums.read(row, _SUMMED)


def _of_parties(whole: Decimal, rows: Sequence[Row], count: int) -> list[str]:
    """Round the parties' balances; where all are listed they come to the total."""
    held = [_read(row)["mxn"] for row in rows]
    rest = [sums.minus(whole, sums.added(held))] if count > len(held) else []
    return [sums.money(amount) for amount in sums.spread(whole, [*held, *rest])]


def _still_open(direction: str) -> _Where:
    """Select by the rows themselves what is owed now: a list of ids would outgrow a row."""
    return lambda _, narrowed: {**owed.open_now(direction), **narrowed}


def _these(row: Row | None, _: Filter) -> Filter:
    """Select by ids what was owed on an earlier day: no row tells it."""
    return {"_id": {"$in": sorted(row["ids"]) if row else []}}


def _summed(due: date, top: int, *, ids: bool) -> Pipeline:
    """Return the sums of the open invoices that come in: {issued_at, currency, rate, reason, outstanding, party}."""
    accumulated: Fields = {
        **sums.counting("$reason", mxn="$mxn", outstanding="$outstanding"),
        "oldest": {"$min": "$issued_at"},
        **({"ids": {"$push": "$_id"}} if ids else {}),
    }
    by_party = {"_id": "$party.key", "rfc": {"$max": "$party.rfc"}, "name": {"$max": "$party.name"}, **accumulated}
    return [
        {"$addFields": {"age": _age(due), "mxn": {"$multiply": ["$outstanding", "$rate"]}}},
        {
            "$facet": {
                "total": [{"$group": {"_id": None, **accumulated}}],
                "ageing": [{"$group": {"_id": "$age", **accumulated}}],
                "currencies": [{"$group": {"_id": {"currency": "$currency", "age": "$age"}, **accumulated}}],
                "parties": [{"$group": by_party}, {"$sort": {"mxn": -1, "_id": 1}}, {"$limit": top}],
                "count": [{"$group": {"_id": "$party.key"}}, {"$count": "parties"}],
            }
        },
    ]


def _age(due: date) -> Expression:
    """Return the age that an invoice is in, by its own date: an invoice of the day `due` falls due that day."""
    branches = [
        {"case": {"$gte": ["$issued_at", (due - timedelta(days=days)).isoformat()]}, "then": name}
        for name, days in AGES.items()
        if days is not None
    ]
    return {"$switch": {"branches": branches, "default": "OVER_90_DAYS"}}


def _issued(age: str, due: date) -> Filter:
    """Return the invoices of an age: `_age` the other way round. What has no date is of the last one."""
    names = list(AGES)
    days, younger = AGES[age], AGES[names[names.index(age) - 1]] if age != names[0] else None
    from_ = None if days is None else (due - timedelta(days=days)).isoformat()
    until = None if younger is None else (due - timedelta(days=younger)).isoformat()
    if from_ is None:
        return {"issued_at": {"$not": {"$gte": until}}}
    # `order` begins with the date: a range of an index.
    bounds = {"$gte": from_, **({"$lt": until} if until else {})}
    return {"issued_at": bounds, "order": bounds}


def _by_age(bucket: _Bucket, rows: Mapping[str, Row], name: str, due: date, narrowed: Filter) -> list[AgeBalance]:
    """Tell each age, in pesos (`mxn`) or in a currency (`outstanding`); together they come to their total."""
    exact = [_read(rows.get(age))[name] for age in AGES]
    return [
        {"age": age, **bucket(rows.get(age), sums.money(amount), {**narrowed, **_issued(age, due)})}
        for age, amount in zip(AGES, sums.spread(sums.added(exact), exact), strict=True)
    ]


def _by_currency(
    bucket: _Bucket, rows: Sequence[Row], due: date, taxpayer: str, where: _Where
) -> list[CurrencyBalance]:
    """Return each currency in its own amounts and in pesos; the pesos come to the total."""
    found: dict[str | None, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["_id"].get("currency"), {})[row["_id"]["age"]] = row
    held = sorted(found.items(), key=lambda item: item[0] or "~")
    together = [sums.together(map(_read, ages.values())) for _, ages in held]
    pesos = [one["mxn"] for one in together]
    return [
        {
            "key": currency,
            "outstanding": sums.money(one["outstanding"]),
            "outstanding_pesos": sums.money(amount),
            "documents": one.documents,
            "coverage": covered(one, _behind(taxpayer, where, ages, currency), owed.REASON),
            "ageing": _by_age(bucket, ages, "outstanding", due, {"figures.currency": currency}),
        }
        for (currency, ages), one, amount in zip(held, together, sums.spread(sums.added(pesos), pesos), strict=True)
    ]


def _behind(taxpayer: str, where: _Where, ages: Mapping[str, Row], currency: str | None) -> Behind:
    row: Row = {"ids": [id for one in ages.values() for id in one.get("ids", ())]}
    return {"taxpayer": taxpayer, "where": where(row, {"figures.currency": currency})}
