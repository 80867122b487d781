"""The complement Carta Porte, 2.0, 3.0 and 3.1: goods on the road, at sea, in the air or by rail.

What most readers ask for has a key; the tree beside it has everything (containers, wagons, sanitary permits …).
"""

from __future__ import annotations

from gateway.sat import addresses
from gateway.sat.complement_document import (
    Waybill,
    WaybillFigure,
    WaybillGoods,
    WaybillItem,
    WaybillLocation,
    WaybillTransport,
)
from gateway.sat.node import Node
from gateway.sat.values import either, flag, moment, number, rfc, upper, whole

VERSIONS = frozenset({"2.0", "3.0", "3.1"})

_MODES = {
    "Autotransporte": "ROAD",
    "TransporteMaritimo": "SEA",
    "TransporteAereo": "AIR",
    "TransporteFerroviario": "RAIL",
}


def read(node: Node, notes: list[str]) -> Waybill:
    """Raise BadValue. `tree` is left for `complements` to fill in."""
    get = node.attributes.get
    goods = node.child("Mercancias")
    return {
        "version": node.attributes["Version"],
        "waybill_id": get("IdCCP"),
        "international": flag(node, "TranspInternac"),
        "direction": get("EntradaSalidaMerc"),
        "country": upper(node, "PaisOrigenDestino"),
        "route": get("ViaEntradaSalida"),
        "total_distance": number(node, "TotalDistRec"),
        "customs_regimes": _customs_regimes(node),
        "locations": [_location(item, notes) for item in node.all("Ubicaciones", "Ubicacion")],
        "goods": _goods(goods) if goods else None,
        "transports": [_transport(item) for item in goods.children if item.name in _MODES] if goods else [],
        "figures": [_figure(item, notes) for item in node.all("FiguraTransporte", "TiposFigura")],
        "tree": None,
    }


def _customs_regimes(node: Node) -> list[str]:
    # An attribute in 3.0, up to ten elements in 3.1.
    holders = [node, *node.all("RegimenesAduaneros", "RegimenAduaneroCCP")]
    return [code for holder in holders if (code := holder.attributes.get("RegimenAduanero"))]


def _location(node: Node, notes: list[str]) -> WaybillLocation:
    get = node.attributes.get
    return {
        "type": get("TipoUbicacion"),
        "location_id": get("IDUbicacion"),
        "rfc": rfc(node, "RFCRemitenteDestinatario", notes),
        "name": get("NombreRemitenteDestinatario"),
        "foreign_tax_id": get("NumRegIdTrib"),
        "tax_residence": upper(node, "ResidenciaFiscal"),
        "station": get("NumEstacion"),
        "station_name": get("NombreEstacion"),
        "at": moment(node, "FechaHoraSalidaLlegada", notes),
        "distance": number(node, "DistanciaRecorrida"),
        "address": addresses.inside(node),
    }


def _goods(node: Node) -> WaybillGoods:
    return {
        "gross_weight": number(node, "PesoBrutoTotal"),
        "weight_unit": node.attributes.get("UnidadPeso"),
        "net_weight": number(node, "PesoNetoTotal"),
        "count": whole(node, "NumTotalMercancias"),
        "appraisal_charge": number(node, "CargoPorTasacion"),
        "items": [_item(item) for item in node.all("Mercancia")],
    }


def _item(node: Node) -> WaybillItem:
    get = node.attributes.get
    customs = [either(child, "NumPedimento", "IdentDocAduanero") for child in node.all("DocumentacionAduanera")]
    customs += [child.attributes.get("Pedimento") for child in node.all("Pedimentos")]  # 2.0
    return {
        "product_key": get("BienesTransp"),
        "description": get("Descripcion"),
        "quantity": number(node, "Cantidad"),
        "unit_key": get("ClaveUnidad"),
        "unit": get("Unidad"),
        "dimensions": get("Dimensiones"),
        "hazardous": flag(node, "MaterialPeligroso"),
        "hazardous_key": get("CveMaterialPeligroso"),
        "packaging": get("Embalaje"),
        "packaging_description": get("DescripEmbalaje"),
        "weight": number(node, "PesoEnKg"),
        "value": number(node, "ValorMercancia"),
        "currency": upper(node, "Moneda"),
        "tariff_fraction": get("FraccionArancelaria"),
        "foreign_trade_uuid": upper(node, "UUIDComercioExt"),
        "customs_documents": [text for text in customs if text],
    }


def _transport(node: Node) -> WaybillTransport:
    vehicle = node.child("IdentificacionVehicular") or Node("", {})
    insurance = node.child("Seguros") or Node("", {})
    return {
        "mode": _MODES[node.name],
        "permit": node.attributes.get("PermSCT"),
        "permit_number": node.attributes.get("NumPermisoSCT"),
        "insurer": either(insurance, "AseguraRespCivil") or either(node, "NombreAseg"),
        "policy": either(insurance, "PolizaRespCivil") or either(node, "NumPolizaSeguro"),
        "configuration": either(vehicle, "ConfigVehicular") or either(node, "TipoEmbarcacion", "TipoDeServicio"),
        "identification": either(vehicle, "PlacaVM") or either(node, "Matricula", "MatriculaAeronave"),
        "model_year": either(vehicle, "AnioModeloVM") or either(node, "AnioEmbarcacion"),
        "trailers": [
            {"type": trailer.attributes.get("SubTipoRem"), "plate": trailer.attributes.get("Placa")}
            for trailer in node.all("Remolques", "Remolque")
        ],
    }


def _figure(node: Node, notes: list[str]) -> WaybillFigure:
    get = node.attributes.get
    parts = [part.attributes.get("ParteTransporte") for part in node.all("PartesTransporte")]
    return {
        "type": get("TipoFigura"),
        "rfc": rfc(node, "RFCFigura", notes),
        "license": get("NumLicencia"),
        "name": get("NombreFigura"),
        "foreign_tax_id": get("NumRegIdTribFigura"),
        "tax_residence": upper(node, "ResidenciaFiscalFigura"),
        "parts": [part for part in parts if part],
        "address": addresses.inside(node),
    }
