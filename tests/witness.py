"""What an invented taxpayer's books come to, by another way: its XML read with lxml alone, added with Decimal.

It shares nothing with the readers, the figures or the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

from gateway.sandbox.portfolio import Transaction
from tests.support import portfolio_of

ZERO = Decimal(0)


@dataclass(slots=True)
class Paper:
    """One CFDI: its root's attributes by lower-case name, and what it names."""

    root: Any
    issued: bool
    active: bool
    uuid: str = ""
    named: set[str] = field(default_factory=set)

    def get(self, name: str) -> str | None:
        return _attribute(self.root, name)

    @property
    def month(self) -> str:
        return (self.get("fecha") or "")[:7]

    @property
    def type(self) -> str:
        kind = (self.get("tipodecomprobante") or "").upper()
        return {"INGRESO": "I", "EGRESO": "E", "TRASLADO": "T"}.get(kind, kind)

    @property
    def rate(self) -> Decimal:
        return Decimal(self.get("tipocambio") or "1") if self.get("moneda") not in ("MXN", "XXX") else Decimal(1)

    @property
    def net(self) -> Decimal:
        return Decimal(self.get("subtotal") or "0") - Decimal(self.get("descuento") or "0")

    @property
    def total(self) -> Decimal:
        return Decimal(self.get("total") or "0")

    @property
    def at_once(self) -> bool:
        return self.get("metodopago") == "PUE" or "una sola" in (self.get("formadepago") or "").lower()

    @property
    def later(self) -> bool:
        return self.get("metodopago") == "PPD"


def papers(rfc: str, invoices: int, site: Any) -> list[Paper]:
    return [paper for row in portfolio_of(rfc, invoices).transactions(site) for paper in _papers(row)]


def _papers(row: Transaction) -> Iterator[Paper]:
    words = row.keywords or ()
    for attachment in row.attachments:
        if not attachment.file.lower().endswith(".xml"):
            continue
        root = etree.fromstring(attachment.read())
        paper = Paper(root, "emitidas" in words, not any(word.startswith("cancelad") for word in words))
        for node in _all(root, "TimbreFiscalDigital"):
            paper.uuid = (_attribute(node, "uuid") or "").upper()
        for group in _all(root, "CfdiRelacionados"):
            if _attribute(group, "tiporelacion") in ("01", "03", "07"):
                paper.named |= {(_attribute(node, "uuid") or "").upper() for node in _all(group, "CfdiRelacionado")}
        yield paper


def sales(held: Iterable[Paper], *, issued: bool) -> dict[str, tuple[Decimal, Decimal]]:
    """(net, total) in pesos by month, credit notes subtracted."""
    found: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for paper in held:
        if paper.active and paper.issued == issued and paper.type in ("I", "E"):
            sign = 1 if paper.type == "I" else -1
            net, total = found[paper.month]
            found[paper.month] = net + sign * paper.net * paper.rate, total + sign * paper.total * paper.rate
    return found


def cash(held: Iterable[Paper]) -> dict[str, tuple[Decimal, Decimal]]:
    """(in, out) in pesos by month."""
    papers = list(held)
    later = {paper.uuid for paper in papers if paper.later}
    found: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for paper in (paper for paper in papers if paper.active):
        side = 0 if paper.issued else 1
        if paper.type == "I" and paper.at_once:
            found[paper.month][side] += paper.total * paper.rate
        elif paper.type == "E" and not paper.named & later:
            found[paper.month][side] -= paper.total * paper.rate
        elif paper.type == "N":
            found[paper.month][1 - side] += paper.total
        for payment in _all(paper.root, "Pago") if paper.type == "P" else ():
            rate = (
                Decimal(1)
                if _attribute(payment, "monedap") == "MXN"
                else Decimal(_attribute(payment, "tipocambiop") or "0")
            )
            month = (_attribute(payment, "fechapago") or "")[:7]
            found[month][side] += Decimal(_attribute(payment, "monto") or "0") * rate
    return {month: (sides[0], sides[1]) for month, sides in found.items()}


def owed(held: Iterable[Paper], day: str, *, issued: bool) -> dict[str, Decimal]:
    """What is left of each invoice at the end of a day, in its own currency."""
    papers = [paper for paper in held if paper.active and paper.issued == issued]
    open_ = {p.uuid: p.total for p in papers if p.type == "I" and p.later and (p.get("fecha") or "")[:10] <= day}
    for paper in papers:
        if paper.type == "E" and len(paper.named) == 1 and (paper.get("fecha") or "")[:10] <= day:
            (uuid,) = paper.named
            if uuid in open_:
                open_[uuid] -= paper.total
        for payment in _all(paper.root, "Pago") if paper.type == "P" else ():
            if (_attribute(payment, "fechapago") or "")[:10] > day:
                continue
            for share in _all(payment, "DoctoRelacionado"):
                uuid = (_attribute(share, "iddocumento") or "").upper()
                if uuid in open_:
                    open_[uuid] -= Decimal(_attribute(share, "imppagado") or "0")
    return {uuid: left for uuid, left in open_.items() if left > 0}


def cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0)


def _all(node: Any, name: str) -> Iterator[Any]:
    return (child for child in node.iter() if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name)


def _attribute(node: Any, name: str) -> str | None:
    return next((value for key, value in node.attrib.items() if key.lower() == name), None)
