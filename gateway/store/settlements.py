"""Settlements, kept up to date from all that is stored: `settlement` of invoices, `orphan_settlements` of payments.

Computed anew after each stored batch for every row that the batch touches, so nothing depends on the order in which
documents come, and a batch that is stored again mends what a killed worker left undone. Workers do it beside each other
without a lock: whoever writes looks once more afterwards, so the last one to write has seen everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo import UpdateOne

from gateway.sat import settlement
from gateway.sat.direction import Direction
from gateway.sat.documents import Invoice
from gateway.sat.invoice_document import InvoiceRow
from gateway.sat.payment_chain import MISSING, Problem
from gateway.sat.settlement import InvoiceSettlement
from gateway.store.decimals import twin
from gateway.store.mongo import Store, now
from gateway.store.query_language import Fields, Filter
from gateway.store.rows import typed

_UUID = 36
_COLLECTION = "invoices"
#: The keys that name another document.
NAMING = ("payments.settles.uuid", "related.uuid", "original.uuid")
#: In `chain_codes`: any problem, and any but MISSING, which counts only when the month of the invoice is over.
ANY, BROKEN = "ANY", "BROKEN"
_CHUNK = 250
# Somebody else is at it when it takes more: then it is for them to look last.
_MOST_ROUNDS = 8
_READ = dict.fromkeys(
    (
        *("identity", "uuid", "type", "version", "payment_method", "payment_method_text", "total", "currency"),
        *("status", "issued_at", "issuer.rfc", "original", "related", "payments.paid_at", "payments.settles"),
        *("revision", "direction", "settlement", "orphan_settlements", "chain_codes"),
    ),
    1,
)


class _Settled(InvoiceRow):
    """A row of `invoices` with what is computed here; the last three are missing until then."""

    _id: str
    revision: int
    settlement: InvoiceSettlement | None
    orphan_settlements: list[Problem]
    chain_codes: list[str]


async def recompute(store: Store, taxpayer: str, records: Iterable[Invoice]) -> list[str]:
    """Settle what these records touch: themselves, what they name, and what names them.

    The ids of those that this changed, and not only completed when they came.
    """
    uuids: set[str] = set()
    for record in records:
        uuids |= settlement.named_in(record)
        if record["uuid"]:
            uuids.add(record["uuid"])
    return [f"{taxpayer}:{uuid}" for uuid in await _recompute(store, taxpayer, sorted(uuids))]


async def recompute_all(store: Store, taxpayer: str) -> None:
    """The same for every invoice of a taxpayer, a thousand at a time."""
    after = ""
    while True:
        query: Filter = {"taxpayer": taxpayer, "order": {"$gt": after}}
        rows = await store[_COLLECTION].find(query, {"uuid": 1, "order": 1}).sort("order", 1).limit(1000).to_list(1000)
        if not rows:
            return
        await _recompute(store, taxpayer, [row["uuid"] for row in rows if row.get("uuid")])
        after = rows[-1]["order"]


async def _recompute(store: Store, taxpayer: str, uuids: Sequence[str]) -> set[str]:
    changed: set[str] = set()
    for start in range(0, len(uuids), _CHUNK):
        pending: Sequence[str] = uuids[start : start + _CHUNK]
        for _ in range(_MOST_ROUNDS):
            pending = await _round(store, taxpayer, pending, changed)
            if not pending:
                break
    return changed


async def _round(store: Store, taxpayer: str, uuids: Sequence[str], changed: set[str]) -> list[str]:
    """Compute and write once; the UUIDs of what was not yet as it should be."""
    touched = await _by_uuid(store, taxpayer, uuids)
    naming = await _naming(store, taxpayer, uuids)
    payments = [row for row in {**touched, **naming}.values() if row["type"] == "P" and _is_own(row)]
    settled = {uuid for row in payments for uuid in settlement.named_in(row)}
    held = await _held(store, taxpayer, settled - touched.keys()) | touched.keys()
    namers: dict[str, list[_Settled]] = defaultdict(list)
    for row in filter(_is_own, naming.values()):
        for uuid in settlement.named_in(row):
            namers[uuid].append(row)
    at, operations, written = now(), [], []
    for uuid, row in {**touched, **{row["uuid"]: row for row in payments if row["uuid"]}}.items():
        computed = _computed(row, namers[uuid], held)
        if computed is not None and any(row.get(key) != value for key, value in computed.items()):
            operations.append(_write(row, computed, at))
            written.append(uuid)
            if not _is_new(row):
                changed.add(uuid)
    if operations:
        await store[_COLLECTION].bulk_write(operations, ordered=False)
    return written


def _computed(row: _Settled, namers: Sequence[_Settled], held: Iterable[str]) -> Fields | None:
    """Compute what the row should say; None for one that has nothing of the kind and never had."""
    if not _is_own(row):
        before = row.get("settlement"), row.get("orphan_settlements"), row.get("chain_codes")
        return {"settlement": None, "orphan_settlements": [], **_chain([])} if any(before) else None
    if row["type"] == "P":
        orphans = settlement.orphans(row, held)
        return {"orphan_settlements": orphans, **_chain(orphans)}
    found = settlement.of_invoice(row, namers)
    if found is None:
        return None if row.get("settlement") is None else {"settlement": None, **_chain([])}
    return {"settlement": found, **_chain(found["problems"])}


def _is_own(row: _Settled) -> bool:
    """Return False for documents of others: they settle nothing of the taxpayer's, and nothing of theirs is owed."""
    return row.get("direction") != Direction.OTHER


def _is_new(row: _Settled) -> bool:
    return "chain_codes" not in row


def _chain(problems: Sequence[Problem]) -> Fields:
    """Return the keys by which lists find problems: the codes, and what stands for any of them."""
    codes = {problem["code"] for problem in problems}
    any_of_them = [ANY] if codes else []
    return {"chain_codes": [*sorted(codes), *any_of_them, *([BROKEN] if codes - {MISSING} else [])]}


def _write(row: _Settled, computed: Fields, at: datetime) -> UpdateOne:
    """A first settlement is part of a document's coming; a later one is a change of it, which subscribers see."""
    values = dict(computed)
    if "settlement" in values:
        amounts = values["settlement"] or {}
        values["settlement_amounts"] = {key: twin(amounts.get(key)) for key in ("paid", "credited", "outstanding")}
    if _is_new(row):
        return UpdateOne({"_id": row["_id"], "chain_codes": None}, {"$set": values})
    # Of two who write the same change one is enough: the other's row has another revision by then.
    return UpdateOne(
        {"_id": row["_id"], "revision": row["revision"]},
        {"$set": {**values, "updated_at": at}, "$inc": {"revision": 1}},
    )


async def _by_uuid(store: Store, taxpayer: str, uuids: Sequence[str]) -> dict[str, _Settled]:
    ids = [f"{taxpayer}:{uuid}" for uuid in uuids]
    rows = await typed(store, _COLLECTION, _Settled).find({"_id": {"$in": ids}}, _READ).to_list(None)
    return {row["identity"]: row for row in rows}


async def _naming(store: Store, taxpayer: str, uuids: Sequence[str]) -> dict[str, _Settled]:
    """Return every row that names one of the UUIDs, each way of naming by its own index."""
    # What Syncfy calls a document without a stamp may be of any length, and no document names it.
    stamped = [uuid for uuid in uuids if len(uuid) == _UUID]
    query = {"$or": [{"taxpayer": taxpayer, key: {"$in": stamped}} for key in NAMING]}
    rows = await typed(store, _COLLECTION, _Settled).find(query, _READ).to_list(None)
    return {row["identity"]: row for row in rows}


async def _held(store: Store, taxpayer: str, uuids: Iterable[str]) -> set[str]:
    ids = [f"{taxpayer}:{uuid}" for uuid in uuids]
    rows = await store[_COLLECTION].find({"_id": {"$in": ids}}, {"identity": 1}).to_list(None)
    return {row["identity"] for row in rows}
