"""The coverage of a figure: how many documents are in it, and why the others are not, with the way to those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from gateway.sat.gaps import Gap
from gateway.store.insights.sums import Sums
from gateway.store.query_language import Expression, Filter

#: Selects no row.
NONE: Filter = {"_id": {"$in": []}}


class Behind(TypedDict):
    """The documents behind a figure: CFDI of a taxpayer, or its retenciones."""

    taxpayer: str
    where: Filter


class Missing(Behind):
    """Documents that are not in a figure for one reason. `withholdings` selects the retenciones among them."""

    reason: str
    documents: int
    withholdings: Filter


class Coverage(TypedDict):
    """`used` and the documents of all `missing` are `total`."""

    used: int
    total: int
    complete: bool
    missing: list[Missing]


def covered(found: Sums, behind: Behind, reason: Expression, lost: Sequence[str] = ()) -> Coverage:
    """Tell what sums stand on. `behind`: all their documents. `reason`: the one by which they were counted.

    `lost`: the ids of those whose reason is that an invoice is not here, which no row tells by itself.
    """

    def where(gap: Gap) -> Filter:
        if gap is Gap.INVOICE_NOT_HERE:
            return {"_id": {"$in": sorted(lost)}}
        others = [{"_id": {"$nin": sorted(lost)}}] if lost else []
        return {"$and": [behind["where"], {"$expr": {"$eq": [reason, gap]}}, *others]}

    return _told(found, [(gap, behind["taxpayer"], where(gap), NONE) for gap in found.missing])


def covered_withholdings(found: Sums, behind: Behind) -> Coverage:
    """Tell what sums of retenciones stand on."""

    def where(gap: Gap) -> Filter:
        return {"$and": [behind["where"], {"figures.gap": gap}]}

    return _told(found, [(gap, behind["taxpayer"], NONE, where(gap)) for gap in found.missing])


def _told(found: Sums, missing: Iterable[tuple[Gap, str, Filter, Filter]]) -> Coverage:
    return {
        "used": found.used,
        "total": found.documents,
        "complete": found.used == found.documents,
        "missing": [
            {
                "reason": str(gap),
                "documents": found.missing[gap],
                "taxpayer": taxpayer,
                "where": invoices,
                "withholdings": withholdings,
            }
            for gap, taxpayer, invoices, withholdings in missing
            if found.missing[gap]
        ],
    }


def merged(coverages: Iterable[Coverage]) -> Coverage:
    """Add up coverages of documents that are not the same."""
    held = list(coverages)
    missing: dict[str, Missing] = {}
    for one in (one for coverage in held for one in coverage["missing"]):
        known = missing.get(one["reason"])
        missing[one["reason"]] = one if known is None else _both(known, one)
    return {
        "used": sum(one["used"] for one in held),
        "total": sum(one["total"] for one in held),
        "complete": not missing,
        "missing": list(missing.values()),
    }


def _both(one: Missing, other: Missing) -> Missing:
    return {
        **one,
        "documents": one["documents"] + other["documents"],
        "where": {"$or": [one["where"], other["where"]]},
        "withholdings": {"$or": [one["withholdings"], other["withholdings"]]},
    }
