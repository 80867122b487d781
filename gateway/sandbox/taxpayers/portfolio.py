"""All that one invented taxpayer has at SAT, made when somebody asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property, partial

import msgspec

from gateway.sandbox.portfolio import Attachment, DocumentFile, Transaction
from gateway.sandbox.taxpayers import (
    cfdi32,
    cfdi33,
    cfdi40,
    duties,
    opinion,
    pdf,
    retenciones,
    return_paper,
    returns,
    rows,
    tax_status,
    withholdings,
)
from gateway.sandbox.taxpayers.accounts import Accounts
from gateway.sandbox.taxpayers.identity import circle, taxpayer
from gateway.sandbox.taxpayers.ids import Place, Space, decode, encode, key_of
from gateway.sandbox.taxpayers.invoices import Invoices, Setting
from gateway.sandbox.taxpayers.ledger import Ledger
from gateway.syncfy.sites import Site

_SPACES = {
    Site.CIEC: Space.INVOICE,
    Site.WITHHOLDINGS: Space.WITHHOLDING,
    Site.ANNUAL_RETURNS: Space.ANNUAL_RETURN,
    Site.MONTHLY_RETURNS: Space.MONTHLY_RETURN,
}
_SITES = {space: site for site, space in _SPACES.items()}
_WRITERS = {"3.2": cfdi32.write, "3.3": cfdi33.write, "4.0": cfdi40.write}
_PDF_TYPE = "5b2321ef056f29059a367e43"
_JSON_TYPE = "5f71fef9ba18355eeb4d6d81"


class GeneratedPortfolio:
    """Implements `gateway.sandbox.portfolio.Portfolio`. The same seed, RFC, size and day give the same bytes."""

    def __init__(self, seed: int, rfc: str, invoices: int, today: date) -> None:
        self._rfc = rfc
        self._today = today
        # Both are printed with a date, the opinión with a time too: of yesterday, they are never of a moment to come.
        self._printed_on = today - timedelta(days=1)
        self._key = key_of(seed, rfc)
        self._me = taxpayer(self._key, rfc)
        self._circle = circle(self._key)
        ledger = Ledger(self._key, self._me.person, invoices, today)
        self._invoices = Invoices(Setting(self._key, self._me, self._circle, ledger))
        self._accounts = Accounts(ledger, self._invoices, self._every_withholding)
        self._counts = {Site.CIEC: invoices, Site.WITHHOLDINGS: withholdings.count(invoices)}

    @property
    def rfc(self) -> str:
        return self._rfc

    def count(self, site: Site) -> int:
        if site in self._counts:
            return self._counts[site]
        return len(self._returns(_SPACES[site])) if site in _SPACES else 0

    def transactions(self, site: Site, start: int = 0, stop: int | None = None) -> Iterator[Transaction]:
        total = self.count(site)
        for index in range(*slice(start, stop).indices(total)):
            yield self._row(_SPACES[site], index)

    def transaction(self, id: str) -> tuple[Site, Transaction] | None:
        place = decode(self._key, id)
        if place is None or place.part != 0:
            return None
        return self._at(place)

    def attachment(self, id: str) -> tuple[Site, Transaction, Attachment] | None:
        place = decode(self._key, id)
        found = self._at(place) if place else None
        if found is None:
            return None
        site, transaction = found
        mine = next((file for file in transaction.attachments if file.id == id), None)
        return (site, transaction, mine) if mine else None

    def documents(self, site: Site) -> Sequence[DocumentFile]:
        if site is Site.TAX_STATUS:
            # Syncfy's own sample spells it "Contancia".
            return self._files(Space.TAX_STATUS, f"Contancia_Situación_Fiscal_SAT_{self._rfc}")
        if site is Site.COMPLIANCE_OPINION:
            return self._files(Space.COMPLIANCE_OPINION, f"Opinion_Del_Cumplimiento_SAT_{self._rfc}")
        return ()

    def _at(self, place: Place) -> tuple[Site, Transaction] | None:
        site = _SITES.get(place.space)
        if site is None or place.position >= self.count(site):
            return None
        return site, self._row(place.space, place.position)

    def _row(self, space: Space, index: int) -> Transaction:
        if space is Space.INVOICE:
            return rows.invoice_row(self._key, self._invoices.make(index), partial(self._invoice_xml, index))
        if space is Space.WITHHOLDING:
            return rows.withholding_row(self._key, self._withholding(index), partial(self._withholding_xml, index))
        filed = self._returns(space)[index]
        read_pdf, read_json = partial(_return_pdf, filed), partial(_return_json, filed)
        return rows.return_row(self._key, space, index, filed, read_pdf, read_json)

    def _invoice_xml(self, index: int) -> bytes:
        made = self._invoices.make(index)
        return _WRITERS[made.version](self._key, made)

    def _withholding(self, index: int) -> withholdings.Withholding:
        total = self._counts[Site.WITHHOLDINGS]
        return withholdings.make(self._key, self._me, self._circle, total, index, self._today)

    def _every_withholding(self) -> Iterator[withholdings.Withholding]:
        return map(self._withholding, range(self._counts[Site.WITHHOLDINGS]))

    def _withholding_xml(self, index: int) -> bytes:
        return retenciones.write(self._key, self._withholding(index))

    def _returns(self, space: Space) -> tuple[returns.Return, ...]:
        return self._annual if space is Space.ANNUAL_RETURN else self._monthly

    @cached_property
    def _annual(self) -> tuple[returns.Return, ...]:
        return returns.annual(self._key, self._me, self._accounts, self._today)

    @cached_property
    def _monthly(self) -> tuple[returns.Return, ...]:
        return returns.monthly(self._key, self._me, self._accounts, self._today)

    def _files(self, space: Space, stem: str) -> tuple[DocumentFile, ...]:
        ids = [encode(self._key, Place(space, 0, part)) for part in (1, 2)]
        return (
            DocumentFile(ids[0], _PDF_TYPE, f"{stem}.pdf", (self._rfc,), partial(self._document_pdf, space)),
            DocumentFile(ids[1], _JSON_TYPE, f"{stem}.json", (self._rfc,), partial(self._document_json, space)),
        )

    def _document_pdf(self, space: Space) -> bytes:
        if space is Space.TAX_STATUS:
            status = tax_status.tax_status(self._key, self._me, self._printed_on)
            return pdf.draw(tax_status.pages(status), "Constancia de situación fiscal")
        return pdf.draw(opinion.pages(self._opinion()), "Opinión del cumplimiento")

    def _document_json(self, space: Space) -> bytes:
        if space is Space.TAX_STATUS:
            return _as_json(tax_status.tax_status(self._key, self._me, self._printed_on).content)
        return _as_json(self._opinion().content)

    def _opinion(self) -> opinion.Opinion:
        return opinion.opinion(self._key, self._me, self._printed_on, duties.missed_months(self._key, self._today))


def _return_pdf(filed: returns.Return) -> bytes:
    return pdf.draw(return_paper.pages(filed.month, filed.paper), f"Declaración {filed.title}")


def _return_json(filed: returns.Return) -> bytes:
    return _as_json(filed.content)


def _as_json(content: object) -> bytes:
    return json.dumps(msgspec.to_builtins(content), ensure_ascii=False).encode()
