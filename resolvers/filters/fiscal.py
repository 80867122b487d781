"Conditions for CFDI and retenciones."

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.records import Direction, FiscalStatus, ParseStatus
from resolvers.filters.inputs import DateRange, InstantRange, optional
from resolvers.scalars import Rfc, Uuid


@strawberry.enum(description="TipoDeComprobante (c_TipoDeComprobante).")
class InvoiceType(Enum):
    I = strawberry.enum_value("I", description="Ingreso.")  # noqa: E741
    E = strawberry.enum_value("E", description="Egreso: credit notes, refunds, discounts.")
    T = strawberry.enum_value("T", description="Traslado.")
    P = strawberry.enum_value("P", description="Pago.")
    N = strawberry.enum_value("N", description="Nómina.")


@strawberry.enum(description="MetodoPago (c_MetodoPago).")
class PaymentMethod(Enum):
    PUE = strawberry.enum_value("PUE", description="Pago en una sola exhibición: paid at once.")
    PPD = strawberry.enum_value("PPD", description="Pago en parcialidades o diferido: paid in instalments or later.")


@strawberry.input(description="Conditions for documents of every kind.")
class DocumentFilter:
    parse_status: list[ParseStatus] | None = optional("How much of the document was read.")
    first_seen_at: InstantRange | None = optional("When the document first arrived here.")
    updated_at: InstantRange | None = optional("When the document last changed here.")


@strawberry.input(description="Conditions for CFDI and retenciones.")
class FiscalFilter(DocumentFilter):
    uuid: list[Uuid] | None = optional("Folio fiscal; 1,000 at most.")
    direction: list[Direction] | None = optional("Whether the taxpayer issued or received it, or it is of others.")
    status: list[FiscalStatus] | None = optional("Status at SAT.")
    version: list[str] | None = optional("Version: 3.2, 3.3 or 4.0 of CFDI; 1.0 or 2.0 of retenciones.")
    folio: list[str] | None = optional("The issuer's own number, exactly as stated.")
    issued_at: DateRange | None = optional("Day of issue (Fecha, FechaExp).")
    cancelled_at: DateRange | None = optional("Day of cancellation (FechaCancelacion), when known.")
    month: list[str] | None = optional("Month of issue as YYYY-MM.")
    counterparty_rfc: list[Rfc] | None = optional("RFC of the counterparty.")
    counterparty_name: str | None = optional(
        "Part of the counterparty's name as the document states it; accents, case and blanks are ignored."
    )
    counterparty_key: list[str] | None = optional(
        "Key of the counterparty: its RFC, or `RFC|name` for the generic RFCs (`Counterparty.key`)."
    )
    issuer_rfc: list[Rfc] | None = optional("RFC of the issuer (emisor).")
    receiver_rfc: list[Rfc] | None = optional("RFC of the receiver (receptor).")
    has_xml: bool | None = optional("Whether its XML is held; false selects documents known only from their metadata.")
    complement: list[str] | None = optional("Name of a complement in the document, such as Pagos or Nomina.")
