"""Credit notes beside the invoices that they name: which give money back, and which take off a debt.

A note of an invoice that is paid later (PPD) lowers what is owed. One of which an invoice is not here, or is known from
its metadata alone, may be of either kind. 3.2 has no relations: there a note gives money back.
"""

from __future__ import annotations

from gateway.store.query_language import Expression, Pipeline


def corrected(taxpayer: str) -> Pipeline:
    """Look up the invoices that a credit note names, as `corrected`; `ids` are theirs."""
    ids = {"$map": {"input": {"$ifNull": ["$related.uuid", []]}, "in": {"$concat": [f"{taxpayer}:", "$$this"]}}}
    found = {
        "from": "invoices",
        "localField": "ids",
        "foreignField": "_id",
        "as": "corrected",
        "pipeline": [{"$project": {"payment_method": 1}}],
    }
    return [{"$addFields": {"ids": {"$setUnion": [ids, []]}}}, {"$lookup": found}]


#: Behind `corrected`: True of a note that takes off a debt and gives no money back.
OF_ONE_PAID_LATER: Expression = {"$in": ["PPD", "$corrected.payment_method"]}
_TOLD: Expression = {"$filter": {"input": "$corrected", "cond": {"$in": ["$$this.payment_method", ["PUE", "PPD"]]}}}
#: Behind `corrected`: True of a note of which nobody can tell.
OF_ONE_NOT_HERE: Expression = {"$and": [{"$not": [OF_ONE_PAID_LATER]}, {"$lt": [{"$size": _TOLD}, {"$size": "$ids"}]}]}
