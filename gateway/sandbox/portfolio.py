"""The documents of a sandbox taxpayer: the interface between the API that plays Syncfy and whatever supplies them.

Two sources implement it: `taxpayers` (invented from a seed) and `folder` (real files of a directory).
Everything is lazy: a portfolio of 100,000 invoices never holds more than a page of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.syncfy.sites import Site


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a transaction. `read()` makes or loads its bytes when somebody asks for them."""

    id: str  # 24 lowercase hex, stable over restarts
    type_id: str  # id_attachment_type
    file: str  # e.g. "85654C68-….xml"
    mime: str | None
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Transaction:
    """A row of GET /transactions: for the SAT sites, one document's metadata."""

    id: str  # 24 lowercase hex, stable over restarts
    description: str  # counterparty's name, or the title of a return
    amount: float  # signed: issued > 0, received < 0, 0 for withholdings and returns
    currency: str
    reference: str | None  # the UUID of a CFDI
    keywords: Sequence[str] | None  # None prints as {} (returns do)
    tax_id: str | None  # extra.tax_id: the counterparty's RFC; None prints extra: null
    dt_transaction: int  # Unix seconds
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A row of GET /documents: a PDF or JSON of the constancia or the opinión."""

    id: str
    type_id: str  # id_document_type
    file: str
    keywords: Sequence[str]
    read: Callable[[], bytes]


class Portfolio(Protocol):
    """All that one RFC has at SAT."""

    @property
    def rfc(self) -> str: ...

    def count(self, site: Site) -> int:
        """Count the transactions of the site without making them."""

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        """Return transactions [start:stop] in a stable order, oldest first; a slice costs what it yields."""

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        """Return one transaction by its id, without a scan."""

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        """Return one attachment by its id, without a scan."""

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        """Return the files of the constancia or the opinión; none for other sites."""
