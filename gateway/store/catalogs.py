"""SAT's larger catalogues, imported: a table for each catalogue and version of CFDI, replaced whole.

As with the 69-B list, a table is written under the name of its import before one row turns readers to it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from gateway.sat.catalog_file import CatalogEntry
from gateway.store.mongo import Row, Store, new_id, now

_ENTRIES, _TABLES = "catalog_entries", "catalog_tables"
_BATCH = 2000
#: Labels that a process remembers, and for how many seconds it believes that no table was replaced.
_MOST_LABELS, _BELIEVED = 20_000, 60.0
#: (catalogue, code).
Key = tuple[str, str]


async def replace(store: Store, entries: Sequence[CatalogEntry]) -> dict[str, int]:
    """Replace each table that the entries are of; how many entries each has now, by "catalogue version"."""
    tables: dict[tuple[str, str | None], dict[str, CatalogEntry]] = {}
    for entry in entries:
        tables.setdefault((entry.catalog, entry.version), {})[entry.code] = entry
    for (catalog, version), codes in tables.items():
        await _replace_table(store, catalog, version, list(codes.values()))
    return {f"{catalog} {version or 'of all versions'}": len(codes) for (catalog, version), codes in tables.items()}


async def _replace_table(store: Store, catalog: str, version: str | None, entries: Sequence[CatalogEntry]) -> None:
    load, id = new_id(), f"{catalog}:{version or ''}"
    for start in range(0, len(entries), _BATCH):
        rows = [
            {"_id": f"{load}:{e.code}", "load": load, "label": e.label, "from": e.valid_from, "to": e.valid_to}
            for e in entries[start : start + _BATCH]
        ]
        await store[_ENTRIES].insert_many(rows, ordered=False)
    table = {"catalog": catalog, "version": version, "load": load, "entries": len(entries), "imported_at": now()}
    before = await store[_TABLES].find_one_and_update({"_id": id}, {"$set": table}, upsert=True)
    if before is not None:
        await store[_ENTRIES].delete_many({"load": before["load"]})


async def tables(store: Store) -> list[Row]:
    """Return what was imported: {catalog, version, entries, imported_at}, the newest version first."""
    return await store[_TABLES].find({}).sort([("catalog", 1), ("version", -1)]).to_list(None)


class Labels:
    """The labels that this process has looked up, so that a page does not ask for what the last one did."""

    def __init__(self) -> None:
        self._loads: dict[str, list[str]] = {}
        self._known: dict[Key, str | None] = {}
        self._until = 0.0

    def known(self, key: Key) -> tuple[str | None] | None:
        """(the label,) without asking the store; None when it must be asked."""
        if time.monotonic() >= self._until or key not in self._known:
            return None
        return (self._known[key],)

    async def ask(self, store: Store, keys: Sequence[Key]) -> list[str | None]:
        """One query for the labels that are not known; of several versions' tables the newest that has the code."""
        if time.monotonic() >= self._until:
            await self._look_for_imports(store)
        missing = dict.fromkeys(key for key in keys if key not in self._known)
        ids = {f"{load}:{code}": (catalog, code) for catalog, code in missing for load in self._loads.get(catalog, ())}
        found = dict(missing)
        if ids:
            rows = {row["_id"]: row async for row in store[_ENTRIES].find({"_id": {"$in": list(ids)}}, {"label": 1})}
            for id, key in ids.items():
                if found[key] is None and id in rows:
                    found[key] = rows[id]["label"]
        labels = [found[key] if key in found else self._known[key] for key in keys]
        if len(self._known) + len(found) > _MOST_LABELS:
            self._known.clear()
        self._known |= dict(list(found.items())[:_MOST_LABELS])
        return labels

    async def _look_for_imports(self, store: Store) -> None:
        loads: dict[str, list[str]] = {}
        for table in await tables(store):
            loads.setdefault(table["catalog"], []).append(table["load"])
        if loads != self._loads:
            self._loads, self._known = loads, {}
        self._until = time.monotonic() + _BELIEVED


_labels: WeakKeyDictionary[object, dict[str, Labels]] = WeakKeyDictionary()


def labels_of(store: Store) -> Labels:
    """Return the process's labels of a database."""
    return _labels.setdefault(store.db.client, {}).setdefault(store.db.name, Labels())
