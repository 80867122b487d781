"""The figures of an invoice's lines: what was sold or bought.

net = Importe − Descuento, in the document's currency; 3.2 has its discount in the head only and no taxes in its lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from gateway.sat.documents import LineItem
from gateway.sat.exact_sums import EXACT, IEPS, IVA, decimal, difference, of_tax, summed, times
from gateway.sat.gaps import CENT, Gap, first, near

#: c_ClaveProdServ; 3.2 has none, and goes by its descriptions.
_KEY = re.compile(r"[0-9]{8}")
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


def gap_of(record: Mapping[str, Any], undated: Gap | None) -> Gap | None:
    """Return why the lines do not tell what was sold: nothing comes from metadata, and lines add up to the head."""
    lines: list[LineItem] = record.get("line_items") or []
    if record.get("version") is None:
        return Gap.METADATA_ONLY
    is_old = record.get("version") == "3.2"
    if not lines or any(None in (line["amount"], line["quantity"]) for line in lines):
        return Gap.MISSING_VALUE
    if not all(line["description"] if is_old else _KEY.fullmatch(line["product_key"] or "") for line in lines):
        return Gap.MISSING_VALUE
    subtotal, discount = decimal(record.get("subtotal")), decimal(record.get("discount"))
    tolerance = EXACT.multiply(CENT, len(lines))
    adds_up = near(summed(decimal(line["amount"]) for line in lines), subtotal, tolerance)
    discounted = summed(decimal(line["discount"]) for line in lines)
    if not adds_up or not (is_old or near(discounted, discount or summed(()), tolerance)):
        return first((undated, Gap.INCONSISTENT))
    return undated


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
