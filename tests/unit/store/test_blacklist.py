"""The 69-B list in the store: whole or not at all, and what was known of an RFC is never lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.errors import StoreRefused
from gateway.sat.blacklist import Blacklist, Listed
from gateway.store import blacklist
from gateway.store.blacklist import Imported
from gateway.store.mongo import Store

ENGINES = ("mongomock", "mongod")


def entry(rfc: str, situation: str = "PRESUMED") -> Listed:
    stages = [("PRESUMED", "2020-01-02"), (situation, "2021-03-04")]
    return {
        "rfc": rfc,
        "name": f"{rfc} SA",
        "situation": situation,
        "situation_text": situation,
        "stages": [
            {"situation": name, "official_letter": f"500-{name}", "sat_published_on": None, "dof_published_on": day}
            for name, day in dict(stages).items()
        ],
    }


async def put(store: Store, *listed: Listed, as_of: str | None = None, force: bool = True) -> Imported:
    new = Blacklist(as_of, listed, 0)
    return await blacklist.replace(store, new, sha256=repr(new), force=force)


async def test_without_an_import_there_is_no_list(store: Store) -> None:
    assert await blacklist.current(store) is None
    assert await blacklist.find(store, ["A"]) == {}


async def test_a_new_list_replaces_the_old_and_remembers_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    days = (datetime(2024, 5, day, tzinfo=UTC) for day in range(1, 29))
    monkeypatch.setattr(blacklist, "now", lambda: next(days))
    first = await put(store, entry("A"), entry("B"), entry("C"), as_of="2024-01-31")
    second = await put(store, entry("A"), entry("B", "DEFINITIVE"), entry("D"), as_of="2024-02-29")
    assert (first.added, first.changed, first.removed) == (3, 0, 0)
    assert (second.added, second.changed, second.removed) == (1, 1, 1)
    found = await blacklist.find(store, ["A", "B", "C", "D", "E"])
    assert sorted(found) == ["A", "B", "D"]
    changed: Any = found["B"]
    assert (changed["situation"], changed["since"], changed["listed_since"]) == (
        "DEFINITIVE",
        "2021-03-04",
        "2020-01-02",
    )
    assert changed["official_letter"] == "500-DEFINITIVE"
    assert [(h["as_of"], h["from"], h["to"]) for h in changed["history"]] == [
        ("2024-01-31", None, "PRESUMED"),
        ("2024-02-29", "PRESUMED", "DEFINITIVE"),
    ]
    assert changed["added_at"] == found["A"]["added_at"] < found["D"]["added_at"]
    # One that is taken off and comes back keeps its story.
    third = await put(store, entry("A"), entry("B", "DEFINITIVE"), entry("C"), entry("D"), as_of="2024-03-31")
    assert (third.added, third.changed, third.removed) == (0, 1, 0)
    back = (await blacklist.find(store, ["C"]))["C"]
    assert [h["to"] for h in back["history"]] == ["PRESUMED", None, "PRESUMED"]
    held: Any = await blacklist.current(store)
    assert [told["as_of"] for told in held["imports"]] == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert await store["blacklist"].count_documents({}) == 8, "the version that counts and the one before"


async def test_the_same_file_again_changes_nothing(store: Store) -> None:
    await put(store, entry("A"))
    held = await blacklist.current(store)
    assert (await put(store, entry("A"))).unchanged
    assert await blacklist.current(store) == held


async def test_an_import_that_is_interrupted_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(store, entry("A"))
    before = await blacklist.current(store)

    async def killed(*_: object) -> bool:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(blacklist, "_turn", killed)
        with pytest.raises(asyncio.CancelledError):
            await put(store, entry("A", "DEFINITIVE"), entry("B"))
    assert await blacklist.current(store) == before
    assert {r: e["situation"] for r, e in (await blacklist.find(store, ["A", "B"])).items()} == {"A": "PRESUMED"}
    await put(store, entry("A", "DEFINITIVE"))
    assert await store["blacklist"].count_documents({}) == 2, "what it left is swept up"


async def test_of_two_imports_at_once_one_wins_whole(store: Store) -> None:
    await put(store, entry("A"))
    done = await asyncio.gather(
        put(store, entry("A"), entry("B")), put(store, entry("A"), entry("C")), return_exceptions=True
    )
    assert [type(one) for one in done].count(StoreRefused) <= 1
    assert len(await blacklist.find(store, ["A", "B", "C"])) == 2


async def test_a_truncated_or_older_list_is_refused_unless_it_is_meant(store: Store) -> None:
    await put(store, *(entry(name) for name in "ABCDE"), as_of="2024-02-29")
    with pytest.raises(StoreRefused, match="has 2 taxpayers and the one before 5"):
        await put(store, entry("A"), entry("B"), as_of="2024-03-31", force=False)
    with pytest.raises(StoreRefused, match="2024-01-31"):
        await put(store, *(entry(name) for name in "ABCDE"), as_of="2024-01-31", force=False)
    assert (await put(store, entry("A"), as_of="2024-03-31")).removed == 4
