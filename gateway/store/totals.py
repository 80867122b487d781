"""Totals of a list's documents: exact decimals, by one aggregation of the list's query.

Documents that name another RFC are listed and not added, unless the filter asks for a direction itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bson import Decimal128

from gateway.sat.kinds import Kind
from gateway.store import mongo
from gateway.store.mongo import Row, Store
from gateway.store.ownership import own
from gateway.store.query_language import Filter

_INVOICES = {
    "subtotal": "subtotal",
    "discount": "discount",
    "taxes_transferred": "taxes_transferred_total",
    "taxes_withheld": "taxes_withheld_total",
    "total": "total",
}
_WITHHOLDINGS = {name: name for name in ("total_operation", "total_taxable", "total_exempt", "total_withheld")}


async def of_invoices(store: Store, taxpayer: str, where: Filter | None) -> list[Row]:
    """Return one row a currency, in the order of their codes; the currency None where the document names none."""
    rows = await _summed(store, "invoices", taxpayer, where, "$currency", _INVOICES)
    return sorted(rows, key=lambda row: row["key"] or "")


async def of_withholdings(store: Store, taxpayer: str, where: Filter | None) -> Row:
    """Return one row: retenciones are in pesos. Zeros where there is none."""
    rows = await _summed(store, "withholdings", taxpayer, where, None, _WITHHOLDINGS)
    return rows[0] if rows else {"count": 0, **dict.fromkeys(_WITHHOLDINGS, "0")}


async def _summed(
    store: Store,
    collection: str,
    taxpayer: str,
    where: Filter | None,
    by: str | None,
    amounts: Mapping[str, str],
) -> list[Row]:
    sums = {name: {"$sum": f"$amounts.{twin}"} for name, twin in amounts.items()}
    group = {"$group": {"_id": by, "count": {"$sum": 1}, **sums}}
    counted = {} if _asks_for_direction(where) else own(Kind.INVOICE)
    match = {"taxpayer": taxpayer, **(where or {}), **counted}
    rows = await mongo.aggregate(store[collection], [{"$match": match}, group])
    return [{"key": row["_id"], "count": row["count"], **{name: _text(row[name]) for name in amounts}} for row in rows]


def _asks_for_direction(query: Any) -> bool:
    if isinstance(query, Mapping):
        return "direction" in query or any(map(_asks_for_direction, query.values()))
    return isinstance(query, list | tuple) and any(map(_asks_for_direction, query))


def _text(value: Decimal128 | int) -> str:
    """Return a sum as plain digits; of no amount at all it is a whole 0."""
    return f"{value.to_decimal():f}" if isinstance(value, Decimal128) else str(value)
