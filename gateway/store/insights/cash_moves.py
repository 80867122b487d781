"""The aggregations of the cash flow: they tell what moves money and when.

- A CFDI of type I that is paid at once (PUE) moves money on its day, and so does an instalment of 3.2.
- A payment complement moves money on its FechaPago: Monto, whichever invoices it settles.
- A payroll is money out on the day on which it was paid (in, for whom received it).
- A credit note (E) gives money back, unless the invoice that it corrects is paid later (PPD): then less is owed.
- What is settled in a form without money (payment_figures.WITHOUT_MONEY) stands apart: nothing came in or went out.
- Invoices to be paid later (PPD) move nothing themselves; one that does not say how it is paid is outside the coverage.
"""

from __future__ import annotations

from gateway.sat.gaps import Gap
from gateway.sat.payment_figures import WITHOUT_MONEY
from gateway.store.insights import credit_notes, sums
from gateway.store.insights.periods import Period, Range, key_of, within
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

#: Parts of a side, and the sign with which each counts in its total.
PARTS = {"at_once": 1, "payments": 1, "payroll": 1, "refunds": -1}
#: What was settled and moved no money; a credit note takes off it.
APART = "without_money"
EACH = (*PARTS, APART)
COUNTS = tuple(f"{part}_documents" for part in EACH)
#: A credit note that moves no money; an invoice that does not say how it is paid.
_OFFSET, _UNKNOWN = "offset", "unknown"
_NO_MONEY = sorted(WITHOUT_MONEY)
_NOTE: Filter = {"figures.nature": "CREDIT_NOTE"}
_READ = dict.fromkeys(
    (
        *("order", "direction", "payment_method", "payment_form", "related.uuid", "figures.nature", "figures.day"),
        *("figures.total", "figures.total_mxn", "figures.currency", "figures.rate", "figures.gaps.cash"),
    ),
    1,
)


def by_issue(taxpayer: str, range: Range, currency: str | None) -> Pipeline:
    """Add up what moves money on its own day, and the credit notes, in one pass: {moved, refunds}."""
    part = {
        "$switch": {
            "branches": [
                {"case": {"$not": [sums.is_known("$figures.nature")]}, "then": _UNKNOWN},
                {"case": {"$eq": ["$figures.nature", "PAYROLL"]}, "then": "payroll"},
                {"case": {"$in": ["$payment_form", _NO_MONEY]}, "then": APART},
                {"case": {"$eq": ["$figures.nature", "INSTALMENT"]}, "then": "at_once"},
                {"case": {"$eq": ["$payment_method", "PUE"]}, "then": "at_once"},
            ],
            "default": _UNKNOWN,
        }
    }
    given = {"$cond": [{"$in": ["$payment_form", _NO_MONEY]}, APART, "refunds"]}
    of_note = {"$cond": [credit_notes.OF_ONE_PAID_LATER, _OFFSET, given]}
    why = sums.reason(currency, "cash")
    why_of_note = {"$ifNull": [why, {"$cond": [credit_notes.OF_ONE_NOT_HERE, Gap.INVOICE_NOT_HERE, None]}]}
    group = {"_id": {"period": "$period", "side": "$side"}, **_summed()}
    return [
        {"$match": {"taxpayer": taxpayer, **_issued(range.documents(), currency)}},
        {"$project": _READ},
        {
            "$facet": {
                "moved": [
                    {"$match": {"$nor": [_NOTE]}},
                    {"$project": _projected(range, part, why, currency)},
                    {"$group": group},
                ],
                "refunds": [
                    {"$match": _NOTE},
                    *credit_notes.corrected(taxpayer),
                    {"$project": _projected(range, of_note, why_of_note, currency)},
                    {"$group": {**group, **_ids()}},
                ],
            }
        },
    ]


def by_payment(taxpayer: str, range: Range, currency: str | None) -> Pipeline:
    """Add up payment complements by period and over the whole range, where each counts once: {periods, whole}."""
    one = _payments(Period("", range.start, range.end), currency)
    why = _entry_reason("$figures.payments", currency)
    known = {"$in": [why, [None, Gap.INCONSISTENT]]}
    amount = {"$cond": [known, f"$figures.payments.{'amount' if currency else 'mxn'}", 0]}
    without = {"$in": ["$figures.payments.form", _NO_MONEY]}
    entry: Fields = {
        "period": key_of("$figures.payments.at", range.every),
        "side": _side(is_payroll=False),
        "reason": why,
        "payments": {"$cond": [without, 0, amount]},
        APART: {"$cond": [without, amount, 0]},
        "payments_documents": {"$cond": [without, 0, 1]},
        f"{APART}_documents": {"$cond": [without, 1, 0]},
    }
    of_document: Fields = {
        "side": {"$first": "$side"},
        "reason": {"$max": "$reason"},
        **{name: {"$sum": f"${name}"} for name in ("payments", APART)},
        **{name: {"$max": f"${name}"} for name in ("payments_documents", f"{APART}_documents")},
    }
    names = ("payments", APART, "payments_documents", f"{APART}_documents")
    counted = sums.counting("$reason", **{name: f"${name}" for name in names})
    by_period = {"_id": {"id": "$_id", "period": "$period"}, **of_document}
    return [
        {"$match": {"taxpayer": taxpayer, **_paid(one)}},
        {"$project": {"figures.payments": 1, "direction": 1}},
        {"$unwind": "$figures.payments"},
        {"$match": {f"figures.payments.{key}": value for key, value in one.items()}},
        {"$project": entry},
        {
            "$facet": {
                "periods": [
                    {"$group": by_period},
                    {"$group": {"_id": {"period": "$_id.period", "side": "$side"}, **counted}},
                ],
                "whole": [
                    {"$group": {"_id": "$_id", **of_document}},
                    {"$group": {"_id": {"side": "$side"}, **counted}},
                ],
            }
        },
    ]


def moved(range: Range, period: Period, currency: str | None) -> Filter:
    """Select what moved money in a period, and what does not say if it did."""
    paid = _paid(_payments(period, currency))
    return {"$or": [_issued(range.of(period), currency), paid]}


def reason(period: Period, currency: str | None) -> Expression:
    """Return why the money of one of these documents is not known; null where it is."""
    days = within(period.start, period.end)
    inside: list[Expression] = [{"$gte": ["$$this.at", days["$gte"]]}, {"$lt": ["$$this.at", days["$lt"]]}]
    if currency:
        inside.append({"$in": [{"$ifNull": ["$$this.currency", None]}, [currency, None]]})
    entries = {"$filter": {"input": {"$ifNull": ["$figures.payments", []]}, "cond": {"$and": inside}}}
    of_payments = {"$max": {"$map": {"input": entries, "in": _entry_reason("$$this", currency)}}}
    is_payment = {"$eq": ["$figures.nature", "PAYMENT"]}
    return {"$cond": [is_payment, of_payments, sums.reason(currency, "cash")]}


def _issued(days: Filter, currency: str | None) -> Filter:
    """Select what moves money on its own day, and what does not say if it does."""
    return {
        "status": "ACTIVE",
        "direction": sums.DIRECTIONS,
        "figures.nature": {"$in": ["INCOME", "INSTALMENT", "CREDIT_NOTE", "PAYROLL", None]},
        "$nor": [{"figures.nature": "INCOME", "payment_method": "PPD"}],
        **days,
        **sums.in_currency(currency),
    }


def _payments(period: Period, currency: str | None) -> Filter:
    """Select the payments of these days within a complement."""
    days: Filter = {"at": within(period.start, period.end)}
    return days | ({"currency": {"$in": [currency, None]}} if currency else {})


def _paid(one: Filter) -> Filter:
    """Select payment complements in force with such a payment."""
    return {
        "figures.payments": {"$elemMatch": one},
        "status": "ACTIVE",
        "direction": sums.DIRECTIONS,
        "figures.nature": "PAYMENT",
    }


def _entry_reason(path: str, currency: str | None) -> Expression:
    known = {"$eq": [f"{path}.currency", currency]} if currency else sums.is_known(f"{path}.mxn")
    return {"$ifNull": [f"{path}.gap", {"$cond": [known, None, Gap.UNKNOWN_CURRENCY]}]}


def _side(*, is_payroll: Expression | bool) -> Expression:
    """Return the side of the cash: who issues a payroll pays it; who issues all else is paid."""
    issued = {"$eq": ["$direction", "ISSUED"]}
    return {"$cond": [{"$ne": [is_payroll, issued]}, "money_in", "money_out"]}


def _projected(range: Range, part: Expression, reason: Expression, currency: str | None) -> Fields:
    return {
        "period": range.key,
        "part": part,
        "reason": reason,
        "amount": "$figures.total" if currency else "$figures.total_mxn",
        "is_note": {"$eq": ["$figures.nature", "CREDIT_NOTE"]},
        "side": _side(is_payroll={"$eq": ["$figures.nature", "PAYROLL"]}),
    }


def _summed() -> Fields:
    """Accumulators over documents, of which each is of one part. One with a reason adds nothing to the amounts."""
    known = {"$in": ["$reason", [None, Gap.INCONSISTENT]]}
    taken_off = {"$and": ["$is_note", {"$eq": ["$part", APART]}]}
    signed = {"$cond": [taken_off, {"$multiply": [-1, "$amount"]}, "$amount"]}
    found: Fields = {}
    for part in EACH:
        is_of = {"$eq": ["$part", part]}
        found[part] = {"$sum": {"$cond": [{"$and": [is_of, known]}, signed, 0]}}
        found[f"{part}_documents"] = sums.counted(is_of)
    is_counted = {"$ne": ["$part", _OFFSET]}
    return {
        **found,
        "documents": sums.counted(is_counted),
        **{str(gap): sums.counted({"$and": [is_counted, {"$eq": ["$reason", gap]}]}) for gap in Gap},
    }


def _ids() -> Fields:
    is_offset = {"$eq": ["$part", _OFFSET]}
    is_lost = {"$and": [{"$not": [is_offset]}, {"$eq": ["$reason", Gap.INVOICE_NOT_HERE]}]}
    return {
        "offset": {"$push": {"$cond": [is_offset, "$_id", "$$REMOVE"]}},
        "lost": {"$push": {"$cond": [is_lost, "$_id", "$$REMOVE"]}},
    }
