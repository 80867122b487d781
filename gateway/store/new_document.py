"""A document on its way into the store, and how much its source is worth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TypedDict

from gateway.models.file import FileReference
from gateway.sat.direction import Direction
from gateway.sat.documents import Record, ThirdParty

_LONGEST_IDENTITY = 200
RANK_METADATA, RANK_JSON, RANK_XML = 1, 2, 3
#: Of what is observed: whose the document is. It goes by the best source, as the content does.
OWNERSHIP = frozenset({"direction", "other"})


class Source(TypedDict, total=False):
    """The place where a document was found: a transaction or files of Syncfy's, or a file that was imported."""

    transaction_id: str
    credential_id: str | None
    site: str
    document_ids: list[str]
    name: str
    imported_from: str


class Observed(TypedDict, total=False):
    """The word of others on a document. A key that is not there says nothing; None says that there is no such thing."""

    direction: str
    other: bool
    status: str
    cancelled_at: str | None
    third_party: ThirdParty | None
    source: Source


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to store.

    `identity` is what the document calls itself, or a digest of what is too long for the key of a row. `date` is the
    ISO text that orders it, `content` the reader's record, and `observed` what Syncfy says of it, with whose it is:
    `direction`, or `other` of a return, an opinión or a constancia of another RFC. `assumed` holds until somebody
    observes it: a file alone does not say whether SAT has cancelled it since. `fingerprint` is the same for all copies
    of one CFDI, and `soundness` greater for the better ones (gateway/sat/identity.py). `text` is the whole text of the
    PDF that it was read from, kept for search.
    """

    identity: str
    date: str
    rank: int
    content: Record
    observed: Observed
    files: list[FileReference]
    fingerprint: str | None = None
    soundness: str | None = None
    problems: tuple[str, ...] = ()
    assumed: Observed = field(default_factory=Observed)
    text: str | None = None

    def __post_init__(self) -> None:
        if len(self.identity) > _LONGEST_IDENTITY:
            digest = hashlib.sha256(self.identity.encode()).hexdigest()
            object.__setattr__(self, "identity", f"SHA256-{digest}")

    @property
    def is_other(self) -> bool:
        """Return True where it names another RFC than the taxpayer's."""
        return self.observed.get("direction") == Direction.OTHER or bool(self.observed.get("other"))

    @property
    def content_file(self) -> str | None:
        """Return the SHA-256 of the file that the content was read from, where there may be other copies of it."""
        return self.files[0]["sha256"] if self.soundness and self.files else None

    @property
    def source(self) -> Source:
        """Return where it came from."""
        return self.observed.get("source") or self.assumed.get("source") or {}
