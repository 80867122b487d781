"""Traslados and retenciones of a line or of the whole document."""

from __future__ import annotations

from gateway.sat.documents import Tax
from gateway.sat.money import rate_from_percentage
from gateway.sat.node import Node
from gateway.sat.values import number

#: CFDI 3.2 names what later versions code.
TAX_CODES = {"ISR": "001", "IVA": "002", "IEPS": "003"}


def transferred(taxes: Node | None, suffix: str = "") -> list[Tax]:
    """`suffix`: Pagos 2.0 names the same things with P (of a payment) or DR (of a document that is paid)."""
    return _listed(taxes, "Traslados", "Traslado", suffix)


def withheld(taxes: Node | None, suffix: str = "") -> list[Tax]:
    """Read the Retenciones of an Impuestos node."""
    return _listed(taxes, "Retenciones", "Retencion", suffix)


def _listed(taxes: Node | None, group: str, item: str, suffix: str) -> list[Tax]:
    if taxes is None:
        return []
    group, item = group + suffix, item + suffix
    # Retenciones may come after Traslados, and a key may repeat (Syncfy's sandbox CFDIs): kept as they are.
    return [
        _tax(node, suffix)
        for holder in taxes.children
        if holder.name == group
        for node in holder.children
        if node.name == item
    ]


def _tax(node: Node, suffix: str) -> Tax:
    get = node.attributes.get
    tax = get("Impuesto" + suffix)
    rate = number(node, "TasaOCuota" + suffix)
    if rate is None and "Tasa" in node.attributes:
        percentage = number(node, "Tasa")
        rate = rate_from_percentage(percentage) if percentage else None
    return {
        "tax": TAX_CODES.get(tax.upper(), tax) if tax else None,
        "factor": get("TipoFactor" + suffix),
        "rate": rate,
        "base": number(node, "Base" + suffix),
        "amount": number(node, "Importe" + suffix),
    }
