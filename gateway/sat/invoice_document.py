"""The normal form of an invoice; `documents` says what holds for all of them."""

from __future__ import annotations

from typing import TypedDict

from gateway.sat.complement_document import InvoiceComplements, PostalAddress


class Issuer(TypedDict):
    rfc: str | None
    name: str | None
    regime: str | None  # c_RegimenFiscal; in 3.2 the text when no code can be told from it
    regimes: list[str]  # several only in 3.2
    acquirer_registration: str | None  # FacAtrAdquirente, from 4.0 on
    address: PostalAddress | None  # DomicilioFiscal, 3.2 only
    branch: PostalAddress | None  # ExpedidoEn, 3.2 only


class Receiver(TypedDict):
    rfc: str | None
    name: str | None
    use: str | None  # c_UsoCFDI, from 3.3 on
    regime: str | None  # from 4.0 on
    postal_code: str | None
    tax_residence: str | None  # c_Pais
    foreign_tax_id: str | None
    address: PostalAddress | None  # Domicilio, 3.2 only


class Tax(TypedDict):
    tax: str | None  # 001 ISR, 002 IVA, 003 IEPS; another text as it is
    factor: str | None  # Tasa, Cuota, Exento; None in 3.2
    rate: str | None  # a fraction: 0.160000
    base: str | None
    amount: str | None  # None when exempt


class ThirdParty(TypedDict):
    """On whose account the line is charged."""

    rfc: str | None
    name: str | None
    regime: str | None
    postal_code: str | None


class Part(TypedDict):
    product_key: str | None
    item_number: str | None
    quantity: str | None
    unit: str | None
    description: str | None
    unit_price: str | None
    amount: str | None
    customs_documents: list[str]


class LineItem(TypedDict):
    product_key: str | None  # c_ClaveProdServ
    item_number: str | None  # NoIdentificacion
    quantity: str | None
    unit_key: str | None  # c_ClaveUnidad
    unit: str | None
    description: str | None
    unit_price: str | None
    amount: str | None
    discount: str | None
    tax_object: str | None  # c_ObjetoImp
    taxes_transferred: list[Tax]
    taxes_withheld: list[Tax]
    customs_documents: list[str]
    property_accounts: list[str]
    third_party: ThirdParty | None
    parts: list[Part]


class Related(TypedDict):
    relation: str | None  # c_TipoRelacion
    uuid: str


class GlobalInformation(TypedDict):
    periodicity: str | None
    months: str | None
    year: str | None


class Settlement(TypedDict):
    """DoctoRelacionado: a payment's share in one invoice."""

    uuid: str | None
    series: str | None
    folio: str | None
    currency: str | None
    equivalence: str | None  # units of `currency` for one unit of the payment's
    instalment: int | None
    previous_balance: str | None
    paid: str | None
    remaining_balance: str | None
    tax_object: str | None
    taxes_transferred: list[Tax]  # Pagos 2.0, in `currency`
    taxes_withheld: list[Tax]


class Payment(TypedDict):
    paid_at: str | None
    payment_form: str | None
    currency: str | None
    exchange_rate: str | None
    amount: str | None
    operation_number: str | None
    ordering_bank_rfc: str | None
    ordering_account: str | None
    beneficiary_bank_rfc: str | None
    beneficiary_account: str | None
    ordering_bank_name: str | None  # of a foreign bank
    taxes_transferred: list[Tax]  # in the payment's currency
    taxes_withheld: list[Tax]
    settles: list[Settlement]


class PaymentTotals(TypedDict):
    """Totales of Pagos 2.0: pesos, over all payments of the document."""

    iva_withheld: str | None
    isr_withheld: str | None
    ieps_withheld: str | None
    base_iva_16: str | None
    iva_16: str | None
    base_iva_8: str | None
    iva_8: str | None
    base_iva_0: str | None
    iva_0: str | None
    base_iva_exempt: str | None
    total: str | None


class Stamp(TypedDict):
    """TimbreFiscalDigital: the PAC's certification, and the only place of a UUID."""

    uuid: str | None
    version: str | None
    stamped_at: str | None  # central Mexico time, whatever the place of issue
    pac_rfc: str | None
    sat_certificate_number: str | None
    legend: str | None


class Original(TypedDict):
    """The invoice that an instalment of 3.2 pays a part of."""

    uuid: str | None
    folio: str | None  # FolioFiscalOrig as written; before CFDI it was a plain number
    series: str | None
    date: str | None
    amount: str | None


class InvoiceHeader(TypedDict):
    """The plain values of a Comprobante."""

    uuid: str | None
    version: str | None  # None where only the metadata came
    type: str | None  # I E T P N
    series: str | None
    folio: str | None
    issued_at: str | None
    stamped_at: str | None
    payment_form: str | None
    payment_form_text: str | None  # 3.2 only
    payment_method: str | None
    payment_method_text: str | None  # 3.2 only
    payment_conditions: str | None
    payment_account: str | None  # NumCtaPago, 3.2 only: the last digits, or words
    subtotal: str | None
    discount: str | None
    discount_reason: str | None  # 3.2 only
    total: str | None
    currency: str | None
    exchange_rate: str | None
    export: str | None
    place_of_issue: str | None
    confirmation: str | None


class Invoice(InvoiceHeader, InvoiceComplements):
    issuer: Issuer
    receiver: Receiver
    taxes_transferred_total: str | None
    taxes_withheld_total: str | None
    taxes_transferred: list[Tax]
    taxes_withheld: list[Tax]
    line_items: list[LineItem]
    related: list[Related]
    global_information: GlobalInformation | None
    payments: list[Payment]
    payments_total: str | None
    payments_totals: PaymentTotals | None
    stamp: Stamp | None
    stamps_count: int
    seal: str | None
    certificate_number: str | None
    complements: list[str]
    original: Original | None


class InvoiceRow(Invoice):
    """An Invoice as the store has it: with its identity there, and what others say of it."""

    identity: str
    direction: str | None
    status: str | None
