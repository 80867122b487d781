"""Raw bytes: kept once for a taxpayer, given back to the bit, whatever their size."""

from __future__ import annotations

import asyncio
import random

import pytest

from gateway.store import files
from gateway.store.files import NewFile
from gateway.store.mongo import Store

XML = b"<?xml version='1.0'?>" + b"<cfdi:Concepto/>" * 200
NOISE = random.Random(1).randbytes(9 * 1024 * 1024)


def new(content: bytes, name: str = "a.xml") -> tuple[str, NewFile]:
    file = NewFile(name, "application/xml", content)
    return file.sha256, file


@pytest.mark.parametrize(
    ("content", "encoding"), [(XML, "zlib"), (b"\x00\xff\x10", "raw"), (b"", "raw"), (NOISE, "gridfs")]
)
async def test_what_went_in_comes_out(store: Store, content: bytes, encoding: str) -> None:
    sha256, file = new(content)
    await files.keep(store, "t", [(sha256, file)])
    row = await store["files"].find_one({"_id": f"t:{sha256}"})
    assert row is not None
    assert (row["encoding"], row["size"]) == (encoding, len(content))
    assert await files.read(store, "t", sha256) == content


async def test_the_same_bytes_are_one_file_under_their_first_name(store: Store) -> None:
    await files.keep(store, "t", [new(XML, "first.xml"), new(XML, "second.xml")])
    await files.keep(store, "t", [new(XML, "third.xml")])
    assert await store["files"].count_documents({}) == 1


async def test_each_taxpayer_has_its_own_and_sees_no_other(store: Store) -> None:
    sha256, file = new(XML)
    await files.keep(store, "t1", [(sha256, file)])
    assert await files.read(store, "t2", sha256) is None
    await files.keep(store, "t2", [(sha256, file)])
    assert await store["files"].count_documents({}) == 2


@pytest.mark.parametrize("content", [XML, NOISE])
async def test_workers_that_store_the_same_file_at_once(store: Store, content: bytes) -> None:
    sha256, file = new(content)
    await asyncio.gather(*(files.keep(store, "t", [(sha256, file)]) for _ in range(4)))
    assert await files.read(store, "t", sha256) == content
    assert await store["files"].count_documents({}) == 1
    assert await store["fs.files"].count_documents({}) == (1 if content is NOISE else 0)


async def test_a_large_file_that_a_killed_worker_left_behind_does_no_harm(store: Store) -> None:
    sha256, file = new(NOISE)
    await files.keep(store, "t", [(sha256, file)])
    await store["files"].delete_many({})
    await files.keep(store, "t", [(sha256, file)])
    assert await files.read(store, "t", sha256) == NOISE
