"""A taxpayer's own files: stored as a fetch stores them, in any order, as often as one likes."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gateway.ingest.import_files import Report, import_files
from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from gateway.usecases import create_taxpayer
from tests.support import opened
from tests.unit.sat import builders
from tests.unit.sat.test_metadata_file import HEAD

ME = "AAA010101AAA"
NOWHERE = "11111111-2222-3333-4444-55555555555{}"


def line(
    uuid: str = builders.UUID, status: str = "1", cancelled: str = "", issuer: str = ME, total: str = "7.00"
) -> str:
    parties = f"{issuer}~UNO~XAXX010101000~PÚBLICO~SAT970701NN3"
    return f"{uuid}~{parties}~2024-03-05 13:00:00~2024-03-05 13:02:11~{total}~I~{status}~{cancelled}"


def metadata(*lines: str) -> bytes:
    return "\r\n".join((HEAD, *lines, "")).encode()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.fixture
async def mine(store: Store) -> Taxpayer:
    taxpayer, _ = await create_taxpayer(store, owner="o", rfc=ME, name="Uno")
    return taxpayer


async def put(store: Store, taxpayer: Taxpayer, folder: Path, **files: bytes) -> Report:
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return await import_files(store, taxpayer, [folder])


async def row(store: Store, uuid: str = builders.UUID) -> Any:
    return await store["invoices"].find_one({"identity": uuid})


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_metadata_and_xml_make_one_document_whichever_comes_first(
    store: Store, mine: Taxpayer, tmp_path: Path, order: tuple[int, int]
) -> None:
    parts = ({"a__xml": builders.cfdi40()}, {"m__txt": metadata(line(status="0", cancelled="2024-04-01 10:00:00"))})
    for index in order:
        await put(store, mine, tmp_path, **parts[index])
    found = await row(store)
    assert (found["parse_status"], found["status"], found["direction"]) == ("COMPLETE", "CANCELLED", "ISSUED")
    assert found["cancelled_at"] == "2024-04-01T10:00:00"
    assert found["total"] != "7.00"
    assert await store["invoices"].count_documents({}) == 1


async def test_metadata_alone_is_a_document_without_its_xml(store: Store, mine: Taxpayer, tmp_path: Path) -> None:
    third = b"Uuid~RfcACuentaTerceros~NombreACuentaTerceros\r\n%s~CCC010101CCC~TRES\r\n" % NOWHERE.format(1).encode()
    files = {"z_tercero__txt": third, "z_01__txt": metadata(line(NOWHERE.format(1)), line(NOWHERE.format(2)))}
    report = await put(store, mine, tmp_path, a__zip=zipped(**files))
    assert (report.documents, report.unreadable, report.refused) == (2, 0, [])
    found = await row(store, NOWHERE.format(1))
    assert (found["parse_status"], found["total"], found["issuer"]["name"]) == ("METADATA_ONLY", "7.00", "UNO")
    assert (found["stamp"]["pac_rfc"], found["stamped_at"]) == ("SAT970701NN3", "2024-03-05T13:02:11")
    assert found["third_party"]["rfc"] == "CCC010101CCC"
    assert (await row(store, NOWHERE.format(2)))["third_party"] is None
    taxpayer: Any = await store["taxpayers"].find_one({})
    assert taxpayer["sync"]["last_download_at"] is None, "files say nothing of when SAT was asked last"


async def test_a_cancellation_is_kept_with_its_history_and_old_files_do_not_take_it_back(
    store: Store, mine: Taxpayer, tmp_path: Path
) -> None:
    await put(store, mine, tmp_path, m__txt=metadata(line()))
    await put(store, mine, tmp_path, m__txt=metadata(line(status="0", cancelled="2024-04-01 10:00:00")))
    await put(store, mine, tmp_path, m__txt=metadata(line()))
    found = await row(store)
    assert [(h["field"], h["from"], h["to"]) for h in found["history"]] == [
        ("status", "ACTIVE", "CANCELLED"),
        ("cancelled_at", None, "2024-04-01T10:00:00"),
    ]
    assert found["status"] == "CANCELLED"


async def test_importing_again_changes_nothing(store: Store, mine: Taxpayer, tmp_path: Path) -> None:
    files = {"a__xml": builders.cfdi40(), "b__xml": b"<broken", "m__txt": metadata(line(), "no record")}
    first = await put(store, mine, tmp_path, **files)
    before = await row(store)
    assert await put(store, mine, tmp_path, **files) == first
    assert await row(store) == before
    assert (first.documents, first.unreadable) == (2, 2)
    assert await store["unreadable"].count_documents({}) == 2
    assert await store["files"].count_documents({}) == 3


async def test_what_syncfy_told_of_a_document_is_not_lost(store: Store, mine: Taxpayer, tmp_path: Path) -> None:
    await put(store, mine, tmp_path, a__xml=builders.cfdi40())
    await store["invoices"].update_one({}, {"$set": {"source": {"transaction_id": "t1"}}})
    await put(store, mine, tmp_path, m__txt=metadata(line(status="0")))
    found = await row(store)
    assert (found["source"], found["status"]) == ({"transaction_id": "t1"}, "CANCELLED")


async def test_documents_of_others_are_kept_as_such_and_files_that_are_none_are_told(
    store: Store, mine: Taxpayer, tmp_path: Path
) -> None:
    bomb = zipped(a__xml=b"<" + b" " * 30_000_000)
    files = {
        "m__txt": metadata(line(issuer="ZZZ010101ZZZ")),
        "n__txt": b"notes",
        "z__zip": bomb,
        "y__zip": b"PK\x03\x04broken",
    }
    report = await put(store, mine, tmp_path, **files)
    assert (report.documents, report.unreadable, report.others) == (1, 0, 1)
    assert (await row(store))["direction"] == "OTHER"
    assert [name for name, _ in report.refused] == ["n.txt", "y.zip", "a.xml"]


def test_the_command_makes_the_taxpayer_known_and_stores(mongodb_url: str, database: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(builders.cfdi40())
    command = [sys.executable, "-m", "gateway", "documents", "import", "--taxpayer", ME.lower(), "--owner", "o"]
    environment = {**os.environ, "MONGODB_URL": mongodb_url, "MONGODB_DATABASE": database}
    done = subprocess.run([*command, str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1 documents, 0 kept as unreadable, 0 of others\n"), done.stderr

    async def stored() -> Any:
        async with opened(mongodb_url, database) as store:
            return await store["taxpayers"].find_one({"owner": "o"})

    assert asyncio.run(stored())["rfc"] == ME
