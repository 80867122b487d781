"""The normal form: what every reader gives and the store keeps. Plain dicts; GraphQL's fields are these keys in
camelCase.

Every key is always present: None when the document does not say, and lists are never None. Amounts, quantities and
rates are the document's own text of a finite decimal. Dates and times are ISO text, local, without a zone. UUIDs and
RFCs are upper-case.
"""

from __future__ import annotations

from typing import Any, TypedDict


class Issuer(TypedDict):
    rfc: str | None
    name: str | None
    regime: str | None  # c_RegimenFiscal; in 3.2 the text when no code can be told from it
    regimes: list[str]  # several only in 3.2


class Receiver(TypedDict):
    rfc: str | None
    name: str | None
    use: str | None  # c_UsoCFDI, from 3.3 on
    regime: str | None  # from 4.0 on
    postal_code: str | None
    tax_residence: str | None  # c_Pais
    foreign_tax_id: str | None


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
    settles: list[Settlement]


class Stamp(TypedDict):
    """TimbreFiscalDigital: the PAC's certification, and the only place of a UUID."""

    uuid: str | None
    version: str | None
    stamped_at: str | None  # central Mexico time, whatever the place of issue
    pac_rfc: str | None
    sat_certificate_number: str | None
    legend: str | None


class Original(TypedDict):
    """What an instalment of 3.2 is an instalment of."""

    uuid: str | None
    folio: str | None  # FolioFiscalOrig as written; before CFDI it was a plain number
    series: str | None
    date: str | None
    amount: str | None


class Invoice(TypedDict):
    uuid: str | None
    version: str
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
    subtotal: str | None
    discount: str | None
    total: str
    currency: str | None
    exchange_rate: str | None
    export: str | None
    place_of_issue: str | None
    confirmation: str | None
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
    stamp: Stamp | None
    stamps_count: int
    seal: str | None
    certificate_number: str | None
    complements: list[str]
    original: Original | None


class WithholdingIssuer(TypedDict):
    rfc: str | None
    name: str | None
    curp: str | None
    regime: str | None


class WithholdingReceiver(TypedDict):
    nationality: str | None  # NATIONAL or FOREIGN
    rfc: str | None
    name: str | None
    curp: str | None
    foreign_tax_id: str | None
    postal_code: str | None


class WithholdingPeriod(TypedDict):
    month_from: int | None
    month_to: int | None
    year: int | None


class WithheldTax(TypedDict):
    base: str | None
    tax: str | None  # 001, 002, 003; 1.0's 01, 02, 03 become these
    amount: str | None
    payment_type: str | None  # 2.0's code
    payment_type_text: str | None  # 1.0's words


class Withholding(TypedDict):
    uuid: str | None
    version: str
    folio: str | None
    issued_at: str | None  # FechaExp as written: 1.0 has a zone offset, 2.0 has none
    withholding_key: str | None
    description: str | None
    place_of_issue: str | None
    issuer: WithholdingIssuer
    receiver: WithholdingReceiver
    period: WithholdingPeriod
    total_operation: str
    total_taxable: str | None
    total_exempt: str | None
    total_withheld: str | None
    taxes: list[WithheldTax]
    related: Related | None
    stamp: Stamp | None
    stamps_count: int
    seal: str | None
    certificate_number: str | None
    complements: list[str]


class ReturnConcept(TypedDict):
    """One "Concepto de pago". Whole pesos."""

    name: str | None
    charge: str | None  # A cargo
    favour: str | None  # A favor
    update: str | None  # Parte actualizada
    surcharges: str | None  # Recargos
    fines: str | None  # Multas
    paid_before: str | None  # Monto pagado con anterioridad
    paid_before_on: str | None
    charge_amount: str | None  # Cantidad a cargo
    favour_amount: str | None  # Cantidad a favor
    amount_to_pay: str | None  # Cantidad a pagar


class TaxReturn(TypedDict):
    """A declaración, annual or monthly: the kind says which."""

    operation_number: str | None
    year: int | None
    period: int | None  # the month; None for a year or several months
    period_text: str | None
    periodicity: str | None
    type: str | None
    complementary_type: str | None
    presented_at: str | None
    rfc: str | None
    name: str | None
    capture_line: str | None
    amount_due: str | None
    due_date: str | None
    concepts: list[ReturnConcept]
    blocks: dict[str, Any]  # what has no field of its own, as Syncfy gave it
    file: str


class OmittedObligation(TypedDict):
    description: str | None
    period: str | None
    year: int | None


class ComplianceOpinion(TypedDict):
    folio: str | None
    rfc: str | None
    name: str | None
    sense: str  # POSITIVE NEGATIVE SUSPENDED NO_OBLIGATIONS NOT_REGISTERED UNKNOWN
    sense_text: str | None
    issued_at: str | None  # a date, or a local date and time
    original_string: str | None
    digital_seal: str | None
    omitted_obligations: list[OmittedObligation]


class Address(TypedDict):
    postal_code: str | None
    street_type: str | None
    street: str | None
    exterior_number: str | None
    interior_number: str | None
    neighbourhood: str | None
    locality: str | None
    municipality: str | None
    state: str | None
    between_street: str | None
    and_street: str | None
    email: str | None
    phone: str | None
    address_status: str | None
    taxpayer_status_at_address: str | None


class EconomicActivity(TypedDict):
    order: int | None
    name: str | None
    percentage: str | None
    from_date: str | None
    to_date: str | None


class Regime(TypedDict):
    code: str | None  # c_RegimenFiscal; the constancia prints the name only
    name: str | None
    from_date: str | None
    to_date: str | None


class Obligation(TypedDict):
    description: str | None
    due: str | None
    from_date: str | None
    to_date: str | None


class TaxStatus(TypedDict):
    rfc: str | None
    name: str | None
    curp: str | None
    capital_regime: str | None
    trade_name: str | None
    started_on: str | None
    status: str | None
    status_changed_on: str | None
    cif: str | None
    issued_on: str | None
    place_of_issue: str | None
    address: Address
    economic_activities: list[EconomicActivity]
    regimes: list[Regime]
    obligations: list[Obligation]
    original_string: str | None
    digital_seal: str | None


Record = Invoice | Withholding | TaxReturn | ComplianceOpinion | TaxStatus
