"""Complemento Carta Porte: goods on their way."""

from __future__ import annotations

from enum import Enum

import strawberry

from gateway.sat import terms
from resolvers.documents.codes import Code, ProductKey, coded, product_key
from resolvers.documents.complements import PostalAddress
from resolvers.documents.terms import GoodsDirection, LocationType
from resolvers.fields import termed
from resolvers.scalars import Decimal, LocalDateTime, Rfc, Uuid


@strawberry.enum(description="Mode of transport.")
class TransportMode(Enum):
    ROAD = strawberry.enum_value("ROAD", description="Autotransporte.")
    SEA = strawberry.enum_value("SEA", description="TransporteMaritimo.")
    AIR = strawberry.enum_value("AIR", description="TransporteAereo.")
    RAIL = strawberry.enum_value("RAIL", description="TransporteFerroviario.")


@strawberry.type(description="Ubicacion: place where goods leave or arrive.")
class WaybillLocation:
    type: LocationType | None = termed("type", LocationType, terms.LocationType, "TipoUbicacion.")
    location_id: str | None = strawberry.field(description="IDUbicacion: OR or DE and 6 digits.")
    rfc: Rfc | None = strawberry.field(description="RFCRemitenteDestinatario.")
    name: str | None = strawberry.field(description="NombreRemitenteDestinatario.")
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTrib.")
    tax_residence: Code | None = coded("tax_residence", "country", "ResidenciaFiscal (c_Pais).", context=())
    station: str | None = strawberry.field(description="NumEstacion (c_Estaciones).")
    station_name: str | None = strawberry.field(description="NombreEstacion.")
    at: LocalDateTime | None = strawberry.field(description="FechaHoraSalidaLlegada: estimated local time.")
    distance: Decimal | None = strawberry.field(description="DistanciaRecorrida, in kilometres.")
    address: PostalAddress | None = strawberry.field(description="Domicilio.")


@strawberry.type(description="Mercancia: goods carried.")
class WaybillItem:
    product_key: ProductKey | None = product_key("BienesTransp (c_ClaveProdServCP).")
    description: str | None = strawberry.field(description="Descripcion.")
    quantity: Decimal | None = strawberry.field(description="Cantidad, in `unitKey`.")
    unit_key: Code | None = coded("unit_key", "unit_key", "ClaveUnidad (c_ClaveUnidad).", context=())
    unit: str | None = strawberry.field(description="Unidad, as text.")
    dimensions: str | None = strawberry.field(description="Dimensiones, such as 30/40/30cm.")
    hazardous: bool | None = strawberry.field(description="MaterialPeligroso.")
    hazardous_key: str | None = strawberry.field(description="CveMaterialPeligroso (c_MaterialPeligroso).")
    packaging: str | None = strawberry.field(description="Embalaje (c_TipoEmbalaje).")
    packaging_description: str | None = strawberry.field(description="DescripEmbalaje.")
    weight: Decimal | None = strawberry.field(description="PesoEnKg, in kilograms.")
    value: Decimal | None = strawberry.field(description="ValorMercancia, in `currency`.")
    currency: Code | None = coded("currency", "currency", "Moneda (c_Moneda).", context=())
    tariff_fraction: str | None = strawberry.field(description="FraccionArancelaria.")
    foreign_trade_uuid: Uuid | None = strawberry.field(
        description="UUIDComercioExt: folio fiscal of the CFDI of the foreign trade."
    )
    customs_documents: list[str] = strawberry.field(
        description="NumPedimento or IdentDocAduanero of each DocumentacionAduanera; Pedimento in 2.0."
    )


@strawberry.type(description="Mercancias: all goods together.")
class WaybillGoods:
    gross_weight: Decimal | None = strawberry.field(description="PesoBrutoTotal, in `weightUnit`.")
    weight_unit: str | None = strawberry.field(description="UnidadPeso (c_ClaveUnidadPeso).")
    net_weight: Decimal | None = strawberry.field(description="PesoNetoTotal, in `weightUnit`.")
    count: int | None = strawberry.field(description="NumTotalMercancias.")
    appraisal_charge: Decimal | None = strawberry.field(description="CargoPorTasacion, in pesos.")
    items: list[WaybillItem] = strawberry.field(description="Mercancia.")


@strawberry.type(description="Remolque: a trailer.")
class WaybillTrailer:
    type: str | None = strawberry.field(description="SubTipoRem (c_SubTipoRem).")
    plate: str | None = strawberry.field(description="Placa.")


@strawberry.type(description="Means of transport, in short. The waybill's `json` has every detail.")
class WaybillTransport:
    mode: TransportMode = strawberry.field(description="Mode of transport.")
    permit: str | None = strawberry.field(description="PermSCT (c_TipoPermiso).")
    permit_number: str | None = strawberry.field(description="NumPermisoSCT.")
    insurer: str | None = strawberry.field(description="AseguraRespCivil by road; NombreAseg by sea, air and rail.")
    policy: str | None = strawberry.field(description="PolizaRespCivil by road; NumPolizaSeguro by sea, air and rail.")
    configuration: str | None = strawberry.field(
        description="ConfigVehicular; TipoEmbarcacion of a ship, TipoDeServicio of a train."
    )
    identification: str | None = strawberry.field(
        description="PlacaVM; Matricula of a ship, MatriculaAeronave of an aircraft."
    )
    model_year: str | None = strawberry.field(description="AnioModeloVM; AnioEmbarcacion of a ship.")
    trailers: list[WaybillTrailer] = strawberry.field(description="Remolques.")


@strawberry.type(description="TiposFigura: a driver, owner, lessor or other participant.")
class WaybillFigure:
    type: str | None = strawberry.field(description="TipoFigura (c_FiguraTransporte): 01 is the driver.")
    rfc: Rfc | None = strawberry.field(description="RFCFigura.")
    license: str | None = strawberry.field(description="NumLicencia.")
    name: str | None = strawberry.field(description="NombreFigura.")
    foreign_tax_id: str | None = strawberry.field(description="NumRegIdTribFigura.")
    tax_residence: Code | None = coded("tax_residence", "country", "ResidenciaFiscalFigura (c_Pais).", context=())
    parts: list[str] = strawberry.field(description="ParteTransporte (c_ParteTransporte).")
    address: PostalAddress | None = strawberry.field(description="Domicilio.")


@strawberry.type(description="CartaPorte 2.0, 3.0 or 3.1.")
class Waybill:
    version: str = strawberry.field(description="2.0, 3.0 or 3.1.")
    waybill_id: str | None = strawberry.field(description="IdCCP, since 3.0.")
    international: bool | None = strawberry.field(description="TranspInternac.")
    direction: GoodsDirection | None = termed(
        "direction", GoodsDirection, terms.GoodsDirection, "EntradaSalidaMerc; null for transport within Mexico."
    )
    country: Code | None = coded("country", "country", "PaisOrigenDestino (c_Pais).", context=())
    route: str | None = strawberry.field(description="ViaEntradaSalida (c_CveTransporte).")
    total_distance: Decimal | None = strawberry.field(description="TotalDistRec, in kilometres.")
    customs_regimes: list[str] = strawberry.field(description="RegimenAduanero (c_RegimenAduanero), since 3.0.")
    locations: list[WaybillLocation] = strawberry.field(description="Ubicaciones.")
    goods: WaybillGoods | None = strawberry.field(description="Mercancias.")
    transports: list[WaybillTransport] = strawberry.field(description="Means of transport.")
    figures: list[WaybillFigure] = strawberry.field(description="FiguraTransporte.")
    tree: str | None = strawberry.field(
        name="json",
        description="The whole complement as JSON text: {name, attributes, children}. Null when the complements of the "
        "document exceed 4 MB as JSON: see its file.",
    )
