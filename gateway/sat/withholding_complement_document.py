"""The normal form of the complements of a retención; `documents` says what holds for all of them."""

from __future__ import annotations

from typing import TypedDict

from gateway.sat.complement_document import OtherComplement
from gateway.sat.invoice_document import Tax


class PlatformService(TypedDict):
    """DetallesDelServicio. Amounts in pesos."""

    payment_form: str | None
    type: str | None
    subtype: str | None
    third_party_rfc: str | None
    date: str | None
    price: str | None  # without IVA
    taxes: list[Tax]
    contribution: str | None  # ContribucionGubernamental
    contribution_place: str | None
    commission_base: str | None
    commission_percentage: str | None
    commission: str | None


class PlatformServices(TypedDict):
    version: str
    periodicity: str | None
    count: int | None
    total: str | None  # without IVA
    vat_transferred: str | None
    vat_withheld: str | None
    income_tax_withheld: str | None
    vat_difference: str | None
    platform_fee: str | None
    services: list[PlatformService]


class Dividends(TypedDict):
    version: str
    type: str | None
    company_type: str | None
    income_tax_credit_mexico: str | None
    income_tax_credit_abroad: str | None
    withheld_abroad: str | None
    income_tax_credit_national: str | None
    accumulable_national: str | None
    accumulable_foreign: str | None
    remainder_share: str | None  # a percentage


class Interest(TypedDict):
    version: str
    financial_system: bool | None
    retirement_withdrawal: bool | None
    derivatives: bool | None
    nominal: str | None
    real: str | None
    loss: str | None


class WithholdingComplements(TypedDict):
    platform_services: PlatformServices | None
    dividends: Dividends | None
    interest: Interest | None
    other_complements: list[OtherComplement]
