"""Comprobante, CFDI 3.2, 3.3 and 4.0: the header, the parties, and everything else put together.

Tolerant on purpose: satcfdi, which is strict, refuses 8 of Syncfy's own 12 sample documents. Needed is only a published
version, and a party, a total or a stamp. What else the schema requires and is not there is noted; a number that is none
refuses the document.
"""

from __future__ import annotations

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import cfdi32_terms, complements, line_items, payments, stamp, taxes
from gateway.sat.documents import GlobalInformation, Invoice, InvoiceHeader, Issuer, Receiver, Related, Stamp
from gateway.sat.node import Node
from gateway.sat.values import moment, number, rfc, upper, uuid

VERSIONS = frozenset({"3.2", "3.3", "4.0"})
# SAT's versions until 2012. A CFD has no stamp, and so no UUID; CFDI 3.0 was in force for a year.
_OLD = {"1.0": "CFD", "2.0": "CFD", "2.2": "CFD", "3.0": "CFDI"}


def read(document: Node, notes: list[str]) -> Invoice:
    """Raise BadValue (a missing or wrong value) or UnreadableDocument(UNKNOWN_VERSION, UNSUPPORTED_VERSION)."""
    version = document.attributes.get("Version")
    if version in _OLD:
        raise UnreadableDocument(UnreadableReason.UNSUPPORTED_VERSION, f"{_OLD[version]} {version} is not supported")
    if version not in VERSIONS:
        raise UnreadableDocument(UnreadableReason.UNKNOWN_VERSION, "a Comprobante of no published version")
    certification = stamp.read(document, notes)
    issuer, receiver = _issuer(document.child("Emisor"), notes), _receiver(document.child("Receptor"), notes)
    if not (issuer["rfc"] or receiver["rfc"] or receiver["foreign_tax_id"]):
        if certification.stamp is None and "Total" not in document.attributes:
            raise UnreadableDocument(UnreadableReason.BAD_VALUE, "neither a party, a total nor a stamp", "Comprobante")
        notes.append("neither an issuer nor a receiver")
    document_taxes = document.child("Impuestos")
    has_payments = "Pagos" in certification.complements
    payments_totals = payments.read_totals(document) if has_payments else None
    invoice: Invoice = {
        **_header(document, version, certification.stamp, notes),
        **complements.of_invoice(document, certification, notes),
        "issuer": issuer,
        "receiver": receiver,
        "taxes_transferred_total": number(document_taxes, "TotalImpuestosTrasladados") if document_taxes else None,
        "taxes_withheld_total": number(document_taxes, "TotalImpuestosRetenidos") if document_taxes else None,
        "taxes_transferred": taxes.transferred(document_taxes),
        "taxes_withheld": taxes.withheld(document_taxes),
        "line_items": line_items.read(document, notes),
        "related": _related(document, notes),
        "global_information": _global_information(document.child("InformacionGlobal")),
        "payments": payments.read(document, notes) if has_payments else [],
        "payments_total": payments_totals["total"] if payments_totals else None,
        "payments_totals": payments_totals,
        "stamp": certification.stamp,
        "stamps_count": certification.count,
        "seal": document.attributes.get("Sello"),
        "certificate_number": document.attributes.get("NoCertificado"),
        "complements": certification.complements,
        "original": None,
    }
    if version == "3.2":
        cfdi32_terms.finish(document, invoice, notes)
    return invoice


def _header(document: Node, version: str, seal: Stamp | None, notes: list[str]) -> InvoiceHeader:
    get = document.attributes.get
    total = number(document, "Total")
    if total is None:
        notes.append("Total is missing")
    return {
        "uuid": seal["uuid"] if seal else None,
        "version": version,
        "type": upper(document, "TipoDeComprobante"),
        "series": get("Serie"),
        "folio": get("Folio"),
        "issued_at": moment(document, "Fecha", notes),
        "stamped_at": seal["stamped_at"] if seal else None,
        "payment_form": get("FormaPago"),
        "payment_form_text": None,
        "payment_method": upper(document, "MetodoPago"),
        "payment_method_text": None,
        "payment_conditions": get("CondicionesDePago"),
        "payment_account": None,
        "subtotal": number(document, "SubTotal"),
        "discount": number(document, "Descuento"),
        "discount_reason": None,
        "total": total,
        "currency": upper(document, "Moneda"),
        # Free text in 3.2: `legacy` reads it.
        "exchange_rate": None if version == "3.2" else number(document, "TipoCambio"),
        "export": get("Exportacion"),
        "place_of_issue": get("LugarExpedicion"),
        "confirmation": get("Confirmacion"),
    }


def _issuer(node: Node | None, notes: list[str]) -> Issuer:
    if node is None:
        node = Node("Emisor", {})
    regime = node.attributes.get("RegimenFiscal")
    return {
        "rfc": rfc(node, "Rfc", notes),
        "name": node.attributes.get("Nombre"),
        "regime": regime,
        "regimes": [regime] if regime else [],
        "acquirer_registration": node.attributes.get("FacAtrAdquirente"),
        "address": None,
        "branch": None,
    }


def _receiver(node: Node | None, notes: list[str]) -> Receiver:
    node = node or Node("Receptor", {})
    get = node.attributes.get
    return {
        "rfc": rfc(node, "Rfc", notes),
        "name": get("Nombre"),
        "use": get("UsoCFDI"),
        "regime": get("RegimenFiscalReceptor"),
        "postal_code": get("DomicilioFiscalReceptor"),
        "tax_residence": get("ResidenciaFiscal"),
        "foreign_tax_id": get("NumRegIdTrib"),
        "address": None,
    }


def _related(document: Node, notes: list[str]) -> list[Related]:
    """Since 4.0 there may be several groups, one for each kind of relation."""
    return [
        {"relation": group.attributes.get("TipoRelacion"), "uuid": named}
        for group in document.children
        if group.name == "CfdiRelacionados"
        for node in group.children
        if node.name == "CfdiRelacionado" and (named := uuid(node, "UUID", notes))
    ]


def _global_information(node: Node | None) -> GlobalInformation | None:
    if node is None:
        return None
    get = node.attributes.get
    return {"periodicity": get("Periodicidad"), "months": get("Meses"), "year": get("Año")}
