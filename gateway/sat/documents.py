"""The normal form: what every reader gives and the store keeps. GraphQL's fields are these keys in camelCase.

Plain dicts. Every key is always present: None when the document does not say, and lists are never None. Amounts,
quantities and rates are the document's own text of a finite decimal. Dates and times are ISO text, local, without a
zone. UUIDs and RFCs are upper-case.
"""

from __future__ import annotations

from typing import TypedDict

from gateway.sat.invoice_document import (
    GlobalInformation,
    Invoice,
    InvoiceHeader,
    Issuer,
    LineItem,
    Original,
    Part,
    Payment,
    PaymentTotals,
    Receiver,
    Related,
    Settlement,
    Stamp,
    Tax,
    ThirdParty,
)
from gateway.sat.return_document import ReturnConcept, TaxReturn
from gateway.sat.withholding_complement_document import WithholdingComplements

__all__ = [
    "Address",
    "ComplianceOpinion",
    "EconomicActivity",
    "GlobalInformation",
    "Invoice",
    "InvoiceHeader",
    "Issuer",
    "LineItem",
    "Obligation",
    "OmittedObligation",
    "Original",
    "Part",
    "Payment",
    "PaymentTotals",
    "Receiver",
    "Record",
    "Regime",
    "Related",
    "ReturnConcept",
    "Settlement",
    "Stamp",
    "Tax",
    "TaxCredit",
    "TaxReturn",
    "TaxStatus",
    "ThirdParty",
    "WithheldTax",
    "Withholding",
    "WithholdingIssuer",
    "WithholdingPeriod",
    "WithholdingReceiver",
]


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


class Withholding(WithholdingComplements):
    uuid: str | None
    version: str | None  # None where only the metadata came
    folio: str | None
    issued_at: str | None  # FechaExp without the zone offset that 1.0 has
    withholding_key: str | None
    description: str | None
    place_of_issue: str | None
    issuer: WithholdingIssuer
    receiver: WithholdingReceiver
    period: WithholdingPeriod
    total_operation: str | None
    total_taxable: str | None
    total_exempt: str | None
    total_withheld: str | None
    bimonthly_profit: str | None  # from 2.0 on
    corresponding_isr: str | None  # from 2.0 on
    taxes: list[WithheldTax]
    related: Related | None
    stamp: Stamp | None
    stamps_count: int
    seal: str | None
    certificate_number: str | None
    complements: list[str]


class OmittedObligation(TypedDict):
    description: str | None
    period: str | None
    year: int | None
    months: list[int]  # of the year; none where the whole year is omitted, or the period names no month


class TaxCredit(TypedDict):
    number: str | None
    authority: str | None
    amount: str | None
    text: str  # as the opinión states it


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
    tax_credits: list[TaxCredit]
    fields_from_pdf: list[str]  # keys that the JSON lacks and the PDF beside it gave


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
    phone: str | None  # the landline; the mobile where no landline is stated
    mobile_phone: str | None
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
    fields_from_pdf: list[str]  # keys that the JSON lacks and the PDF beside it gave


Record = Invoice | Withholding | TaxReturn | ComplianceOpinion | TaxStatus
