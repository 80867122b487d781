"""The normal form of the complements of an invoice other than payroll; `documents` says what holds for all of them."""

from __future__ import annotations

from typing import TypedDict

from gateway.sat.payroll_document import Payroll


class OtherComplement(TypedDict):
    """A complement without a type of its own, or one of which a value could not be read."""

    name: str
    version: str | None
    line_item: int | None  # the line that it belongs to, from 1; None for the whole document
    tree: str | None  # JSON text of {name, attributes, children, text?}; None when too large for a row


class LocalTax(TypedDict):
    name: str | None
    percentage: str | None  # 2.50 is 2.5 %
    amount: str | None


class LocalTaxes(TypedDict):
    version: str
    total_withheld: str | None
    total_transferred: str | None
    withheld: list[LocalTax]
    transferred: list[LocalTax]


class PostalAddress(TypedDict):
    street: str | None
    exterior_number: str | None
    interior_number: str | None
    neighbourhood: str | None
    locality: str | None
    reference: str | None
    municipality: str | None
    state: str | None
    country: str | None
    postal_code: str | None


class ForeignTradeIssuer(TypedDict):
    curp: str | None
    address: PostalAddress | None


class ForeignTradeOwner(TypedDict):
    foreign_tax_id: str | None
    tax_residence: str | None


class ForeignTradeReceiver(TypedDict):
    foreign_tax_id: str | None
    address: PostalAddress | None


class ForeignTradeRecipient(TypedDict):
    foreign_tax_id: str | None
    name: str | None
    addresses: list[PostalAddress]


class GoodsDetail(TypedDict):
    brand: str | None
    model: str | None
    submodel: str | None
    serial_number: str | None


class ForeignTradeGoods(TypedDict):
    item_number: str | None  # NoIdentificacion of the line
    tariff_fraction: str | None
    customs_quantity: str | None
    customs_unit: str | None
    customs_unit_price: str | None
    value_usd: str | None
    details: list[GoodsDetail]


class ForeignTrade(TypedDict):
    version: str
    transfer_reason: str | None
    operation_type: str | None  # only in 1.1
    customs_document_key: str | None  # ClaveDePedimento
    has_certificate_of_origin: bool | None
    certificate_of_origin: str | None
    reliable_exporter: str | None
    incoterm: str | None
    subdivision: bool | None  # only in 1.1
    notes: str | None
    exchange_rate_usd: str | None
    total_usd: str | None
    issuer: ForeignTradeIssuer | None
    owners: list[ForeignTradeOwner]
    receiver: ForeignTradeReceiver | None
    recipients: list[ForeignTradeRecipient]
    goods: list[ForeignTradeGoods]


class WaybillLocation(TypedDict):
    type: str | None  # Origen or Destino
    location_id: str | None
    rfc: str | None
    name: str | None
    foreign_tax_id: str | None
    tax_residence: str | None
    station: str | None
    station_name: str | None
    at: str | None
    distance: str | None
    address: PostalAddress | None


class WaybillItem(TypedDict):
    product_key: str | None
    description: str | None
    quantity: str | None
    unit_key: str | None
    unit: str | None
    dimensions: str | None
    hazardous: bool | None
    hazardous_key: str | None
    packaging: str | None
    packaging_description: str | None
    weight: str | None  # kilograms
    value: str | None
    currency: str | None
    tariff_fraction: str | None
    foreign_trade_uuid: str | None
    customs_documents: list[str]


class WaybillGoods(TypedDict):
    gross_weight: str | None
    weight_unit: str | None
    net_weight: str | None
    count: int | None
    appraisal_charge: str | None
    items: list[WaybillItem]


class WaybillTrailer(TypedDict):
    type: str | None
    plate: str | None


class WaybillTransport(TypedDict):
    mode: str  # ROAD SEA AIR RAIL
    permit: str | None
    permit_number: str | None
    insurer: str | None
    policy: str | None
    configuration: str | None  # of the vehicle; of a ship, its kind; of a train, its service
    identification: str | None  # plate of a vehicle, registration of a ship or aircraft
    model_year: str | None
    trailers: list[WaybillTrailer]


class WaybillFigure(TypedDict):
    type: str | None
    rfc: str | None
    license: str | None
    name: str | None
    foreign_tax_id: str | None
    tax_residence: str | None
    parts: list[str]
    address: PostalAddress | None


class Waybill(TypedDict):
    version: str
    waybill_id: str | None  # IdCCP, since 3.0
    international: bool | None
    direction: str | None  # Entrada or Salida
    country: str | None
    route: str | None
    total_distance: str | None  # kilometres
    customs_regimes: list[str]
    locations: list[WaybillLocation]
    goods: WaybillGoods | None
    transports: list[WaybillTransport]
    figures: list[WaybillFigure]
    tree: str | None  # the whole complement, as in OtherComplement


class InvoiceComplements(TypedDict):
    payrolls: list[Payroll]
    local_taxes: LocalTaxes | None
    foreign_trade: ForeignTrade | None
    waybill: Waybill | None
    other_complements: list[OtherComplement]
