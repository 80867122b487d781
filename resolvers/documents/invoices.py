"""Invoice: a CFDI of any version in one normal form, with its links to other invoices."""

from __future__ import annotations

from typing import Annotated

import strawberry

from resolvers.documents.codes import Code, coded
from resolvers.documents.complements import LocalTaxes, listed
from resolvers.documents.counterparty_links import LazyEmployee, employee_field
from resolvers.documents.document import FiscalDocument, document
from resolvers.documents.foreign_trade import ForeignTrade
from resolvers.documents.invoice_links import (
    Cancellation,
    Instalment,
    cancellation_field,
    credit_notes_field,
    credited_invoices_field,
    instalments_field,
    paid_by_field,
    related_by_field,
    related_invoices_field,
    settled_invoices_field,
    substituted_by_field,
    substitutes_field,
)
from resolvers.documents.line_items import LineItem, ThirdParty
from resolvers.documents.parties import Issuer, Receiver, Tax
from resolvers.documents.payments import Payment, PaymentTotals, payments_field
from resolvers.documents.payrolls import Payroll
from resolvers.documents.settlements import ChainProblem, InvoiceSettlement, settlement_field
from resolvers.documents.waybills import Waybill
from resolvers.scalars import Decimal, LocalDateTime, Uuid

_Invoice = Annotated["Invoice", strawberry.lazy("resolvers.documents.invoices")]


@strawberry.type(description="CfdiRelacionado: another CFDI that this one refers to.")
class RelatedInvoice:
    relation: Code | None = coded("relation", "relation_type", "TipoRelacion (c_TipoRelacion).", context=())
    uuid: Uuid | None = strawberry.field(description="Folio fiscal of the other CFDI.")


@strawberry.type(description="InformacionGlobal: the period that a global invoice to the public covers.")
class GlobalInformation:
    periodicity: Code | None = coded("periodicity", "periodicity", "Periodicidad.", context=())
    months: Code | None = coded("months", "months", "Meses.", context=())
    year: str | None = strawberry.field(description="Año.")


@strawberry.type(description="The original invoice of an instalment in CFDI 3.2.")
class OriginalInvoice:
    uuid: Uuid | None = strawberry.field(description="FolioFiscalOrig; null when it is not a UUID.")
    folio: str | None = strawberry.field(description="FolioFiscalOrig, as the document states it.")
    series: str | None = strawberry.field(description="SerieFolioFiscalOrig.")
    date: LocalDateTime | None = strawberry.field(description="FechaFolioFiscalOrig.")
    amount: Decimal | None = strawberry.field(description="MontoFolioFiscalOrig.")


@document("CFDI (Comprobante Fiscal Digital por Internet) of version 3.2, 3.3 or 4.0.")
class Invoice(FiscalDocument):
    type: Code | None = coded(
        "type", "document_type", "TipoDeComprobante: I, E, T, P or N; the words of 3.2 are mapped to these codes."
    )
    series: str | None = strawberry.field(description="Serie.")
    stamped_at: LocalDateTime | None = strawberry.field(description="FechaTimbrado, in central Mexico time.")
    issuer: Issuer = strawberry.field(description="Emisor.")
    receiver: Receiver = strawberry.field(description="Receptor.")
    employee: LazyEmployee | None = employee_field()
    currency: Code | None = coded("currency", "currency", "Moneda (c_Moneda); free text is possible in 3.2.")
    exchange_rate: Decimal | None = strawberry.field(description="TipoCambio: pesos for one unit of the currency.")
    subtotal: Decimal | None = strawberry.field(description="SubTotal, before discounts and taxes, in `currency`.")
    discount: Decimal | None = strawberry.field(description="Descuento, in `currency`.")
    discount_reason: str | None = strawberry.field(description="MotivoDescuento, only in 3.2.")
    taxes_transferred_total: Decimal | None = strawberry.field(description="TotalImpuestosTrasladados.")
    taxes_withheld_total: Decimal | None = strawberry.field(description="TotalImpuestosRetenidos.")
    total: Decimal | None = strawberry.field(description="Total, in `currency`; 0 on payments (type P).")
    payment_form: Code | None = coded("payment_form", "payment_form", "FormaPago (c_FormaPago).")
    payment_form_text: str | None = strawberry.field(
        description="Forma de pago as text, in 3.2, when no code can be derived from it."
    )
    payment_method: Code | None = coded(
        "payment_method", "payment_method", "MetodoPago: PUE (paid at once) or PPD (paid in instalments or later)."
    )
    payment_method_text: str | None = strawberry.field(
        description="Método de pago as text, in 3.2, such as `Parcialidad 1 de 3`."
    )
    payment_conditions: str | None = strawberry.field(description="CondicionesDePago, free text.")
    payment_account: str | None = strawberry.field(description="NumCtaPago: last digits of an account; only in 3.2.")
    export: Code | None = coded("export", "export", "Exportacion (c_Exportacion), since 4.0.")
    confirmation: str | None = strawberry.field(description="Confirmacion: key that a PAC gives for unusual amounts.")
    line_items: list[LineItem] = strawberry.field(description="Conceptos.")
    taxes_transferred: list[Tax] = strawberry.field(description="Traslados of the whole document.")
    taxes_withheld: list[Tax] = strawberry.field(description="Retenciones of the whole document.")
    third_party: ThirdParty | None = strawberry.field(
        description="The third party on whose account it was issued (a cuenta de terceros), from SAT's metadata file."
    )
    related: list[RelatedInvoice] = strawberry.field(description="CfdiRelacionados, as the document states them.")
    related_invoices: list[_Invoice] = related_invoices_field()
    related_by: list[_Invoice] = related_by_field()
    credit_notes: list[_Invoice] = credit_notes_field()
    credited_invoices: list[_Invoice] = credited_invoices_field()
    substitutes: list[_Invoice] = substitutes_field()
    substituted_by: list[_Invoice] = substituted_by_field()
    cancellation: Cancellation | None = cancellation_field()
    payments: list[Payment] = payments_field()
    payments_total: Decimal | None = strawberry.field(description="MontoTotalPagos in pesos, since Pagos 2.0.")
    payments_totals: PaymentTotals | None = strawberry.field(description="Totales of Pagos 2.0, with their taxes.")
    settled_invoices: list[_Invoice] = settled_invoices_field()
    paid_by: list[_Invoice] = paid_by_field()
    instalments: list[Instalment] = instalments_field()
    settlement: InvoiceSettlement | None = settlement_field()
    orphan_settlements: list[ChainProblem] = listed(
        "orphan_settlements", ChainProblem, "Problems of a payment in force that settles invoices not held here."
    )
    global_information: GlobalInformation | None = strawberry.field(description="InformacionGlobal, since 4.0.")
    original: OriginalInvoice | None = strawberry.field(description="The original invoice of an instalment in 3.2.")
    payrolls: list[Payroll] = listed("payrolls", Payroll, "Nómina; a CFDI may contain two.")
    local_taxes: LocalTaxes | None = strawberry.field(description="ImpuestosLocales.")
    foreign_trade: ForeignTrade | None = strawberry.field(description="ComercioExterior.")
    waybill: Waybill | None = strawberry.field(description="CartaPorte.")
