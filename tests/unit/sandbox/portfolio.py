"""A tiny portfolio: enough to see every row and file, made lazily, and counted."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.sandbox.ids import hashed
from gateway.sandbox.portfolio import Attachment, DocumentFile, Transaction
from gateway.syncfy.sites import Site

RFC = "ACM010101ABC"
FIRST = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400

_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Folio="{folio}">'
    '<cfdi:Emisor Rfc="ACM010101ABC"/><cfdi:Conceptos><cfdi:Concepto Importe="1.00"/></cfdi:Conceptos>'
    "</cfdi:Comprobante>"
)


@dataclass
class TinyPortfolio:
    """`sizes` transactions a site; every third CFDI has no file, every return has a PDF and a JSON."""

    rfc: str = RFC
    sizes: dict[Site, int] = field(
        default_factory=lambda: {
            Site.CIEC: 12,
            Site.WITHHOLDINGS: 3,
            Site.ANNUAL_RETURNS: 2,
            Site.MONTHLY_RETURNS: 4,
        }
    )
    has_documents: bool = True
    made: int = 0

    def count(self, site: Site) -> int:
        return self.sizes.get(site, 0)

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        last = self.count(site) if stop is None else min(stop, self.count(site))
        for index in range(start, last):
            self.made += 1
            yield self._make(site, index)

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        return next(
            ((site, row) for site in self.sizes for row in self.transactions(site) if row.id == id),
            None,
        )

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        rows = ((site, row, file) for site in self.sizes for row in self.transactions(site) for file in row.attachments)
        return next((found for found in rows if found[2].id == id), None)

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        if not self.has_documents or not site.delivers_documents:
            return ()
        stem = "Contancia" if site is Site.TAX_STATUS else "Opinion"
        return (
            DocumentFile(
                hashed(site, "pdf"), "5b2321ef056f29059a367e43", f"{stem}_Ñ.pdf", [self.rfc], lambda: b"%PDF-1.4"
            ),
            DocumentFile(
                hashed(site, "json"), "5f71fef9ba18355eeb4d6d81", f"{stem}_Ñ.json", [self.rfc], lambda: b'{"rfc":"X"}'
            ),
        )

    def _make(self, site: Site, index: int) -> Transaction:
        is_cfdi = site in (Site.CIEC, Site.WITHHOLDINGS)
        return Transaction(
            id=hashed("row", self.rfc, site, str(index)),
            description=f"{site} {index}",
            amount=float(index) if is_cfdi else 0.0,
            currency="MXN",
            reference=f"REF-{index}" if is_cfdi else None,
            keywords=("4.0", "emitidas" if index % 2 else "recibidas") if is_cfdi else None,
            tax_id="XAXX010101000" if is_cfdi else None,
            dt_transaction=FIRST + index * DAY,
            attachments=self._files(site, index),
        )

    def _files(self, site: Site, index: int) -> tuple[Attachment, ...]:
        def file(suffix: str, mime: str | None, content: bytes) -> Attachment:
            id_ = hashed("file", self.rfc, site, str(index), suffix)
            return Attachment(
                id_, f"type-{suffix}", f"{site}-{index}.{suffix}", mime, functools.partial(bytes, content)
            )

        if site in (Site.CIEC, Site.WITHHOLDINGS):
            xml = file("xml", "text/xml", _XML.format(folio=index).encode())
            return () if site is Site.CIEC and index % 3 == 2 else (xml,)
        return file("pdf", "application/pdf", b"%PDF-1.4"), file("json", None, b'{"folio":"1"}')
