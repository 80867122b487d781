"""Traslados and retenciones of a line or of the whole document."""

from __future__ import annotations

from gateway.sat.documents import Tax
from gateway.sat.money import rate_from_percentage
from gateway.sat.node import Node
from gateway.sat.values import number

#: CFDI 3.2 names what later versions code.
TAX_CODES = {"ISR": "001", "IVA": "002", "IEPS": "003"}


def transferred(taxes: Node | None) -> list[Tax]:
    return _listed(taxes, "Traslados", "Traslado")


def withheld(taxes: Node | None) -> list[Tax]:
    return _listed(taxes, "Retenciones", "Retencion")


def _listed(taxes: Node | None, group: str, item: str) -> list[Tax]:
    if taxes is None:
        return []
    # Retenciones may come after Traslados, and a key may repeat (Syncfy's sandbox CFDIs): kept as they are.
    return [
        _tax(node) for holder in taxes.children if holder.name == group for node in holder.children if node.name == item
    ]


def _tax(node: Node) -> Tax:
    get = node.attributes.get
    tax = get("Impuesto")
    rate = number(node, "TasaOCuota")
    if rate is None and "Tasa" in node.attributes:
        percentage = number(node, "Tasa")
        rate = rate_from_percentage(percentage) if percentage else None
    return {
        "tax": TAX_CODES.get(tax.upper(), tax) if tax else None,
        "factor": get("TipoFactor"),
        "rate": rate,
        "base": number(node, "Base"),
        "amount": number(node, "Importe"),
    }
