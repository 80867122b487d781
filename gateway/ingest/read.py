"""Bytes and metadata as Syncfy delivers them → rows to store: documents, files, and what can't be read with its reason.

Pure functions: they run in a thread, a batch at a time, so that a worker's event loop stays free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import assert_never

import orjson

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.ingest.batch import (
    Batch,
    Delivered,
    Refused,
    announced,
    first_readable,
    local_time,
    media_type_of,
    name_of,
    one_of_many,
    short_name,
    source_of,
    unreadable_of,
)
from gateway.ingest.read_fiscal import read_fiscal
from gateway.models.file import FileReference
from gateway.sat import readers
from gateway.sat.direction import names_another
from gateway.sat.documents import ComplianceOpinion, TaxReturn, TaxStatus
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.readers import Reading
from gateway.store.new_document import RANK_JSON, NewDocument, Observed, Source
from gateway.store.unreadable import NewUnreadable
from gateway.syncfy.decoding import Malformed
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, Document

__all__ = [
    "Batch",
    "Delivered",
    "announced",
    "conflict",
    "not_stored",
    "read_documents",
    "read_malformed",
    "read_transactions",
]

_ReadReturn = Callable[[], Reading[TaxReturn]]


def read_transactions(delivered: Sequence[Delivered], taxpayer_rfc: str, *, foreign: bool = False) -> Batch:
    """Read transactions with their files. `foreign`: the login that delivered them is another RFC's.

    Those with files come first: from them it shows whose those are that name nobody.
    """
    batch = Batch()
    for item in sorted(delivered, key=lambda item: not any(item.contents)):
        with one_of_many(batch, partial(unreadable_of, item)):
            _read_transaction(batch, item, taxpayer_rfc, foreign)
    return batch


def _read_transaction(batch: Batch, item: Delivered, taxpayer_rfc: str, foreign: bool) -> None:
    kind = item.site.kind
    match kind.delivery if kind else Delivery.FISCAL:
        case Delivery.FISCAL:
            read_fiscal(batch, item, taxpayer_rfc, foreign=foreign)
        case Delivery.RETURN:
            _read_return(batch, item, taxpayer_rfc)
        case Delivery.PROFILE:
            error = UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "this site delivers no transactions")
            batch.unreadable.append(unreadable_of(item, error, None))
        case other:
            assert_never(other)


def _read_return(batch: Batch, item: Delivered, rfc: str) -> None:
    """A declaration: Syncfy's JSON is read, and the PDF for what it lacks; the PDF alone when the JSON did not come."""
    kind = item.site.kind
    assert kind is not None
    kept: list[FileReference] = []
    sources: list[tuple[int, _ReadReturn]] = []
    title = item.transaction.description
    delivered = [
        (attachment, content, media_type_of(attachment, content))
        for attachment, content in zip(item.transaction.attachments or (), item.contents, strict=True)
        if content is not None
    ]
    beside = next((content for _, content, media_type in delivered if media_type == "application/pdf"), None)
    for attachment, content, media_type in delivered:
        kept.append(batch.keep(name_of(attachment), media_type, content))
        is_json = media_type == "application/json"
        sources.append((0 if is_json else 1, _return_reader(kind, attachment, content, title, beside)))
    reading, error = first_readable([read for _, read in sorted(sources, key=lambda source: source[0])])
    if reading is None:
        missing = UnreadableDocument(UnreadableReason.NOT_DELIVERED, "no file of the return was delivered")
        file = kept[0] if kept else None
        batch.unreadable.append(unreadable_of(item, error or missing, file, name=title or "return"))
        return
    record = reading.record
    keep_as_text(record)
    date = kind.spec.date_of(record) or local_time(item.transaction.dt_transaction)
    identity = record["operation_number"] or item.transaction.id_transaction
    observed: Observed = {"source": source_of(item), "other": names_another(record, rfc)}
    batch.documents.append(
        (
            kind,
            NewDocument(
                identity, date, RANK_JSON, record, observed, kept, problems=reading.problems, text=reading.text
            ),
        )
    )


def keep_as_text(record: TaxReturn) -> None:
    """Turn the parts with Syncfy's own keys into JSON text: dots and dollars in a key have a meaning to MongoDB."""
    record["blocks"], record["printed"] = (orjson.dumps(record[key]).decode() for key in ("blocks", "printed"))


def read_malformed(site: Site, rows: Sequence[Malformed]) -> Batch:
    """Keep rows of Syncfy's that are not what they should be as they came, until it gives them right."""
    batch = Batch()
    for row in rows:
        file = batch.keep(f"{row.id or 'row'}.json", "application/json", row.raw)
        batch.unreadable.append(
            NewUnreadable.of(
                UnreadableDocument(UnreadableReason.BAD_VALUE, row.reason),
                identity=row.id or file["sha256"],
                kind=site.kind,
                name=file["name"],
                file=file,
                source={"site": str(site)},
            )
        )
    return batch


def _return_reader(
    kind: Kind, attachment: AttachmentRef, content: bytes, title: str | None, beside: bytes | None
) -> _ReadReturn:
    if media_type_of(attachment, content) == "application/json":
        return lambda: readers.read_return(content, kind=kind, file=name_of(attachment), beside=beside)
    return lambda: readers.read_return_pdf(content, kind=kind, file=name_of(attachment), title=title)


def read_documents(site: Site, delivered: Sequence[Document], taxpayer_rfc: str) -> Batch:
    """Return the constancia or the opinión: a PDF and a JSON of the same name are one document."""
    batch = Batch()
    kind = site.kind
    assert kind is not None
    pairs: dict[str, list[Document]] = {}
    for document in delivered:
        name = short_name(document.file or document.id_document)
        pairs.setdefault(name.rpartition(".")[0] or name, []).append(document)
    for name, pair in pairs.items():
        refused = partial(_unreadable_pair, kind, name, pair)
        with one_of_many(batch, refused):
            _read_pair(batch, kind, name, pair, refused, taxpayer_rfc)
    return batch


def _unreadable_pair(
    kind: Kind, name: str, pair: Sequence[Document], error: UnreadableDocument, file: FileReference | None
) -> NewUnreadable:
    return NewUnreadable.of(
        error,
        identity=file["sha256"] if file else name,
        kind=kind,
        name=name,
        file=file,
        source=_source_of(name, pair),
    )


def _source_of(name: str, pair: Sequence[Document]) -> Source:
    return {"document_ids": [document.id_document for document in pair], "name": name}


def _read_pair(batch: Batch, kind: Kind, name: str, pair: Sequence[Document], refused: Refused, rfc: str) -> None:
    kept: list[FileReference] = []
    contents: dict[str, list[bytes]] = {"application/json": [], "application/pdf": []}
    for document in pair:
        content = document.content
        if content is None:
            continue
        media_type = "application/json" if content.lstrip()[:1] in (b"{", b"[") else "application/pdf"
        kept.append(batch.keep(document.file or document.id_document, media_type, content))
        contents[media_type].append(content)
    try:
        reading = readers.read_profile(kind, contents["application/json"], contents["application/pdf"])
    except UnreadableDocument as error:
        batch.unreadable.append(refused(error, next(iter(kept), None)))
        return
    record = reading.record
    date = kind.spec.date_of(record) or local_time(pair[0].dt_created)
    identity = paper_identity(record)
    observed: Observed = {"source": _source_of(name, pair), "other": names_another(record, rfc)}
    batch.documents.append(
        (
            kind,
            NewDocument(
                identity, date, RANK_JSON, record, observed, kept, problems=reading.problems, text=reading.text
            ),
        )
    )


def paper_identity(record: TaxStatus | ComplianceOpinion) -> str:
    """Return an opinión's folio, or a digest of the cadena original, which the JSON and the PDF of a paper share.

    A paper that states neither is told from others by all that it says.
    """
    says: Mapping[str, object] = record
    if folio := says.get("folio"):
        return str(folio)
    text = record["original_string"] or json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:32]


def conflict(document: NewDocument) -> UnreadableDocument:
    """Return why a document is not stored whose identity another, different one already holds."""
    return UnreadableDocument(UnreadableReason.IDENTITY_CONFLICT, f"another document already holds {document.identity}")


def not_stored(batch: Batch, kind: Kind, document: NewDocument, error: UnreadableDocument) -> NewUnreadable:
    """Return a document that was read and not stored, under its own bytes; of one without a file under its record."""
    file = next(iter(document.files), None)
    if file is None:
        record = orjson.dumps(document.content, default=str)
        file = batch.keep(f"{document.identity}.json", "application/json", record)
    return NewUnreadable.of(
        error,
        identity=file["sha256"],
        kind=kind,
        name=file["name"],
        file=file,
        source=document.source,
    )
