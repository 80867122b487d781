"""What CFDI and retenciones can be filtered by alike."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.filters.inputs import DateRange, InstantRange, optional
from resolvers.records import Direction, FiscalStatus, ParseStatus
from resolvers.scalars import Rfc, Uuid


@strawberry.enum(description="TipoDeComprobante (c_TipoDeComprobante).")
class InvoiceType(Enum):
    I = strawberry.enum_value("I", description="Ingreso.")  # noqa: E741
    E = strawberry.enum_value("E", description="Egreso: credit notes, returns, discounts.")
    T = strawberry.enum_value("T", description="Traslado.")
    P = strawberry.enum_value("P", description="Pago.")
    N = strawberry.enum_value("N", description="Nómina.")


@strawberry.enum(description="MetodoPago (c_MetodoPago).")
class PaymentMethod(Enum):
    PUE = strawberry.enum_value("PUE", description="Pago en una sola exhibición: paid at once.")
    PPD = strawberry.enum_value("PPD", description="Pago en parcialidades o diferido: paid in instalments or later.")


@strawberry.input(description="What every kind of document can be filtered by.")
class DocumentFilter:
    parse_status: list[ParseStatus] | None = optional("How much could be read, any of them.")
    first_seen_at: InstantRange | None = optional("When it came to us first.")
    updated_at: InstantRange | None = optional("When it changed here last.")


@strawberry.input(description="What CFDI and retenciones can be filtered by alike.")
class FiscalFilter(DocumentFilter):
    uuid: list[Uuid] | None = optional("Folio fiscal, any of them; 1,000 at most.")
    direction: list[Direction] | None = optional("Issued or received by the taxpayer.")
    status: list[FiscalStatus] | None = optional("Whether it is in force at SAT.")
    version: list[str] | None = optional("Version, any of them: 3.2, 3.3 and 4.0 of CFDI, 1.0 and 2.0 of retenciones.")
    folio: list[str] | None = optional("The issuer's own number, any of them, exactly.")
    issued_at: DateRange | None = optional("By its own date of issue (Fecha, FechaExp).")
    cancelled_at: DateRange | None = optional("By the day of its cancellation (FechaCancelacion), where it is known.")
    month: list[str] | None = optional("Month of its own date of issue, any of them, such as 2024-01.")
    counterparty_rfc: list[Rfc] | None = optional("RFC of the other party, any of them.")
    counterparty_name: str | None = optional(
        "A part of the other party's name as the document has it, whatever its accents, case and blanks."
    )
    counterparty_key: list[str] | None = optional(
        "Key of the other party, any of them: its RFC, or for the generic RFCs `RFC|name` as this API gives it."
    )
    issuer_rfc: list[Rfc] | None = optional("RFC of the issuer (emisor), any of them.")
    receiver_rfc: list[Rfc] | None = optional("RFC of the receiver (receptor), any of them.")
    has_xml: bool | None = optional("Whether its XML is held; false finds those known by their metadata alone.")
    complement: list[str] | None = optional("Name of a complement in it, any of them, such as Pagos or Nomina.")
