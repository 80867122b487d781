"""A transaction of CFDI or retenciones → documents: from its XML, or from its metadata where there is none."""

from __future__ import annotations

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.ingest.batch import (
    Batch,
    Delivered,
    is_xml,
    local_time,
    media_type_of,
    name_of,
    source_of,
    unreadable_of,
)
from gateway.models.file import FileReference
from gateway.sat import readers
from gateway.sat.direction import Direction, comparable, of_record
from gateway.sat.documents import Invoice, Withholding
from gateway.sat.empty_records import blank_invoice, blank_withholding
from gateway.sat.identity import fingerprint, soundness
from gateway.sat.kinds import Kind
from gateway.store.new_document import RANK_METADATA, RANK_XML, NewDocument, Observed
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, Transaction

#: What only SAT's metadata file and its acknowledgements tell.
UNKNOWN: dict[Kind, Observed] = {
    Kind.INVOICE: {"cancelled_at": None, "third_party": None},
    Kind.WITHHOLDING: {"cancelled_at": None},
}


def read_fiscal(batch: Batch, item: Delivered, rfc: str, *, foreign: bool = False) -> None:
    """CFDI and retenciones: every XML of the transaction is a document; its other files go with it.

    `foreign`: the login that delivered it is another RFC's, whose side of it the transaction tells.
    """
    others: list[FileReference] = []
    xmls: list[tuple[AttachmentRef, bytes]] = []
    missing = [a for a, c in zip(item.transaction.attachments or (), item.contents, strict=True) if c is None]
    for attachment, content in zip(item.transaction.attachments or (), item.contents, strict=True):
        if content is None:
            continue
        if is_xml(attachment, content):
            xmls.append((attachment, content))
        else:
            others.append(batch.keep(name_of(attachment), media_type_of(attachment, content), content))
    for attachment, content in xmls:
        file = batch.keep(name_of(attachment), "application/xml", content)
        _read_xml(batch, item, content, file, others, rfc)
    if not xmls:
        _metadata_only(batch, item, others, missing, rfc, foreign or batch.foreign)


def _read_xml(
    batch: Batch, item: Delivered, content: bytes, file: FileReference, others: list[FileReference], rfc: str
) -> None:
    try:
        reading = readers.read_xml(content)
    except UnreadableDocument as error:
        batch.unreadable.append(unreadable_of(item, error, file))
        return
    record = reading.record
    identity = record["uuid"] or f"SHA256-{file['sha256']}"
    document = NewDocument(
        identity=identity,
        date=record["issued_at"] or local_time(item.transaction.dt_transaction),
        rank=RANK_XML,
        content=record,
        observed=_observed(item, _direction_of_xml(item.transaction, reading.kind, record, rfc)),
        assumed=UNKNOWN[reading.kind],
        files=[file, *others],
        fingerprint=fingerprint(record),
        soundness=soundness(record, reading.problems, file["sha256"]),
        problems=reading.problems,
    )
    batch.documents.append((reading.kind, document))


def _metadata_only(
    batch: Batch, item: Delivered, others: list[FileReference], missing: list[AttachmentRef], rfc: str, foreign: bool
) -> None:
    """SAT no longer gives the XML of a cancelled CFDI and caps XML at some 2,000 a day: metadata is a document too."""
    transaction = item.transaction
    if not transaction.reference:
        name = name_of(missing[0]) if missing else transaction.id_transaction
        detail = "Syncfy announced the file and did not deliver it" if missing else "a transaction without a document"
        error = UnreadableDocument(UnreadableReason.NOT_DELIVERED, detail)
        batch.unreadable.append(unreadable_of(item, error, None, name=name))
        return
    kind = Kind.WITHHOLDING if item.site is Site.WITHHOLDINGS else Kind.INVOICE
    direction = _direction(transaction, rfc, foreign)
    issued = (_told(transaction) if foreign else direction) is Direction.ISSUED
    record = _metadata_record(kind, transaction, None if foreign else rfc, issued)
    document = NewDocument(
        identity=transaction.reference.upper(),
        date=record["issued_at"] or local_time(None),
        rank=RANK_METADATA,
        content=record,
        observed=_observed(item, direction),
        assumed=UNKNOWN[kind],
        files=others,
    )
    batch.documents.append((kind, document))


def _metadata_record(kind: Kind, transaction: Transaction, login: str | None, issued: bool) -> Invoice | Withholding:
    """Make the record of a document of which only the transaction came: its day is near that of issue.

    It names the party of whoever logged in. `login`: the RFC of the login, None where it is not the taxpayer's.
    """
    uuid, issued_at = (transaction.reference or "").upper(), local_time(transaction.dt_transaction)
    version = next((k for k in transaction.keywords if k in ("1.0", "2.0", "3.2", "3.3", "4.0")), None)
    if kind is Kind.WITHHOLDING:
        return {**blank_withholding(), "uuid": uuid, "issued_at": issued_at, "version": version}
    blank = blank_invoice()
    issuer, receiver = blank["issuer"], blank["receiver"]
    issuer["rfc"], receiver["rfc"] = (login, transaction.tax_id) if issued else (transaction.tax_id, login)
    (receiver if issued else issuer)["name"] = transaction.description or None
    return {
        **blank,
        "uuid": uuid,
        "issued_at": issued_at,
        "version": version,
        "type": next((k.upper() for k in transaction.keywords if k in ("i", "e", "p", "n", "t")), None),
        "total": f"{abs(transaction.amount):.2f}" if transaction.amount is not None else None,
        "currency": transaction.currency,
    }


def _observed(item: Delivered, direction: Direction) -> Observed:
    transaction = item.transaction
    cancelled = transaction.is_disable or any(word.startswith("cancelad") for word in transaction.keywords)
    return {
        "direction": str(direction),
        "status": "CANCELLED" if cancelled else "ACTIVE",
        "source": source_of(item),
        # Syncfy does not say when: what is known of it stays.
        **({} if cancelled else {"cancelled_at": None}),
    }


def _told(transaction: Transaction) -> Direction:
    """Return the side on which SAT lists a document for whoever logged in; without a facet the sign tells it."""
    return _facet(transaction) or (Direction.ISSUED if (transaction.amount or 0) > 0 else Direction.RECEIVED)


def _facet(transaction: Transaction) -> Direction | None:
    if "emitidas" in transaction.keywords:
        return Direction.ISSUED
    return Direction.RECEIVED if "recibidas" in transaction.keywords else None


def _direction_of_xml(transaction: Transaction, kind: Kind, record: Invoice | Withholding, rfc: str) -> Direction:
    """Take what the document says; SAT's list decides where it does not name both parties, and nobody's is OTHER.

    What a taxpayer issues to itself (each traslado with a Carta Porte) SAT lists on both sides, and Syncfy twice.
    """
    return of_record(kind, record, rfc, _facet(transaction)) or Direction.OTHER


def _direction(transaction: Transaction, rfc: str, foreign: bool) -> Direction:
    """Of metadata, which name one party beside whoever logged in."""
    told, to_taxpayer = _told(transaction), comparable(transaction.tax_id) == comparable(rfc)
    if not foreign:
        return Direction.ISSUED if to_taxpayer else told
    if not to_taxpayer:
        return Direction.OTHER
    return Direction.RECEIVED if told is Direction.ISSUED else Direction.ISSUED
