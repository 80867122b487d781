"""The complement ComercioExterior, 1.1 and 2.0."""

from __future__ import annotations

from gateway.sat import addresses
from gateway.sat.complement_document import (
    ForeignTrade,
    ForeignTradeGoods,
)
from gateway.sat.node import Node
from gateway.sat.values import flag, number, upper

VERSIONS = frozenset({"1.1", "2.0"})


def read(node: Node, _notes: list[str]) -> ForeignTrade:
    """Raise BadValue."""
    get = node.attributes.get
    issuer, receiver = node.child("Emisor"), node.child("Receptor")
    return {
        "version": node.attributes["Version"],
        "transfer_reason": get("MotivoTraslado"),
        "operation_type": get("TipoOperacion"),
        "customs_document_key": get("ClaveDePedimento"),
        "has_certificate_of_origin": flag(node, "CertificadoOrigen"),
        "certificate_of_origin": get("NumCertificadoOrigen"),
        "reliable_exporter": get("NumeroExportadorConfiable"),
        "incoterm": upper(node, "Incoterm"),
        "subdivision": flag(node, "Subdivision"),
        "notes": get("Observaciones"),
        "exchange_rate_usd": number(node, "TipoCambioUSD"),
        "total_usd": number(node, "TotalUSD"),
        "issuer": {"curp": upper(issuer, "Curp"), "address": addresses.inside(issuer)} if issuer else None,
        "owners": [
            {
                "foreign_tax_id": owner.attributes.get("NumRegIdTrib"),
                "tax_residence": upper(owner, "ResidenciaFiscal"),
            }
            for owner in node.all("Propietario")
        ],
        "receiver": {"foreign_tax_id": receiver.attributes.get("NumRegIdTrib"), "address": addresses.inside(receiver)}
        if receiver
        else None,
        "recipients": [
            {
                "foreign_tax_id": recipient.attributes.get("NumRegIdTrib"),
                "name": recipient.attributes.get("Nombre"),
                "addresses": [addresses.of(home) for home in recipient.all("Domicilio")],
            }
            for recipient in node.all("Destinatario")
        ],
        "goods": [_goods(item) for item in node.all("Mercancias", "Mercancia")],
    }


def _goods(node: Node) -> ForeignTradeGoods:
    get = node.attributes.get
    return {
        "item_number": get("NoIdentificacion"),
        "tariff_fraction": get("FraccionArancelaria"),
        "customs_quantity": number(node, "CantidadAduana"),
        "customs_unit": get("UnidadAduana"),
        "customs_unit_price": number(node, "ValorUnitarioAduana"),
        "value_usd": number(node, "ValorDolares"),
        "details": [
            {
                "brand": detail.attributes.get("Marca"),
                "model": detail.attributes.get("Modelo"),
                "submodel": detail.attributes.get("SubModelo"),
                "serial_number": detail.attributes.get("NumeroSerie"),
            }
            for detail in node.all("DescripcionesEspecificas")
        ],
    }
