"""SAT's 69-B list: a version for each import, and one row that says which version counts.

A version is written whole before that row is turned to it, so that an import is there or it is not. Rows carry their
history from version to version: when an RFC came onto the list here, how its situation changed, when it was taken off.
The version before stays until the next import, for those who are reading it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from pymongo.errors import DuplicateKeyError

from gateway.errors import StoreRefused
from gateway.sat.blacklist import Blacklist, Listed, current_stage, published
from gateway.store.mongo import Row, Store, new_id, now
from gateway.store.rows import typed

_ENTRIES, _LISTS = "blacklist", "blacklists"
_CURRENT = "current"
_BATCH = 1000
#: A list that lost more than half of its taxpayers is a broken download.
_LEAST_SHARE = 0.5
_IMPORTS_KEPT = 200


#: A change of situation, seen by the import of a list: None for "not listed".
SituationChange = TypedDict(
    "SituationChange", {"at": datetime, "as_of": str | None, "from": str | None, "to": str | None}
)


class Entry(Listed):
    """A taxpayer on a version of the list. Days are ISO text; `removed_at`: when a list came without it."""

    _id: str
    version: str
    since: str | None
    published_at: str | None
    official_letter: str | None
    listed_since: str | None
    added_at: datetime
    changed_at: datetime
    removed_at: datetime | None
    history: list[SituationChange]


class CurrentList(TypedDict):
    """The list that counts. `as_of`: the day that it says it is up to date to; `entries`: how many taxpayers."""

    version: str
    as_of: str | None
    imported_at: datetime
    entries: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Imported:
    entries: int
    added: int
    changed: int
    removed: int
    unchanged: bool = False  # the same file as before: nothing was written


async def current(store: Store) -> CurrentList | None:
    """Return the list that counts; None when none was ever imported."""
    return await typed(store, _LISTS, CurrentList).find_one({"_id": _CURRENT})


async def find(store: Store, rfcs: Collection[str]) -> dict[str, Row]:
    """Return those of the RFCs that are on the list now, by RFC."""
    held = await current(store)
    wanted = sorted(set(rfcs))
    if held is None or not wanted:
        return {}
    found: dict[str, Row] = {}
    for start in range(0, len(wanted), _BATCH):
        ids = [f"{held['version']}:{rfc}" for rfc in wanted[start : start + _BATCH]]
        async for row in store[_ENTRIES].find({"_id": {"$in": ids}}):
            if row["removed_at"] is None:
                found[row["rfc"]] = row
    return found


async def entries(store: Store, rfcs: Sequence[str]) -> list[Row | None]:
    """For each RFC its entry, None when it is not on the list."""
    found = await find(store, rfcs)
    return [found.get(rfc) for rfc in rfcs]


async def replace(store: Store, new: Blacklist, *, sha256: str, force: bool = False) -> Imported:
    """Make `new` the list that counts. Raises StoreRefused when it is no likely successor, or another was quicker."""
    held = await current(store)
    if held is not None and held["sha256"] == sha256:
        return Imported(held["entries"], 0, 0, 0, unchanged=True)
    if held is not None and not force:
        _refuse_the_unlikely(held, new)
    at, version = now(), new_id()
    entries = typed(store, _ENTRIES, Entry)
    before = {row["rfc"]: row async for row in entries.find({"version": held["version"]})} if held else {}
    rows = [_row(version, entry, before.get(entry["rfc"]), new.as_of, at) for entry in new.listed]
    gone = before.keys() - {entry["rfc"] for entry in new.listed}
    rows += [_removed(version, before[rfc], new.as_of, at) for rfc in sorted(gone)]
    done = Imported(
        len(new.listed),
        added=sum(entry["rfc"] not in before for entry in new.listed),
        changed=sum(_situation(row) != entry["situation"] for entry in new.listed if (row := before.get(entry["rfc"]))),
        removed=sum(_situation(before[rfc]) is not None for rfc in gone),
    )
    for start in range(0, len(rows), _BATCH):
        await entries.insert_many(rows[start : start + _BATCH], ordered=False)
    if not await _turn(store, held, version, new, sha256, at, done):
        await entries.delete_many({"version": version})
        raise StoreRefused("another list was imported meanwhile: look at it, and import again")
    kept = [version, held["version"]] if held else [version]
    await entries.delete_many({"version": {"$nin": kept}})
    return done


def _refuse_the_unlikely(held: CurrentList, new: Blacklist) -> None:
    if len(new.listed) < held["entries"] * _LEAST_SHARE:
        raise StoreRefused(f"this list has {len(new.listed)} taxpayers and the one before {held['entries']}")
    if new.as_of and held["as_of"] and new.as_of < held["as_of"]:
        raise StoreRefused(f"this list is of {new.as_of}, the one before of {held['as_of']}")


async def _turn(
    store: Store, held: CurrentList | None, version: str, new: Blacklist, sha256: str, at: datetime, done: Imported
) -> bool:
    """Turn readers to the new version; False when somebody else turned them since `held` was read."""
    facts = CurrentList(version=version, as_of=new.as_of, imported_at=at, entries=len(new.listed), sha256=sha256)
    told = {"as_of": new.as_of, "at": at, "entries": done.entries}
    told |= {"added": done.added, "changed": done.changed, "removed": done.removed}
    if held is None:
        try:
            await store[_LISTS].insert_one({"_id": _CURRENT, **facts, "imports": [told]})
        except DuplicateKeyError:
            return False
        return True
    result = await store[_LISTS].update_one(
        {"_id": _CURRENT, "version": held["version"]},
        {"$set": facts, "$push": {"imports": {"$each": [told], "$slice": -_IMPORTS_KEPT}}},
    )
    return result.modified_count == 1


def _situation(row: Entry) -> str | None:
    """Return the situation of a row; None for one that was taken off the list."""
    return row["situation"] if row["removed_at"] is None else None


def _row(version: str, entry: Listed, before: Entry | None, as_of: str | None, at: datetime) -> Entry:
    stage = current_stage(entry)
    days = published(stage) if stage else []
    row: Entry = {
        "_id": f"{version}:{entry['rfc']}",
        "version": version,
        **entry,
        "since": next(iter(days), None),
        "published_at": (stage["dof_published_on"] or stage["sat_published_on"]) if stage else None,
        "official_letter": stage["official_letter"] if stage else None,
        "listed_since": min((day for one in entry["stages"] for day in published(one)), default=None),
        "added_at": before["added_at"] if before else at,
        "changed_at": before["changed_at"] if before else at,
        "removed_at": None,
        "history": before["history"] if before else [],
    }
    was = _situation(before) if before else None
    if before is None or was != entry["situation"]:
        row["changed_at"] = at
        row["history"] = [*row["history"], {"at": at, "as_of": as_of, "from": was, "to": entry["situation"]}]
    return row


def _removed(version: str, before: Entry, as_of: str | None, at: datetime) -> Entry:
    """Return an RFC that is on the list no more: kept, for what was known of it."""
    row: Entry = {**before, "_id": f"{version}:{before['rfc']}", "version": version}
    if before["removed_at"] is None:
        row["removed_at"] = row["changed_at"] = at
        row["history"] = [*before["history"], {"at": at, "as_of": as_of, "from": before["situation"], "to": None}]
    return row
