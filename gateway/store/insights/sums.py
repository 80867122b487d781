"""Sums of documents' figures, and how many documents are behind them: what all insights are made of.

The store adds (Decimal128, exact); here sums only become text. Amounts have two decimals, rounded once, half up, after
everything was added; ratios have six.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from bson import Decimal128

from gateway.store.mongo import Row

#: The figures of a document that are summed, as `gateway.sat.figures` names them.
AMOUNTS = (
    "net",
    "iva",
    "ieps",
    "iva_withheld",
    "isr_withheld",
    "ieps_withheld",
    "local_transferred",
    "local_withheld",
    "total",
)
CENTS, MILLIONTHS = Decimal("0.01"), Decimal("0.000001")
_WIDE = Context(prec=80)


def base(currency: str | None) -> str:
    """Return the path of the figures that a query sums: in pesos, or in the documents' own currency."""
    return "mxn" if currency is None else "own"


def in_currency(currency: str | None) -> Row:
    """The documents that a currency leaves: without one all of them, in pesos."""
    return {} if currency is None else {"figures.currency": currency}


def summing(currency: str | None) -> Row:
    """Accumulators of a first $group over documents. Documents without figures add nothing but themselves."""
    own = base(currency)
    total = "$figures.total" if currency else "$figures.total_mxn"
    return {
        "documents": {"$sum": 1},
        "used": {"$sum": {"$cond": [{"$eq": [{"$type": f"$figures.{own}"}, "object"]}, 1, 0]}},
        "known_total": {"$sum": total},
        **{name: {"$sum": f"$figures.{own}.{name}"} for name in AMOUNTS},
    }


#: Accumulators of every further $group over such sums.
AGAIN: Row = {name: {"$sum": f"${name}"} for name in ("documents", "used", "known_total", *AMOUNTS)}


def corrected(taxpayer: str) -> list[Row]:
    """Look up the invoices that a credit note names, as `corrected`."""
    ids = {"$map": {"input": {"$ifNull": ["$related.uuid", []]}, "in": {"$concat": [f"{taxpayer}:", "$$this"]}}}
    return [
        {"$addFields": {"ids": ids}},
        {"$lookup": {"from": "invoices", "localField": "ids", "foreignField": "_id", "as": "corrected"}},
    ]


#: Behind `corrected`: True of a note that takes off a debt and gives no money back.
CORRECTS_ONE_PAID_LATER: Row = {"$in": ["PPD", "$corrected.payment_method"]}


def together(rows: Iterable[Row | None]) -> Row | None:
    """Groups added to each other; None of none."""
    held = [row for row in rows if row]
    if not held:
        return None
    counts = {name: sum(row[name] for row in held) for name in ("documents", "used")}
    return {**counts, **{name: added(exact(row.get(name)) for row in held) for name in ("known_total", *AMOUNTS)}}


def added(values: Iterable[Decimal]) -> Decimal:
    """Their exact sum."""
    total = Decimal(0)
    for value in values:
        total = _WIDE.add(total, value)
    return total


def exact(value: Any) -> Decimal:
    """A sum of the store's; one over nothing is the integer 0, or is not there."""
    if value is None:
        return Decimal(0)
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(value)


def minus(value: Decimal, other: Decimal) -> Decimal:
    return _WIDE.subtract(value, other)


def money(value: Any) -> str:
    return str(rounded(exact(value) if not isinstance(value, Decimal) else value, CENTS))


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """Half up, as the Código Fiscal counts fifty centavos; never -0."""
    return value.quantize(unit, ROUND_HALF_UP, _WIDE) + 0


def ratio(part: Decimal, whole: Decimal) -> str | None:
    """part ÷ whole with six decimals, half up; None of nothing."""
    return None if whole == 0 else str(rounded(_WIDE.divide(part, whole), MILLIONTHS))


def amounts(row: Row | None) -> Row:
    """The sums of a group as text; of no group, zeros."""
    row = row or {}
    return {"documents": row.get("documents", 0), **{name: money(row.get(name)) for name in AMOUNTS}}


def less(row: Row | None, other: Row | None) -> Row:
    """The sums of a group less those of another."""
    row, other = row or {}, other or {}
    return {
        "documents": row.get("documents", 0),
        **{name: money(minus(exact(row.get(name)), exact(other.get(name)))) for name in AMOUNTS},
    }


def coverage(rows: Iterable[Row | None]) -> Row:
    """Return how many of the documents behind a figure are in it."""
    held = [row for row in rows if row]
    return {"used": sum(row["used"] for row in held), "total": sum(row["documents"] for row in held)}


def signed(path: str) -> Row:
    """An accumulator of what credit notes take off and all else adds."""
    minus = {"$multiply": [-1, path]}
    return {"$sum": {"$cond": [{"$eq": ["$figures.nature", "CREDIT_NOTE"]}, minus, path]}}


def counted(condition: Any) -> Row:
    """An accumulator of how many documents something holds for."""
    return {"$sum": {"$cond": [condition, 1, 0]}}


def is_known(path: str) -> Row:
    """Return the condition that a figure is there."""
    return {"$gt": [path, None]}


def signed_when(condition: Any, path: str) -> Row:
    """The same over the documents that a condition holds for."""
    return {"$sum": {"$cond": [condition, signed(path)["$sum"], 0]}}


def times(value: Decimal, other: Decimal) -> Decimal:
    return _WIDE.multiply(value, other)


def plain(value: Any) -> str:
    """A sum of quantities as plain digits, without zeros at its end."""
    text = f"{exact(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def identity(taxpayer: str, row: Row) -> Row:
    """Whom a group by the key of `counterparty` is of."""
    key = row["_id"]
    return {"key": key, "rfc": row["rfc"], "name": row["name"], "taxpayer": taxpayer, "counterparty": {"key": key}}
