"""The ZIP that is sent while it is made."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator

from gateway.sandbox.export import zipped

Files = Iterator[tuple[str, Callable[[], bytes]]]


def test_files_are_made_when_their_turn_comes() -> None:
    noise, read = random.Random(1), []

    def files() -> Files:
        for number in range(500):
            read.append(number)
            yield f"{number}.xml", lambda: noise.randbytes(4096)

    chunks = zipped(files())
    first = next(chunks)
    assert len(read) < 20

    rest = list(chunks)
    assert max(map(len, (first, *rest[:-1]))) < 2 * 65536
    archive = zipfile.ZipFile(io.BytesIO(b"".join((first, *rest))))
    assert archive.namelist() == [f"{number}.xml" for number in range(500)]
    assert archive.testzip() is None


def test_a_name_that_comes_again_gets_a_number() -> None:
    files = iter([("a.xml", lambda: b"1"), ("a.xml", lambda: b"2"), ("a", lambda: b"3"), ("a", lambda: b"4")])
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zipped(files))))
    assert archive.namelist() == ["a.xml", "a (2).xml", "a", "a (2)"]
    assert archive.read("a (2).xml") == b"2"


def test_no_files_are_an_empty_archive() -> None:
    assert zipfile.ZipFile(io.BytesIO(b"".join(zipped(iter([]))))).namelist() == []
