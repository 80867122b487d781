"""How these tests read what was written: plain lxml, decimals, no reader of the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from gateway.sandbox.portfolio import Portfolio, Transaction
from gateway.sandbox.taxpayers import Taxpayers
from gateway.syncfy.sites import Site

TODAY = date(2026, 11, 23)
COMPANY, PERSON = "EKU9003173C9", "XAMA620210DQ5"
RFC_SHAPE = r"^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{2}[0-9A]$"


def portfolio(rfc: str = COMPANY, invoices: int = 400, seed: int = 7) -> Portfolio:
    return Taxpayers(seed, invoices, TODAY)(rfc)


def parsed(row: Transaction) -> etree._Element:
    return etree.fromstring(row.attachments[0].read())


def cfdis(rfc: str = COMPANY, invoices: int = 400) -> Iterator[tuple[Transaction, etree._Element]]:
    for row in portfolio(rfc, invoices).transactions(Site.CIEC):
        yield row, parsed(row)


def all_of(root: etree._Element, path: str) -> list[etree._Element]:
    """Elements by local names: 'Conceptos/Concepto'; a leading '//' looks anywhere."""
    anywhere = path.startswith("//")
    steps = "/".join(f"*[local-name()='{step}']" for step in path.removeprefix("//").split("/"))
    return root.xpath(f".//{steps}" if anywhere else f"./{steps}")


def amount(element: etree._Element, name: str) -> Decimal:
    return Decimal(element.get(name, "0"))


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def uuid_in(root: etree._Element) -> str:
    (stamp,) = all_of(root, "//TimbreFiscalDigital")
    return stamp.attrib["UUID"]
