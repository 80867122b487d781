"""The taxes in what was invoiced, collected and paid, by month: the sums that are set beside the returns.

IVA is due when it is collected, and creditable when it is paid (LIVA 1-B, 5-III). A debt that is settled without money
is collected too: it is extinguished. So by month:
- at_once: CFDI of type I paid at once (PUE), and instalments of 3.2, by the day on which they count;
- payments: the shares of payment complements, by FechaPago. Pagos 2.0 tells the taxes of each share; for 1.0 they are
  the share's part of the invoice's, and where the invoice is not here they are not known;
- refunds: credit notes (type E) by their Fecha, to be taken off; one of an invoice that is paid later (PPD) is an
  `offset`: of that invoice only what is paid ever counts;
- later: CFDI to be paid later (PPD), which count by their payments alone; unknown: those that do not say;
- unrelated and not_here: credit notes that name no invoice, or one that is not here, and may be of either kind.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.sat.gaps import Gap
from gateway.store.insights import credit_notes, sums, tax_shares
from gateway.store.insights.periods import Range, within
from gateway.store.insights.sums import NOTHING, Sums
from gateway.store.insights.tax_shares import TAXES
from gateway.store.mongo import Row, Store, aggregate
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

AT_ONCE, INSTALMENTS, PAYMENTS, REFUNDS, OFFSET = "at_once", "instalments", "payments", "refunds", "offset"
LATER, UNKNOWN, PAYROLL, UNRELATED, NOT_HERE = "later", "unknown", "payroll", "unrelated", "not_here"
#: The whole range, in the place of a month.
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The sums of a part of a month, and the ids of documents of which a row does not tell that they are in it."""

    sums: Sums = NOTHING
    ids: tuple[str, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(self.sums + other.sums, self.ids + other.ids)


#: (month, direction, part) → sums.
Flows = Mapping[tuple[str, str, str], Part]
#: (month, direction) → sums of retenciones.
Withheld = Mapping[tuple[str, str], Sums]


async def flows(store: Store, taxpayer: str, range: Range) -> Flows:
    """Return the sums of the whole months of a range, and of the range; amounts in pesos."""
    (by_issue,), (by_payment,) = await asyncio.gather(
        aggregate(store["invoices"], _by_issue(taxpayer, range)),
        aggregate(store["invoices"], tax_shares.by_month(taxpayer, range)),
    )
    found: dict[tuple[str, str, str], Part] = defaultdict(Part)
    for row in (*by_issue["moved"], *by_issue["credit_notes"]):
        group, part = row["_id"], _read(row)
        found[group["month"], group["direction"], group["part"]] += part
        found[WHOLE, group["direction"], group["part"]] += part
    for row in (*by_payment["months"], *by_payment["whole"]):
        found[row["_id"].get("month", WHOLE), row["_id"]["direction"], PAYMENTS] += _read(row)
    return found


def _read(row: Row) -> Part:
    return Part(sums.read(row, TAXES), tuple(row.get("ids", ())))


async def withheld(store: Store, taxpayer: str, range: Range) -> Withheld:
    """Return the sums of retenciones in force by (the last month of their period, direction)."""
    names = ("isr_withheld", "iva_withheld")
    months = {"$gte": f"{range.start:%Y-%m}", "$lte": f"{range.end:%Y-%m}"}
    by = {"month": "$figures.month", "direction": "$direction"}
    stages: Pipeline = [
        {"$match": {"taxpayer": taxpayer, "status": "ACTIVE", "direction": sums.DIRECTIONS, "figures.month": months}},
        {"$group": {"_id": by, **sums.counting("$figures.gap", **{name: f"$figures.{name}" for name in names})}},
    ]
    found: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for row in await aggregate(store["withholdings"], stages):
        month, direction = row["_id"]["month"], row["_id"]["direction"]
        found[month, direction] = sums.read(row, names)
        found[WHOLE, direction] += found[month, direction]
    return found


#: Why the taxes of a document are not known; a payroll is in pesos.
OWN_REASON: Expression = {
    "$cond": [
        {"$eq": ["$figures.nature", "PAYROLL"]},
        {"$ifNull": ["$figures.gaps.amounts", None]},
        sums.reason(None),
    ]
}
_IS_UNKNOWN = {"$not": [{"$in": ["$payment_method", ["PUE", "PPD"]]}]}
_PART: Expression = {
    "$switch": {
        "branches": [
            {"case": {"$eq": ["$figures.nature", "PAYROLL"]}, "then": PAYROLL},
            {"case": {"$eq": ["$figures.nature", "INSTALMENT"]}, "then": INSTALMENTS},
            {"case": {"$or": [_IS_UNKNOWN, {"$ne": ["$figures.nature", "INCOME"]}]}, "then": UNKNOWN},
            {"case": {"$eq": ["$payment_method", "PPD"]}, "then": LATER},
        ],
        "default": AT_ONCE,
    }
}
#: Behind `credit_notes.corrected`.
_PART_OF_NOTE: Expression = {
    "$switch": {
        "branches": [
            {"case": credit_notes.OF_ONE_PAID_LATER, "then": OFFSET},
            {"case": credit_notes.OF_ONE_NOT_HERE, "then": NOT_HERE},
            {"case": {"$and": [{"$eq": ["$ids", []]}, {"$ne": ["$version", "3.2"]}]}, "then": UNRELATED},
        ],
        "default": REFUNDS,
    }
}


def flow_reason(range: Range) -> Expression:
    """Return why what a document moved is not known; null where it is. What an invoice not here hides it tells not."""
    entries = {"$filter": {"input": {"$ifNull": ["$figures.settles", []]}, "cond": _inside("$$this.at", range)}}
    of_payment = {"$max": {"$map": {"input": entries, "in": tax_shares.reason("$$this")}}}
    of_note = {"$and": [{"$eq": [{"$ifNull": ["$related", []]}, []]}, {"$ne": ["$version", "3.2"]}]}
    unknown = {
        "$switch": {
            "branches": [
                {"case": {"$eq": ["$figures.nature", "CREDIT_NOTE"]}, "then": of_note},
                {"case": {"$eq": ["$figures.nature", "INSTALMENT"]}, "then": False},
            ],
            "default": _IS_UNKNOWN,
        }
    }
    own = {"$ifNull": [OWN_REASON, {"$cond": [unknown, Gap.UNKNOWN_PAYMENT, None]}]}
    return {"$cond": [{"$eq": ["$figures.nature", "PAYMENT"]}, of_payment, own]}


def _inside(path: str, range: Range) -> Expression:
    days = within(range.start, range.end)
    return {"$and": [{"$gte": [path, days["$gte"]]}, {"$lt": [path, days["$lt"]]}]}


def _by_issue(taxpayer: str, range: Range) -> Pipeline:
    """Return all that counts by a day of its own, in one pass."""
    where: Filter = {
        "taxpayer": taxpayer,
        "status": "ACTIVE",
        "direction": sums.DIRECTIONS,
        "figures.nature": {"$in": ["INCOME", "INSTALMENT", "PAYROLL", "CREDIT_NOTE", None]},
        **range.documents(),
    }
    names = ("nature", "day", "mxn", "payroll", "rate", "gaps.amounts")
    kept = dict.fromkeys(
        ("order", "direction", "version", "payment_method", "related.uuid", *(f"figures.{name}" for name in names)), 1
    )
    note = {"figures.nature": "CREDIT_NOTE"}
    return [
        {"$match": where},
        {"$project": kept},
        {
            "$facet": {
                "moved": [{"$match": {"$nor": [note]}}, {"$project": _own(range, _PART)}, _grouped()],
                "credit_notes": [
                    {"$match": note},
                    *credit_notes.corrected(taxpayer),
                    {"$project": _own(range, _PART_OF_NOTE)},
                    _grouped(),
                ],
            }
        },
    ]


def _own(range: Range, part: Expression) -> Fields:
    """Return a document's own figures, its payroll's where it is one."""
    payroll = {"$eq": ["$figures.nature", "PAYROLL"]}
    return {
        "month": range.key,
        "direction": 1,
        "part": part,
        "reason": OWN_REASON,
        **{name: f"$figures.mxn.{name}" for name in TAXES},
        "isr_withheld": {"$cond": [payroll, "$figures.payroll.isr_withheld", "$figures.mxn.isr_withheld"]},
    }


def _grouped() -> Fields:
    is_lost = {"$and": [{"$eq": ["$part", NOT_HERE]}, {"$eq": ["$reason", None]}]}
    told = {"$or": [{"$eq": ["$part", OFFSET]}, is_lost]}
    return {
        "$group": {
            "_id": {"month": "$month", "direction": "$direction", "part": "$part"},
            **sums.counting("$reason", **{name: f"${name}" for name in TAXES}),
            "ids": {"$push": {"$cond": [told, "$_id", "$$REMOVE"]}},
        }
    }
