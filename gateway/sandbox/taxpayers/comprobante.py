"""The XML that CFDI 3.3 and 4.0 have in common: lines, taxes and the list of related documents."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.sandbox.taxpayers.lines import sum_of
from gateway.sandbox.taxpayers.model import Invoice, Line, Tax
from gateway.sandbox.taxpayers.xml import element, money, quantity


def amount_of(invoice: Invoice, cents: int) -> str:
    """Payments and transfers carry a bare 0: their currency has no decimals."""
    return "0" if invoice.currency == "XXX" else money(cents)


def line(invoice: Invoice, row: Line, with_object: bool) -> str:
    """Write a Concepto; `with_object` adds 4.0's ObjetoImp."""
    attributes: dict[str, object | None] = {
        "ClaveProdServ": row.product.key,
        "NoIdentificacion": row.number or None,
        "Cantidad": quantity(row.quantity),
        "ClaveUnidad": row.product.unit_key,
        "Unidad": row.product.unit if row.number and row.product.unit_key != "ACT" else None,
        "Descripcion": row.product.description,
        "ValorUnitario": amount_of(invoice, row.unit_price),
        "Importe": amount_of(invoice, row.amount),
        "Descuento": money(row.discount) if row.discount else None,
    }
    if with_object:
        attributes["ObjetoImp"] = "02" if row.taxed else "01"
    return element("cfdi:Concepto", attributes, _line_taxes(row))


def _line_taxes(row: Line) -> str:
    if not row.taxed:
        return ""
    transferred = "".join(element("cfdi:Traslado", _full(tax)) for tax in row.transferred)
    withheld = "".join(element("cfdi:Retencion", _full(tax)) for tax in row.withheld)
    return element("cfdi:Impuestos", {}, _group("cfdi:Traslados", transferred), _group("cfdi:Retenciones", withheld))


def summary(invoice: Invoice, with_base: bool) -> str:
    """Write the document's Impuestos: withheld by tax code, transferred by code, factor and rate.

    3.3 leaves exempt taxes out; 4.0 (`with_base`) lists them with their base.
    """
    listed = [tax for tax in invoice.transferred if with_base or tax.amount is not None]
    if not listed and not invoice.withheld:
        return ""
    rows = "".join(element("cfdi:Traslado", _full(tax) if with_base else _without_base(tax)) for tax in listed)
    kept = "".join(
        element("cfdi:Retencion", {"Impuesto": code, "Importe": money(cents)})
        for code, cents in by_code(invoice.withheld).items()
    )
    charged = any(tax.amount is not None for tax in listed)
    return element(
        "cfdi:Impuestos",
        {
            "TotalImpuestosRetenidos": money(sum_of(invoice.withheld)) if invoice.withheld else None,
            "TotalImpuestosTrasladados": money(sum_of(listed)) if charged else None,
        },
        _group("cfdi:Retenciones", kept),
        _group("cfdi:Traslados", rows),
    )


def related(invoice: Invoice) -> str:
    if not invoice.related:
        return ""
    kind, uuids = invoice.related
    rows = (element("cfdi:CfdiRelacionado", {"UUID": uuid}) for uuid in uuids)
    return element("cfdi:CfdiRelacionados", {"TipoRelacion": kind}, *rows)


def by_code(taxes: Iterable[Tax]) -> dict[str, int]:
    """Sum the amounts of taxes by their code."""
    totals: dict[str, int] = {}
    for tax in taxes:
        totals[tax.code] = totals.get(tax.code, 0) + (tax.amount or 0)
    return totals


def _full(tax: Tax) -> dict[str, object | None]:
    return {
        "Base": money(tax.base),
        "Impuesto": tax.code,
        "TipoFactor": tax.factor,
        "TasaOCuota": tax.rate,
        "Importe": None if tax.amount is None else money(tax.amount),
    }


def _without_base(tax: Tax) -> dict[str, object | None]:
    attributes = _full(tax)
    del attributes["Base"]
    return attributes


def _group(name: str, rows: str) -> str:
    return element(name, {}, rows) if rows else ""
