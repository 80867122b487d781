"""One connection to SAT All in One, from the POST to the last notification."""

from __future__ import annotations

import base64
import io
import zipfile
from collections import Counter

from tests.unit.sandbox.support import sandbox

CREDENTIAL_SITES = {
    "56cf5728784806f72b8b456f",
    "5f3808dafc91b2584b3107c1",
    "59aefe28056f29793a58c091",
    "58543125784806c3298b4572",
}
DOCUMENT_SITES = {"59aefe28056f29793a58c092", "5f6bbaa541273336c87d96c1"}


async def test_a_success_logs_in_once_and_fans_out_to_six_sites() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        codes = await syncfy.run(session)

        assert codes == [100, 101, 102, 200]
        rows = await syncfy.call("GET", "/credentials", headers=session)
        assert {row["id_site"] for row in rows} == CREDENTIAL_SITES
        assert {(row["code"], row["is_authorized"], row["can_sync"]) for row in rows} == {(200, 1, 0)}
        assert {row["username"] for row in rows} == {"A**********C"}
        assert Counter(syncfy.receiver.names) == {
            "credentials.created": 4,
            "credentials.updated": 8,
            "credentials.refreshed": 4,
            "documents.completed": 2,
            "documents.success": 2,
        }
        sites = {event["payload"]["id_site"] for event in syncfy.receiver.events}
        assert sites == CREDENTIAL_SITES | DOCUMENT_SITES


async def test_each_child_job_has_its_own_ids_and_a_readable_status() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        parent = await syncfy.start(session)
        await syncfy.finish(parent)

        children = {event["payload"]["id_job"] for event in syncfy.receiver.events}
        assert len(children) == 6
        assert parent not in children
        for child in children:
            history = await syncfy.call("GET", f"/jobs/{child}/status", headers=session)
            assert history == [{"code": 100}, {"code": 101}, {"code": 102}, {"code": 200}]


async def test_a_credential_tells_its_start_its_end_and_then_its_data() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)

        told = [
            (event["header"]["event"]["name"], event["payload"].get("is_executing"))
            for event in syncfy.receiver.events
            if event["payload"]["id_site"] == "56cf5728784806f72b8b456f"
        ]
        assert told == [
            ("credentials.created", 1),
            ("credentials.updated", 1),
            ("credentials.updated", 0),
            ("credentials.refreshed", None),
        ]


async def test_every_announced_address_answers_with_what_it_announces() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)

        transactions, files = 0, 0
        for event in syncfy.receiver.events:
            if event["header"]["event"]["name"] != "credentials.refreshed":
                continue
            addresses = event["payload"]["endpoints"]
            for name in ("credential", "accounts"):
                (row,) = await syncfy.call("GET", addresses[name][0].removeprefix("/v1"), headers=session)
                assert row["id_credential"] == event["payload"]["id_credential"]
            rows = await syncfy.call("GET", addresses["transactions"][0].removeprefix("/v1"), headers=session)
            archive = await syncfy.http.get(addresses["attachments"][0], headers=session)
            assert archive.headers["content-type"] == "application/zip"
            names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
            assert sorted(names) == sorted(file["file"] for row in rows for file in row["attachments"])
            transactions, files = transactions + len(rows), files + len(names)
        assert (transactions, files) == (21, 8 + 3 + 2 * 2 + 4 * 2)


async def test_documents_are_read_by_the_notification_or_from_the_whole_list() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)

        announced = [
            event["payload"]["endpoints"][0]
            for event in syncfy.receiver.events
            if event["header"]["event"]["name"].startswith("documents.")
        ]
        assert len(set(announced)) == 4
        for address in announced:
            pdf, json = await syncfy.call("GET", address.removeprefix("/v1"), headers=session)
            assert base64.b64decode(pdf["content"]).startswith(b"%PDF")
            assert json["file"].endswith(".json")
        everything = await syncfy.call("GET", "/documents", headers=session)
        assert {row["id_site"] for row in everything} == DOCUMENT_SITES
        assert len(everything) == 4


async def test_a_second_connection_is_a_resync_of_the_same_credentials() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        await syncfy.run(session)
        first = await syncfy.call("GET", "/credentials", headers=session)
        before = len(syncfy.receiver.events)
        await syncfy.run(session)

        again = await syncfy.call("GET", "/credentials", headers=session)
        assert [row["id_credential"] for row in again] == [row["id_credential"] for row in first]
        assert "credentials.created" not in syncfy.receiver.names[before:]
        assert syncfy.receiver.names[before:].count("credentials.updated") == 8
