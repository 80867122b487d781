"""Retenciones e Información de Pagos, 1.0 and 2.0. The two differ in nearly every attribute's name."""

from __future__ import annotations

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat import complements, stamp
from gateway.sat.documents import (
    Related,
    WithheldTax,
    Withholding,
    WithholdingIssuer,
    WithholdingPeriod,
    WithholdingReceiver,
)
from gateway.sat.node import Node
from gateway.sat.values import either, moment, number, rfc, upper, uuid, whole
from gateway.sat.withholding_complements import TAX_CODES

VERSIONS = frozenset({"1.0", "2.0"})

_NATIONALITIES = {"NACIONAL": "NATIONAL", "EXTRANJERO": "FOREIGN"}


def read(document: Node, notes: list[str]) -> Withholding:
    """Raise BadValue (a missing or wrong value) or UnreadableDocument(UNKNOWN_VERSION)."""
    version = document.attributes.get("Version")
    if version not in VERSIONS:
        raise UnreadableDocument(UnreadableReason.UNKNOWN_VERSION, "a retención of no published version")
    totals = document.child("Totales") or Node("Totales", {})
    issuer, receiver = _issuer(document.child("Emisor"), notes), _receiver(document.child("Receptor"), notes)
    certification = stamp.read(document, notes)
    seal = certification.stamp
    operation = number(totals, "MontoTotOperacion")
    if operation is None:
        notes.append("MontoTotOperacion is missing")
    if not (issuer["rfc"] or receiver["rfc"] or receiver["foreign_tax_id"]):
        if seal is None and operation is None:
            raise UnreadableDocument(UnreadableReason.BAD_VALUE, "neither a party, a total nor a stamp", "Retenciones")
        notes.append("neither an issuer nor a receiver")
    get = document.attributes.get
    return {
        **complements.of_withholding(document, certification, notes),
        "uuid": seal["uuid"] if seal else None,
        "version": version,
        "folio": get("FolioInt"),
        "issued_at": moment(document, "FechaExp", [] if version == "1.0" else notes),
        "withholding_key": get("CveRetenc"),
        "description": get("DescRetenc"),
        "place_of_issue": get("LugarExpRetenc"),
        "issuer": issuer,
        "receiver": receiver,
        "period": _period(document.child("Periodo")),
        "total_operation": operation,
        "total_taxable": number(totals, "MontoTotGrav"),
        "total_exempt": number(totals, "MontoTotExent"),
        "total_withheld": number(totals, "MontoTotRet"),
        "bimonthly_profit": number(totals, "UtilidadBimestral"),
        "corresponding_isr": number(totals, "ISRCorrespondiente"),
        "taxes": [_tax(node) for node in totals.children if node.name == "ImpRetenidos"],
        "related": _related(document.child("CfdiRetenRelacionados"), notes),
        "stamp": seal,
        "stamps_count": certification.count,
        "seal": get("Sello"),
        "certificate_number": either(document, "NoCertificado", "NumCert"),
        "complements": certification.complements,
    }


def _issuer(node: Node | None, notes: list[str]) -> WithholdingIssuer:
    node = node or Node("Emisor", {})
    return {
        "rfc": rfc(node, "RfcE", notes) or rfc(node, "RFCEmisor", notes),
        "name": node.attributes.get("NomDenRazSocE"),
        "curp": upper(node, "CURPE"),
        "regime": node.attributes.get("RegimenFiscalE"),
    }


def _receiver(node: Node | None, notes: list[str]) -> WithholdingReceiver:
    holder = node or Node("Receptor", {})
    inner = holder.child("Nacional") or holder.child("Extranjero") or Node("", {})
    said = either(holder, "NacionalidadR", "Nacionalidad") or inner.name
    return {
        "nationality": _NATIONALITIES.get(said.upper()),
        "rfc": rfc(inner, "RfcR", notes) or rfc(inner, "RFCRecep", notes),
        "name": inner.attributes.get("NomDenRazSocR"),
        "curp": upper(inner, "CURPR"),
        "foreign_tax_id": either(inner, "NumRegIdTribR", "NumRegIdTrib"),
        "postal_code": inner.attributes.get("DomicilioFiscalR"),
    }


def _period(node: Node | None) -> WithholdingPeriod:
    node = node or Node("Periodo", {})
    year = "Ejercicio" if "Ejercicio" in node.attributes else "Ejerc"
    return {"month_from": whole(node, "MesIni"), "month_to": whole(node, "MesFin"), "year": whole(node, year)}


def _tax(node: Node) -> WithheldTax:
    tax = either(node, "ImpuestoRet", "Impuesto")
    kind = node.attributes.get("TipoPagoRet")
    is_code = kind is not None and kind.isdigit()
    return {
        "base": number(node, "BaseRet"),
        "tax": TAX_CODES.get(tax, tax) if tax else None,
        "amount": number(node, "MontoRet"),
        "payment_type": kind if is_code else None,
        "payment_type_text": None if is_code else kind,
    }


def _related(node: Node | None, notes: list[str]) -> Related | None:
    named = uuid(node, "UUID", notes) if node else None
    if node is None or named is None:
        return None
    return {"relation": node.attributes.get("TipoRelacion"), "uuid": named}
