"""The history of a row, as expressions over the old row: nothing is overwritten without a trace.

An entry is {at, field, from, to}. Every value that was there and becomes another is an entry; what was not known before
is none, or each XML that completes a row of metadata would leave fifty: that it was completed is an entry itself. Long
texts and lists are named without their values: the files have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict

from gateway.sat.kinds import Kind
from gateway.store.mongo import Store
from gateway.store.new_document import Observed
from gateway.store.query_language import Expression

#: Not a fact of the document: where it lies at Syncfy, and what is made from the rest.
_UNTOLD = frozenset({"source", "text", "blocks", "printed", "declared"})
#: "16.0" of the metadata and "16.00" of the XML are the same: these are compared as numbers, by their twins.
_AMOUNTS = ("total", "subtotal", "discount", "total_operation", "total_withheld", "amount_due")
#: Where the new content stands beside the old row while it is compared.
NEW = "_new"
_LONGEST = 400
#: A row with more entries than MOST gives the oldest away and keeps so many: what a row holds has an end.
KEPT, MOST = 500, 1000
_Plain = str | int | bool
#: An entry of a history.
FieldChange = TypedDict("FieldChange", {"at": datetime, "field": str, "from": Any, "to": Any})


class Changed(TypedDict):
    """A row of documents, of whose keys only these are read. `history`: oldest first."""

    _id: str
    taxpayer: str
    history: list[FieldChange]


def entries(
    kind: Kind,
    content: Mapping[str, Any],
    derived: Mapping[str, Any],
    observed: Observed,
    at: datetime,
    outranked: Expression,
) -> Expression:
    """Return the history of a row after a write, as an expression over the row before it with `NEW` beside it."""
    told = [_told(kind, name, value, at) for name, value in observed.items() if name not in _UNTOLD]
    amounts = derived.get("amounts") or {}
    read = [
        _entry(_change(path, f"${NEW}.{path}", amounts.get(path) if path in _AMOUNTS else None), path, value, at)
        for path, value in _paths(content)
    ]
    return {
        "$concatArrays": [
            {"$ifNull": ["$history", []]},
            *told,
            {"$cond": [outranked, [], {"$concatArrays": read or [[]]}]},
        ]
    }


def _told(kind: Kind, name: str, value: Any, at: datetime) -> Expression:
    if name not in kind.spec.tracked:
        return _entry(_change(name, {"$literal": value}, None), name, value, at)
    is_there: Expression = {"$ne": [{"$type": f"${name}"}, "missing"]}
    return _entry({"$and": [is_there, {"$ne": [f"${name}", {"$literal": value}]}]}, name, value, at)


def _paths(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values of a record with their paths: those of a part one by one, lists as a whole.

    A part with a key that is no name of a field (free text of somebody's) is a whole too: MongoDB would take the key
    for a path or an operator.
    """
    for name, value in content.items():
        if name in _UNTOLD:
            continue
        if isinstance(value, Mapping) and all(key.isidentifier() for key in value):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items() if not isinstance(inner, Mapping))
        else:
            yield name, value


def _change(path: str, new: Any, amount: Any) -> Expression:
    """True when something else was there. `new`: an expression; `amount`: the new value's twin, where it has one."""
    if amount is not None:
        old: Any = f"$amounts.{path}"
        return {"$and": [{"$ne": [{"$ifNull": [old, None]}, None]}, {"$ne": [old, {"$literal": amount}]}]}
    return {
        "$and": [
            {"$not": [{"$in": [{"$ifNull": [f"${path}", None]}, [None, [], ""]]}]},
            {"$ne": [f"${path}", new]},
        ]
    }


def _entry(changed: Expression, path: str, value: Any, at: datetime) -> Expression:
    """[one entry] when the condition holds, else []."""
    is_text: Expression = {"$eq": [{"$type": f"${path}"}, "string"]}
    is_plain: Expression = {"$in": [{"$type": f"${path}"}, ["bool", "int", "long"]]}
    is_short: Expression = {"$lte": [{"$strLenCP": {"$cond": [is_text, f"${path}", ""]}}, _LONGEST]}
    before: Expression = {"$cond": [{"$or": [is_plain, {"$and": [is_text, is_short]}]}, f"${path}", None]}
    after = value if isinstance(value, _Plain) and len(str(value)) <= _LONGEST else None
    return {"$cond": [changed, [{"at": at, "field": path, "from": before, "to": {"$literal": after}}], []]}


async def shorten(store: Store, kind: Kind, row: Changed) -> None:
    """Take the oldest entries out of a row as it was read, whose entries are all in the list of changes by now.

    Whoever wrote to the row since has added entries at its end; who shortened it has taken its first away.
    """
    moved = len(row["history"]) - KEPT
    left: Expression = {"$slice": ["$history", moved, {"$size": "$history"}]}
    await store[kind.collection].update_one(
        {"_id": row["_id"], "history.0": row["history"][0]}, [{"$set": {"history": left, "history_moved": True}}]
    )
