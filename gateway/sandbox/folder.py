"""A directory of real XML files as what one RFC has at SAT: each file a document, also a broken one, byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from gateway.errors import SettingsError
from gateway.sandbox.portfolio import Attachment, DocumentFile, Portfolio, Transaction
from gateway.sandbox.xml_probe import ProbedXml, probe, xml_files
from gateway.syncfy.sites import Site

_CFDI_XML = "56bcdfca784806d1378b4567"
_WITHHOLDING_XML = "5f2956741ae9967c4d3dccd1"
_WORDS = {"i": "ingreso", "e": "egreso", "t": "traslado", "p": "pago", "n": "nomina"}


class FolderPortfolio:
    """Implements `Portfolio`: CFDI and retenciones from the directory, the other four sites from `rest`.

    Without `rest` these have nothing. Raises SettingsError where there is no such directory.
    """

    def __init__(self, directory: Path, rfc: str, rest: Portfolio | None = None) -> None:
        if not directory.is_dir():
            raise SettingsError("the directory of documents does not exist")
        self._directory = directory
        self._rfc = rfc
        self._rest = rest

    @property
    def rfc(self) -> str:
        return self._rfc

    def count(self, site: Site) -> int:
        if site in self._files:
            return len(self._files[site])
        return self._rest.count(site) if self._rest else 0

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        if site not in self._files:
            yield from self._rest.transactions(site, start, stop) if self._rest else ()
            return
        for probed in islice(self._files[site], start, stop):
            yield self._row(probed)

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        if probed := self._by_id.get(id):
            return probed.site, self._row(probed)
        found = self._rest.transaction(id) if self._rest else None
        return None if found is None or found[0] in self._files else found

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        if probed := self._by_attachment.get(id):
            row = self._row(probed)
            return probed.site, row, row.attachments[0]
        found = self._rest.attachment(id) if self._rest else None
        return None if found is None or found[0] in self._files else found

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        return self._rest.documents(site) if self._rest else ()

    @cached_property
    def _files(self) -> dict[Site, list[ProbedXml]]:
        found: dict[Site, list[ProbedXml]] = {Site.CIEC: [], Site.WITHHOLDINGS: []}
        for path in xml_files(self._directory):
            seen = probe(path, path.relative_to(self._directory))
            found[seen.site].append(seen)
        return found

    @cached_property
    def _by_id(self) -> dict[str, ProbedXml]:
        return {probed.id: probed for probed_files in self._files.values() for probed in probed_files}

    @cached_property
    def _by_attachment(self) -> dict[str, ProbedXml]:
        return {_attachment_id(id): probed for id, probed in self._by_id.items()}

    @cached_property
    def _shared(self) -> Counter[tuple[Site, str]]:
        """Count the files of a site that claim the same UUID."""
        probed_files = self._by_id.values()
        return Counter((probed.site, probed.uuid) for probed in probed_files if probed.uuid)

    def _row(self, probed: ProbedXml) -> Transaction:
        invoice = probed.site is Site.CIEC
        file = Attachment(
            id=_attachment_id(probed.id),
            type_id=_CFDI_XML if invoice else _WITHHOLDING_XML,
            file=self._name(probed),
            mime="text/xml",
            read=probed.path.read_bytes,
        )
        issued, other = probed.issued_by(self._rfc), probed.other(self._rfc)
        sign = 1 if issued else -1
        return Transaction(
            id=probed.id,
            description=other.name or probed.path.stem,
            amount=sign * probed.amount if invoice and probed.amount else 0.0,
            currency=probed.currency,
            reference=probed.uuid,
            keywords=_keywords(probed, self._rfc),
            tax_id=other.rfc,
            dt_transaction=probed.moment,
            attachments=(file,),
        )

    def _name(self, probed: ProbedXml) -> str:
        """Name a file, uniquely within its site: Syncfy's export is a ZIP keyed by these names."""
        if probed.uuid and self._shared[probed.site, probed.uuid] == 1:
            return f"{probed.uuid}.xml"
        return f"{probed.path.stem}-{probed.id[:8]}.xml"


def _attachment_id(id: str) -> str:
    return blake2b(b"attachment" + id.encode(), digest_size=12).hexdigest()


def _keywords(probed: ProbedXml, rfc: str) -> list[str]:
    """Return SAT's facets; a document of somebody else is on neither side of this RFC's list."""
    words = {"vigente"}
    if rfc in (probed.issuer.rfc, probed.receiver.rfc):
        words.add("emitidas" if probed.issued_by(rfc) else "recibidas")
    words |= {word for word in (probed.version, probed.type, _WORDS.get(probed.type or "")) if word}
    if probed.uuid:
        words.add("timbrefiscaldigital")
    return sorted(words)
