"""Stores a taxpayer's own files the way a fetch stores what Syncfy delivers.

XML, SAT's metadata files, PDFs of returns, opiniones and constancias, and ZIPs of all of them.

May be killed and run again: files are content-addressed and documents are upserted by identity.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath

from gateway.errors import UnreadableDocument
from gateway.exporting.zipped import MANIFEST
from gateway.ingest.archive import BROKEN, LARGEST_MEMBER, MOST_MEMBERS, read_member
from gateway.ingest.batch import Batch, short_name
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read_files import read_metadata_line, read_pdf_file, read_xml_file, third_party
from gateway.ingest.recount import Recount
from gateway.models.taxpayer import Taxpayer
from gateway.sat import metadata_file
from gateway.sat.documents import ThirdParty
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.metadata_file import Metadata
from gateway.sat.xml_bounds import looks_like_xml
from gateway.store import latest
from gateway.store.mongo import Store

_BATCH = 200
#: SAT gives up to a million lines in a file.
_LARGEST_METADATA = 256 * 1024 * 1024
#: A ZIP in a ZIP is held in memory.
_LARGEST_INNER_ZIP = 64 * 1024 * 1024

Progress = Callable[["Report"], None]


@dataclass(slots=True)
class Report:
    """The result of an import. `others`: those of `documents` that name another RFC. `refused`: files that are no
    document, and why.
    """

    documents: int = 0
    unreadable: int = 0
    others: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    read: Callable[[], bytes | None]


async def import_files(
    store: Store, taxpayer: Taxpayer, paths: Sequence[Path], progress: Progress | None = None
) -> Report:
    """Store everything in the paths, directories with all below them."""
    report, rfc = Report(), taxpayer.rfc
    third_parties = await asyncio.to_thread(_third_parties, paths)
    recount, profiles = Recount(store, taxpayer.id), set[Kind]()
    batches = _batches(paths, rfc, third_parties, report)
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        await store_batch(store, taxpayer, batch, downloaded=False, recount=recount)
        report.documents += len(batch.documents)
        report.others += batch.others
        report.unreadable += len(batch.unreadable)
        profiles |= {kind for kind, _ in batch.documents if kind.delivery is Delivery.PROFILE}
        if progress:
            progress(report)
    await recount.finish()
    for kind in profiles:
        await latest.show(store, taxpayer.id, kind)
    return report


def _batches(paths: Sequence[Path], rfc: str, third_parties: dict[str, ThirdParty], report: Report) -> Iterator[Batch]:
    batch = Batch()
    for add in _documents(sources(paths, report), rfc, third_parties, report):
        add(batch)
        if len(batch.documents) + len(batch.unreadable) >= _BATCH:
            yield batch
            batch = Batch()
    yield batch


def _documents(
    found: Iterable[Source], rfc: str, third_parties: dict[str, ThirdParty], report: Report
) -> Iterator[Callable[[Batch], None]]:
    """For each document what adds it to a batch."""
    for source in found:
        content = source.read()
        if content is None:
            report.refused.append((source.name, "broken, too large, or packed as only a bomb is"))
        elif metadata_file.is_metadata(content):
            try:
                for line in metadata_file.read(content):
                    if not (isinstance(line, Metadata) and line.issued_at is None):  # a companion's
                        yield partial(
                            read_metadata_line, name=source.name, line=line, rfc=rfc, third_parties=third_parties
                        )
            except UnreadableDocument as error:
                report.refused.append((source.name, error.detail))
        elif b"%PDF-" not in content[:1024] and (source.name.lower().endswith(".xml") or looks_like_xml(content)):
            yield partial(read_xml_file, name=source.name, content=content, rfc=rfc)
        elif b"%PDF-" in content[:1024] or source.name.lower().endswith(".pdf"):
            yield partial(read_pdf_file, name=source.name, content=content, rfc=rfc, refused=report.refused)
        else:
            report.refused.append((source.name, "neither XML, a PDF nor a metadata file of SAT's"))


def _third_parties(paths: Sequence[Path]) -> dict[str, ThirdParty]:
    """Read the companions of metadata files, by UUID: they may come before or after their files."""
    found: dict[str, ThirdParty] = {}
    for source in sources(paths, Report()):
        if source.name.lower().endswith("tercero.txt"):
            content = source.read()
            if content is not None and metadata_file.is_metadata(content):
                try:
                    lines = [line for line in metadata_file.read(content) if isinstance(line, Metadata)]
                except UnreadableDocument:
                    continue
                found |= {line.uuid: third_party(line) for line in lines if line.third_party_rfc}
    return found


def sources(paths: Iterable[Path], report: Report) -> Iterator[Source]:
    """Yield every file in the paths, those in ZIPs too, in a stable order."""
    for path in paths:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            with file.open("rb") as opened:
                packed = opened.read(4) == b"PK\x03\x04"
            if packed:
                yield from _members(file, file.name, report, inside=False)
            else:
                yield Source(short_name(file.name), partial(_content, file))


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.stat().st_size <= _largest(file.name) else None


def _members(packed: Path | BytesIO, of: str, report: Report, *, inside: bool) -> Iterator[Source]:
    """Give the files of a ZIP, and those of the ZIPs in it; what is packed deeper is a bomb's."""
    try:
        with zipfile.ZipFile(packed) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and _is_content(info.filename)]
            if len(infos) > MOST_MEMBERS:
                report.refused.append((short_name(of), f"more than {MOST_MEMBERS} files"))
                return
            for info in sorted(infos, key=lambda info: info.filename):
                name = PurePosixPath(info.filename.replace("\\", "/")).name
                zipped = name.lower().endswith(".zip") and not inside
                if zipped and (content := read_member(archive, info, _LARGEST_INNER_ZIP)) is not None:
                    yield from _members(BytesIO(content), name, report, inside=True)
                    continue
                yield Source(short_name(name), partial(read_member, archive, info, _largest(info.filename)))
    except BROKEN:
        report.refused.append((short_name(of), "not a ZIP that can be read"))


def _is_content(name: str) -> bool:
    """Return False for what a Mac adds to a ZIP, and for the list that an export of ours has beside its XMLs."""
    return not name.startswith("__MACOSX/") and name != MANIFEST


def _largest(name: str) -> int:
    return _LARGEST_METADATA if name.lower().endswith(".txt") else LARGEST_MEMBER
