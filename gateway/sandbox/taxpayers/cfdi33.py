"""CFDI 3.3 (namespace cfd/3) with its complements Pagos 1.0 and Nómina 1.2."""

from __future__ import annotations

from gateway.sandbox.taxpayers import complements
from gateway.sandbox.taxpayers.comprobante import amount_of, line, related, summary
from gateway.sandbox.taxpayers.model import Invoice
from gateway.sandbox.taxpayers.xml import XSI, document, element, moment, money, stamp_11, stamp_of

_NS = "http://www.sat.gob.mx/cfd/3"
_XSD = "http://www.sat.gob.mx/sitio_internet/cfd/3/cfdv33.xsd"


def write(key: bytes, invoice: Invoice) -> bytes:
    """Write an invoice as CFDI 3.3."""
    stamp = stamp_of(key, invoice.uuid, invoice.issuer.rfc, invoice.issued_at)
    extra = complements.complement_of(invoice)
    root = element(
        "cfdi:Comprobante",
        {
            "xmlns:cfdi": _NS,
            "xmlns:xsi": XSI,
            **({f"xmlns:{extra.prefix}": extra.namespace} if extra else {}),
            "xsi:schemaLocation": f"{_NS} {_XSD}" + (f" {extra.namespace} {extra.schema}" if extra else ""),
            "Version": "3.3",
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
            "MetodoPago": invoice.method,
            "LugarExpedicion": invoice.issuer.postal_code,
        },
        related(invoice),
        _parties(invoice),
        element("cfdi:Conceptos", {}, *(line(invoice, row, with_object=False) for row in invoice.lines)),
        summary(invoice, with_base=False),
        _complements(invoice, extra.xml if extra else "", stamp_11(invoice.uuid, stamp)),
    )
    return document(root)


def _complements(invoice: Invoice, extra: str, stamp: str) -> str:
    """3.3 allows several Complemento nodes; payroll programs gave the stamp one of its own."""
    if invoice.payroll:
        return element("cfdi:Complemento", {}, extra) + element("cfdi:Complemento", {}, stamp)
    return element("cfdi:Complemento", {}, extra, stamp)


def _parties(invoice: Invoice) -> str:
    issuer, receiver = invoice.issuer, invoice.receiver
    return element(
        "cfdi:Emisor", {"Rfc": issuer.rfc, "Nombre": issuer.full_name, "RegimenFiscal": issuer.regime}
    ) + element(
        "cfdi:Receptor",
        {
            "Rfc": receiver.rfc,
            "Nombre": receiver.full_name,
            "ResidenciaFiscal": receiver.country,
            "NumRegIdTrib": receiver.foreign_id,
            # S01 exists in 4.0 only; until then "por definir" was what one used.
            "UsoCFDI": "P01" if invoice.use == "S01" else invoice.use,
        },
    )
