"""The export is a help and never a must: whatever is wrong with it, the files can still come one by one."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from gateway.ingest import archive
from gateway.ingest.archive import Archive, exported
from gateway.syncfy.endpoints import parse_endpoint
from tests.support import syncfy_over
from tests.unit.syncfy.fake import enveloped

EXPORT = "/v1/attachments/export?id_credential={}&limit=1"
Answer = Callable[[httpx.Request], httpx.Response]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def export_of(*contents: bytes) -> httpx.Response:
    return httpx.Response(200, content=b"".join(contents), headers={"Content-Type": "application/zip"})


async def read_all(answer: Answer, *names: str, credentials: tuple[str, ...] = ("c1",)) -> list[bytes | None]:
    def asked(request: httpx.Request) -> httpx.Response:
        return enveloped({"token": "t"}) if request.url.path == "/v1/sessions" else answer(request)

    syncfy = syncfy_over(httpx.MockTransport(asked))
    endpoints = [parse_endpoint(EXPORT.format(credential)) for credential in credentials]
    async with exported(syncfy, "u", endpoints) as found:
        contents = [found.read(name) for name in names]
    await syncfy.aclose()
    return contents


def test_a_member_that_is_broken_is_fetched_singly() -> None:
    content = bytearray(zipped(a=b"hello " * 1000))
    content[31:40] = b"\xff" * 9
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as opened:
        found = Archive()
        found.add(opened)
        assert found.read("a") is None


async def test_two_exports_stand_beside_each_other() -> None:
    pages = {"c1": zipped(a=b"a" * 100), "c2": zipped(b=b"b" * 5000)}

    def answer(request: httpx.Request) -> httpx.Response:
        first = request.url.params["skip"] == "0"
        return export_of(pages[request.url.params["id_credential"]] if first else b"")

    assert await read_all(answer, "a", "b", credentials=("c1", "c2")) == [b"a" * 100, b"b" * 5000]


async def test_an_export_that_repeats_itself_ends() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["skip"])
        return export_of(zipped(a=b"a"))

    assert await read_all(answer, "a") == [b"a"]
    assert asked == ["0", "1"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: enveloped(None, code=404, message="Not found"),
        lambda _: enveloped([]),
        lambda _: export_of(b"<html>"),
        lambda _: export_of(b"PK but no more"),
        lambda _: httpx.Response(504),
    ],
    ids=["refused", "JSON", "HTML", "cut off", "down"],
)
async def test_without_an_export_there_is_an_empty_archive(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_PAUSE", 0.0)
    assert await read_all(answer, "a") == [None]


async def test_an_export_leaves_no_file_behind_whatever_ends_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def answer(request: httpx.Request) -> httpx.Response:
        return enveloped({"token": "t"}) if request.url.path == "/v1/sessions" else export_of(zipped(a=b"a"))

    syncfy = syncfy_over(httpx.MockTransport(answer))
    async with exported(syncfy, "u", [parse_endpoint(EXPORT.format("c1"))]) as found:
        assert found.read("a") == b"a"
        assert list(tmp_path.iterdir()) == []  # which is all that a killed process could leave
    await syncfy.aclose()


async def test_an_export_for_which_the_disk_has_no_room_comes_singly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: io.FileIO("/dev/full", "w+"))
    assert await read_all(lambda _: export_of(zipped(a=b"a" * 100_000)), "a") == [None]
