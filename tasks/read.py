"""Bytes and metadata as Syncfy delivers them → rows to store: documents, files, and what can't be read with its reason.

Pure functions: they run in a thread, a batch at a time, so that a worker's event loop stays free.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import readers
from gateway.sat.blank import blank_invoice, blank_withholding
from gateway.sat.canonical import content_digest
from gateway.sat.identity import fingerprint
from gateway.sat.kinds import Kind
from gateway.sat.readers import Reading
from gateway.store import files
from gateway.store.documents import RANK_JSON, RANK_METADATA, RANK_XML, NewDocument
from gateway.store.files import NewFile
from gateway.store.mongo import Row
from gateway.store.unreadable import NewUnreadable
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, Document, Transaction

_MEXICO = ZoneInfo("America/Mexico_City")
_CANCELLATION_ACKNOWLEDGMENT = "56ec7e82784806e00b8b4569"


@dataclass(slots=True)
class Batch:
    """What a batch of transactions or documents came to."""

    documents: list[tuple[Kind, NewDocument]] = field(default_factory=list)
    files: list[tuple[str, NewFile]] = field(default_factory=list)
    unreadable: list[NewUnreadable] = field(default_factory=list)

    def keep(self, name: str, media_type: str, content: bytes) -> Row:
        """Notes a file to store and returns what a row says of it."""
        sha256 = hashlib.sha256(content).hexdigest()
        file = NewFile(name, media_type, content)
        self.files.append((sha256, file))
        return files.reference(file, sha256)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A transaction with the contents of its attachments, in their order; None where one never came."""

    site: Site
    transaction: Transaction
    contents: tuple[bytes | None, ...]


def read_transactions(delivered: Sequence[Delivered], taxpayer_rfc: str) -> Batch:
    batch = Batch()
    for item in delivered:
        if item.site in (Site.ANNUAL_RETURNS, Site.MONTHLY_RETURNS):
            _read_return(batch, item)
        else:
            _read_fiscal(batch, item, taxpayer_rfc)
    return batch


def _read_fiscal(batch: Batch, item: Delivered, rfc: str) -> None:
    """CFDI and retenciones: every XML of the transaction is a document; its other files go with it."""
    others: list[Row] = []
    xmls: list[tuple[AttachmentRef, bytes]] = []
    missing = [a for a, c in zip(item.transaction.attachments or (), item.contents, strict=True) if c is None]
    for attachment, content in zip(item.transaction.attachments or (), item.contents, strict=True):
        if content is None:
            continue
        if _is_xml(attachment, content):
            xmls.append((attachment, content))
        else:
            others.append(batch.keep(_name(attachment), _media_type(attachment, content), content))
    for attachment, content in xmls:
        file = batch.keep(_name(attachment), "application/xml", content)
        _read_xml(batch, item, content, file, others, rfc)
    if not xmls:
        _metadata_only(batch, item, others, missing, rfc)


def _read_xml(batch: Batch, item: Delivered, content: bytes, file: Row, others: list[Row], rfc: str) -> None:
    try:
        reading = readers.read_xml(content)
    except UnreadableDocument as error:
        batch.unreadable.append(_unreadable(item, error, file))
        return
    record = dict(reading.record)
    identity = record["uuid"] or f"SHA256-{file['sha256']}"
    document = NewDocument(
        identity=identity,
        date=record["issued_at"] or _local(item.transaction.dt_transaction),
        rank=RANK_XML,
        content=record,
        observed=_observed(item, record, rfc),
        files=[file, *others],
        fingerprint=content_digest(content),
        problems=reading.problems,
    )
    batch.documents.append((reading.kind, document))


def _metadata_only(batch: Batch, item: Delivered, others: list[Row], missing: list[AttachmentRef], rfc: str) -> None:
    """SAT no longer gives the XML of a cancelled CFDI and caps XML at some 2,000 a day: metadata is a document too."""
    transaction = item.transaction
    if not transaction.reference:
        name = _name(missing[0]) if missing else transaction.id_transaction
        detail = "Syncfy announced the file and did not deliver it" if missing else "a transaction without a document"
        error = UnreadableDocument(UnreadableReason.NOT_DELIVERED, detail)
        batch.unreadable.append(_unreadable(item, error, None, name=name))
        return
    kind = Kind.WITHHOLDING if item.site is Site.WITHHOLDINGS else Kind.INVOICE
    record = _metadata_record(kind, transaction, rfc)
    document = NewDocument(
        identity=transaction.reference.upper(),
        date=record["issued_at"],
        rank=RANK_METADATA,
        content=record,
        observed=_observed(item, record, rfc),
        files=others,
    )
    batch.documents.append((kind, document))


def _metadata_record(kind: Kind, transaction: Transaction, rfc: str) -> Row:
    """What a transaction alone says of its document. `dt_transaction` is not the day of issue, only near it."""
    known: dict[str, Any] = {
        "uuid": (transaction.reference or "").upper(),
        "issued_at": _local(transaction.dt_transaction),
        "version": next((k for k in transaction.keywords if k in ("1.0", "2.0", "3.2", "3.3", "4.0")), None),
    }
    if kind is Kind.WITHHOLDING:
        return {**blank_withholding(), **known}
    issued = _direction(transaction, None, rfc) == "ISSUED"
    counterparty = {"rfc": transaction.tax_id, "name": transaction.description or None}
    taxpayer = {"rfc": rfc}
    blank = blank_invoice()
    return {
        **blank,
        **known,
        "type": next((k.upper() for k in transaction.keywords if k in ("i", "e", "p", "n", "t")), None),
        "total": f"{abs(transaction.amount):.2f}" if transaction.amount is not None else None,
        "currency": transaction.currency,
        "issuer": {**blank["issuer"], **(taxpayer if issued else counterparty)},
        "receiver": {**blank["receiver"], **(counterparty if issued else taxpayer)},
    }


def _observed(item: Delivered, record: Row, rfc: str) -> Row:
    transaction = item.transaction
    cancelled = transaction.is_disable or any(word.startswith("cancelad") for word in transaction.keywords)
    return {
        "direction": _direction(transaction, record, rfc),
        "status": "CANCELLED" if cancelled else "ACTIVE",
        "source": _source(item),
    }


def _direction(transaction: Transaction, record: Row | None, rfc: str) -> str:
    """Syncfy's facet decides; without one, who issued it; without that, the sign (received is negative)."""
    if "emitidas" in transaction.keywords:
        return "ISSUED"
    if "recibidas" in transaction.keywords:
        return "RECEIVED"
    issuer = (record or {}).get("issuer") or {}
    if issuer.get("rfc"):
        return "ISSUED" if issuer["rfc"] == rfc else "RECEIVED"
    return "ISSUED" if (transaction.amount or 0) > 0 else "RECEIVED"


def _read_return(batch: Batch, item: Delivered) -> None:
    """A declaration: Syncfy's JSON is read, the PDF is kept beside it; the PDF is read when the JSON did not come."""
    kind = item.site.kind
    assert kind is not None
    kept: list[Row] = []
    sources: list[tuple[int, Callable[[], Reading]]] = []
    title = item.transaction.description
    for attachment, content in zip(item.transaction.attachments or (), item.contents, strict=True):
        if content is None:
            continue
        media_type = _media_type(attachment, content)
        kept.append(batch.keep(_name(attachment), media_type, content))
        sources.append((0 if media_type == "application/json" else 1, _return_reader(kind, attachment, content, title)))
    reading, error = _first_readable([read for _, read in sorted(sources, key=lambda source: source[0])])
    if reading is None:
        missing = UnreadableDocument(UnreadableReason.NOT_DELIVERED, "no file of the return was delivered")
        file = kept[0] if kept else None
        batch.unreadable.append(_unreadable(item, error or missing, file, name=title or "return"))
        return
    record = dict(reading.record)
    date = record["presented_at"] or _local(item.transaction.dt_transaction)
    identity = record["operation_number"] or item.transaction.id_transaction
    observed = {"source": _source(item)}
    batch.documents.append(
        (kind, NewDocument(identity, date, RANK_JSON, record, observed, kept, problems=reading.problems))
    )


def _return_reader(kind: Kind, attachment: AttachmentRef, content: bytes, title: str | None) -> Callable[[], Reading]:
    if _media_type(attachment, content) == "application/json":
        return lambda: readers.read_return(content, kind=kind, file=_name(attachment))
    return lambda: readers.read_return_pdf(content, kind=kind, file=_name(attachment), title=title)


def read_documents(site: Site, delivered: Sequence[Document]) -> Batch:
    """The constancia or the opinión: a PDF and a JSON of the same name are one document."""
    batch = Batch()
    kind = site.kind
    assert kind is not None
    pairs: dict[str, list[Document]] = {}
    for document in delivered:
        name = document.file or document.id_document
        pairs.setdefault(name.rpartition(".")[0] or name, []).append(document)
    for name, pair in pairs.items():
        _read_pair(batch, kind, name, pair)
    return batch


def _read_pair(batch: Batch, kind: Kind, name: str, pair: Sequence[Document]) -> None:
    kept: list[Row] = []
    attempts: list[tuple[int, Callable[[], Reading]]] = []
    for document in pair:
        content = document.content
        if content is None:
            continue
        is_json = content.lstrip()[:1] in (b"{", b"[")
        media_type = "application/json" if is_json else "application/pdf"
        kept.append(batch.keep(document.file or document.id_document, media_type, content))
        attempts.append((0 if is_json else 1, _document_reader(kind, is_json, content)))
    reading, error = _first_readable([read for _, read in sorted(attempts, key=lambda attempt: attempt[0])])
    source = {"document_ids": [document.id_document for document in pair]}
    if reading is None:
        reason = error or UnreadableDocument(UnreadableReason.NOT_DELIVERED, "no file was delivered")
        identity = kept[0]["sha256"] if kept else name
        batch.unreadable.append(
            NewUnreadable(
                identity,
                str(kind),
                str(reason.reason),
                reason.detail,
                reason.path,
                name,
                next(iter(kept), None),
                source,
            )
        )
        return
    record = dict(reading.record)
    date = record.get("issued_at") or record.get("issued_on") or _local(pair[0].dt_created)
    identity = record.get("folio") or fingerprint(reading.record)[:32]
    observed = {"source": source}
    batch.documents.append(
        (kind, NewDocument(identity, date, RANK_JSON, record, observed, kept, problems=reading.problems))
    )


def _document_reader(kind: Kind, is_json: bool, content: bytes) -> Callable[[], Reading]:
    if kind is Kind.TAX_STATUS:
        read = readers.read_tax_status if is_json else readers.read_tax_status_pdf
    else:
        read = readers.read_compliance_opinion if is_json else readers.read_compliance_opinion_pdf
    return lambda: read(content)


def _first_readable(attempts: Sequence[Callable[[], Reading]]) -> tuple[Reading | None, UnreadableDocument | None]:
    first_error = None
    for read in attempts:
        try:
            return read(), None
        except UnreadableDocument as error:
            first_error = first_error or error
    return None, first_error


def conflict(kind: Kind, document: NewDocument) -> NewUnreadable:
    """A document whose identity another, different one already holds: kept beside it, under its own bytes."""
    file = document.files[0]
    return NewUnreadable(
        identity=file["sha256"],
        kind=str(kind),
        reason=str(UnreadableReason.IDENTITY_CONFLICT),
        detail=f"another document already holds {document.identity}",
        path=None,
        name=file["name"],
        file=file,
        source=document.observed["source"],
    )


def _unreadable(item: Delivered, error: UnreadableDocument, file: Row | None, name: str = "") -> NewUnreadable:
    return NewUnreadable(
        identity=file["sha256"] if file else item.transaction.id_transaction,
        kind=str(item.site.kind) if item.site.kind else None,
        reason=str(error.reason),
        detail=error.detail,
        path=error.path,
        name=file["name"] if file else name,
        file=file,
        source=_source(item),
    )


def _source(item: Delivered) -> Row:
    return {
        "transaction_id": item.transaction.id_transaction,
        "credential_id": item.transaction.id_credential,
        "site": str(item.site),
    }


def _is_xml(attachment: AttachmentRef, content: bytes) -> bool:
    """What is neither a PDF nor JSON nor an acknowledgement is taken for XML, so that broken ones are told as such."""
    if attachment.id_attachment_type == _CANCELLATION_ACKNOWLEDGMENT:
        return False
    return _media_type(attachment, content) not in ("application/pdf", "application/json")


def _media_type(attachment: AttachmentRef, content: bytes) -> str:
    name = _name(attachment).casefold()
    if content[:1024].lstrip()[:5] == b"%PDF-" or name.endswith(".pdf"):
        return "application/pdf"
    if name.endswith(".json"):
        return "application/json"
    return "application/xml"


def _name(attachment: AttachmentRef) -> str:
    return attachment.file or attachment.id_attachment


def _local(moment: datetime | None) -> str:
    """An instant as SAT's local time, ISO text without a zone; the epoch's where Syncfy gave none."""
    moment = (moment or datetime.fromtimestamp(0, UTC)).astimezone(_MEXICO)
    return f"{moment:%Y-%m-%dT%H:%M:%S}"
