"""The invoices of which something is owed, now and on an earlier day, as the beginning of an aggregation.

Each comes as {_id, issued_at, currency, rate, outstanding, party}; `outstanding` is in the invoice's own currency.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.store.insights import periods
from gateway.store.mongo import Row

_OPEN = ["UNPAID", "PARTIALLY_PAID"]


def open_now(direction: str) -> Row:
    """The query of the invoices of which something is owed now."""
    return {"direction": direction, "status": "ACTIVE", "settlement.state": {"$in": _OPEN}}


def now(taxpayer: str, direction: str) -> list[Row]:
    """By the settlement that is kept with each invoice."""
    return [
        {"$match": {"taxpayer": taxpayer, **open_now(direction)}},
        {"$project": {**_INVOICE, "outstanding": "$settlement_amounts.outstanding"}},
    ]


def on(taxpayer: str, direction: str, day: date) -> list[Row]:
    """By what was issued and paid up to the end of a day, under the rules of gateway/sat/settlement.py.

    An invoice and what is taken off it meet in one group: by UUID, and by issuer and currency, because only payments
    and credit notes of the same issuer and in the same currency count.
    """
    end = periods.after(day)
    off: Row = {
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
    natures: Row = {"$in": ["INCOME", "CREDIT_NOTE", "PAYMENT", "INSTALMENT"]}
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


def undecided(taxpayer: str, direction: str, day: date) -> list[Row]:
    """Count the CFDI up to a day that do not say what they leave or take of what is owed."""
    where = {
        "taxpayer": taxpayer,
        "direction": direction,
        "status": "ACTIVE",
        "figures.gaps.balance": {"$gt": ""},
        "order": {"$lt": periods.after(day)},
    }
    return [{"$match": where}, {"$count": "documents"}]


def _met() -> Row:
    """One invoice with what is taken off it. Of each group one entry alone has the invoice."""
    first: dict[str, Any] = {name: {"$max": f"$entries.{name}"} for name in ("owed", "invoice")}
    return {
        "_id": {"uuid": "$entries.uuid", "issuer": "$issuer", "currency": "$entries.currency"},
        **first,
        "version": {"$max": {"$cond": [{"$gt": ["$entries.owed", None]}, "$version", None]}},
        "off": {"$sum": "$entries.off"},
        "shares": {"$sum": "$entries.share"},
    }


_INVOICE: Row = {
    "issued_at": "$issued_at",
    "currency": "$figures.currency",
    "rate": "$figures.rate",
    "party": "$counterparty",
}
