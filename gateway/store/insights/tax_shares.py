"""The taxes in the shares of payment complements, by FechaPago: their own, or a part of the invoice's."""

from __future__ import annotations

from typing import Any

from gateway.sat.gaps import Gap
from gateway.store.insights import sums
from gateway.store.insights.periods import Range, within
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

TAXES = ("net", "iva", "ieps", "iva_withheld", "isr_withheld", "ieps_withheld")


def reason(path: str) -> Expression:
    """Return why the share at `path` has no amount in pesos; null where it has one."""
    return {"$ifNull": [f"{path}.gap", {"$cond": [sums.is_known(f"{path}.mxn"), None, Gap.UNKNOWN_CURRENCY]}]}


def by_month(taxpayer: str, range: Range) -> Pipeline:
    """Shares by month and over the whole range, where each complement counts once: {months, whole}."""
    days = within(range.start, range.end)
    told = {"$eq": [{"$type": "$figures.settles.taxes_mxn"}, "object"]}
    # Of a share that tells its taxes the invoice is not looked up.
    invoice = {"$cond": [told, None, {"$concat": [f"{taxpayer}:", "$figures.settles.uuid"]}]}
    of_document: Fields = {
        "direction": {"$first": "$direction"},
        "reason": {"$max": "$reason"},
        **{name: {"$sum": f"${name}"} for name in TAXES},
    }
    counted: Fields = {
        **sums.counting("$reason", **{name: f"${name}" for name in TAXES}),
        "ids": {"$push": {"$cond": [{"$eq": ["$reason", Gap.INVOICE_NOT_HERE]}, "$_id.id", "$$REMOVE"]}},
    }
    by_month = {"id": "$_id", "month": "$month"}
    return [
        {"$match": {"taxpayer": taxpayer, **paid_on(days), "direction": sums.DIRECTIONS, "status": "ACTIVE"}},
        {"$project": {"figures.settles": 1, "direction": 1}},
        {"$unwind": "$figures.settles"},
        {"$match": {"figures.settles.at": days}},
        {"$project": {"direction": 1, "share": "$figures.settles", "told": told, "invoice": invoice}},
        {"$lookup": {"from": "invoices", "localField": "invoice", "foreignField": "_id", "as": "held"}},
        {"$unwind": {"path": "$held", "preserveNullAndEmptyArrays": True}},
        {"$project": {"direction": 1, "share": 1, "told": 1, "own": "$held.figures.own"}},
        {"$project": _share()},
        {
            "$facet": {
                "months": [
                    {"$group": {"_id": by_month, **of_document}},
                    {"$group": {"_id": {"month": "$_id.month", "direction": "$direction"}, **counted}},
                ],
                "whole": [
                    {"$group": {"_id": {"id": "$_id"}, **of_document}},
                    {"$group": {"_id": {"direction": "$direction"}, **counted}},
                ],
            }
        },
    ]


def paid_on(days: Filter) -> Filter:
    """Select the complements with a payment of these days."""
    return {"figures.nature": "PAYMENT", "figures.payments": {"$elemMatch": {"at": days}}}


def _share() -> Fields:
    """Return the taxes of a share: those that it tells, or its part of the invoice's."""
    pesos = "$share.mxn"
    held = {"$and": [{"$eq": [{"$type": "$own"}, "object"]}, {"$gt": ["$own.total", 0]}]}
    part = {name: {"$divide": [{"$multiply": [pesos, f"$own.{name}"]}, "$own.total"]} for name in TAXES}
    told: dict[str, Any] = {name: f"$share.taxes_mxn.{name}" for name in TAXES if name != "net"}
    withheld = [told[name] for name in TAXES if name.endswith("_withheld")]
    told["net"] = {"$add": [{"$subtract": [pesos, {"$add": [told["iva"], told["ieps"]]}]}, *withheld]}
    by_invoice = {"$cond": [{"$or": ["$told", held]}, None, Gap.INVOICE_NOT_HERE]}
    why = {"$ifNull": [reason("$share"), by_invoice]}
    known = {"$eq": [why, None]}
    return {
        "month": "$share.month",
        "direction": 1,
        "reason": why,
        **{name: {"$cond": [known, {"$cond": ["$told", told[name], part[name]]}, 0]} for name in TAXES},
    }
