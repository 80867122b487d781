"""A deleted taxpayer is gone at once, is erased everywhere, and leaves a receipt that says nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway import usecases
from gateway.errors import SyncfyUnavailable, TaxpayerGone
from gateway.ingest.batch import Batch
from gateway.ingest.pipeline import store_batch
from gateway.store import credentials, deletions, erasure, files, inbox, indexes, mongo, taxpayers
from gateway.store.files import NewFile
from gateway.store.mongo import Row, Store
from tasks import erase, reconcile
from tasks.sweep import sweep
from tests.integration.flow import Flow, flow
from tests.support import VIEWER
from tests.waiting import eventually


async def everything(store: Store) -> dict[str, list[Row]]:
    names = await store.db.list_collection_names()
    return {name: await store[name].find({}).to_list(None) for name in names if not name.startswith("system.")}


async def whole(it: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    """A taxpayer with rows in every collection that there is."""
    monkeypatch.setattr(files, "_INLINE_LIMIT", 1000)
    await it.run("ok")
    await it.quiet()
    large = NewFile("large.xml", "application/xml", bytes(i * i % 251 for i in range(4000)))
    await files.keep(it.store, it.taxpayer.id, [(large.sha256, large)])
    await it.look()
    for name in await it.store.db.list_collection_names():
        if not name.startswith(("system.", "fs.")) and name not in (*erasure._NOT_ROWS, "inbox"):
            await it.store[name].insert_one({"_id": f"x{name}", "taxpayer": it.taxpayer.id, "order": f"x{name}"})


async def finished(it: Flow) -> Row:
    """The receipt, when all is erased and what Syncfy still told of it has come."""

    async def done() -> Row | None:
        receipt = await deletions.get(it.store, it.taxpayer.id, owner=VIEWER)
        return receipt if receipt is not None and receipt["state"] == "DONE" else None

    receipt: Row = await eventually("the receipt", done)
    await it.quiet()
    return receipt


def traces(rows: dict[str, list[Row]], *words: str) -> list[str]:
    return sorted({name for name, found in rows.items() for row in found for word in words if word in repr(row)})


async def test_nothing_of_it_is_left_in_any_collection(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with flow(store) as it:
        await whole(it, monkeypatch)
        other, _ = await usecases.create_taxpayer(store, owner=VIEWER, rfc="XAMA620210DQ5", name="Another")
        await files.keep(store, other.id, [("s", NewFile("n", "t", b"another's"))])
        id, user = it.taxpayer.id, it.taxpayer.user_at_syncfy
        before = await everything(store)
        held = {name for name, rows in before.items() if traces({name: rows}, id, user)}
        assert held >= {"invoices", "files", "inbox", "jobs", "credentials", "fs.files", "idempotency", "folded_jobs"}
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        receipt = await finished(it)
        after = await everything(store)
        assert traces(after, id) == ["deletions"]
        assert traces(after, user, it.taxpayer.rfc) == []
        assert after["fs.chunks"] == []
        assert [row["_id"] for row in after["files"]] == [f"{other.id}:s"]
        assert receipt["at_syncfy"] == "DELETED"
        assert await it.syncfy.find_user(id) is None
        expected = {name: len(before[name]) for name in held - {"taxpayers", "fs.chunks"}}
        expected["files"] -= 1
        assert {k: v for k, v in receipt["counts"].items() if k != "inbox"} == {
            k: v for k, v in expected.items() if k != "inbox"
        }
        assert await taxpayers.get(store, other.id) is not None


#: Collections without rows of a taxpayer's, or (the first three) erased in a way of their own.
OTHERS = {"taxpayers", "inbox", "deletions", "blacklist", "catalog_entries"}


def test_every_collection_of_the_list_is_found_by_its_taxpayer() -> None:
    """Whoever adds a collection: its rows have the key `taxpayer`, and an index that begins with it."""
    first = {name: {next(iter(m.document["key"])) for m in models} for name, models in indexes._INDEXES.items()}
    assert {name for name, keys in first.items() if "taxpayer" not in keys} == OTHERS - {"inbox"}


async def test_nobody_sees_it_from_the_first_moment_on(store: Store) -> None:
    async with flow(store, sweeping=False) as it:
        await it.run("ok")
        await it.look()
        it.queue.down = True
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        assert await taxpayers.get(store, it.taxpayer.id) is None
        assert await taxpayers.by_rfc(store, VIEWER, it.taxpayer.rfc) is None
        assert await store["invoices"].count_documents({}) > 0
        it.queue.down = False
        await store["deletions"].update_many({}, {"$set": {"due_at": mongo.now() - timedelta(minutes=1)}})
        await sweep(it.deps)  # the broker was away: the receipt is durable
        assert (await finished(it))["at_syncfy"] == "DELETED"


async def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with flow(store, sweeping=False) as it:
        await whole(it, monkeypatch)
        monkeypatch.setattr(erasure, "_STEP", 3)
        it.queue.down = True
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        it.queue.down = False
        counted: Any = None
        real = erasure._delete
        for steps in (0, 1, 2, 5, 9):
            left = steps

            async def dies(store: Store, name: str, ids: list[Any]) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise KeyboardInterrupt
                await real(store, name, ids)

            monkeypatch.setattr(erasure, "_delete", dies)
            with pytest.raises(KeyboardInterrupt):
                await erase.erase(it.deps, it.taxpayer.id)
            receipt = await deletions.get(store, it.taxpayer.id, owner=VIEWER)
            assert receipt is not None
            counted = counted or receipt["counts"]
            assert receipt["counts"] == counted
            await deletions.due_again(store, it.taxpayer.id, after=timedelta(0))
        monkeypatch.setattr(erasure, "_delete", real)
        await erase.erase(it.deps, it.taxpayer.id)
        receipt = await finished(it)
        assert receipt["counts"] == counted
        assert traces(await everything(store), it.taxpayer.id) == ["deletions"]


async def test_syncfy_away_holds_up_nothing_here_and_is_tried_until_it_answers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with flow(store) as it:
        await it.run("ok")
        await it.quiet()
        await it.look()
        delete, tries = it.syncfy.delete_user, []

        async def away(id_user: str) -> bool:
            tries.append(id_user)
            if len(tries) < 3:
                raise SyncfyUnavailable("Syncfy does not answer")
            return await delete(id_user)

        monkeypatch.setattr(it.syncfy, "delete_user", away)
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        receipt = await finished(it)
        assert (receipt["at_syncfy"], len(tries)) == ("DELETED", 3)


async def test_events_that_still_come_for_it_are_ignored_and_forgotten(store: Store) -> None:
    async with flow(store, sweeping=False) as it:
        await it.run("ok")
        await it.quiet()
        await it.look()
        event = await store["inbox"].find_one({"name": "credentials.updated"})
        assert event is not None
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        await finished(it)
        body = {"rid": "r", "events": [event["payload"]]}
        body["events"][0]["header"]["event"]["eid"] = "late"
        response = await it.delivered(body)
        assert response.status_code == 200
        await it.quiet()
        await inbox.replay(store, ids=["late"])
        it.queue.handle_events([("late", "credentials.updated")])
        await it.quiet()
        row = await store["inbox"].find_one({"_id": "late"})
        assert row is not None
        assert (row["state"], row["note"]) == ("IGNORED", "its taxpayer was deleted")
        assert traces({"inbox": [row]}, it.taxpayer.id, it.taxpayer.user_at_syncfy) == []


async def test_a_task_in_the_middle_of_a_download_stops(store: Store) -> None:
    async with flow(store, sweeping=False) as it:
        await deletions.begin(store, it.taxpayer)
        with pytest.raises(TaxpayerGone):
            await store_batch(it.deps.store, it.taxpayer, Batch())


async def test_what_looks_at_syncfy_for_it_meanwhile_ends_without_an_error(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with flow(store, sweeping=False) as it:
        await store["taxpayers"].update_one({}, {"$set": {"syncfy_user_id": "u"}})

        async def gone(*_: Any) -> None:
            await deletions.begin(store, it.taxpayer)
            raise TaxpayerGone("in the middle")

        monkeypatch.setattr(reconcile, "_refreshed", gone)
        await reconcile.taxpayer(it.deps, it.taxpayer.id)


async def test_one_that_was_never_connected_needs_no_syncfy(store: Store) -> None:
    async with flow(store) as it:
        await usecases.delete_taxpayer(it.connections, it.taxpayer)
        receipt = await finished(it)
        assert (receipt["at_syncfy"], receipt["counts"]) == ("NOTHING", {})
        again, new = await usecases.create_taxpayer(store, owner=VIEWER, rfc=it.taxpayer.rfc, name="Anew")
        assert (new, again.id != it.taxpayer.id) == (True, True)


async def test_an_access_that_is_deleted_at_syncfy_is_forgotten_here_by_its_event(store: Store) -> None:
    async with flow(store) as it:
        await it.run("ok")
        await it.quiet()
        held = await credentials.of_taxpayer(store, it.taxpayer.id)
        gone = held[0].syncfy_credential_id
        assert await it.syncfy.delete_credential(it.taxpayer.user_at_syncfy, gone)
        await it.quiet()
        left = await credentials.of_taxpayer(store, it.taxpayer.id)
        assert left == held[1:]
        assert await store["invoices"].count_documents({}) > 0  # what it brought stays
        event = await store["inbox"].find_one({"name": "credentials.deleted"})
        assert event is not None
        late = {"rid": "r", "events": [event["payload"]]}
        late["events"][0]["header"]["event"]["eid"] = "late"
        late["events"][0]["payload"]["id_credential"] = held[1].syncfy_credential_id
        await it.delivered(late)
        await it.quiet()
        # Syncfy has this one: an event says only that it is time to look.
        assert len(await credentials.of_taxpayer(store, it.taxpayer.id)) == len(left)
