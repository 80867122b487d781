"""A document on its way into the store, and how much its source is worth."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.store.mongo import Row

RANK_METADATA, RANK_JSON, RANK_XML = 1, 2, 3


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to store.

    `date` is the ISO text that orders it, `content` the reader's record, `observed` what Syncfy says of it.
    """

    identity: str
    date: str
    rank: int
    content: Row
    observed: Row
    files: list[Row]
    fingerprint: str | None = None
    problems: tuple[str, ...] = ()
