"""The owner of a directory's documents: the RFC that most of them name, as issuer or as receiver."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from gateway.sandbox.xml_probe import NamedParty, ProbedXml, probe, xml_files
from gateway.sat.rfc import GENERIC_RFCS, is_rfc


@dataclass(frozen=True, slots=True)
class Owner:
    """An RFC, the number of files that name it, and its name as most of them write it (None where none does)."""

    rfc: str
    name: str | None
    documents: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory of XML. `fingerprint`: 12 hex characters that change with the files' names and contents."""

    fingerprint: str
    files: int
    owners: tuple[Owner, ...]  # most documents first

    def owner(self, rfc: str | None = None) -> Owner | None:
        """Return the owner with this RFC, or without one the owner of the most documents."""
        return next((owner for owner in self.owners if rfc in (None, owner.rfc)), None)


def read_folder(directory: Path) -> Folder:
    """Read every XML below the directory once, and rank its RFCs; a generic or malformed RFC is no owner."""
    digest, files = hashlib.sha256(), 0
    documents: Counter[str] = Counter()
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in xml_files(directory):
        seen = probe(path, path.relative_to(directory))
        files += 1
        digest.update(bytes.fromhex(seen.id))
        for rfc, spelt in _taxpayers(seen).items():
            documents[rfc] += 1
            names[rfc].update(spelt)
    # A tie is broken by the RFC, so that the order in which a disk lists its files does not matter.
    ranked = sorted(documents, key=lambda rfc: (-documents[rfc], rfc))
    owners = tuple(Owner(rfc, _commonest(names[rfc]), documents[rfc]) for rfc in ranked)
    return Folder(digest.hexdigest()[:12], files, owners)


def _taxpayers(seen: ProbedXml) -> dict[str, list[str]]:
    """Map each RFC that a document names to the names it gives that RFC."""
    found: dict[str, list[str]] = {}
    for party in (seen.issuer, seen.receiver):
        if party.rfc and is_rfc(party.rfc) and party.rfc not in GENERIC_RFCS:
            found.setdefault(party.rfc, []).extend(_names(party))
    return found


def _names(party: NamedParty) -> list[str]:
    # A file in another encoding than it says has replacement characters where its accents were.
    return [party.name] if party.name and "\ufffd" not in party.name else []


def _commonest(names: Counter[str]) -> str | None:
    return min(names, key=lambda name: (-names[name], name), default=None)
