"""A directory of real XML files as what one RFC has at SAT: each file a document, also a broken one, byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from gateway.errors import SettingsError
from gateway.sandbox.glance import Glance, glance_at, xml_files
from gateway.sandbox.portfolio import Attachment, DocumentFile, Portfolio, Transaction
from gateway.syncfy.sites import Site

_CFDI_XML = "56bcdfca784806d1378b4567"
_WITHHOLDING_XML = "5f2956741ae9967c4d3dccd1"
_WORDS = {"i": "ingreso", "e": "egreso", "t": "traslado", "p": "pago", "n": "nomina"}


class FolderPortfolio:
    """Implements `Portfolio`: CFDI and retenciones from the directory, the other four sites from `rest`.

    Raises SettingsError where there is no such directory.
    """

    def __init__(self, directory: Path, rfc: str, rest: Portfolio) -> None:
        if not directory.is_dir():
            raise SettingsError("the directory of documents does not exist")
        self._directory = directory
        self._rfc = rfc
        self._rest = rest

    @property
    def rfc(self) -> str:
        return self._rfc

    def count(self, site: Site) -> int:
        return len(self._files[site]) if site in self._files else self._rest.count(site)

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        if site not in self._files:
            yield from self._rest.transactions(site, start, stop)
            return
        for glance in islice(self._files[site], start, stop):
            yield self._row(glance)

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        if glance := self._by_id.get(id):
            return glance.site, self._row(glance)
        found = self._rest.transaction(id)
        return None if found is None or found[0] in self._files else found

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        if glance := self._by_attachment.get(id):
            row = self._row(glance)
            return glance.site, row, row.attachments[0]
        found = self._rest.attachment(id)
        return None if found is None or found[0] in self._files else found

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        return self._rest.documents(site)

    @cached_property
    def _files(self) -> dict[Site, list[Glance]]:
        found: dict[Site, list[Glance]] = {Site.CIEC: [], Site.WITHHOLDINGS: []}
        for path in xml_files(self._directory):
            seen = glance_at(path, path.relative_to(self._directory))
            found[seen.site].append(seen)
        return found

    @cached_property
    def _by_id(self) -> dict[str, Glance]:
        return {glance.id: glance for glances in self._files.values() for glance in glances}

    @cached_property
    def _by_attachment(self) -> dict[str, Glance]:
        return {_attachment_id(id): glance for id, glance in self._by_id.items()}

    @cached_property
    def _shared(self) -> Counter[tuple[Site, str]]:
        """Count the files of a site that claim the same UUID."""
        glances = self._by_id.values()
        return Counter((glance.site, glance.uuid) for glance in glances if glance.uuid)

    def _row(self, glance: Glance) -> Transaction:
        invoice = glance.site is Site.CIEC
        file = Attachment(
            id=_attachment_id(glance.id),
            type_id=_CFDI_XML if invoice else _WITHHOLDING_XML,
            file=self._name(glance),
            mime="text/xml",
            read=glance.path.read_bytes,
        )
        issued, other = glance.issued_by(self._rfc), glance.other(self._rfc)
        sign = 1 if issued else -1
        return Transaction(
            id=glance.id,
            description=other.name or glance.path.stem,
            amount=sign * glance.amount if invoice and glance.amount else 0.0,
            currency=glance.currency,
            reference=glance.uuid,
            keywords=_keywords(glance, issued),
            tax_id=other.rfc,
            dt_transaction=glance.moment,
            attachments=(file,),
        )

    def _name(self, glance: Glance) -> str:
        """Unique within the site: Syncfy's export is a ZIP keyed by these names."""
        if glance.uuid and self._shared[glance.site, glance.uuid] == 1:
            return f"{glance.uuid}.xml"
        return f"{glance.path.stem}-{glance.id[:8]}.xml"


def _attachment_id(id: str) -> str:
    return blake2b(b"attachment" + id.encode(), digest_size=12).hexdigest()


def _keywords(glance: Glance, issued: bool) -> list[str]:
    words = {"emitidas" if issued else "recibidas", "vigente"}
    words |= {word for word in (glance.version, glance.type, _WORDS.get(glance.type or "")) if word}
    if glance.uuid:
        words.add("timbrefiscaldigital")
    return sorted(words)
