"""CFDI 3.2: lower-case attributes, words instead of codes, percentages, no taxes on lines, addresses in full."""

from __future__ import annotations

from gateway.sandbox.taxpayers.comprobante import by_code
from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.lines import sum_of
from gateway.sandbox.taxpayers.model import Invoice, Line, Tax
from gateway.sandbox.taxpayers.xml import XSI, document, element, moment, money, quantity, stamp_10, stamp_of

_NS = "http://www.sat.gob.mx/cfd/3"
_XSD = "http://www.sat.gob.mx/sitio_internet/cfd/3/cfdv32.xsd"
_TYPES = {"I": "ingreso", "E": "egreso", "T": "traslado"}
_TAXES = {"001": "ISR", "002": "IVA", "003": "IEPS"}
_REGIMES = {
    "601": "Régimen General de Ley Personas Morales",
    "612": "Personas Físicas con Actividades Empresariales y Profesionales",
}


def write(key: bytes, invoice: Invoice) -> bytes:
    """Write an invoice as CFDI 3.2."""
    stamp = stamp_of(key, invoice.uuid, invoice.issuer.rfc, invoice.issued_at)
    city = invoice.issuer.city
    root = element(
        "cfdi:Comprobante",
        {
            "xmlns:cfdi": _NS,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{_NS} {_XSD}",
            "version": "3.2",
            "serie": invoice.series,
            "folio": invoice.folio,
            "fecha": moment(invoice.issued_at),
            "sello": stamp.seal,
            "formaDePago": "Pago en una sola exhibición",
            "noCertificado": stamp.certificate_number,
            "certificado": stamp.certificate,
            "condicionesDePago": invoice.conditions,
            "subTotal": money(invoice.subtotal),
            "descuento": money(invoice.discount) if invoice.discount else None,
            "TipoCambio": "1.00",
            "Moneda": "Pesos",
            "total": money(invoice.total),
            "tipoDeComprobante": _TYPES[invoice.type],
            # Until July 2016 words, afterwards the codes of the catalogue.
            "metodoDePago": invoice.form if invoice.issued_at.year > 2016 else "Transferencia electrónica",
            "LugarExpedicion": f"{city.municipality.title()}, {city.state.title()}",
            "NumCtaPago": "No identificado",
        },
        _issuer(invoice.issuer),
        _receiver(invoice.receiver),
        element("cfdi:Conceptos", {}, *(_line(row) for row in invoice.lines)),
        _taxes(invoice),
        element("cfdi:Complemento", {}, stamp_10(invoice.uuid, stamp)),
    )
    return document(root)


def _issuer(party: Party) -> str:
    regime = _REGIMES.get(party.regime, _REGIMES["612" if party.person else "601"])
    return element(
        "cfdi:Emisor",
        {"rfc": party.rfc, "nombre": party.full_name},
        element("cfdi:DomicilioFiscal", _address(party)),
        element("cfdi:RegimenFiscal", {"Regimen": regime}),
    )


def _receiver(party: Party) -> str:
    address = element("cfdi:Domicilio", _address(party))
    return element("cfdi:Receptor", {"rfc": party.rfc, "nombre": party.full_name}, address)


def _address(party: Party) -> dict[str, object | None]:
    return {
        "calle": "AVENIDA JUAREZ",
        "noExterior": str(100 + len(party.name)),
        "colonia": "CENTRO",
        "municipio": party.city.municipality,
        "estado": party.city.state,
        "pais": "México",
        "codigoPostal": party.postal_code,
    }


def _line(row: Line) -> str:
    return element(
        "cfdi:Concepto",
        {
            "cantidad": quantity(row.quantity),
            "unidad": row.product.unit.upper(),
            "noIdentificacion": row.number or None,
            "descripcion": row.product.description,
            "valorUnitario": money(row.unit_price),
            "importe": money(row.amount),
        },
    )


def _taxes(invoice: Invoice) -> str:
    kept = "".join(
        element("cfdi:Retencion", {"impuesto": _TAXES[code], "importe": money(cents)})
        for code, cents in by_code(invoice.withheld).items()
    )
    charged = [tax for tax in invoice.transferred if tax.rate is not None]
    rows = "".join(
        element(
            "cfdi:Traslado",
            {"impuesto": _TAXES[tax.code], "tasa": _percentage(tax), "importe": money(tax.amount or 0)},
        )
        for tax in charged
    )
    return element(
        "cfdi:Impuestos",
        {
            "totalImpuestosRetenidos": money(sum_of(invoice.withheld)) if kept else None,
            "totalImpuestosTrasladados": money(sum_of(charged)) if rows else None,
        },
        element("cfdi:Retenciones", {}, kept) if kept else "",
        element("cfdi:Traslados", {}, rows) if rows else "",
    )


def _percentage(tax: Tax) -> str:
    return money(int((tax.rate or "0").replace(".", "")) // 100)
