"""The taxes in what was invoiced, collected and paid, by month: the sums that are set beside the returns.

IVA is due when it is collected, and creditable when it is paid (LIVA 1-B, 5-III). So by month:
- at_once: CFDI of type I paid at once (PUE), and instalments of 3.2, by their Fecha;
- payments: the shares of payment complements, by FechaPago. Pagos 2.0 tells the taxes of each share; for 1.0 they are
  the share's part of the invoice's, and where the invoice is not here they are not known;
- refunds: credit notes (type E) by their Fecha, to be taken off; one of an invoice that is paid later (PPD) is an
  `offset`: of that invoice only what is paid ever counts;
- later: CFDI to be paid later (PPD), which count by their payments alone; unknown: those that do not say.
"""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.store.insights import periods, sums
from gateway.store.insights.periods import Range
from gateway.store.mongo import Row, Store, aggregate

TAXES = ("net", "iva", "ieps", "iva_withheld", "isr_withheld", "ieps_withheld")
AT_ONCE, INSTALMENTS, PAYMENTS, REFUNDS, OFFSET = "at_once", "instalments", "payments", "refunds", "offset"
LATER, UNKNOWN, PAYROLL = "later", "unknown", "payroll"

#: (month, direction, part) → sums.
Flows = dict[tuple[str, str, str], Row]


async def flows(store: Store, taxpayer: str, range: Range) -> Flows:
    """Sums of the whole months of a range; amounts in pesos."""
    (by_issue,), by_payment = await asyncio.gather(
        aggregate(store["invoices"], _by_issue(taxpayer, range)),
        aggregate(store["invoices"], _payments(taxpayer, range)),
    )
    found: Flows = {}
    for row in (*by_issue["moved"], *by_issue["credit_notes"], *by_payment):
        group = row["_id"]
        found[group["month"], group["direction"], group["part"]] = row
    return found


async def withheld(store: Store, taxpayer: str, range: Range) -> dict[tuple[str, str], Row]:
    """Sums of retenciones in force by (the last month of their period, direction)."""
    months = {"$gte": f"{range.start:%Y-%m}", "$lte": f"{range.end:%Y-%m}"}
    by = {"month": "$figures.month", "direction": "$direction"}
    known = {"$ne": [{"$type": "$figures.isr_withheld"}, "null"]}
    stages: list[Row] = [
        {"$match": {"taxpayer": taxpayer, "status": "ACTIVE", "figures.month": months}},
        {
            "$group": {
                "_id": by,
                "documents": {"$sum": 1},
                "used": sums.counted(known),
                **{name: {"$sum": f"$figures.{name}"} for name in ("isr_withheld", "iva_withheld")},
            }
        },
    ]
    rows = await aggregate(store["withholdings"], stages)
    return {(row["_id"]["month"], row["_id"]["direction"]): row for row in rows}


def _by_issue(taxpayer: str, range: Range) -> list[Row]:
    """All that counts by its Fecha, in one pass."""
    nature = "$figures.nature"
    part = {
        "$switch": {
            "branches": [
                {"case": {"$eq": [nature, "PAYROLL"]}, "then": PAYROLL},
                {"case": {"$eq": [nature, "INSTALMENT"]}, "then": INSTALMENTS},
                {"case": {"$eq": ["$payment_method", "PUE"]}, "then": AT_ONCE},
                {"case": {"$eq": ["$payment_method", "PPD"]}, "then": LATER},
            ],
            "default": UNKNOWN,
        }
    }
    where = {
        "taxpayer": taxpayer,
        "status": "ACTIVE",
        "figures.nature": {"$in": ["INCOME", "INSTALMENT", "PAYROLL", "CREDIT_NOTE"]},
        **periods.issued(range.start, range.end),
    }
    figures = dict.fromkeys(("figures.nature", "figures.mxn", "figures.payroll"), 1)
    credited = {"figures.nature": "CREDIT_NOTE"}
    return [
        {"$match": where},
        {"$project": {"issued_at": 1, "direction": 1, "payment_method": 1, "related.uuid": 1, **figures}},
        {
            "$facet": {
                "moved": [{"$match": {"$nor": [credited]}}, {"$project": _own(part)}, _grouped()],
                "credit_notes": [{"$match": credited}, *_credit_notes(taxpayer)],
            }
        },
    ]


def _credit_notes(taxpayer: str) -> list[Row]:
    return [
        *sums.corrected(taxpayer),
        {"$project": _own({"$cond": [sums.CORRECTS_ONE_PAID_LATER, OFFSET, REFUNDS]})},
        _grouped(),
    ]


def _own(part: Row) -> Row:
    """A document's own figures, its payroll's where it is one."""
    payroll = {"$eq": ["$figures.nature", "PAYROLL"]}
    source = {"$cond": [payroll, "$figures.payroll", "$figures.mxn"]}
    return {
        "month": {"$substrBytes": ["$issued_at", 0, 7]},
        "direction": 1,
        "part": part,
        "known": {"$cond": [{"$eq": [{"$type": source}, "object"]}, 1, 0]},
        **{name: f"$figures.mxn.{name}" for name in TAXES},
        "isr_withheld": {"$cond": [payroll, "$figures.payroll.isr_withheld", "$figures.mxn.isr_withheld"]},
    }


def _payments(taxpayer: str, range: Range) -> list[Row]:
    days = periods.within(range.start, range.end)
    told = {"$eq": [{"$type": "$figures.settles.taxes_mxn"}, "object"]}
    # Of a share that tells its taxes the invoice is not looked up.
    invoice = {"$cond": [told, None, {"$concat": [f"{taxpayer}:", "$figures.settles.uuid"]}]}
    paid = {"figures.payments": {"$elemMatch": {"at": days}}, "status": "ACTIVE", "figures.nature": "PAYMENT"}
    return [
        {"$match": {"taxpayer": taxpayer, **paid}},
        {"$project": {"figures.settles": 1, "direction": 1}},
        {"$unwind": "$figures.settles"},
        {"$match": {"figures.settles.at": days}},
        {"$project": {"direction": 1, "share": "$figures.settles", "told": told, "invoice": invoice}},
        {"$lookup": {"from": "invoices", "localField": "invoice", "foreignField": "_id", "as": "held"}},
        {"$unwind": {"path": "$held", "preserveNullAndEmptyArrays": True}},
        {"$project": {"direction": 1, "share": 1, "told": 1, "own": "$held.figures.own"}},
        {"$project": _share()},
        {
            "$group": {
                "_id": {"id": "$_id", "month": "$month", "direction": "$direction"},
                "known": {"$min": "$known"},
                **{name: {"$sum": f"${name}"} for name in TAXES},
            }
        },
        {"$project": {"month": "$_id.month", "direction": "$_id.direction", "known": 1, **dict.fromkeys(TAXES, 1)}},
        {"$set": {"part": PAYMENTS}},
        _grouped(),
    ]


def _share() -> Row:
    """The taxes of a share: those that it tells, or its part of the invoice's."""
    pesos = "$share.mxn"
    held = {"$and": [{"$eq": [{"$type": "$own"}, "object"]}, {"$gt": ["$own.total", 0]}]}
    part = {name: {"$divide": [{"$multiply": [pesos, f"$own.{name}"]}, "$own.total"]} for name in TAXES}
    told: dict[str, Any] = {name: f"$share.taxes_mxn.{name}" for name in TAXES if name != "net"}
    withheld = [told[name] for name in TAXES if name.endswith("_withheld")]
    told["net"] = {"$add": [{"$subtract": [pesos, {"$add": [told["iva"], told["ieps"]]}]}, *withheld]}
    known = {"$and": [{"$gt": [pesos, None]}, {"$or": ["$told", held]}]}
    return {
        "month": "$share.month",
        "direction": 1,
        "known": {"$cond": [known, 1, 0]},
        **{name: {"$cond": [known, {"$cond": ["$told", told[name], part[name]]}, 0]} for name in TAXES},
    }


def _grouped() -> Row:
    return {
        "$group": {
            "_id": {"month": "$month", "direction": "$direction", "part": "$part"},
            "documents": {"$sum": 1},
            "used": {"$sum": "$known"},
            **{name: {"$sum": f"${name}"} for name in TAXES},
        }
    }
