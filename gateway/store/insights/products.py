"""Products and services sold and bought: the lines of the CFDI in force, by product key (ClaveProdServ).

Credit notes take off what they credit under the key that they name. CFDI 3.2 has no product keys: there a product is
its description. A line's net is Importe less Descuento; 3.2 has its discount in the head only, which no line has.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.store import mongo
from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.mongo import Row, Store


async def products(store: Store, taxpayer: str, direction: str, range: Range, *, currency: str | None, top: int) -> Row:
    """The products with the largest net amounts."""
    where: Row = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": {"$in": ["INCOME", "CREDIT_NOTE"]},
        **periods.issued(range.start, range.end),
        **sums.in_currency(currency),
    }
    matched = {"taxpayer": taxpayer, **where}
    (found,) = await mongo.aggregate(store["invoices"], _by_product(matched, currency, top))
    documents = await mongo.aggregate(store["invoices"], _covered(matched, currency))
    whole: Row = next(iter(found["whole"]), {"net": None, "products": 0})
    counted = next(iter(documents), {"documents": 0, "used": 0})
    total = sums.exact(whole["net"])
    listed = [_product(taxpayer, row, total, where) for row in found["top"]]
    others = sums.minus(total, sums.added(row["exact"] for row in listed))
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "net": sums.money(total),
        "product_count": whole["products"],
        "products": listed,
        "others": {
            "product_count": whole["products"] - len(listed),
            "net": sums.money(others),
            "share": sums.ratio(others, total),
        },
        "coverage": {"used": counted["used"], "total": counted["documents"]},
    }


def _covered(where: Row, currency: str | None) -> list[Row]:
    known = sums.is_known(f"$figures.{sums.base(currency)}.net")
    return [{"$match": where}, {"$group": {"_id": None, "documents": {"$sum": 1}, "used": sums.counted(known)}}]


def _by_product(where: Row, currency: str | None, top: int) -> list[Row]:
    """First each document's lines of a product, so that it counts once, then those of all documents."""
    line, amount = "$figures.lines", "$figures.lines.net" if currency else "$figures.lines.net_mxn"
    credited = {"$eq": ["$figures.nature", "CREDIT_NOTE"]}
    named: Any = {"$cond": [sums.is_known(f"{line}.product_key"), None, f"{line}.description"]}
    of_document: Row = {
        "_id": {"document": "$_id", "key": f"{line}.product_key", "named": named},
        "description": {"$max": f"{line}.description"},
        "lines": {"$sum": 1},
        "unknown": sums.counted({"$not": [sums.is_known(amount)]}),
        "quantity": sums.signed(f"{line}.quantity"),
        "invoiced": {"$sum": {"$cond": [credited, 0, amount]}},
        "credited": {"$sum": {"$cond": [credited, amount, 0]}},
    }
    of_product: Row = {
        "_id": {"key": "$_id.key", "named": "$_id.named"},
        "description": {"$max": "$description"},
        "documents": {"$sum": 1},
        "used": sums.counted({"$eq": ["$unknown", 0]}),
        **{name: {"$sum": f"${name}"} for name in ("lines", "quantity", "invoiced", "credited")},
    }
    whole: Row = {"_id": None, "net": {"$sum": "$net"}, "products": {"$sum": 1}}
    return [
        {"$match": where},
        {"$project": {"figures.nature": 1, "figures.lines": 1}},
        {"$unwind": line},
        {"$group": of_document},
        {"$group": of_product},
        {"$addFields": {"net": {"$subtract": ["$invoiced", "$credited"]}}},
        {"$facet": {"top": [{"$sort": {"net": -1, "_id": 1}}, {"$limit": top}], "whole": [{"$group": whole}]}},
    ]


def _product(taxpayer: str, row: Row, total: Decimal, where: Row) -> Row:
    key, named = row["_id"].get("key"), row["_id"].get("named")
    net = sums.exact(row["net"])
    line = {"product_key": key} if key else {"product_key": None, "description": named}
    return {
        "key": key,
        "description": row["description"],
        "documents": row["documents"],
        "lines": row["lines"],
        "quantity": sums.plain(row["quantity"]),
        "invoiced": sums.money(row["invoiced"]),
        "credited": sums.money(row["credited"]),
        "net": sums.money(net),
        "exact": net,
        "share": sums.ratio(net, total),
        "coverage": {"used": row["used"], "total": row["documents"]},
        "taxpayer": taxpayer,
        "where": {**where, "figures.lines": {"$elemMatch": line}},
    }
