"""A taxpayer's own files → rows to store: XML, PDFs of SAT's papers, lines of metadata files. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.ingest.batch import Batch, one_of_many
from gateway.ingest.read import keep_as_text, paper_identity
from gateway.ingest.read_fiscal import UNKNOWN
from gateway.models.file import PLAIN, FileReference
from gateway.sat import readers
from gateway.sat.direction import Direction, direction_of, names_another, of_record
from gateway.sat.documents import ComplianceOpinion, Invoice, TaxReturn, TaxStatus, ThirdParty
from gateway.sat.empty_records import blank_invoice
from gateway.sat.identity import fingerprint, soundness
from gateway.sat.kinds import Delivery, Kind
from gateway.sat.metadata_file import Fault, Metadata
from gateway.sat.readers import Reading
from gateway.store.new_document import RANK_JSON, RANK_METADATA, RANK_XML, NewDocument, Observed, Source
from gateway.store.unreadable import NewUnreadable

_NO_DATE = "1970-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class Known:
    """The word of others on a file: where it was found, on which side its list at SAT has it, its date without its own.

    A file that a person imports comes with nothing of the kind.
    """

    source: Source
    direction: Direction | None = None
    date: str = _NO_DATE


def read_xml_file(batch: Batch, name: str, content: bytes, rfc: str, known: Known | None = None) -> None:
    """Add an XML to the batch."""

    def refused(error: UnreadableDocument, file: FileReference | None) -> NewUnreadable:
        return _unreadable(error, name, file or batch.keep(name, "application/xml", content))

    with one_of_many(batch, refused):
        try:
            _read_xml(batch, name, content, rfc, known or Known(_source(name)))
        except UnreadableDocument as error:
            batch.unreadable.append(refused(error, None))


def _read_xml(batch: Batch, name: str, content: bytes, rfc: str, known: Known) -> None:
    reading = readers.read_xml(content)
    record = reading.record
    # A file that names nobody is nobody's: no list of SAT's says otherwise.
    direction = of_record(reading.kind, record, rfc, known.direction) or Direction.OTHER
    file = batch.keep(name, "application/xml", content)
    document = NewDocument(
        identity=record["uuid"] or f"SHA256-{file['sha256']}",
        date=record["issued_at"] or known.date,
        rank=RANK_XML,
        content=record,
        observed={"direction": str(direction)},
        assumed=_assumed(reading.kind, known.source),
        files=[file],
        fingerprint=fingerprint(record),
        soundness=soundness(record, reading.problems, file["sha256"]),
        problems=reading.problems,
    )
    batch.documents.append((reading.kind, document))


def read_pdf_file(batch: Batch, name: str, content: bytes, rfc: str, refused: list[tuple[str, str]]) -> None:
    """Add an opinión, a constancia or a return to the batch by its PDF. `refused` gets a PDF that is none of them."""

    def unreadable(error: UnreadableDocument, file: FileReference | None) -> NewUnreadable:
        return _unreadable(error, name, file or batch.keep(name, "application/pdf", content))

    with one_of_many(batch, unreadable):
        try:
            reading = readers.read_paper(content, file=name)
        except UnreadableDocument as error:
            batch.unreadable.append(unreadable(error, None))
            return
        if reading is None:
            refused.append((name, "a PDF, and no opinión, constancia or return of SAT's by its text"))
            return
        _add_paper(batch, name, content, rfc, reading)


def _add_paper(
    batch: Batch, name: str, content: bytes, rfc: str, reading: Reading[TaxReturn | TaxStatus | ComplianceOpinion]
) -> None:
    kind, record = reading.kind, reading.record
    file = batch.keep(name, "application/pdf", content)
    if kind.delivery is Delivery.RETURN:
        declared = cast(TaxReturn, record)
        keep_as_text(declared)
        identity = declared["operation_number"] or f"SHA256-{file['sha256']}"
    else:
        identity = paper_identity(cast(TaxStatus | ComplianceOpinion, record))
    document = NewDocument(
        identity=identity,
        date=kind.spec.date_of(record) or _NO_DATE,
        rank=RANK_JSON,
        content=record,
        observed={"other": names_another(record, rfc)},
        assumed={"source": _source(name)},
        files=[file],
        problems=reading.problems,
        text=reading.text,
    )
    batch.documents.append((kind, document))


def read_metadata_line(
    batch: Batch, name: str, line: Metadata | Fault, rfc: str, third_parties: Mapping[str, ThirdParty]
) -> None:
    """Add a line of a metadata file to the batch."""
    if isinstance(line, Fault):
        file = batch.keep(f"{name}:{line.number}", PLAIN, line.line.encode())
        batch.unreadable.append(
            _unreadable(UnreadableDocument(UnreadableReason.BAD_VALUE, line.detail), file["name"], file)
        )
        return
    direction = direction_of(line.issuer_rfc, line.receiver_rfc, rfc) or Direction.OTHER
    observed: Observed = {"direction": str(direction)}
    if line.cancelled:
        observed["status"] = "CANCELLED"
        if line.cancelled_at:
            observed["cancelled_at"] = line.cancelled_at
    if line.uuid in third_parties:
        observed["third_party"] = third_parties[line.uuid]
    document = NewDocument(
        identity=line.uuid,
        date=line.issued_at or _NO_DATE,
        rank=RANK_METADATA,
        content=_record(line),
        observed=observed,
        assumed=_assumed(Kind.INVOICE, _source(name)),
        files=[],
    )
    batch.documents.append((Kind.INVOICE, document))


def third_party(line: Metadata) -> ThirdParty:
    """Return on whose account a CFDI is, as its line of metadata says."""
    return {"rfc": line.third_party_rfc, "name": line.third_party_name, "regime": None, "postal_code": None}


def _record(line: Metadata) -> Invoice:
    blank = blank_invoice()
    return {
        **blank,
        "uuid": line.uuid,
        "type": line.type,
        "issued_at": line.issued_at,
        "stamped_at": line.stamped_at,
        "total": line.total,
        "issuer": {**blank["issuer"], "rfc": line.issuer_rfc, "name": line.issuer_name},
        "receiver": {**blank["receiver"], "rfc": line.receiver_rfc, "name": line.receiver_name},
        "stamp": {
            "uuid": line.uuid,
            "version": None,
            "stamped_at": line.stamped_at,
            "pac_rfc": line.pac_rfc,
            "sat_certificate_number": None,
            "legend": None,
        },
    }


def _assumed(kind: Kind, source: Source) -> Observed:
    """ "Vigente" in a file says nothing against a cancellation that was seen since, nor does an XML."""
    return {**UNKNOWN[kind], "status": "ACTIVE", "source": source}


def _source(name: str) -> Source:
    return {"imported_from": name}


def _unreadable(error: UnreadableDocument, name: str, file: FileReference) -> NewUnreadable:
    return NewUnreadable.of(
        error,
        identity=file["sha256"],
        kind=None,
        name=name,
        file=file,
        source=_source(name),
    )
