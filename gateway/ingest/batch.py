"""A batch of deliveries: documents, files, and what can't be read; and the names for all of them."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.models.file import FileReference
from gateway.sat.dates import MEXICO
from gateway.sat.documents import Record
from gateway.sat.kinds import Kind
from gateway.sat.readers import Reading
from gateway.store import files
from gateway.store.files import NewFile
from gateway.store.new_document import NewDocument, Source
from gateway.store.unreadable import NewUnreadable
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, Transaction
from gateway.telemetry import logger

_log = logger(__name__)
_EPOCH = datetime.fromtimestamp(0, UTC)
#: Of what a file is called: what a file system takes.
_LONGEST_NAME = 255
_CANCELLATION_ACKNOWLEDGMENT = "56ec7e82784806e00b8b4569"


@dataclass(slots=True)
class Batch:
    """The result of reading a batch of transactions or documents."""

    documents: list[tuple[Kind, NewDocument]] = field(default_factory=list)
    files: list[tuple[str, NewFile]] = field(default_factory=list)
    unreadable: list[NewUnreadable] = field(default_factory=list)

    @property
    def others(self) -> int:
        """Count the documents that name another RFC than the taxpayer's."""
        return sum(document.is_other for _, document in self.documents)

    @property
    def foreign(self) -> bool:
        """Return True where every document so far names another RFC: so does what came with them and names nobody."""
        return 0 < len(self.documents) == self.others

    def keep(self, name: str, media_type: str, content: bytes) -> FileReference:
        """Note a file to store and return what a row says of it."""
        sha256 = hashlib.sha256(content).hexdigest()
        file = NewFile(short_name(name), media_type, content)
        self.files.append((sha256, file))
        return files.reference(file, sha256)

    def take(self, other: Batch) -> None:
        """Add everything of another batch."""
        self.documents += other.documents
        self.files += other.files
        self.unreadable += other.unreadable


@dataclass(frozen=True, slots=True)
class Delivered:
    """A transaction with the contents of its attachments, in their order; None where one never came."""

    site: Site
    transaction: Transaction
    contents: tuple[bytes | None, ...]


#: Makes what is kept of a document that could not be read, of the reason and its first file.
Refused = Callable[[UnreadableDocument, FileReference | None], NewUnreadable]


R = TypeVar("R", bound=Record)


@contextmanager
def one_of_many(batch: Batch, refused: Refused) -> Iterator[None]:
    """Read one document in the block: what fails on it costs that document, and the batch goes on.

    A defect of ours is logged by its place alone, because an exception's words may hold a piece of the document. The
    document is kept as unreadable with its first file, and is read again when it comes again.
    """
    kept = len(batch.files)
    try:
        yield
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        failure = type(error).__name__
        _log.error("document.reader_failed", error=failure, at=f"{Path(frame.filename).name}:{frame.lineno}")
        file = next((files.reference(file, sha256) for sha256, file in batch.files[kept:]), None)
        batch.unreadable.append(
            refused(UnreadableDocument(UnreadableReason.BAD_VALUE, f"its reader failed ({failure})"), file)
        )


def first_readable(attempts: Sequence[Callable[[], Reading[R]]]) -> tuple[Reading[R] | None, UnreadableDocument | None]:
    """Return the first reading that succeeds; without one, the error of the first attempt."""
    first_error = None
    for read in attempts:
        try:
            return read(), None
        except UnreadableDocument as error:
            first_error = first_error or error
    return None, first_error


def unreadable_of(
    item: Delivered, error: UnreadableDocument, file: FileReference | None, name: str | None = None
) -> NewUnreadable:
    """Return what is kept of a transaction that could not be read, under its first file where it has one."""
    return NewUnreadable.of(
        error,
        identity=file["sha256"] if file else item.transaction.id_transaction,
        kind=item.site.kind,
        name=file["name"] if file else name or item.transaction.id_transaction,
        file=file,
        source=source_of(item),
    )


def source_of(item: Delivered) -> Source:
    """Return where a transaction lies at Syncfy."""
    return {
        "transaction_id": item.transaction.id_transaction,
        "credential_id": item.transaction.id_credential,
        "site": str(item.site),
    }


def announced(source: Source) -> list[str]:
    """The names under which a document without a file is kept: its transaction's id, or what its files are called."""
    return [name for name in (source.get("transaction_id"), source.get("name")) if name]


def is_xml(attachment: AttachmentRef, content: bytes) -> bool:
    """Return True for all that is no PDF, JSON or acknowledgement, so that a broken XML is told as one."""
    if attachment.id_attachment_type == _CANCELLATION_ACKNOWLEDGMENT:
        return False
    return media_type_of(attachment, content) not in ("application/pdf", "application/json")


def media_type_of(attachment: AttachmentRef, content: bytes) -> str:
    """Tell a file's type by its first bytes, then by its name; XML without either."""
    name = name_of(attachment).casefold()
    if content[:1024].lstrip()[:5] == b"%PDF-" or name.endswith(".pdf"):
        return "application/pdf"
    if name.endswith(".json"):
        return "application/json"
    return "application/xml"


def name_of(attachment: AttachmentRef) -> str:
    """Return an attachment's file name, or its id where Syncfy gives none."""
    return short_name(attachment.file or attachment.id_attachment)


def short_name(name: str) -> str:
    """Return a file's name as every encoder takes it. On a disk it is bytes, which need not be text."""
    return name.encode("utf-8", "replace").decode()[-_LONGEST_NAME:]


def local_time(moment: datetime | None) -> str:
    """Return an instant as SAT's local time, ISO text without a zone; the epoch's where Syncfy gave none."""
    try:
        moment = (moment or _EPOCH).astimezone(MEXICO)
    except OverflowError:  # the first hours of the year 1
        moment = _EPOCH.astimezone(MEXICO)
    return f"{moment:%Y-%m-%dT%H:%M:%S}"
