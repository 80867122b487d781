"""The filter and the orders of invoices."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import Parent

from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.filters.fiscal import FiscalFilter, InvoiceType, PaymentMethod
from resolvers.filters.inputs import (
    AmountRange,
    DateRange,
    LineItemFilter,
    RelatedFilter,
    anded,
    negated,
    optional,
    ored,
    plain,
)
from resolvers.paginated import After, Before, First, Last, by_default, only, page_of
from resolvers.scalars import Rfc, Uuid
from resolvers.settlements import SettlementState


@strawberry.input(description="Which invoices. All that is given must hold; a list of values means any of them.")
class InvoiceFilter(FiscalFilter):
    type: list[InvoiceType] | None = optional("TipoDeComprobante.")
    series: list[str] | None = optional("Serie, any of them, exactly.")
    stamped_at: DateRange | None = optional("By FechaTimbrado.")
    paid_at: DateRange | None = optional("Payments (type P) with a FechaPago on these days.")
    last_paid_at: DateRange | None = optional("Invoices whose latest payment was made on these days.")
    total: AmountRange | None = optional("Total, in the document's currency.")
    subtotal: AmountRange | None = optional("SubTotal, in the document's currency.")
    outstanding: AmountRange | None = optional("What is left to pay, in the document's currency: see `settlement`.")
    currency: list[str] | None = optional("Moneda (c_Moneda), any of them.")
    payment_form: list[str] | None = optional("FormaPago (c_FormaPago), any of them.")
    payment_method: list[PaymentMethod] | None = optional("MetodoPago.")
    issuer_regime: list[str] | None = optional("RegimenFiscal of the issuer (c_RegimenFiscal), any of them.")
    receiver_regime: list[str] | None = optional("RegimenFiscalReceptor (c_RegimenFiscal), any of them.")
    use: list[str] | None = optional("UsoCFDI (c_UsoCFDI), any of them.")
    line_item: LineItemFilter | None = optional("Has such a line.")
    settlement: list[SettlementState] | None = optional("How far it is paid.")
    payments_outstanding: bool | None = optional(
        "Whether something is left to pay; neither finds invoices without a settlement, nor cancelled ones."
    )
    related: RelatedFilter | None = optional("Refers to such a CFDI (CfdiRelacionados).")
    settles_uuid: list[Uuid] | None = optional("Payments (type P) that settle one of these invoices.")
    employee_rfc: list[Rfc] | None = optional("Payrolls (type N) of these employees.")
    and_: list[InvoiceFilter] | None = anded("filter")
    or_: list[InvoiceFilter] | None = ored("filter")
    not_: InvoiceFilter | None = negated()


@strawberry.enum(description="The order of invoices. What lacks the value comes last in _DESC, and first in _ASC.")
class InvoiceOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first, by Fecha.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first, by Fecha.")
    STAMPED_AT_DESC = strawberry.enum_value("STAMPED_AT_DESC", description="Newest first, by FechaTimbrado.")
    STAMPED_AT_ASC = strawberry.enum_value("STAMPED_AT_ASC", description="Oldest first, by FechaTimbrado.")
    TOTAL_DESC = strawberry.enum_value("TOTAL_DESC", description="Greatest total first, whatever its currency.")
    TOTAL_ASC = strawberry.enum_value("TOTAL_ASC", description="Least total first, whatever its currency.")
    COUNTERPARTY_ASC = strawberry.enum_value(
        "COUNTERPARTY_ASC", description="By the other party's name, A to Z, whatever its case."
    )
    COUNTERPARTY_DESC = strawberry.enum_value("COUNTERPARTY_DESC", description="By the other party's name, Z to A.")


async def invoices_of(
    root: Parent[Row],
    info: Info,
    filter: Annotated[InvoiceFilter | None, only("invoices")] = None,
    order_by: Annotated[InvoiceOrder | None, by_default("ISSUED_AT_DESC")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    asked = plain(filter), plain(order_by)
    return await page_of(info, "invoices", root["_id"], asked, (first, after, last, before))
