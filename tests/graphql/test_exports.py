"""An export: a job like another, a file that other programs open, whatever dies while it is written."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import orjson
import pyarrow.parquet
import pytest

from gateway.app import create_app
from gateway.exporting.columns import TABLES
from gateway.store import export_parts, export_rows, exports, files, orphans
from gateway.store.mongo import Row, now
from resolvers.node import parse_global_id
from tasks import exports as task
from tasks.sweep import sweep
from tests.contract.sandbox_server import serving
from tests.graphql.conftest import STRANGER, Profile
from tests.graphql.sockets import socket_of
from tests.profiles import resources_over
from tests.support import VIEWER, Api, settings_for

CREATE = """mutation($input: CreateExportInput!) { createExport(input: $input) {
  job { id kind state site steps { site } progress { done total } export { kind format download { url } } }
  errors { code path }
} }"""
JOB = """query($id: ID!) { job(id: $id) {
  kind state origin finishedAt failure { message } taxpayer { id } progress { done total }
  export { kind format expiresAt download { url fileName mediaType size generated } }
} }"""


@pytest.fixture
async def exporting(reading: Api) -> AsyncIterator[Api]:
    """The API over the stored profile, which is afterwards as it was."""
    yield reading
    for collection in ("exports", "export_parts", "idempotency"):
        await reading.store[collection].delete_many({})


async def created(api: Api, profile: Profile, kind: str, format: str, **more: Any) -> Any:
    given = {"taxpayerId": profile.id, "kind": kind, "format": format, **more}
    return (await api.data(CREATE, {"input": given}))["createExport"]


async def written(api: Api, id: str) -> Any:
    """Lets a worker write it; the job as it then is."""
    deps = resources_over(api.store)
    await task.write(deps, parse_global_id(id, "Job")[1])
    await deps.syncfy.aclose()
    return (await api.data(JOB, {"id": id}))["job"]


async def exported(api: Api, profile: Profile, kind: str, format: str, **more: Any) -> tuple[Any, bytes]:
    payload = await created(api, profile, kind, format, **more)
    assert payload["errors"] == []
    job = await written(api, payload["job"]["id"])
    assert job["state"] == "SUCCEEDED", job
    answer = await api.http.get(job["export"]["download"]["url"])
    assert answer.status_code == 200
    assert len(answer.content) == job["export"]["download"]["size"]
    return job, answer.content


async def listed(api: Api, profile: Profile, fields: str, filter: str = "") -> Any:
    document = (
        f"query($id: ID!) {{ taxpayer(id: $id) {{ invoices(first: 1000 {filter}) {{ nodes {{ {fields} }} }} }} }}"
    )
    return (await api.data(document, {"id": profile.id}))["taxpayer"]["invoices"]["nodes"]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of seven documents."""
    monkeypatch.setattr(task, "_ROWS", 7)


async def test_it_is_a_job_at_once_and_a_file_in_the_end(exporting: Api, profile: Profile) -> None:
    payload = await created(exporting, profile, "INVOICES", "CSV")
    job = payload["job"]
    assert (job["kind"], job["state"], job["site"], job["steps"]) == ("EXPORT", "QUEUED", None, [])
    assert job["export"] == {"kind": "INVOICES", "format": "CSV", "download": None}
    assert exporting.sent()[-1] == ("export.write", (parse_global_id(job["id"])[1],))
    ended = await written(exporting, job["id"])
    assert (ended["state"], ended["origin"], ended["failure"]) == ("SUCCEEDED", "CLIENT", None)
    assert ended["progress"]["done"] == ended["progress"]["total"] > 30
    assert ended["taxpayer"]["id"] == profile.id
    assert ended["export"]["download"]["fileName"].startswith("invoices-")
    node = await exporting.data("query($id: ID!) { node(id: $id) { id ... on Job { kind } } }", {"id": job["id"]})
    assert node["node"] == {"id": job["id"], "kind": "EXPORT"}


async def test_csv_says_what_the_list_says_in_its_order(exporting: Api, profile: Profile, small: None) -> None:
    job, content = await exported(exporting, profile, "INVOICES", "CSV")
    nodes = await listed(exporting, profile, "uuid total issuer { rfc } issuedAt direction paymentMethod { code }")
    rows = rows_of(content)
    assert [row["uuid"] for row in rows] == [node["uuid"] for node in nodes]
    for row, node in zip(rows, nodes, strict=True):
        assert (row["total"], row["issuerRfc"]) == (node["total"] or "", node["issuer"]["rfc"])
        assert row["paymentMethod"] == ((node["paymentMethod"] or {}).get("code") or "")
    assert job["progress"] == {"done": len(nodes), "total": len(nodes)}


async def test_a_filter_is_that_of_the_list(exporting: Api, profile: Profile) -> None:
    _, content = await exported(
        exporting, profile, "INVOICES", "CSV", filter={"invoices": {"direction": ["ISSUED"], "type": ["I"]}}
    )
    nodes = await listed(exporting, profile, "uuid", "filter: {direction: [ISSUED], type: [I]}")
    assert nodes
    assert [row["uuid"] for row in rows_of(content)] == [node["uuid"] for node in nodes]


@pytest.mark.parametrize("kind", TABLES)
async def test_every_kind_as_a_table(exporting: Api, profile: Profile, kind: str, small: None) -> None:
    _, parquet = await exported(exporting, profile, kind, "PARQUET")
    _, sheet = await exported(exporting, profile, kind, "XLSX")
    _, text = await exported(exporting, profile, kind, "CSV")
    table = pyarrow.parquet.read_table(io.BytesIO(parquet))
    # The profile's opinión is positive: it lists neither.
    assert table.num_rows > 0 or kind in ("OMITTED_OBLIGATIONS", "TAX_CREDITS")
    assert table.column_names == [column.name for column in TABLES[kind].columns]
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet), read_only=True)["1"].iter_rows(values_only=True))
    assert list(rows[0]) == table.column_names
    assert len(rows) - 1 == table.num_rows == len(rows_of(text))


async def test_amounts_of_a_parquet_add_up_exactly(exporting: Api, profile: Profile) -> None:
    _, content = await exported(exporting, profile, "INVOICES", "PARQUET")
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    nodes = await listed(exporting, profile, "total")
    total = sum((Decimal(node["total"]) for node in nodes if node["total"]), Decimal(0))
    assert sum((value for value in table["total"].to_pylist() if value is not None), Decimal(0)) == total


async def test_json_lines_are_the_documents_own_json(exporting: Api, profile: Profile, small: None) -> None:
    _, content = await exported(exporting, profile, "INVOICES", "JSONL")
    lines = [orjson.loads(line) for line in content.splitlines()]
    nodes = await listed(exporting, profile, "uuid json { url }")
    assert [line["uuid"] for line in lines] == [node["uuid"] for node in nodes]
    assert (await exporting.http.get(nodes[0]["json"]["url"])).json() == lines[0]


async def test_a_zip_holds_each_xml_to_the_bit(exporting: Api, profile: Profile, small: None) -> None:
    _, content = await exported(exporting, profile, "INVOICES", "ZIP_XML")
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    nodes = await listed(exporting, profile, "uuid xml { url } parseStatus")
    assert set(archive.namelist()) == {f"{node['uuid']}.xml" for node in nodes if node["xml"]} | {"manifest.csv"}
    for node in [node for node in nodes if node["xml"]][:3]:
        assert archive.read(f"{node['uuid']}.xml") == (await exporting.http.get(node["xml"]["url"])).content
    missing = rows_of(archive.read("manifest.csv"))
    assert [row["uuid"] for row in missing] == [node["uuid"] for node in nodes if not node["xml"]]


class Killed(BaseException):
    """What a process sees of its own end: nothing runs after it."""


@pytest.mark.parametrize("format", ["CSV", "XLSX", "PARQUET", "ZIP_XML", "JSONL"])
async def test_killed_anywhere_it_is_carried_on_and_the_file_is_the_same(
    exporting: Api, profile: Profile, small: None, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = await exported(exporting, profile, "INVOICES", format)
    payload = await created(exporting, profile, "INVOICES", format)
    id = parse_global_id(payload["job"]["id"])[1]
    keep, deaths = export_parts.keep, []
    lives = {"left": 0}

    async def dying(*args: Any, **kwargs: Any) -> Any:
        """Every second step is the last of its process; half of the time after it was done."""
        lives["left"] -= 1
        if lives["left"] == 0:
            deaths.append(1)
            if len(deaths) % 2:
                await keep(*args, **kwargs)
            raise Killed
        return await keep(*args, **kwargs)

    monkeypatch.setattr(export_parts, "keep", dying)
    deps = resources_over(exporting.store)
    while (export := await exports.get(exporting.store, id)) is not None and export.active:
        lives["left"] = 2
        try:
            await task.write(deps, id)
        except Killed:
            # Its lease runs out, and the sweep finds it.
            changes = {"lease_until": now(), "due_at": now()}
            await exporting.store["exports"].update_one({"_id": id}, {"$set": changes})
    assert len(deaths) > 3
    job = (await exporting.data(JOB, {"id": payload["job"]["id"]}))["job"]
    assert job["state"] == "SUCCEEDED"
    assert (await exporting.http.get(job["export"]["download"]["url"])).content == whole


async def test_two_workers_at_once_write_one_file(exporting: Api, profile: Profile, small: None) -> None:
    _, whole = await exported(exporting, profile, "INVOICES", "XLSX")
    payload = await created(exporting, profile, "INVOICES", "XLSX")
    id = parse_global_id(payload["job"]["id"])[1]
    first = await exports.claim(exporting.store, id, lease=timedelta(0))
    second = await exports.claim(exporting.store, id, lease=timedelta(seconds=60))
    assert first and second
    deps = resources_over(exporting.store)
    await asyncio.gather(task._write(deps, first), task._write(deps, second))
    job = (await exporting.data(JOB, {"id": payload["job"]["id"]}))["job"]
    assert job["state"] == "SUCCEEDED"
    assert (await exporting.http.get(job["export"]["download"]["url"])).content == whole


async def test_while_it_is_worked_on_a_second_message_does_nothing(exporting: Api, profile: Profile) -> None:
    payload = await created(exporting, profile, "INVOICES", "CSV")
    id = parse_global_id(payload["job"]["id"])[1]
    assert await exports.claim(exporting.store, id, lease=timedelta(seconds=60))
    assert (await written(exporting, payload["job"]["id"]))["state"] == "RUNNING"


async def test_a_range_over_several_parts(exporting: Api, profile: Profile, small: None) -> None:
    job, whole = await exported(exporting, profile, "INVOICES", "CSV")
    url = job["export"]["download"]["url"]
    part = await exporting.http.get(url, headers={"Range": f"bytes=100-{len(whole) - 100}"})
    assert part.status_code == 206
    assert part.content == whole[100 : len(whole) - 99]


async def test_a_lost_message_is_sent_again_by_the_sweep(exporting: Api, profile: Profile) -> None:
    payload = await created(exporting, profile, "INVOICES", "CSV")
    id = parse_global_id(payload["job"]["id"])[1]
    await exporting.store["exports"].update_one({"_id": id}, {"$set": {"due_at": now()}})
    deps = resources_over(exporting.store)
    await sweep(deps)
    await sweep(deps)
    broker: Any = deps.queue._broker
    assert broker.queues["exports"].qsize() == 1


async def test_the_same_key_is_the_same_export(exporting: Api, profile: Profile) -> None:
    payloads = await asyncio.gather(
        *(created(exporting, profile, "INVOICES", "CSV", idempotencyKey="monday") for _ in range(4))
    )
    assert len({payload["job"]["id"] for payload in payloads}) == 1
    other = await created(exporting, profile, "INVOICES", "XLSX", idempotencyKey="monday")
    assert other == {"job": None, "errors": [{"code": "IDEMPOTENCY_CONFLICT", "path": ["idempotencyKey"]}]}


async def test_three_run_at_a_time_however_many_are_asked_for_at_once(exporting: Api, profile: Profile) -> None:
    payloads = await asyncio.gather(*(created(exporting, profile, "INVOICES", "CSV") for _ in range(8)))
    started = [payload for payload in payloads if payload["job"]]
    assert len(started) == exports.MOST_RUNNING
    assert {error["code"] for payload in payloads for error in payload["errors"]} == {"TOO_MANY_EXPORTS"}
    await written(exporting, started[0]["job"]["id"])
    assert (await created(exporting, profile, "INVOICES", "CSV"))["job"]


async def test_so_many_of_a_taxpayer_are_kept(
    exporting: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is as large as all the taxpayer's documents."""
    monkeypatch.setattr(exports, "MOST_KEPT", 2)
    for _ in range(2):
        await written(exporting, (await created(exporting, profile, "INVOICES", "CSV"))["job"]["id"])
    payload = await created(exporting, profile, "INVOICES", "CSV")
    assert [error["code"] for error in payload["errors"]] == ["TOO_MANY_EXPORTS"]
    await exporting.store["exports"].update_many({}, {"$set": {"expire_at": now()}})
    assert (await created(exporting, profile, "INVOICES", "CSV"))["job"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"kind": "LINE_ITEMS", "format": "ZIP_XML"}, "INVALID_FORMAT", ["format"]),
        ({"filter": {"withholdings": {}}}, "INVALID_FILTER", ["filter", "withholdings"]),
        ({"idempotencyKey": ""}, "INVALID_KEY", ["idempotencyKey"]),
    ],
)
async def test_what_can_not_be_exported_is_told_at_once(
    exporting: Api, profile: Profile, given: Any, code: str, path: list[str]
) -> None:
    payload = await created(exporting, profile, **{"kind": "INVOICES", "format": "CSV", **given})
    assert payload == {"job": None, "errors": [{"code": code, "path": path}]}
    assert await exporting.store["exports"].count_documents({}) == 0


async def test_another_viewer_sees_neither_the_job_nor_its_file_and_exports_nothing(
    exporting: Api, profile: Profile
) -> None:
    id = (await created(exporting, profile, "INVOICES", "CSV"))["job"]["id"]
    assert await exporting.data(JOB, {"id": id}, viewer=STRANGER) == {"job": None}
    given = {"taxpayerId": profile.id, "kind": "INVOICES", "format": "CSV"}
    theirs = (await exporting.data(CREATE, {"input": given}, viewer=STRANGER))["createExport"]
    assert theirs == {"job": None, "errors": [{"code": "NOT_FOUND", "path": ["taxpayerId"]}]}
    code = await exporting.code("subscription($id: ID!) { jobStatus(jobId: $id) { id } }", {"id": id}, viewer=STRANGER)
    assert code


async def test_documents_that_come_after_it_was_asked_for_are_not_in_it(exporting: Api, profile: Profile) -> None:
    payload = await created(exporting, profile, "INVOICES", "CSV")
    id = parse_global_id(payload["job"]["id"])[1]
    earlier = now() - timedelta(days=1)
    await exporting.store["exports"].update_one({"_id": id}, {"$set": {"created_at": earlier}})
    assert (await written(exporting, payload["job"]["id"]))["progress"] == {"done": 0, "total": 0}


async def test_an_export_that_is_over_is_gone_for_clients_before_the_store_removes_it(
    exporting: Api, profile: Profile
) -> None:
    job, _ = await exported(exporting, profile, "INVOICES", "CSV")
    await exporting.store["exports"].update_many({}, {"$set": {"expire_at": now()}})
    assert (await exporting.http.get(job["export"]["download"]["url"])).status_code == 404


async def test_of_a_taxpayer_that_is_gone_nothing_is_written_and_nothing_stays(
    exporting: Api, profile: Profile
) -> None:
    export = await exports.create(
        exporting.store, taxpayer="gone", owner=VIEWER, kind="INVOICES", format="CSV", filter=None
    )
    assert export is not None
    await task.write(resources_over(exporting.store), export.id)
    assert await exports.get(exporting.store, export.id) is None


async def test_what_always_fails_ends_as_failed_and_makes_room(
    exporting: Api, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> list[Row]:
        raise RuntimeError("a defect")

    monkeypatch.setattr(export_rows, "batch", broken)
    payload = await created(exporting, profile, "INVOICES", "CSV")
    id, deps = parse_global_id(payload["job"]["id"])[1], resources_over(exporting.store)
    for _ in range(task._TRIES - 1):
        with pytest.raises(RuntimeError):
            await task.write(deps, id)
    await task.write(deps, id)
    job = (await exporting.data(JOB, {"id": payload["job"]["id"]}))["job"]
    assert (job["state"], job["failure"]) == ("FAILED", {"message": "it could not be written"})


async def test_it_is_followed_live_until_its_file_is_there(
    mongodb_url: str, exporting: Api, profile: Profile, small: None
) -> None:
    id = (await created(exporting, profile, "INVOICES", "CSV"))["job"]["id"]
    follow = """subscription($id: ID!) { jobStatus(jobId: $id) {
      state progress { done total } export { download { size } } } }"""
    frames: list[Any] = []
    with serving(create_app(settings_for(mongodb_url, profile.database))) as url:
        async with socket_of(url) as socket:
            await socket.subscribe(follow, {"id": id})
            frames.append((await socket.next())["jobStatus"])
            await written(exporting, id)
            while frames[-1]["state"] != "SUCCEEDED":
                frames.append((await socket.next())["jobStatus"])
    assert (frames[0]["state"], frames[0]["export"]["download"]) == ("QUEUED", None)
    done = [frame["progress"]["done"] for frame in frames]
    assert done == sorted(done)
    assert frames[-1]["progress"]["done"] == frames[-1]["progress"]["total"]
    assert frames[-1]["export"]["download"]["size"] > 1000


async def test_an_export_is_no_run_of_a_connection(exporting: Api, profile: Profile) -> None:
    payload = await created(exporting, profile, "INVOICES", "CSV")
    await written(exporting, payload["job"]["id"])
    latest = """query($id: ID!) { taxpayer(id: $id) { latestJob { kind } jobs { nodes { kind } } } }"""
    found = (await exporting.data(latest, {"id": profile.id}))["taxpayer"]
    assert found["latestJob"] == {"kind": "CONNECTION"}
    assert {node["kind"] for node in found["jobs"]["nodes"]} == {"CONNECTION"}


async def test_a_large_file_without_a_row_is_cleaned_up_and_one_with_a_row_stays(store: Any) -> None:
    noise = bytes(range(256)) * 1200
    orphan = await files.upload(store, "t:nobody", noise)
    wanted = await files.upload(store, "t:somebody", noise)
    await store["files"].insert_one({"_id": "t:somebody", "taxpayer": "t", "content": wanted})
    killed = await files.upload(store, "t:killed", noise)
    await store["fs.files"].delete_one({"_id": killed})  # GridFS writes it last
    assert await orphans.remove(store) == 0  # they may be on their way
    assert await orphans.remove(store, older=timedelta(seconds=-5)) == 2
    assert await store["fs.chunks"].distinct("files_id") == [wanted]
    assert [row["_id"] async for row in store["fs.files"].find({})] == [wanted]
    assert orphan != killed
