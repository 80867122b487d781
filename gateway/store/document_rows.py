"""The rows of documents: what is stored of one that is new, and how one that is known changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.sat.kinds import Kind
from gateway.store import digest
from gateway.store.derived import derived
from gateway.store.mongo import Row
from gateway.store.new_document import RANK_JSON, RANK_METADATA, RANK_XML, NewDocument

#: Fields whose every change is kept, by kind. A cancelled CFDI keeps the day on which it was still in force.
TRACKED: dict[Kind, tuple[str, ...]] = {
    Kind.INVOICE: ("status", "cancelled_at", "total"),
    Kind.WITHHOLDING: ("status", "cancelled_at", "total_withheld"),
    Kind.ANNUAL_RETURN: ("type", "amount_due"),
    Kind.MONTHLY_RETURN: ("type", "amount_due"),
    Kind.COMPLIANCE_OPINION: ("sense",),
    Kind.TAX_STATUS: ("status",),
}


_READ_FROM = {RANK_XML: "XML", RANK_JSON: "JSON", RANK_METADATA: "METADATA"}


def _content(kind: Kind, document: NewDocument) -> Row:
    """What a row has of a document's content, under its rank."""
    content = {**document.content, "order": f"{document.date}|{document.identity}"}
    return {
        **content,
        **derived(kind, {**content, **document.observed, "identity": document.identity}),
        "rank": document.rank,
        "fingerprint": document.fingerprint,
        "parse_status": parse_status(document),
        "problems": list(document.problems),
        "read_from": "PDF" if document.text is not None else _READ_FROM[document.rank],
        "text": document.text,
    }


def first_row(kind: Kind, taxpayer: str, document: NewDocument, at: datetime) -> Row:
    """The row of a document that was never here: what `merged_row` comes to over nothing."""
    return {
        "_id": f"{taxpayer}:{document.identity}",
        **_content(kind, document),
        **document.assumed,
        **document.observed,
        "taxpayer": taxpayer,
        "identity": document.identity,
        "first_seen_at": at,
        "updated_at": at,
        "revision": 1,
        "digests": digest.of(document),
        "files": document.files,
        "history": [],
    }


def merged_row(kind: Kind, taxpayer: str, document: NewDocument, at: datetime) -> Row:
    """The new row as an expression over the old one (`$$ROOT`, which is only `_id` when there was none)."""
    outranked = {"$gt": [{"$ifNull": ["$rank", 0]}, document.rank]}
    new_values = {**document.content, **document.observed}
    tracked = [name for name in TRACKED[kind] if name in new_values]
    computed: Row = {
        "taxpayer": taxpayer,
        "identity": {"$literal": document.identity},
        "first_seen_at": {"$ifNull": ["$first_seen_at", at]},
        "updated_at": at,
        "revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]},
        "digests": {"$mergeObjects": [{"$ifNull": ["$digests", {}]}, digest.of(document)]},
        "files": {"$setUnion": [{"$ifNull": ["$files", []]}, {"$literal": document.files}]},
        "history": {
            "$concatArrays": [
                {"$ifNull": ["$history", []]},
                *[_entry(name, new_values[name], at, outranked, name in document.observed) for name in tracked],
            ]
        },
    }
    return {
        "$mergeObjects": [
            {"$literal": document.assumed},
            "$$ROOT",
            {"$cond": [outranked, {}, {"$literal": _content(kind, document)}]},
            {"$literal": document.observed},
            computed,
        ]
    }


def _entry(name: str, value: Any, at: datetime, outranked: Row, observed: bool) -> Row:
    """[one history entry] when the field had another value and this write changes it, else []."""
    changes: list[Row] = [
        {"$ne": [{"$type": f"${name}"}, "missing"]},
        {"$ne": [f"${name}", {"$literal": value}]},
    ]
    if not observed:
        changes.append({"$not": [outranked]})
    entry = {"at": at, "field": name, "from": f"${name}", "to": {"$literal": value}}
    return {"$cond": [{"$and": changes}, [entry], []]}


def parse_status(document: NewDocument) -> str:
    if document.rank == RANK_METADATA:
        return "METADATA_ONLY"
    return "PARTIAL" if document.problems else "COMPLETE"
