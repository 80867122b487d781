"""The invoices of which something is owed, now and on an earlier day, as the beginning of an aggregation.

Each comes as {_id, issued_at, currency, rate, reason, outstanding, party}; `outstanding` is in its own currency.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.sat import payment_chain
from gateway.sat.gaps import Gap
from gateway.store.insights import periods
from gateway.store.query_language import Expression, Fields, Filter, Pipeline

_OPEN = ["UNPAID", "PARTIALLY_PAID"]


def open_now(direction: str) -> Filter:
    """Return the query of the invoices of which something is owed now."""
    return {"direction": direction, "status": "ACTIVE", "settlement.state": {"$in": _OPEN}}


def now(taxpayer: str, direction: str) -> Pipeline:
    """By the settlement that is kept with each invoice."""
    return [
        {"$match": {"taxpayer": taxpayer, **open_now(direction)}},
        {"$project": {**_INVOICE, "outstanding": "$settlement_amounts.outstanding"}},
    ]


def on(taxpayer: str, direction: str, day: date) -> Pipeline:
    """By what was issued and paid up to the end of a day, under the rules of gateway/sat/settlement.py.

    An invoice and what is taken off it meet in one group: by UUID, and by issuer and currency, because only payments
    and credit notes of the same issuer and in the same currency count.
    """
    end = periods.after(day)
    off: Fields = {
        "uuid": "$$one.uuid",
        "currency": {"$ifNull": ["$$one.currency", "$currency"]},
        "off": {"$cond": [{"$lt": [{"$ifNull": ["$$one.at", ""]}, end]}, "$$one.amount", 0]},
        "share": 1,
    }
    owed = {
        "uuid": "$uuid",
        "currency": "$figures.currency",
        "owed": "$figures.total",
        "invoice": _INVOICE | {"_id": "$_id"},
    }
    shares = {"$map": {"input": {"$ifNull": ["$figures.settles", []]}, "as": "one", "in": off}}
    is_invoice = {"$eq": ["$figures.nature", "INCOME"]}
    natures: Filter = {"$in": ["INCOME", "CREDIT_NOTE", "PAYMENT", "INSTALMENT"]}
    return [
        {
            "$match": {
                "taxpayer": taxpayer,
                "direction": direction,
                "status": "ACTIVE",
                "figures.nature": natures,
                "$nor": [
                    {"figures.nature": "INCOME", "payment_method": {"$ne": "PPD"}},
                    {"figures.nature": "INCOME", "issued_at": {"$gte": end}},
                ],
            }
        },
        {"$project": {"issuer": "$issuer.rfc", "version": 1, "entries": {"$cond": [is_invoice, [owed], shares]}}},
        {"$unwind": "$entries"},
        {"$group": _met()},
        {"$match": {"invoice": {"$ne": None}, "$nor": [{"version": "3.2", "shares": 0}]}},
        {"$addFields": {"invoice.outstanding": {"$subtract": ["$owed", "$off"]}}},
        {"$replaceWith": "$invoice"},
        {"$match": {"outstanding": {"$gt": 0}}},
    ]


def undecided(taxpayer: str, direction: str, day: date) -> Filter:
    """Select the CFDI up to a day that do not say what they leave or take of what is owed."""
    return {
        "taxpayer": taxpayer,
        "direction": direction,
        "status": "ACTIVE",
        "figures.gaps.balance": {"$gt": ""},
        "order": {"$lt": periods.after(day)},
    }


def _met() -> Fields:
    """Return one invoice with what is taken off it. Of each group one entry alone has the invoice."""
    first: dict[str, Any] = {name: {"$max": f"$entries.{name}"} for name in ("owed", "invoice")}
    return {
        "_id": {"uuid": "$entries.uuid", "issuer": "$issuer", "currency": "$entries.currency"},
        **first,
        "version": {"$max": {"$cond": [{"$gt": ["$entries.owed", None]}, "$version", None]}},
        "off": {"$sum": "$entries.off"},
        "shares": {"$sum": "$entries.share"},
    }


#: Why what is owed of an invoice is not known, or not to be trusted: a payment of it names another currency.
REASON: Expression = {
    "$cond": [
        {"$in": [payment_chain.CURRENCY, {"$ifNull": ["$chain_codes", []]}]},
        Gap.INCONSISTENT,
        {"$cond": [{"$gt": ["$figures.rate", None]}, None, Gap.UNKNOWN_CURRENCY]},
    ]
}
_INVOICE: Fields = {
    "issued_at": "$issued_at",
    "currency": "$figures.currency",
    "rate": "$figures.rate",
    "reason": REASON,
    "party": "$counterparty",
}
