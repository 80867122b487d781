"""Products and services sold and bought: the lines of the CFDI in force, by product key (ClaveProdServ).

Credit notes take off what they credit under the key that they name. CFDI 3.2 has no product keys: there a product is
its description. A line's net is Importe less Descuento; 3.2 has its discount in the head only, which no line has.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypedDict

from gateway.store import mongo
from gateway.store.insights import sums
from gateway.store.insights.coverage import Behind, Coverage, covered
from gateway.store.insights.periods import Range
from gateway.store.mongo import Store
from gateway.store.query_language import Fields, Filter, Pipeline

_SUMMED = ("lines", "quantity", "invoiced", "credited", "net")


class ProductSums(Behind):
    key: str | None
    description: str | None
    documents: int
    lines: int
    quantity: str
    invoiced: str
    credited: str
    net: str
    share: str | None
    coverage: Coverage


class OtherProducts(TypedDict):
    product_count: int
    net: str
    share: str | None


class Products(TypedDict):
    from_: str
    to: str
    currency: str
    net: str
    product_count: int
    products: list[ProductSums]
    others: OtherProducts
    coverage: Coverage


async def products(
    store: Store, taxpayer: str, direction: str, range: Range, *, currency: str | None, top: int
) -> Products:
    """Return the products with the largest net amounts."""
    where: Filter = {
        "direction": direction,
        "status": "ACTIVE",
        "figures.nature": sums.TRADED,
        **range.documents(),
        **sums.in_currency(currency),
    }
    why = sums.reason(currency, "lines")
    matched = {"$match": {"taxpayer": taxpayer, **where}}
    (found,) = await mongo.aggregate(store["invoices"], [matched, *_by_product(currency, top)])
    documents = await mongo.aggregate(store["invoices"], [matched, {"$group": {"_id": None, **sums.counting(why)}}])
    whole = sums.read(next(iter(found["whole"]), None), ("net", "products"))
    total, count = whole["net"], int(whole["products"])
    parts = [sums.read(row, _SUMMED) for row in found["top"]]
    rest = sums.minus(total, sums.together(parts)["net"])
    nets = sums.spread(total, [*(part["net"] for part in parts), *([rest] if count > len(parts) else [])])
    listed: list[ProductSums] = []
    for row, part, net in zip(found["top"], parts, nets, strict=False):
        key, named = row["_id"].get("key"), row["_id"].get("named")
        line = {"product_key": key} if key else {"product_key": None, "description": named}
        behind: Behind = {"taxpayer": taxpayer, "where": {**where, "figures.lines": {"$elemMatch": line}}}
        credited = sums.rounded(part["credited"], sums.CENTS)
        listed.append(
            {
                "key": key,
                "description": row["description"],
                "documents": part.documents,
                "lines": int(part["lines"]),
                "quantity": sums.plain(part["quantity"]),
                "invoiced": sums.money(sums.added((net, credited))),
                "credited": sums.money(credited),
                "net": sums.money(net),
                "share": sums.ratio(part["net"], total),
                "coverage": covered(part, behind, why),
                **behind,
            }
        )
    return {
        "from_": range.start.isoformat(),
        "to": range.end.isoformat(),
        "currency": currency or "MXN",
        "net": sums.money(total),
        "product_count": count,
        "products": listed,
        "others": _others(count - len(listed), nets[len(listed) :], rest, total),
        "coverage": covered(sums.read(next(iter(documents), None), ()), {"taxpayer": taxpayer, "where": where}, why),
    }


def _others(count: int, nets: list[Decimal], rest: Decimal, total: Decimal) -> OtherProducts:
    net = nets[0] if nets else sums.ZERO
    return {"product_count": count, "net": sums.money(net), "share": sums.ratio(rest, total)}


def _by_product(currency: str | None, top: int) -> Pipeline:
    """First each document's lines of a product, so that it counts once, then those of all documents."""
    line, amount = "$figures.lines", "$figures.lines.net" if currency else "$figures.lines.net_mxn"
    why = sums.reason(currency, "lines")
    known: Any = {"$cond": [{"$in": ["$why", [None, "INCONSISTENT"]]}, amount, 0]}
    credited = {"$eq": ["$figures.nature", "CREDIT_NOTE"]}
    named: Any = {"$cond": [sums.is_known(f"{line}.product_key"), None, f"{line}.description"]}
    of_document: Fields = {
        "_id": {"document": "$_id", "key": f"{line}.product_key", "named": named},
        "description": {"$max": f"{line}.description"},
        "why": {"$first": "$why"},
        "lines": {"$sum": 1},
        "quantity": {"$sum": sums.signed(f"{line}.quantity")},
        "invoiced": {"$sum": {"$cond": [credited, 0, known]}},
        "credited": {"$sum": {"$cond": [credited, known, 0]}},
    }
    summed = {name: f"${name}" for name in ("lines", "quantity", "invoiced", "credited")}
    of_product: Fields = {
        "_id": {"key": "$_id.key", "named": "$_id.named"},
        "description": {"$max": "$description"},
        **sums.counting("$why", **summed),
    }
    whole: Fields = {"_id": None, "documents": {"$sum": 0}, "net": {"$sum": "$net"}, "products": {"$sum": 1}}
    return [
        {"$project": {"figures.nature": 1, "figures.lines": 1, "why": why}},
        {"$unwind": line},
        {"$group": of_document},
        {"$group": of_product},
        {"$addFields": {"net": {"$subtract": ["$invoiced", "$credited"]}}},
        {"$facet": {"top": [{"$sort": {"net": -1, "_id": 1}}, {"$limit": top}], "whole": [{"$group": whole}]}},
    ]
