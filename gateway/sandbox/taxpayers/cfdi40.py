"""CFDI 4.0 (namespace cfd/4) with its complements Pagos 2.0 and Nómina 1.2."""

from __future__ import annotations

from gateway.sandbox.taxpayers import complements
from gateway.sandbox.taxpayers.comprobante import amount_of, line, related, summary
from gateway.sandbox.taxpayers.model import Invoice
from gateway.sandbox.taxpayers.xml import XSI, document, element, moment, money, stamp_11, stamp_of

_NS = "http://www.sat.gob.mx/cfd/4"
_XSD = "http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"


def write(key: bytes, invoice: Invoice) -> bytes:
    """Write an invoice as CFDI 4.0."""
    stamp = stamp_of(key, invoice.uuid, invoice.issuer.rfc, invoice.issued_at)
    extra = complements.complement_of(invoice)
    root = element(
        "cfdi:Comprobante",
        {
            "xmlns:cfdi": _NS,
            "xmlns:xsi": XSI,
            **({f"xmlns:{extra.prefix}": extra.namespace} if extra else {}),
            "xsi:schemaLocation": f"{_NS} {_XSD}" + (f" {extra.namespace} {extra.schema}" if extra else ""),
            "Version": "4.0",
            "Serie": invoice.series,
            "Folio": invoice.folio,
            "Fecha": moment(invoice.issued_at),
            "Sello": stamp.seal,
            "FormaPago": invoice.form,
            "NoCertificado": stamp.certificate_number,
            "Certificado": stamp.certificate,
            "CondicionesDePago": invoice.conditions,
            "SubTotal": amount_of(invoice, invoice.subtotal),
            "Descuento": money(invoice.discount) if invoice.discount else None,
            "Moneda": invoice.currency,
            "TipoCambio": invoice.rate,
            "Total": amount_of(invoice, invoice.total),
            "TipoDeComprobante": invoice.type,
            "Exportacion": "01",
            "MetodoPago": invoice.method,
            "LugarExpedicion": invoice.issuer.postal_code,
        },
        _global(invoice),
        related(invoice),
        _parties(invoice),
        element("cfdi:Conceptos", {}, *(line(invoice, row, with_object=True) for row in invoice.lines)),
        summary(invoice, with_base=True),
        element("cfdi:Complemento", {}, extra.xml if extra else "", stamp_11(invoice.uuid, stamp)),
    )
    return document(root)


def _global(invoice: Invoice) -> str:
    month = invoice.global_month
    if not month:
        return ""
    return element("cfdi:InformacionGlobal", {"Periodicidad": "01", "Meses": f"{month.month:02d}", "Año": month.year})


def _parties(invoice: Invoice) -> str:
    issuer, receiver = invoice.issuer, invoice.receiver
    # A foreigner and the general public have no address of their own: the issuer's place stands in.
    place = invoice.issuer.postal_code if receiver.regime == "616" else receiver.postal_code
    return element("cfdi:Emisor", {"Rfc": issuer.rfc, "Nombre": issuer.name, "RegimenFiscal": issuer.regime}) + element(
        "cfdi:Receptor",
        {
            "Rfc": receiver.rfc,
            "Nombre": receiver.name,
            "DomicilioFiscalReceptor": place,
            "ResidenciaFiscal": receiver.country,
            "NumRegIdTrib": receiver.foreign_id,
            "RegimenFiscalReceptor": receiver.regime,
            "UsoCFDI": invoice.use,
        },
    )
