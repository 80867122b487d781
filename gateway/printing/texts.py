"""Printed values: amounts with all their digits, codes with SAT's labels, dates as SAT writes them."""

from __future__ import annotations

from decimal import Decimal

from gateway.sat import catalogs
from gateway.sat.documents import Invoice, Tax, Withholding

_TAXES = {"001": "ISR", "002": "IVA", "003": "IEPS"}


def money(amount: str | None) -> str:
    """Write an amount in pesos as `$1,234.50`: two decimals at least, and every digit but trailing zeros."""
    if amount is None:
        return ""
    value = Decimal(amount)
    sign = "-" if value < 0 else ""
    return f"{sign}${number(amount.lstrip('+-'), places=2)}"


def minus(amount: str | None) -> str:
    """Write an amount that is taken off: `-$100.00`, and `$0.00` without a sign."""
    shown = money(amount or "0")
    return f"-{shown}" if Decimal(amount or "0") > 0 else shown


def number(text: str | None, *, places: int = 0) -> str:
    """Write a decimal with thousands separators and at least `places` decimals, without trailing zeros."""
    if text is None:
        return ""
    whole, _, decimals = f"{Decimal(text):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole


def labelled(catalog: str, code: str | None, document: Invoice | Withholding | None = None) -> str:
    """Write a code with its label, `03 Transferencia electrónica de fondos`, or alone where SAT has none.

    Labels that changed are those of the version and the day of issue of `document`.
    """
    if code is None:
        return ""
    version, on = (document["version"], document["issued_at"]) if document else (None, None)
    label = catalogs.label(catalog, code, version=version, on=on)
    return f"{code} {label}" if label else code


def moment(text: str | None) -> str:
    """Write an ISO date, or a date and time, as `31/01/2024 23:59:00`."""
    if not text:
        return ""
    day, _, time = text[:19].partition("T")
    year, month, date = (*day.split("-"), "", "")[:3]
    shown = f"{date}/{month}/{year}" if date else text
    return f"{shown} {time}".strip()


def tax_name(tax: Tax, *, withheld: bool = False) -> str:
    """Name a tax with its rate: `IVA 16%`, `IVA exento`, `IEPS cuota 0.5`, `ISR retenido 10%`."""
    name = _TAXES.get(tax["tax"] or "", tax["tax"] or "Impuesto")
    word = " retenido" if withheld else ""
    if (tax["factor"] or "").lower() == "exento":
        return f"{name}{word} exento"
    if tax["rate"] is None:
        return f"{name}{word}"
    if tax["factor"] == "Cuota":
        return f"{name}{word} cuota {number(tax['rate'])}"
    return f"{name}{word} {number(str(Decimal(tax['rate']) * 100))}%"


def joined(*parts: str | None, between: str = " · ") -> str:
    """Join the parts that are not empty."""
    return between.join(part for part in parts if part)
