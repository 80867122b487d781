"""A document on its way into the store, and how much its source is worth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from gateway.sat.documents import Record
from gateway.store.mongo import Row

_LONGEST_IDENTITY = 200
RANK_METADATA, RANK_JSON, RANK_XML = 1, 2, 3


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to store.

    `identity` is what the document calls itself, or a digest of what is too long for the key of a row. `date` is the
    ISO text that orders it, `content` the reader's record, `observed` what Syncfy says of it, and
    `assumed` what holds until somebody observes it: a file alone does not say whether SAT has cancelled it since.
    `text` is the whole text of the PDF that it was read from, kept for search.
    """

    identity: str
    date: str
    rank: int
    content: Record
    observed: Row
    files: list[Row]
    fingerprint: str | None = None
    problems: tuple[str, ...] = ()
    assumed: Row = field(default_factory=dict)
    text: str | None = None

    def __post_init__(self) -> None:
        if len(self.identity) > _LONGEST_IDENTITY:
            digest = hashlib.sha256(self.identity.encode()).hexdigest()
            object.__setattr__(self, "identity", f"SHA256-{digest}")

    @property
    def source(self) -> Row:
        """Return where it came from."""
        source: Row = self.observed.get("source") or self.assumed.get("source") or {}
        return source
