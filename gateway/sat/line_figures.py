"""The figures of an invoice's lines: what was sold or bought.

net = Importe − Descuento, in the document's currency; 3.2 has its discount in the head only and no taxes in its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.documents import LineItem
from gateway.sat.exact_sums import IEPS, IVA, decimal, difference, of_tax, times

#: A sample of what a product key stands for needs no more.
_LONGEST_DESCRIPTION = 120


class LineFigures(TypedDict):
    """Amounts are in the document's currency; `net_mxn` is `net` in pesos."""

    product_key: str | None
    description: str | None
    quantity: Decimal | None
    net: Decimal | None
    net_mxn: Decimal | None
    iva: Decimal | None
    ieps: Decimal | None


def of(record: Mapping[str, Any], rate: Decimal | None) -> list[LineFigures]:
    has_taxes = record.get("version") != "3.2"
    return [_line(line, rate, has_taxes) for line in record.get("line_items") or []]


def _line(line: LineItem, rate: Decimal | None, has_taxes: bool) -> LineFigures:
    net = difference(decimal(line["amount"]), decimal(line["discount"]))
    return {
        "product_key": line["product_key"],
        "description": (line["description"] or "")[:_LONGEST_DESCRIPTION] or None,
        "quantity": decimal(line["quantity"]),
        "net": net,
        "net_mxn": times(net, rate),
        "iva": of_tax(line["taxes_transferred"], IVA) if has_taxes else None,
        "ieps": of_tax(line["taxes_transferred"], IEPS) if has_taxes else None,
    }
