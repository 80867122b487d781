"""The rows of documents: what is stored of one that is new, and how one that is known changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.sat.direction import Direction
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.readers import READER
from gateway.store import bulk, history
from gateway.store.derived import derived
from gateway.store.mongo import Row
from gateway.store.new_document import OWNERSHIP, RANK_JSON, RANK_METADATA, RANK_XML, NewDocument
from gateway.store.query_language import Fields, Pipeline

#: The API's name for `other`, in histories.
OF_ANOTHER_RFC = "of_another_rfc"
_READ_FROM = {RANK_XML: "XML", RANK_JSON: "JSON", RANK_METADATA: "METADATA"}


def largest(kind: Kind) -> int:
    """Return how many bytes a row of a kind may have. The newest of each profile kind stands in its taxpayer's row."""
    return bulk.LARGEST_ROW // 3 if kind.delivery is Delivery.PROFILE else bulk.LARGEST_ROW


def content_of(kind: Kind, document: NewDocument) -> Row:
    """Return a document's content as its row has it, under its rank."""
    content = {**document.content, **_ownership(document), "order": f"{document.date}|{document.identity}"}
    return {
        **content,
        **derived(kind, {**content, **document.observed, "identity": document.identity}),
        "rank": document.rank,
        "reader": READER if document.rank == RANK_XML or kind.delivery is Delivery.PROFILE else None,
        "fingerprint": document.fingerprint,
        "soundness": document.soundness,
        "content_file": document.content_file,
        "parse_status": parse_status(document),
        "problems": list(document.problems),
        "read_from": "PDF" if document.text is not None else _READ_FROM[document.rank],
        "text": document.text,
    }


def first_row(
    kind: Kind, content: Row, digests: Mapping[str, str], taxpayer: str, document: NewDocument, at: datetime
) -> Row:
    """Return the row of a document that was never here: what `merged` comes to over nothing."""
    return {
        "_id": f"{taxpayer}:{document.identity}",
        **content,
        **document.assumed,
        **document.observed,
        "taxpayer": taxpayer,
        "identity": document.identity,
        "first_seen_at": at,
        "updated_at": at,
        "revision": 1,
        "digests": digests,
        "files": document.files,
        "history": [_told_of_others(kind, at)] if document.is_other else [],
    }


def _told_of_others(kind: Kind, at: datetime) -> Row:
    """Return the first entry of a document of another RFC, so that the list of changes tells of it."""
    fiscal = kind.delivery is Delivery.FISCAL
    field, to = ("direction", str(Direction.OTHER)) if fiscal else (OF_ANOTHER_RFC, True)
    return {"at": at, "field": field, "from": None, "to": to}


def _ownership(document: NewDocument) -> Row:
    return {key: value for key, value in document.observed.items() if key in OWNERSHIP}


def merged(
    kind: Kind, content: Row, digests: Mapping[str, str], taxpayer: str, document: NewDocument, at: datetime
) -> Pipeline:
    """Return the stages that make the new row of the old one (`$$ROOT`, which is only `_id` when there was none).

    The content stands in them once, and is named where the history compares with it: a command may have no more than a
    row. Raises UnreadableDocument.
    """
    outranked = _outranked(document)
    observed = document.observed.copy()
    observed.pop("direction", None)
    observed.pop("other", None)
    computed: Fields = {
        "taxpayer": taxpayer,
        "identity": {"$literal": document.identity},
        "first_seen_at": {"$ifNull": ["$first_seen_at", at]},
        "updated_at": at,
        "revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]},
        "digests": {"$mergeObjects": [{"$ifNull": ["$digests", {}]}, digests]},
        "files": {"$setUnion": [{"$ifNull": ["$files", []]}, {"$literal": document.files}]},
        "history": history.entries(kind, _remembered(document, content), content, observed, at, outranked),
    }
    parts: list[Any] = [
        {"$literal": document.assumed},
        "$$ROOT",
        {"$cond": [outranked, {}, f"${history.NEW}"]},
        {"$literal": observed},
        computed,
    ]
    return [
        {"$set": {history.NEW: {"$literal": bulk.encoded(content, largest(kind))}}},
        {"$replaceWith": {"$mergeObjects": parts}},
        {"$unset": history.NEW},
    ]


def _outranked(document: NewDocument) -> Fields:
    """True for a row whose content stays: it is of a better source, or was read from a sounder copy of the same one.

    A file that is read again gives way to itself, whatever a newer reader makes of it.
    """
    better: Fields = {"$gt": [{"$ifNull": ["$rank", 0]}, document.rank]}
    if document.text is not None:  # the JSON of a paper counts, whenever its PDF comes by itself
        return {"$or": [better, {"$eq": [{"$ifNull": ["$read_from", None]}, "JSON"]}]}
    if document.soundness is None:
        return better
    sounder: Fields = {
        "$and": [
            {"$eq": ["$rank", document.rank]},
            {"$ne": ["$content_file", document.content_file]},
            {"$gt": [{"$ifNull": ["$soundness", ""]}, document.soundness]},
        ]
    }
    return {"$or": [better, sounder]}


def _remembered(document: NewDocument, content: Row) -> Row:
    """Return the content of which each change is kept: the record, how it was read, and whom it is counted under."""
    party = content.get("counterparty")
    return {
        "parse_status": content["parse_status"],
        **document.content,
        **({"direction": content["direction"]} if "direction" in content else {}),
        **({"counterparty": {"key": party["key"]}} if party else {}),
    }


def parse_status(document: NewDocument) -> str:
    """Tell how much of a document was read: COMPLETE, PARTIAL with problems, or METADATA_ONLY."""
    if document.rank == RANK_METADATA:
        return "METADATA_ONLY"
    return "PARTIAL" if document.problems else "COMPLETE"
