"""Conceptos: the lines of an invoice."""

from __future__ import annotations

from gateway.sat import taxes
from gateway.sat.documents import LineItem, Part, ThirdParty
from gateway.sat.node import Node
from gateway.sat.values import number, rfc


def read(invoice: Node, notes: list[str]) -> list[LineItem]:
    return [_line(concept, notes) for concept in invoice.all("Conceptos", "Concepto")]


def _line(concept: Node, notes: list[str]) -> LineItem:
    get = concept.attributes.get
    inside = concept.children
    line_taxes = concept.child("Impuestos") if inside else None
    return {
        "product_key": get("ClaveProdServ"),
        "item_number": get("NoIdentificacion"),
        "quantity": number(concept, "Cantidad"),
        "unit_key": get("ClaveUnidad"),
        "unit": get("Unidad"),
        "description": get("Descripcion"),
        "unit_price": number(concept, "ValorUnitario"),
        "amount": number(concept, "Importe"),
        "discount": number(concept, "Descuento"),
        "tax_object": get("ObjetoImp"),
        "taxes_transferred": taxes.transferred(line_taxes),
        "taxes_withheld": taxes.withheld(line_taxes),
        "customs_documents": _customs_documents(concept) if inside else [],
        "property_accounts": _numbers(concept, "CuentaPredial", "Numero") if inside else [],
        "third_party": _third_party(concept, notes) if inside else None,
        "parts": [_part(node) for node in inside if node.name == "Parte"],
    }


def _part(node: Node) -> Part:
    get = node.attributes.get
    return {
        "product_key": get("ClaveProdServ"),
        "item_number": get("NoIdentificacion"),
        "quantity": number(node, "Cantidad"),
        "unit": get("Unidad"),
        "description": get("Descripcion"),
        "unit_price": number(node, "ValorUnitario"),
        "amount": number(node, "Importe"),
        "customs_documents": _customs_documents(node),
    }


def _customs_documents(node: Node) -> list[str]:
    # NumeroPedimento since 3.3, numero in 3.2.
    return _numbers(node, "InformacionAduanera", "NumeroPedimento", "Numero")


def _numbers(node: Node, element: str, *names: str) -> list[str]:
    found = []
    for child in node.children:
        if child.name == element:
            found += [child.attributes[name] for name in names if name in child.attributes][:1]
    return found


def _third_party(concept: Node, notes: list[str]) -> ThirdParty | None:
    """4.0 has an element for it; 3.2 and 3.3 have the complement `terceros`."""
    node = concept.child("ACuentaTerceros")
    if node is not None:
        return {
            "rfc": rfc(node, "RfcACuentaTerceros", notes),
            "name": node.attributes.get("NombreACuentaTerceros"),
            "regime": node.attributes.get("RegimenFiscalACuentaTerceros"),
            "postal_code": node.attributes.get("DomicilioFiscalACuentaTerceros"),
        }
    if concept.child("ComplementoConcepto") is None:
        return None
    for node in concept.all("ComplementoConcepto", "PorCuentadeTerceros"):
        home = node.child("InformacionFiscalTercero")
        return {
            "rfc": rfc(node, "Rfc", notes),
            "name": node.attributes.get("Nombre"),
            "regime": None,
            "postal_code": home.attributes.get("CodigoPostal") if home else None,
        }
    return None
