"""The filter and the orders of invoices."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.documents.settlements import SettlementState
from resolvers.filters.fiscal import FiscalFilter, InvoiceType, PaymentMethod
from resolvers.filters.inputs import (
    AmountRange,
    DateRange,
    LineItemFilter,
    RelatedFilter,
    filter_input,
    optional,
)
from resolvers.lists.paginated import listing
from resolvers.scalars import Rfc, Uuid


@filter_input("invoices")
class InvoiceFilter(FiscalFilter):
    type: list[InvoiceType] | None = optional("TipoDeComprobante.")
    series: list[str] | None = optional("Serie, exactly as stated.")
    stamped_at: DateRange | None = optional("Day of FechaTimbrado.")
    paid_at: DateRange | None = optional("Day of FechaPago: selects payments (type P).")
    last_paid_at: DateRange | None = optional("Day of the invoice's latest payment.")
    total: AmountRange | None = optional("Total, in the document's currency.")
    subtotal: AmountRange | None = optional("SubTotal, in the document's currency.")
    outstanding: AmountRange | None = optional(
        "Outstanding balance, in the document's currency (`Invoice.settlement`)."
    )
    currency: list[str] | None = optional("Moneda (c_Moneda).")
    payment_form: list[str] | None = optional("FormaPago (c_FormaPago).")
    payment_method: list[PaymentMethod] | None = optional("MetodoPago.")
    issuer_regime: list[str] | None = optional("RegimenFiscal of the issuer (c_RegimenFiscal).")
    receiver_regime: list[str] | None = optional("RegimenFiscalReceptor (c_RegimenFiscal).")
    use: list[str] | None = optional("UsoCFDI (c_UsoCFDI).")
    line_item: LineItemFilter | None = optional("A line item that the invoice must contain.")
    settlement: list[SettlementState] | None = optional("How much of the invoice is paid.")
    payments_outstanding: bool | None = optional(
        "Whether a balance is outstanding. Neither value selects invoices without a settlement or cancelled ones."
    )
    related: RelatedFilter | None = optional("A CfdiRelacionado that the invoice must contain.")
    settles_uuid: list[Uuid] | None = optional(
        "Folio fiscal of an invoice: selects the payments (type P) that settle it."
    )
    employee_rfc: list[Rfc] | None = optional("RFC of an employee: selects the payrolls (type N) of that employee.")


@strawberry.enum(
    description="Order of a list of invoices. Documents without the value come last in _DESC and first in _ASC."
)
class InvoiceOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first, by Fecha.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first, by Fecha.")
    STAMPED_AT_DESC = strawberry.enum_value("STAMPED_AT_DESC", description="Newest first, by FechaTimbrado.")
    STAMPED_AT_ASC = strawberry.enum_value("STAMPED_AT_ASC", description="Oldest first, by FechaTimbrado.")
    TOTAL_DESC = strawberry.enum_value("TOTAL_DESC", description="Largest total first; currencies are not converted.")
    TOTAL_ASC = strawberry.enum_value("TOTAL_ASC", description="Smallest total first; currencies are not converted.")
    COUNTERPARTY_ASC = strawberry.enum_value(
        "COUNTERPARTY_ASC", description="By name of the counterparty, A to Z; case is ignored."
    )
    COUNTERPARTY_DESC = strawberry.enum_value(
        "COUNTERPARTY_DESC", description="By name of the counterparty, Z to A; case is ignored."
    )


invoices_of = listing("invoices", InvoiceFilter, InvoiceOrder, "invoices")
